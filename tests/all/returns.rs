//! Where bounces go: a return path for each message, by which what comes back is known.

use sufficiency::post;

use crate::council::Council;

const LEDGER: &str = "\
,Supplier ID,Supplier ID(T),Amount,Account,Account(T),Payment Date,TransNo,Service(T),Cost Centre(T)
INSERTED DETAIL,700001,Provider One,\"1,500.00\",R5037,AP,12/04/2023,1001,Education,AP
";

const SETTINGS: &str = "\
fixed_clock = \"2024-04-15T06:00\"
[connections.finance_share]
folder = { path = \"extracts\" }
[mail]
from = \"AP commissioning <ap.reports@council.example>\"
folder = { path = \"./mail\" }
bounces = { path = \"returns\" }
allow_domains = [\"council.example\"]
";

/// Returns the first record of the only delivery, and its folder's name.
fn planned(council: &Council) -> (serde_json::Value, String) {
    let mut folder = council.path("store/outbox/cost_review");
    while !folder.join("000000.json").exists() {
        folder = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    }
    let record = std::fs::read(folder.join("000000.json")).unwrap();
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    (serde_json::from_slice(&record).unwrap(), name)
}

/// Makes a council with this line in `[mail]`, and sends.
fn sent(line: &str) -> Council {
    let council = Council::of("payments");
    council
        .write("extracts/wolver_apr_2023.csv", LEDGER)
        .write("settings.toml", format!("{SETTINGS}{line}"))
        .write("returns/new/.keep", "")
        .write("returns/cur/.keep", "");
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    council
}

#[test]
fn a_bounce_without_the_message_is_known_by_the_return_path_that_the_message_left_with() {
    let council = sent("bounces_to = \"ap.returns@council.example\"\n");
    let (record, delivery) = planned(&council);
    let from = record["event"]["planned"]["from"].as_str().unwrap().to_owned();
    assert!(from.starts_with(&format!("ap.returns+{delivery}.")), "{from}");
    assert!(from.ends_with("@council.example"), "{from}");
    // What readers see is the sender as ever.
    let message = std::fs::read_to_string(&council.emails()[0]).unwrap();
    assert!(message.contains("<ap.reports@council.example>") && !message.contains("ap.returns"));

    council.write(
        "returns/new/1",
        format!(
            "From: MAILER-DAEMON@mail.example\r\nTo: <{from}>\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n\
             Final-Recipient: rfc822; ap.commissioner@council.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
        ),
    );
    assert_eq!(post::attend_mail(&council.open(), &[]).unwrap_err().code(), 40);
    let states = council.query("SELECT state FROM sufficiency.deliveries WHERE report = 'cost_review'");
    assert_eq!(states, ["bounced"]);
}

#[test]
fn without_a_mailbox_for_them_bounces_go_to_the_sender_and_one_too_long_is_named() {
    let (record, _) = planned(&sent(""));
    assert_eq!(record["event"]["planned"]["from"], "ap.reports@council.example");
    let council = Council::of("payments");
    council.write(
        "settings.toml",
        format!("{SETTINGS}bounces_to = \"alternative.provision.returns@council.example\"\n"),
    );
    let checked = std::process::Command::new(env!("CARGO_BIN_EXE_sufficiency"))
        .arg("--project")
        .arg(council.path(""))
        .arg("check")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&checked.stderr);
    assert_eq!(checked.status.code(), Some(2), "{said}");
    assert!(said.contains("`[mail] bounces_to`: expected at most 14 letters before the `@`"), "{said}");
}
