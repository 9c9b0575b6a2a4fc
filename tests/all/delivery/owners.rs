//! What the owner of a report hears: what is held, what cannot work, and the alarm.

use sufficiency::post;

use super::set_up::{REPORT, code, council, decision, header, run_and_approve, to};
use crate::mail_server::MailServer;
use crate::refusals::{FILE, LEDGER};

#[test]
fn a_held_report_is_reported_to_its_owner_once_with_the_reason_and_to_its_readers_only_if_it_asks() {
    let server = MailServer::start();
    let council = council(&server, &["a"], "never");
    run_and_approve(&council);
    council.write(
        "pipelines/cost_review/checks/no_credits.sql",
        "SELECT * FROM finance.ledger_lines WHERE amount < 0\n",
    );
    for _ in 0..3 {
        assert_eq!(code(&council), 12);
    }
    let taken = server.taken();
    let notices = to(&taken, "ap.data", "held, because a check");
    assert_eq!(notices.len(), 1, "notified once");
    let words = notices[0].replace("=\r\n", "");
    for part in [
        "no_credits.sql` finds 1 row that is wrong",
        "last good tables are unchanged",
        "sufficiency show 0",
        "sufficiency run cost_review",
    ] {
        assert!(words.contains(part), "{part} is not in {words}");
    }
    assert_eq!(header(notices[0], "Auto-Submitted"), "auto-generated");
    assert!(to(&taken, "a@", "late").is_empty());

    let report = std::fs::read_to_string(council.path(REPORT)).unwrap();
    council.write(REPORT, report.replace("headline", "tell_late = true\nheadline"));
    for _ in 0..2 {
        assert_eq!(code(&council), 12);
    }
    let taken = server.taken();
    let late = to(&taken, "a@", "late");
    assert_eq!(late.len(), 1);
    assert!(!late[0].contains("no_credits"), "readers do not learn why");
}

#[test]
fn check_and_doctor_name_addresses_that_cannot_work() {
    let server = MailServer::start();
    let council = council(&server, &["a"], "never");
    let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    council.write(
        "settings.toml",
        settings.replace("[\"council.example\"]", "[\"council.example\", \"council.gov.uk\"]"),
    );
    let long = format!("{}@council.gov.uk", "a".repeat(65));
    let wrong = [
        "\\\"quoted name\\\"@council.gov.uk",
        "two@at@council.gov.uk",
        "a@cоuncil.gov.uk",
        "a@b_c.gov.uk",
        &long,
    ];
    let to = wrong.map(|address| format!("\"{address}\"")).join(",\n");
    council.write(
        "recipients.toml",
        format!(
            "[roles.commissioners]\naudience = \"commissioning\"\nto = [\n\"good@council.gov.uk\",\n\"a@council.example\",\n\
             \"a@elsewhere.gov.uk\",\n{to}]\n"
        ),
    );
    let project = council.open().project().clone();
    let faults = sufficiency::run::check(&project);
    let of_addresses: Vec<String> = faults
        .iter()
        .filter(|fault| fault.location().is_some_and(|at| at.starts_with("recipients.toml")))
        .map(|fault| format!("{} {}", fault.location().unwrap(), fault.message()))
        .collect();
    for (line, words) in [
        (5, "no mail server answers for `council.example`"),
        (6, "nothing goes to `elsewhere.gov.uk`"),
        (7, "the part before the `@` is not a plain mailbox name"),
        (8, "it is not one name, one `@` and one domain"),
        (9, "a character outside ASCII"),
        (10, "the domain is not plain labels"),
        (11, "the part before the `@` is not a plain mailbox name"),
    ] {
        let found = of_addresses.iter().find(|fault| fault.contains(&format!("recipients.toml:{line}:")));
        assert!(found.is_some_and(|fault| fault.contains(words)), "{line}: {of_addresses:#?}");
    }
    assert_eq!(of_addresses.len(), 7, "{of_addresses:#?}");
    let findings = sufficiency::run::doctor(&project);
    assert!(findings.iter().filter(|finding| finding.kind == "address").count() >= 7);
}

#[test]
fn the_owners_alarm_is_in_a_file_and_at_the_webhook_also_where_mail_is_broken() {
    let server = MailServer::start();
    let council = council(&server, &["a"], "never");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let calls = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let heard = std::sync::Arc::clone(&calls);
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        for mut line in listener.incoming().flatten() {
            let mut request = Vec::new();
            let mut block = [0; 4096];
            while !request.ends_with(b"}") {
                match line.read(&mut block) {
                    Ok(0) | Err(_) => break,
                    Ok(count) => request.extend_from_slice(&block[..count]),
                }
            }
            heard.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
            let _ = line.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    council.write("hook", format!("http://127.0.0.1:{port}/secret-token\n"));
    std::fs::set_permissions(council.path("hook"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let sound = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    let alarm = "[alarm]\nwebhook_file = \"hook\"\n";
    let broken = sound.replace(&format!("port = {}", server.port), &format!("port = {nobody}"));
    council.write("settings.toml", broken + alarm);
    council.write(FILE, LEDGER.replace("99.99", "none"));
    let failure = council.failure();
    let file = council.path("store/alarms/cost_review.json");
    let pipelines: Vec<_> = std::fs::read_dir(council.path("store/alarms")).unwrap().flatten().collect();
    assert!(!pipelines.is_empty(), "{failure}");
    let text: String = pipelines.iter().map(|entry| std::fs::read_to_string(entry.path()).unwrap()).collect();
    assert!(text.contains("\"code\": ") && text.contains("sufficiency run"), "{text}");
    assert!(!text.contains("secret-token") && !text.contains("700001"), "{text}");
    let count = calls.lock().unwrap().len();
    assert_eq!(count, pipelines.len(), "one call for each: {:?}", calls.lock().unwrap());
    assert!(
        calls.lock().unwrap()[0].contains("POST /secret-token")
            && calls.lock().unwrap()[0].contains("\"text\"")
    );
    assert_eq!(council.failure().code(), failure.code());
    assert_eq!(calls.lock().unwrap().len(), count, "once for a cause and day");
    council.write(FILE, LEDGER);
    council.write("settings.toml", sound + alarm);
    let _first_edition_waits = council.run_all();
    post::approve(&council.open(), "cost_review", None, decision()).unwrap();
    assert_eq!(code(&council), 0);
    assert!(!file.exists(), "a good run takes it back");
}
