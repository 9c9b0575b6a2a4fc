use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::NaiveDate;

use super::SmtpTransport;
use super::connection::Timeouts;
use super::scripted::{Act, Script, Scripted, Tls, certificates};
use super::server::Server;
use super::session::{Carried, Session};
use crate::deliver::{Attempt, DeliveryKey, Envelope, Rejection, Scope, Transport};
use crate::project::{PasswordLogin, SmtpAuth, SmtpSettings, SmtpTls, TokenLogin};

mod token;

const MESSAGE: &[u8] = b"Subject: x\r\n\r\n.dot\r\nend\r\n";

fn settings(port: u16, tls: SmtpTls) -> SmtpSettings {
    SmtpSettings {
        host: "localhost".to_owned(),
        port: Some(port),
        tls,
        auth: None,
        ca_file: None,
        hello: None,
        per_minute: 10_000,
    }
}

fn impatient(mut transport: SmtpTransport) -> SmtpTransport {
    let short = Duration::from_millis(400);
    transport.server.timeouts = Timeouts { command: short, data: short, block: short, end: short };
    transport
}

fn plain(server: &Scripted) -> SmtpTransport {
    impatient(SmtpTransport::new(&settings(server.port, SmtpTls::None), Path::new("/")).unwrap())
}

fn encrypted(server: &Scripted, tls: SmtpTls, auth: Option<SmtpAuth>) -> SmtpTransport {
    let ca_file = Some(certificates().join("ca.pem"));
    let settings = SmtpSettings { auth, ca_file, ..settings(server.port, tls) };
    let mut transport = SmtpTransport::new(&settings, Path::new("/")).unwrap();
    let patient = Duration::from_secs(5);
    transport.server.timeouts = Timeouts { command: patient, data: patient, block: patient, end: patient };
    transport
}

fn envelope() -> Envelope {
    let to = "ap.commissioner@demo-city.example".parse().unwrap();
    Envelope {
        key: DeliveryKey::of("r1", &to),
        report: "needs_assessment".to_owned(),
        period: "ay2025-26".to_owned(),
        dated: NaiveDate::from_ymd_opt(2026, 10, 5).unwrap(),
        from: "ap.reports@demo-city.example".parse().unwrap(),
        to,
    }
}

fn say(words: &str) -> Act {
    Act::Say(words.to_owned())
}

fn script(verb: &'static str, act: Act) -> Script {
    [(verb, act)].into()
}

fn word(attempt: &Attempt) -> &'static str {
    match attempt {
        Attempt::Accepted { .. } => "accepted",
        Attempt::Rejected { .. } => "rejected",
        Attempt::Deferred { .. } => "deferred",
        Attempt::Uncertain { .. } => "uncertain",
        Attempt::Refused { .. } => "refused",
    }
}

#[test]
fn a_message_arrives_as_it_was_built_with_its_dots_doubled() {
    let server = Scripted::start(vec![]);
    let attempt = plain(&server).send(&envelope(), MESSAGE);
    assert_eq!(attempt, Attempt::Accepted { words: "250 2.0.0 queued as 123".to_owned() });
    let seen = server.seen.lock().unwrap();
    assert_eq!(seen.messages, [b"Subject: x\r\n\r\n..dot\r\nend\r\n".to_vec()]);
    assert_eq!(
        seen.lines[..4],
        [
            "EHLO [127.0.0.1]".to_owned(),
            format!("MAIL FROM:<ap.reports@demo-city.example> SIZE={}", MESSAGE.len()),
            "RCPT TO:<ap.commissioner@demo-city.example>".to_owned(),
            "DATA".to_owned(),
        ]
    );
}

#[test]
fn goal_e2_every_ambiguous_end_after_the_dot_is_uncertain() {
    for (act, taken) in [
        (Act::Drop, 1),
        (Act::Stall, 1),
        (say("xx what"), 1),
        (say("999 what"), 1),
        (say("354 what"), 1),
        (say("250-never ends"), 1),
        (Act::Late(Duration::from_millis(700), "250 queued".to_owned()), 1),
    ] {
        let server = Scripted::start(vec![script(".", act.clone()), Script::new()]);
        let mut transport = plain(&server);
        let attempt = transport.send(&envelope(), MESSAGE);
        assert_eq!(word(&attempt), "uncertain", "{act:?}: {attempt:?}");
        assert_eq!(server.taken(), taken, "{act:?}: sent again by itself");
        assert!(transport.session.is_none(), "{act:?}: what comes late would be read as the next reply");
        assert_eq!(
            word(&transport.send(&envelope(), MESSAGE)),
            "accepted",
            "the next delivery is not touched"
        );
    }
}

