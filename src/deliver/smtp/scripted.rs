//! A mail server for tests that does what its script says, at each phase.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What the server does where it would say something.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// Says this.
    Say(String),
    /// Closes the connection.
    Drop,
    /// Says nothing more and keeps the connection.
    Stall,
    /// Says this after a while.
    Late(Duration, String),
    /// Says it letter by letter, a letter each 100 ms.
    Trickle(String),
    /// Says this the first time, over all connections, and what is ordinary after it.
    Once(Arc<AtomicBool>, String),
}

impl Act {
    /// Says `words` once.
    pub(super) fn once(words: &str) -> Self {
        Self::Once(Arc::default(), words.to_owned())
    }
}

/// What one connection does that is out of the ordinary, by the verb that it answers; the greeting is
/// `CONNECT`, the end of the message `.`.
pub(super) type Script = BTreeMap<&'static str, Act>;

/// Everything that was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Lines that came before TLS, where there is TLS.
    pub(super) clear: Vec<String>,
    /// All lines but the messages'.
    pub(super) lines: Vec<String>,
    /// Every message that came whole, as it came, with its dots.
    pub(super) messages: Vec<Vec<u8>>,
    /// How many connections there were.
    pub(super) connections: usize,
}

/// How the server encrypts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tls {
    Never,
    Starttls,
    Implicit,
}

/// A running server; it ends with the test.
#[derive(Debug)]
pub(super) struct Scripted {
    pub(super) port: u16,
    pub(super) seen: Arc<Mutex<Seen>>,
}

impl Scripted {
    /// Starts a server without TLS, with one script a connection; the last one repeats.
    pub(super) fn start(scripts: Vec<Script>) -> Self {
        Self::start_with(scripts, Tls::Never, "good")
    }

    /// Starts a server with a certificate of this kind: `good`, `expired`, `other-name` or `self-signed`.
    pub(super) fn start_with(scripts: Vec<Script>, tls: Tls, certificate: &str) -> Self {
        let config = (tls != Tls::Never).then(|| server_config(certificate));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            for (number, socket) in listener.incoming().flatten().enumerate() {
                let script = scripts.get(number).or(scripts.last()).cloned().unwrap_or_default();
                let seen = Arc::clone(&shared);
                seen.lock().unwrap().connections += 1;
                let config = config.clone();
                std::thread::spawn(move || {
                    let _ = serve(&socket, &script, tls, config.as_ref(), &seen);
                });
            }
        });
        Self { port, seen }
    }

    /// Returns how many messages came whole.
    pub(super) fn taken(&self) -> usize {
        self.seen.lock().unwrap().messages.len()
    }
}

trait Line: Read + Write + Send {}
impl<T: Read + Write + Send> Line for T {}

