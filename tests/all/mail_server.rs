//! A mail server on this machine that does to each recipient what their name says, and keeps what it took.
//!
//! `refused.…@` is refused, `lost.…@` is taken and the line dropped before the reply, `later.…@` is put off, `slow.…@` is
//! taken and confirmed two seconds after; anybody else gets it.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A message that was taken: its one recipient, and the bytes.
pub(crate) type Taken = (String, String);

/// A running server; it ends with the test.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    taken: Arc<Mutex<Vec<Taken>>>,
}

impl MailServer {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&taken);
        std::thread::spawn(move || {
            for line in listener.incoming().flatten() {
                let taken = Arc::clone(&shared);
                std::thread::spawn(move || drop(serve(&line, &taken)));
            }
        });
        Self { port, taken }
    }

    /// Returns what was taken so far.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    /// Returns those who were sent something, sorted.
    pub(crate) fn recipients(&self) -> Vec<String> {
        let mut recipients: Vec<String> = self.taken().into_iter().map(|(to, _)| to).collect();
        recipients.sort();
        recipients
    }

    /// Writes `[mail]` of a project that sends here.
    pub(crate) fn settings(&self) -> String {
        format!(
            "[mail]\nfrom = \"AP commissioning <ap.reports@council.example>\"\nreply_to = \"ap.team@council.example\"\n\
             allow_domains = [\"council.example\"]\n\
             smtp = {{ host = \"localhost\", port = {}, tls = \"none\", per_minute = 10000 }}\n",
            self.port
        )
    }
}

fn serve(line: &TcpStream, taken: &Mutex<Vec<Taken>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(line.try_clone()?);
    let say = |words: &str| line.try_clone()?.write_all(format!("{words}\r\n").as_bytes());
    say("220 test ESMTP")?;
    let mut to = String::new();
    loop {
        let mut text = String::new();
        if reader.read_line(&mut text)? == 0 {
            return Ok(());
        }
        match text.split([' ', ':', '\r']).next().unwrap_or_default() {
            "RCPT" => {
                text.trim_end().trim_start_matches("RCPT TO:<").trim_end_matches('>').clone_into(&mut to);
                match to.split('.').next() {
                    Some("refused") => say("550 5.1.1 no such user here")?,
                    Some("later") => say("451 4.2.1 come back later")?,
                    _ => say("250 2.1.5 ok")?,
                }
            }
            "DATA" => {
                say("354 go on")?;
                let mut message = String::new();
                loop {
                    let mut row = String::new();
                    if reader.read_line(&mut row)? == 0 {
                        return Ok(());
                    }
                    if row == ".\r\n" {
                        break;
                    }
                    message.push_str(row.strip_prefix('.').unwrap_or(&row));
                }
                let number = {
                    let mut taken = taken.lock().unwrap();
                    taken.push((to.clone(), message));
                    taken.len()
                };
                if to.starts_with("lost.") {
                    return Ok(());
                }
                if to.starts_with("slow.") {
                    std::thread::sleep(std::time::Duration::from_secs(2));
                }
                say(&format!("250 2.0.0 queued as {number}"))?;
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 ok")?,
        }
    }
}