#[test]
fn every_failure_before_the_dot_is_deferred_with_nothing_taken() {
    for verb in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"] {
        for act in [Act::Drop, Act::Stall, say("xx"), say("250-never ends"), say("299 unexpected")] {
            let server = Scripted::start(vec![script(verb, act.clone())]);
            let attempt = plain(&server).send(&envelope(), MESSAGE);
            assert!(
                matches!(attempt, Attempt::Deferred { later: Scope::Server, .. }),
                "{verb} {act:?}: {attempt:?}"
            );
            assert_eq!(server.taken(), 0);
        }
    }
}

#[test]
fn a_line_that_breaks_within_the_message_is_deferred() {
    let mut drops = script("BODY", Act::Drop);
    drops.insert("EHLO", say("250 scripted"));
    let server = Scripted::start(vec![drops]);
    // More than any socket buffers: a message that fits into them may be gone, dot and all, before the
    // break shows, and would rightly be uncertain.
    let message = b"line of text\r\n".repeat(3_000_000);
    let attempt = plain(&server).send(&envelope(), &message);
    assert_eq!(word(&attempt), "deferred", "{attempt:?}");
    assert_eq!(server.taken(), 0);
}

#[test]
fn a_server_that_cannot_be_reached_is_deferred() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut transport = SmtpTransport::new(&settings(port, SmtpTls::None), Path::new("/")).unwrap();
    let attempt = transport.send(&envelope(), MESSAGE);
    assert!(matches!(attempt, Attempt::Deferred { later: Scope::Server, .. }), "{attempt:?}");
}

#[test]
fn goal_e5_the_time_outs_are_those_of_the_standard_and_count_once() {
    let timeouts = Timeouts::default();
    assert!(timeouts.end >= Duration::from_mins(10) && timeouts.command >= Duration::from_mins(5));
    assert!(timeouts.data >= Duration::from_mins(2) && timeouts.block >= Duration::from_mins(3));
    for verb in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."] {
        for act in [Act::Stall, Act::Trickle("250 a long and slow reply".to_owned())] {
            let server = Scripted::start(vec![script(verb, act)]);
            let mut transport = plain(&server);
            let began = Instant::now();
            transport.send(&envelope(), MESSAGE);
            drop(transport);
            let took = began.elapsed();
            assert!(took >= Duration::from_millis(400), "{verb}: gave up after {took:?}");
            assert!(took < Duration::from_millis(750), "{verb}: one time-out of 400 ms took {took:?}");
        }
    }
}

#[test]
fn fault_f65_a_refused_recipient_leaves_the_connection_to_the_next() {
    let server = Scripted::start(vec![script("RCPT", say("550 5.1.1 no such user")), Script::new()]);
    let mut transport = plain(&server);
    let attempt = transport.send(&envelope(), MESSAGE);
    assert_eq!(
        attempt,
        Attempt::Rejected {
            cause: Rejection::Recipient,
            words: "550 5.1.1 no such user (at RCPT TO)".to_owned()
        }
    );
    assert!(transport.session.is_some());
    transport.send(&envelope(), MESSAGE);
    let seen = server.seen.lock().unwrap();
    assert_eq!(seen.connections, 1);
    assert!(seen.lines.contains(&"RSET".to_owned()));
}

#[test]
fn fault_f66_a_server_that_closes_between_messages_is_met_again_and_nothing_is_doubled() {
    for act in [Act::Drop, say("421 4.3.2 enough for now")] {
        for verb in ["RSET", "MAIL"] {
            let mut scripts = vec![Script::new(), Script::new()];
            scripts[0].insert("RSET", if verb == "RSET" { act.clone() } else { say("250 ok") });
            let server = Scripted::start(scripts);
            let mut transport = plain(&server);
            for _ in 0..5 {
                assert_eq!(word(&transport.send(&envelope(), MESSAGE)), "accepted", "{verb} {act:?}");
            }
            assert_eq!(server.taken(), 5);
        }
    }
}