fn serve(
    socket: &TcpStream,
    script: &Script,
    tls: Tls,
    config: Option<&Arc<ServerConfig>>,
    seen: &Mutex<Seen>,
) -> std::io::Result<()> {
    let encrypted = |socket: TcpStream| -> Box<dyn Line> {
        let session = ServerConnection::new(Arc::clone(config.unwrap())).unwrap();
        Box::new(StreamOwned::new(session, socket))
    };
    let mut clear = tls == Tls::Starttls;
    let mut line: BufReader<Box<dyn Line>> = BufReader::new(match tls {
        Tls::Implicit => encrypted(socket.try_clone()?),
        _ => Box::new(socket.try_clone()?),
    });
    let offers = if tls == Tls::Never { "" } else { "250-AUTH PLAIN LOGIN XOAUTH2\r\n" };
    act(&mut line, script, "CONNECT", "220 scripted ESMTP")?;
    let mut questions = 0;
    loop {
        let mut text = String::new();
        if line.read_line(&mut text)? == 0 {
            return Ok(());
        }
        let text = text.trim_end().to_owned();
        let verb = text.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        {
            let mut seen = seen.lock().unwrap();
            seen.lines.push(text.clone());
            if clear {
                seen.clear.push(text.clone());
            }
        }
        match verb.as_str() {
            "EHLO" => {
                let starttls = if clear { "250-STARTTLS\r\n" } else { "" };
                let reply = format!("250-scripted\r\n{starttls}{offers}250 SIZE 1000000");
                act(&mut line, script, "EHLO", &reply)?;
            }
            "STARTTLS" => {
                act(&mut line, script, "STARTTLS", "220 go")?;
                line = BufReader::new(encrypted(socket.try_clone()?));
                clear = false;
            }
            "AUTH" if text.ends_with(" LOGIN") => act(&mut line, script, "AUTH", "334 VXNlcm5hbWU6")?,
            "AUTH" => act(&mut line, script, "AUTH", "235 2.7.0 welcome")?,
            "MAIL" => act(&mut line, script, "MAIL", "250 2.1.0 ok")?,
            "RCPT" => act(&mut line, script, "RCPT", "250 2.1.5 ok")?,
            "RSET" => act(&mut line, script, "RSET", "250 ok")?,
            "QUIT" => {
                line.get_mut().write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            "DATA" => {
                act(&mut line, script, "DATA", "354 go on")?;
                let mut message = Vec::new();
                let mut row = Vec::new();
                while line.read_until(b'\n', &mut row)? > 0 && row != b".\r\n" {
                    message.append(&mut row);
                    if script.contains_key("BODY") {
                        act(&mut line, script, "BODY", "")?;
                    }
                }
                if row == b".\r\n" {
                    seen.lock().unwrap().messages.push(message);
                    act(&mut line, script, ".", "250 2.0.0 queued as 123")?;
                }
            }
            // The rest of a login.
            _ => {
                questions += 1;
                let reply = if questions == 1 { "334 UGFzc3dvcmQ6" } else { "235 2.7.0 welcome" };
                act(&mut line, script, "ANSWER", reply)?;
            }
        }
    }
}

fn act(
    line: &mut BufReader<Box<dyn Line>>,
    script: &Script,
    verb: &'static str,
    ordinary: &str,
) -> std::io::Result<()> {
    let act = script.get(verb).cloned().unwrap_or_else(|| Act::Say(ordinary.to_owned()));
    let out = line.get_mut();
    match act {
        Act::Say(words) => out.write_all(format!("{words}\r\n").as_bytes())?,
        Act::Drop => return Err(std::io::ErrorKind::ConnectionAborted.into()),
        Act::Stall => std::thread::sleep(Duration::from_mins(10)),
        Act::Late(wait, words) => {
            std::thread::sleep(wait);
            out.write_all(format!("{words}\r\n").as_bytes())?;
        }
        Act::Once(said, words) => {
            let words = if said.swap(true, Ordering::Relaxed) { ordinary } else { &words };
            out.write_all(format!("{words}\r\n").as_bytes())?;
        }
        Act::Trickle(words) => {
            for letter in format!("{words}\r\n").bytes() {
                std::thread::sleep(Duration::from_millis(100));
                out.write_all(&[letter])?;
                out.flush()?;
            }
        }
    }
    out.flush()
}

/// Returns a folder with a private authority and certificates of every kind, made once by the `openssl` program.
pub(super) fn certificates() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap().keep();
        let openssl = |arguments: &str| {
            let done = Command::new("openssl")
                .args(arguments.split(' '))
                .current_dir(&folder)
                .output()
                .expect("the openssl program makes the certificates of this test");
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        };
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
        openssl(&format!("req -x509 {key} -keyout ca.key -out ca.pem -days 2 -subj /CN=authority"));
        std::fs::write(folder.join("good.ext"), "subjectAltName=DNS:localhost,IP:127.0.0.1").unwrap();
        std::fs::write(folder.join("other-name.ext"), "subjectAltName=DNS:other.example").unwrap();
        std::fs::write(folder.join("expired.ext"), "subjectAltName=DNS:localhost").unwrap();
        for (name, days) in [("good", "2"), ("other-name", "2"), ("expired", "-1")] {
            openssl(&format!("req -new {key} -keyout {name}.key -out {name}.csr -subj /CN=server"));
            openssl(&format!(
                "x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days {days} -extfile {name}.ext -out {name}.pem"
            ));
        }
        openssl(&format!(
            "req -x509 {key} -keyout self-signed.key -out self-signed.pem -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
        ));
        folder
    })
}

fn server_config(certificate: &str) -> Arc<ServerConfig> {
    let folder = certificates();
    let chain = CertificateDer::pem_file_iter(folder.join(format!("{certificate}.pem")))
        .unwrap()
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join(format!("{certificate}.key"))).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    Arc::new(config)
}
