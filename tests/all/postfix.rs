//! The whole way to a real mail server: Postfix with TLS and a login, whose mailbox Python's `email` reads back.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use sufficiency::post;
use sufficiency::post::Decision;

use crate::certificates;
use crate::council::Council;
use crate::refusals::{FILE, LEDGER};

/// A Postfix of our own in a folder of its own; it ends with the test.
struct Postfix {
    folder: tempfile::TempDir,
    starttls: u16,
    implicit: u16,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Postfix {
    /// Starts Postfix; `None`, said loudly, where there is none or nobody who may start one. In CI that is a failure.
    fn start() -> Option<Self> {
        let root_user = Command::new("id").arg("-u").output().unwrap().stdout.trim_ascii() == b"0";
        let there =
            ["/usr/sbin/postfix", "/usr/sbin/saslpasswd2"].iter().all(|program| Path::new(program).exists());
        if !root_user || !there {
            eprintln!(
                "NOT RUN: delivery to Postfix, because it is not installed or this is not root (tests/run install)"
            );
            assert!(std::env::var_os("CI").is_none(), "nothing may be left out here");
            return None;
        }
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        certificates::write(folder.path());
        let free = || std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let postfix = Self { starttls: free(), implicit: free(), folder };
        let path = |name: &str| postfix.folder.path().join(name);
        let done = Command::new(root().join("tests/postfix"))
            .arg("start")
            .arg(path("postfix"))
            .args([postfix.starttls.to_string(), postfix.implicit.to_string()])
            .args([path("server.pem"), path("server.key")])
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        Some(postfix)
    }

    fn mailbox(&self) -> PathBuf {
        self.folder.path().join("postfix/mailboxes/box")
    }

    /// Waits until so many messages are in the mailbox.
    fn wait_for(&self, count: usize) {
        for _ in 0..300 {
            let there = std::fs::read_dir(self.mailbox().join("new")).map_or(0, Iterator::count);
            if there >= count {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{}", std::fs::read_to_string(self.folder.path().join("postfix/mail.log")).unwrap());
    }

    /// Returns a council whose mail goes here, with these readers.
    fn council(&self, tls: &str, port: u16, login: &str, readers: &[&str]) -> Council {
        let council = Council::of("payments");
        council.write("password", "pass word\n");
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(council.path("password"), private).unwrap();
        council.write(
            "settings.toml",
            format!(
                "fixed_clock = \"2024-04-10T06:00\"\n[connections.finance_share]\nfolder = {{ path = \"extracts\" }}\n\
                 [mail]\nfrom = \"AP commissioning — Tŷ Glas <ap.reports@council.example>\"\n\
                 reply_to = \"ap.team@council.example\"\nallow_domains = [\"council.example\"]\n\
                 [mail.smtp]\nhost = \"localhost\"\nport = {port}\ntls = \"{tls}\"\nca_file = {:?}\nper_minute = 10000\n\
                 auth = {{ {login} = {{ user = \"ap\", password_file = \"password\" }} }}\n",
                self.folder.path().join("ca.pem").to_str().unwrap()
            ),
        );
        let to: Vec<String> = readers.iter().map(|name| format!("\"{name}@council.example\"")).collect();
        council.write(
            "recipients.toml",
            format!("[roles.commissioners]\naudience = \"commissioning\"\nto = [{}]\n", to.join(", ")),
        );
        council.write(FILE, LEDGER);
        council
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let _ = Command::new(root().join("tests/postfix"))
            .arg("stop")
            .arg(self.folder.path().join("postfix"))
            .status();
    }
}

fn decision<'a>() -> Decision<'a> {
    Decision { by: "head.of.service", reason: "a credit was counted twice" }
}

/// Returns the messages that the outbox says were accepted.
fn accepted(council: &Council) -> Vec<PathBuf> {
    let context = council.open();
    let objects = context.store().objects();
    let outbox = sufficiency::deliver::Outbox::new(objects.as_ref(), "auditor");
    let mut found = Vec::new();
    for report in ["cost_review", "_notices"] {
        for history in outbox.report(report).unwrap() {
            if history.has_left_or_landed() {
                found.push(council.path("store").join(&history.message().unwrap().name));
            }
        }
    }
    found
}

#[test]
fn postfix_takes_every_message_whole_over_tls_and_python_reads_each_back_as_it_was_planned() {
    let Some(postfix) = Postfix::start() else {
        return;
    };
    let mut planned = Vec::new();
    let mut councils = Vec::new();
    for (tls, port, login) in
        [("starttls", postfix.starttls, "plain"), ("implicit", postfix.implicit, "login")]
    {
        let council = postfix.council(tls, port, login, &["a", "refused", "b.c-d+e"]);
        assert_eq!(council.failure().code(), 43, "the first edition is to addresses that are new");
        let failure = post::approve(&council.open(), "cost_review", None, decision()).unwrap_err();
        assert_eq!(failure.code(), 40, "{failure}");
        assert!(failure.to_string().contains("refused@council.example: rejected: 554"), "{failure}");

        council.write(FILE, LEDGER.replace("-20.50", "-20.51").replace("99.99", "100.00"));
        council.run_all().result().unwrap();
        let corrected = post::correct(&council.open(), "cost_review", None, decision()).unwrap();
        assert_eq!(
            (corrected.decided, corrected.delivered),
            (2, 2),
            "the refused one has nothing to be corrected"
        );
        planned.push(accepted(&council));
        councils.push(council);
        // Both councils have the same editions and readers, so the mailbox is emptied between them.
        let own = planned.last().unwrap();
        postfix.wait_for(own.len());
        let compared = Command::new("python3")
            .arg(root().join("tests/python/compare_mail.py"))
            .arg(postfix.mailbox())
            .args(own)
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&compared.stdout);
        assert!(compared.status.success(), "{printed}{}", String::from_utf8_lossy(&compared.stderr));
        assert_eq!(printed.trim(), own.len().to_string());
        assert_eq!(own.len(), 6, "two editions to two readers, and two words to the owner");
        for message in std::fs::read_dir(postfix.mailbox().join("new")).unwrap() {
            std::fs::remove_file(message.unwrap().path()).unwrap();
        }
    }
}

#[test]
fn goal_e12_no_message_no_address_with_a_name_and_no_credential_is_in_any_log() {
    let Some(postfix) = Postfix::start() else {
        return;
    };
    let council = postfix.council("starttls", postfix.starttls, "plain", &["a", "refused"]);
    let mut logs = String::new();
    let mut tell = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_sufficiency"))
            .arg("--project")
            .arg(council.path(""))
            .args(arguments)
            .envs([("RUST_LOG", "trace"), ("RUST_BACKTRACE", "1")])
            .output()
            .unwrap();
        logs.push_str(&String::from_utf8_lossy(&output.stdout));
        logs.push_str(&String::from_utf8_lossy(&output.stderr));
    };
    tell(&["run", "--all", "--send"]);
    tell(&["report", "approve", "cost_review", "--by", "head.of.service"]);
    tell(&["report", "status", "cost_review"]);
    tell(&["--json", "report", "status", "cost_review"]);
    tell(&["tick", "--log-format", "json"]);
    tell(&["--json", "history"]);
    council.write("password", "wrong pass\n");
    tell(&["report", "resend", "cost_review"]);
    tell(&["--json", "run", "--all", "--send"]);
    let objects = std::sync::Arc::clone(council.open().store().objects());
    for name in objects.list("runs").unwrap() {
        logs.push_str(&String::from_utf8_lossy(&objects.read(&name).unwrap().unwrap()));
    }
    for part in ["refused@council.example", "no such user here", "535 5.7.8"] {
        assert!(logs.contains(part), "the logs say nothing: {part} is not in\n{logs}");
    }
    // The last three are what PLAIN says of the password, right and wrong.
    for secret in [
        "pass word",
        "wrong pass",
        "The council paid",
        "MIME-Version",
        "Content-Transfer-Encoding",
        "ap.reports@council.example>",
        "AGFwAHBhc3Mgd29yZA",
        "cGFzcyB3b3Jk",
        "AGFwAHdyb25nIHBhc3M",
    ] {
        assert!(!logs.contains(secret), "`{secret}` is in\n{logs}");
    }
}

#[test]
fn postfix_gets_each_message_once_from_two_processes_that_send_one_edition_at_once() {
    let Some(postfix) = Postfix::start() else {
        return;
    };
    let readers = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let council = postfix.council("starttls", postfix.starttls, "plain", &readers);
    assert_eq!(council.failure().code(), 43, "the first edition is to addresses that are new");
    let send = || {
        Command::new(env!("CARGO_BIN_EXE_sufficiency"))
            .arg("--project")
            .arg(council.path(""))
            .args(["report", "send", "cost_review", "--by", "head.of.service"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    for mut child in [send(), send(), send()] {
        // The slower ones may find another at work: 42.
        let code = child.wait().unwrap().code().unwrap();
        assert!([0, 42].contains(&code), "{code}");
    }
    let taken = accepted(&council).len();
    postfix.wait_for(taken);
    std::thread::sleep(Duration::from_millis(500));
    let mut counts = std::collections::BTreeMap::<String, usize>::new();
    for message in std::fs::read_dir(postfix.mailbox().join("new")).unwrap() {
        let text = std::fs::read_to_string(message.unwrap().path()).unwrap();
        let to = text.lines().find_map(|line| line.strip_prefix("To: ")).unwrap().to_owned();
        *counts.entry(to).or_default() += 1;
    }
    for reader in readers {
        assert_eq!(counts.get(&format!("{reader}@council.example")), Some(&1), "{counts:?}");
    }
}