#[test]
fn a_used_connection_that_ends_at_mail_is_replaced_once() {
    // The first connection answers one MAIL and drops at the second, the second one is sound.
    let server = Scripted::start(vec![Script::new()]);
    let mut transport = plain(&server);
    assert_eq!(word(&transport.send(&envelope(), MESSAGE)), "accepted");
    let dying = Scripted::start(vec![script("MAIL", Act::Drop), script("MAIL", Act::Drop), Script::new()]);
    let mut used = Session::open(&Server { port: dying.port, ..plain(&dying).server }).unwrap();
    let mut transport = plain(&dying);
    used.carried = Carried::Before;
    transport.session = Some(used);
    let attempt = transport.send(&envelope(), MESSAGE);
    assert_eq!(word(&attempt), "deferred", "a fresh connection that fails is not replaced again");
    assert_eq!(dying.seen.lock().unwrap().connections, 2);
    assert_eq!(word(&transport.send(&envelope(), MESSAGE)), "accepted");
    assert_eq!(dying.taken(), 1);
}

#[test]
fn goal_e8_a_message_above_the_servers_size_is_not_begun() {
    let server = Scripted::start(vec![script("EHLO", say("250-scripted\r\n250 SIZE 20"))]);
    let attempt = plain(&server).send(&envelope(), MESSAGE);
    assert!(matches!(attempt, Attempt::Rejected { cause: Rejection::TooBig, .. }), "{attempt:?}");
    assert!(server.seen.lock().unwrap().lines.iter().all(|line| !line.starts_with("MAIL")));
    for no_limit in ["250-scripted\r\n250 SIZE 0", "250-scripted\r\n250 SIZE", "250 scripted"] {
        let server = Scripted::start(vec![script("EHLO", say(no_limit))]);
        assert_eq!(word(&plain(&server).send(&envelope(), MESSAGE)), "accepted", "{no_limit}");
    }
}

#[test]
fn mail_goes_over_tls_from_the_first_byte_or_after_starttls() {
    for (theirs, ours) in [(Tls::Implicit, SmtpTls::Implicit), (Tls::Starttls, SmtpTls::Starttls)] {
        let server = Scripted::start_with(vec![], theirs, "good");
        let mut transport = encrypted(&server, ours, None);
        for _ in 0..3 {
            let attempt = transport.send(&envelope(), MESSAGE);
            assert_eq!(word(&attempt), "accepted", "{ours:?}: {attempt:?}");
        }
        let seen = server.seen.lock().unwrap();
        assert_eq!((seen.messages.len(), seen.connections), (3, 1));
        let before: Vec<&str> = seen.clear.iter().map(|line| line.split(' ').next().unwrap()).collect();
        assert!(before.is_empty() || before == ["EHLO", "STARTTLS"], "{before:?}");
    }
}

fn secret(text: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = tempfile::NamedTempFile::new().unwrap().into_temp_path().keep().unwrap();
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path
}

fn logins() -> Vec<SmtpAuth> {
    let password = || PasswordLogin { user: "ap".to_owned(), password_file: secret("pass word\n") };
    vec![
        SmtpAuth::Plain(password()),
        SmtpAuth::Login(password()),
        SmtpAuth::Xoauth2(TokenLogin {
            user: "ap".to_owned(),
            token_file: Some(secret("token")),
            client: None,
        }),
    ]
}

#[test]
fn each_login_is_sent_over_tls_and_never_before() {
    for (login, lines) in logins().into_iter().zip([
        vec!["AUTH PLAIN AGFwAHBhc3Mgd29yZA=="],
        vec!["AUTH LOGIN", "YXA=", "cGFzcyB3b3Jk"],
        vec!["AUTH XOAUTH2 dXNlcj1hcAFhdXRoPUJlYXJlciB0b2tlbgEB"],
    ]) {
        let server = Scripted::start_with(vec![], Tls::Starttls, "good");
        let attempt = encrypted(&server, SmtpTls::Starttls, Some(login)).send(&envelope(), MESSAGE);
        assert_eq!(word(&attempt), "accepted", "{attempt:?}");
        let seen = server.seen.lock().unwrap();
        let said: Vec<&str> =
            seen.lines.iter().map(String::as_str).filter(|line| lines.contains(line)).collect();
        assert_eq!(said, lines);
        assert_eq!(seen.clear.len(), 2);
    }
}

