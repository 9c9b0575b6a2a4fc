//! Tokens from a real endpoint over TLS, sent to the scripted mail server.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::*;
use crate::project::ClientCredentials;

/// A running `tests/python/token_server.py`.
struct Endpoint {
    process: Child,
    port: u16,
    log: PathBuf,
}

impl Endpoint {
    fn start(certificate: &str, answers: &[&str]) -> Self {
        let folder = certificates();
        let log = tempfile::NamedTempFile::new().unwrap().into_temp_path().keep().unwrap();
        let mut process = Command::new("python3")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/token_server.py"))
            .arg(folder.join(format!("{certificate}.pem")))
            .arg(folder.join(format!("{certificate}.key")))
            .arg(&log)
            .args(answers)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Self { process, port: port.trim().parse().unwrap(), log }
    }

    /// Returns the forms that it was sent, a JSON object a line.
    fn forms(&self) -> Vec<serde_json::Value> {
        let log = std::fs::read_to_string(&self.log).unwrap();
        log.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn login(&self) -> SmtpAuth {
        SmtpAuth::Xoauth2(TokenLogin {
            user: "ap.reports@demo-city.example".to_owned(),
            token_file: None,
            client: Some(ClientCredentials {
                token_url: format!("https://localhost:{}/tenant/oauth2/v2.0/token", self.port),
                client_id: "the client".to_owned(),
                client_secret_file: secret("s3cret & more\n"),
                scope: "https://outlook.office365.com/.default".to_owned(),
            }),
        })
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns the tokens that a server was sent, in order.
fn sent(server: &Scripted) -> Vec<String> {
    let seen = server.seen.lock().unwrap();
    let lines = seen.lines.iter().filter_map(|line| line.strip_prefix("AUTH XOAUTH2 "));
    lines
        .map(|word| {
            (0..9)
                .map(|number| format!("token-{number}"))
                .find(|token| {
                    let whole = format!("user=ap.reports@demo-city.example\x01auth=Bearer {token}\x01\x01");
                    word == super::super::auth::base64(whole.as_bytes())
                })
                .unwrap_or_else(|| word.to_owned())
        })
        .collect()
}

#[test]
fn a_token_is_asked_for_once_and_kept_until_it_ends() {
    let endpoint = Endpoint::start("good", &["token:3600"]);
    // The server ends the connection after each message, so that each has a login of its own.
    let server = Scripted::start_with(vec![script("RSET", say("421 4.3.2 enough"))], Tls::Starttls, "good");
    let mut transport = encrypted(&server, SmtpTls::Starttls, Some(endpoint.login()));
    for _ in 0..3 {
        let attempt = transport.send(&envelope(), MESSAGE);
        assert_eq!(word(&attempt), "accepted", "{attempt:?}");
    }
    assert_eq!(sent(&server), ["token-1"; 3]);
    let forms = endpoint.forms();
    assert_eq!(forms.len(), 1);
    assert_eq!(
        forms[0],
        serde_json::json!({
            "grant_type": "client_credentials", "client_id": "the client", "client_secret": "s3cret & more",
            "scope": "https://outlook.office365.com/.default",
        })
    );
}

#[test]
fn a_token_that_has_ended_is_not_sent_again() {
    let endpoint = Endpoint::start("good", &["token:60"]);
    let server = Scripted::start_with(vec![script("RSET", say("421 4.3.2 enough"))], Tls::Starttls, "good");
    let mut transport = encrypted(&server, SmtpTls::Starttls, Some(endpoint.login()));
    for _ in 0..2 {
        assert_eq!(word(&transport.send(&envelope(), MESSAGE)), "accepted");
    }
    assert_eq!(sent(&server), ["token-1", "token-2"]);
}

#[test]
fn fault_f70_a_token_that_is_refused_is_asked_for_once_more_and_then_it_stops() {
    let refusal = "535 5.7.3 Authentication unsuccessful";
    let endpoint = Endpoint::start("good", &["token:3600"]);
    let server = Scripted::start_with(vec![script("AUTH", Act::once(refusal))], Tls::Starttls, "good");
    let attempt = encrypted(&server, SmtpTls::Starttls, Some(endpoint.login())).send(&envelope(), MESSAGE);
    assert_eq!(word(&attempt), "accepted", "{attempt:?}");
    assert_eq!(sent(&server), ["token-1", "token-2"]);

    let endpoint = Endpoint::start("good", &["token:3600"]);
    let server = Scripted::start_with(vec![script("AUTH", say(refusal))], Tls::Starttls, "good");
    let attempt = encrypted(&server, SmtpTls::Starttls, Some(endpoint.login())).send(&envelope(), MESSAGE);
    assert_eq!(word(&attempt), "refused", "{attempt:?}");
    assert_eq!((sent(&server).len(), endpoint.forms().len()), (2, 2), "one refresh, then stop");
}

#[test]
fn fault_f70_an_endpoint_that_is_away_is_tried_later_and_one_that_says_no_is_for_a_person() {
    for (answers, end, words) in [
        (["500"], "deferred", "it answers 500"),
        (["429"], "deferred", "it answers 429"),
        (["drop"], "deferred", "fails"),
        (["200"], "deferred", "holds no token"),
        (["denied"], "refused", "invalid_client AADSTS7000215"),
    ] {
        let endpoint = Endpoint::start("good", &answers);
        let server = Scripted::start_with(vec![], Tls::Starttls, "good");
        let attempt =
            encrypted(&server, SmtpTls::Starttls, Some(endpoint.login())).send(&envelope(), MESSAGE);
        let shown = format!("{attempt:?}");
        assert_eq!(word(&attempt), end, "{answers:?}: {shown}");
        assert!(shown.contains(words) && !shown.contains("s3cret"), "{answers:?}: {shown}");
        assert!(sent(&server).is_empty());
    }
    let endpoint = Endpoint::start("good", &["token:3600"]);
    let login = endpoint.login();
    drop(endpoint);
    let server = Scripted::start_with(vec![], Tls::Starttls, "good");
    assert_eq!(
        word(&encrypted(&server, SmtpTls::Starttls, Some(login)).send(&envelope(), MESSAGE)),
        "deferred"
    );
}

#[test]
fn fault_f70_the_secret_is_sent_only_to_an_endpoint_that_can_prove_who_it_is() {
    for certificate in ["self-signed", "expired", "other-name"] {
        let endpoint = Endpoint::start(certificate, &["token:3600"]);
        let server = Scripted::start_with(vec![], Tls::Starttls, "good");
        let attempt =
            encrypted(&server, SmtpTls::Starttls, Some(endpoint.login())).send(&envelope(), MESSAGE);
        assert_eq!(word(&attempt), "refused", "{certificate}: {attempt:?}");
        assert!(endpoint.forms().is_empty(), "{certificate}");
    }
    let mut login = Endpoint::start("good", &["token:3600"]).login();
    if let SmtpAuth::Xoauth2(TokenLogin { client: Some(client), .. }) = &mut login {
        client.token_url = client.token_url.replace("https", "http");
    }
    let settings = SmtpSettings { auth: Some(login), ..settings(587, SmtpTls::Starttls) };
    let error = SmtpTransport::new(&settings, Path::new("/")).unwrap_err().to_string();
    assert!(error.starts_with("expected a `token_url` that begins with `https://`"), "{error}");
}

#[test]
fn a_token_comes_from_one_place() {
    let login =
        |token_file, client| SmtpAuth::Xoauth2(TokenLogin { user: "ap".to_owned(), token_file, client });
    let client = || match Endpoint::start("good", &["500"]).login() {
        SmtpAuth::Xoauth2(login) => login.client,
        _ => None,
    };
    for auth in [login(None, None), login(Some(secret("token")), client())] {
        let settings = SmtpSettings { auth: Some(auth), ..settings(587, SmtpTls::Starttls) };
        let error = SmtpTransport::new(&settings, Path::new("/")).unwrap_err().to_string();
        assert_eq!(error, "expected either `token_file` or `client` in `xoauth2`, found both or neither");
    }
}