#[test]
fn fault_f70_a_refused_login_stops_at_once_and_says_what_would_help() {
    let words = "535 5.7.139 Authentication unsuccessful, basic authentication is disabled";
    let server = Scripted::start_with(vec![script("AUTH", say(words))], Tls::Starttls, "good");
    let login = logins().remove(0);
    let attempt = encrypted(&server, SmtpTls::Starttls, Some(login)).send(&envelope(), MESSAGE);
    let Attempt::Refused { words } = attempt else { panic!("{attempt:?}") };
    assert!(words.ends_with("this server no longer takes passwords: use `xoauth2`"), "{words}");

    let asks = script("AUTH", say("334 eyJzdGF0dXMiOiI0MDEifQ=="));
    let mut refused = asks.clone();
    refused.insert("ANSWER", say("535 5.7.3 Authentication unsuccessful"));
    let server = Scripted::start_with(vec![refused], Tls::Starttls, "good");
    let login = logins().remove(2);
    let attempt = encrypted(&server, SmtpTls::Starttls, Some(login)).send(&envelope(), MESSAGE);
    assert_eq!(word(&attempt), "refused", "{attempt:?}");
    let auths = server.seen.lock().unwrap().lines.iter().filter(|line| line.starts_with("AUTH")).count();
    assert_eq!(auths, 1);
}

fn tells_nothing(line: &str) -> bool {
    line.starts_with("EHLO") || line == "STARTTLS" || line == "QUIT"
}

/// Goal E10 and fault F67.
#[test]
fn goal_e10_nothing_is_said_to_a_server_that_cannot_prove_who_it_is() {
    let login = || logins().into_iter().next();
    for certificate in ["expired", "other-name", "self-signed"] {
        for (theirs, ours) in [(Tls::Implicit, SmtpTls::Implicit), (Tls::Starttls, SmtpTls::Starttls)] {
            let server = Scripted::start_with(vec![], theirs, certificate);
            let attempt = encrypted(&server, ours, login()).send(&envelope(), MESSAGE);
            assert_eq!(word(&attempt), "refused", "{certificate} {ours:?}: {attempt:?}");
            let seen = server.seen.lock().unwrap();
            assert!(seen.lines.iter().all(|line| tells_nothing(line)), "{seen:?}");
        }
    }
    let hides_it = script("EHLO", say("250-scripted\r\n250 AUTH PLAIN"));
    let refuses_it = script("STARTTLS", say("502 5.5.1 not here"));
    let speaks_first = script("STARTTLS", say("220 go\r\n250-forged\r\n250 AUTH PLAIN"));
    let goes_on_in_the_clear = script("STARTTLS", say("220 go\r\n"));
    for act in [hides_it, refuses_it, speaks_first, goes_on_in_the_clear] {
        let server = Scripted::start_with(vec![act.clone()], Tls::Starttls, "good");
        let attempt = encrypted(&server, SmtpTls::Starttls, login()).send(&envelope(), MESSAGE);
        assert_eq!(word(&attempt), "refused", "{act:?}: {attempt:?}");
        let seen = server.seen.lock().unwrap();
        assert!(seen.lines.iter().all(|line| tells_nothing(line)), "{seen:?}");
    }
    let no_tls_at_all = Scripted::start(vec![]);
    let attempt = encrypted(&no_tls_at_all, SmtpTls::Implicit, login()).send(&envelope(), MESSAGE);
    assert_ne!(word(&attempt), "accepted");
    let seen = no_tls_at_all.seen.lock().unwrap();
    assert!(seen.lines.iter().all(|line| !line.contains("AUTH") && !line.contains("MAIL")), "{seen:?}");
}

#[test]
fn settings_that_would_send_in_the_clear_are_refused() {
    let new = |settings: &SmtpSettings| SmtpTransport::new(settings, Path::new("/")).unwrap_err().to_string();
    let away = SmtpSettings { host: "mail.council.example".to_owned(), ..settings(25, SmtpTls::None) };
    assert!(new(&away).starts_with("expected `tls` for a mail server on another machine"));
    let login = SmtpSettings { auth: logins().into_iter().next(), ..settings(25, SmtpTls::None) };
    assert_eq!(new(&login), "expected `tls` where a password is sent, found `none`");
}

#[test]
fn a_secret_is_one_line_that_others_cannot_read_and_nothing_prints() {
    use std::os::unix::fs::PermissionsExt;
    let with = |path: PathBuf| {
        let login = PasswordLogin { user: "ap".to_owned(), password_file: path };
        let settings =
            SmtpSettings { auth: Some(SmtpAuth::Plain(login)), ..settings(587, SmtpTls::Starttls) };
        SmtpTransport::new(&settings, Path::new("/"))
    };
    let readable = secret("hunter2");
    std::fs::set_permissions(&readable, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(with(readable).unwrap_err().help().starts_with("run `chmod 600 "));
    for text in ["", "\n", "two\nlines\n"] {
        assert!(with(secret(text)).unwrap_err().to_string().starts_with("expected a secret of one line"));
    }
    let shown = format!("{:?}", with(secret("hunter2")).unwrap());
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn the_grammar_of_a_mail_server_is_read() {
    let settings: SmtpSettings = toml::from_str(
        "host = \"smtp.council.example\"\nauth = { xoauth2 = { user = \"ap\", token_file = \"/run/token\" } }\n",
    )
    .unwrap();
    assert_eq!((settings.port(), settings.tls, settings.per_minute), (587, SmtpTls::Starttls, 20));
    for wrong in ["host = \"h\"\ntls = \"opportunistic\"", "host = \"h\"\npassword = \"x\"", "port = 25"] {
        assert!(toml::from_str::<SmtpSettings>(wrong).is_err(), "{wrong}");
    }
}

/// Waits until `port` answers, so that the program behind it is there.
fn until_it_listens(port: u16) {
    for _ in 0..200 {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("nothing listens on {port}");
}

#[test]
fn fault_f67_a_server_with_old_tls_or_a_certificate_that_does_not_hold_gets_nothing() {
    use std::process::{Command, Stdio};
    let folder = certificates();
    for version in ["-tls1", "-tls1_1"] {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut openssl = Command::new("openssl")
            .args(["s_server", "-quiet", version, "-cipher", "ALL:@SECLEVEL=0", "-accept", &port.to_string()])
            .args(["-cert", folder.join("good.pem").to_str().unwrap()])
            .args(["-key", folder.join("good.key").to_str().unwrap()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        until_it_listens(port);
        let settings = SmtpSettings {
            auth: logins().into_iter().next(),
            ca_file: Some(folder.join("ca.pem")),
            ..settings(port, SmtpTls::Implicit)
        };
        let mut transport = SmtpTransport::new(&settings, Path::new("/")).unwrap();
        let attempt = transport.send(&envelope(), MESSAGE);
        openssl.kill().unwrap();
        let heard = openssl.wait_with_output().unwrap().stdout;
        assert_eq!(word(&attempt), "refused", "{version}: {attempt:?}");
        assert_eq!(String::from_utf8_lossy(&heard), "", "{version}");
    }
    for certificate in ["self-signed", "expired", "other-name"] {
        for (theirs, ours) in [(Tls::Starttls, SmtpTls::Starttls), (Tls::Implicit, SmtpTls::Implicit)] {
            let server = Scripted::start_with(vec![], theirs, certificate);
            let attempt = encrypted(&server, ours, logins().into_iter().next()).send(&envelope(), MESSAGE);
            assert_eq!(word(&attempt), "refused", "{certificate} {ours:?}: {attempt:?}");
            let seen = server.seen.lock().unwrap();
            assert!(
                seen.lines.iter().all(|line| !line.contains("AUTH") && !line.contains("MAIL")),
                "{seen:?}"
            );
        }
    }
    let stripped = Scripted::start(vec![]);
    let attempt =
        encrypted(&stripped, SmtpTls::Starttls, logins().into_iter().next()).send(&envelope(), MESSAGE);
    assert_eq!(word(&attempt), "refused", "{attempt:?}");
}

#[test]
fn fault_f69_a_server_that_asks_for_a_slower_pace_gets_it_and_each_message_once() {
    for (verb, reply) in [
        ("MAIL", "432 4.3.2 Concurrent connections limit exceeded"),
        ("RCPT", "450 4.7.1 too many messages"),
        (".", "451 4.7.500 Server busy"),
    ] {
        let server = Scripted::start(vec![script(verb, Act::once(reply))]);
        let mut transport = plain(&server);
        let before = transport.pace.per_minute();
        let mut waiting: std::collections::VecDeque<u8> = (0..5).collect();
        let mut tries = 0;
        while let Some(number) = waiting.pop_front() {
            tries += 1;
            let message = format!("Subject: {number}\r\n\r\n").into_bytes();
            match transport.send(&envelope(), &message) {
                Attempt::Accepted { .. } => {}
                Attempt::Deferred { later: Scope::Pace, .. } => waiting.push_back(number),
                other => panic!("{verb}: {other:?}"),
            }
        }
        assert_eq!((tries, transport.pace.per_minute()), (6, before / 2), "{verb}");
        let mut taken = server.seen.lock().unwrap().messages.clone();
        // The scripted server keeps what it then refuses after the dot, as the refusal itself says it does not.
        if verb == "." {
            assert_eq!(taken.remove(0), b"Subject: 0\r\n\r\n");
        }
        taken.sort();
        taken.dedup();
        assert_eq!(taken.len(), 5, "{verb}");
    }
}
