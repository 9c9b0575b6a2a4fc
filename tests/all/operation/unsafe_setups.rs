//! P7 and F82: set-ups under which a secret or a child's data could be had by others.

use std::os::unix::fs::PermissionsExt;

use super::{SETTINGS, council, run};
use crate::council::Council;

/// In every secret of these set-ups; printed nowhere.
const SECRET: &str = "hunter2hunter2hunter2hunter2hunter2";

/// One set-up: what is unsafe about it, how it is made, the exit code, words of the fault.
type SetUp = (&'static str, fn(&Council), i32, &'static str);

fn mode(council: &Council, name: &str, mode: u32) {
    std::fs::set_permissions(council.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Writes a secret in a file of its own, with this mode.
fn secret(council: &Council, name: &str, bits: u32) {
    council.write(name, SECRET);
    mode(council, name, bits);
}

/// Writes the usual settings with these lines in front.
fn settings(council: &Council, lines: &str) {
    council.write("settings.toml", format!("{lines}\n{SETTINGS}"));
}

/// Writes settings with this mail server.
fn smtp(council: &Council, server: &str) {
    let mail = "[mail]\nfrom = \"ap@council.example\"\nallow_domains = [\"council.example\"]\n";
    council.write(
        "settings.toml",
        format!(
            "[connections.finance_share]\nfolder = {{ path = \"extracts\" }}\n{mail}smtp = {{ {server} }}\n"
        ),
    );
}

const KEY: &str = "[pseudonym]\nkey_file = \"secrets/pseudonym.key\"";

const SET_UPS: &[SetUp] = &[
    (
        "the pseudonym key can be read by everybody",
        |c| {
            secret(c, "secrets/pseudonym.key", 0o644);
            settings(c, KEY);
        },
        3,
        "only its owner may read",
    ),
    (
        "the pseudonym key can be read by a group",
        |c| {
            secret(c, "secrets/pseudonym.key", 0o640);
            settings(c, KEY);
        },
        3,
        "only its owner may read",
    ),
    (
        "the pseudonym key is too short",
        |c| {
            c.write("secrets/pseudonym.key", "hunter2");
            mode(c, "secrets/pseudonym.key", 0o600);
            settings(c, KEY);
        },
        3,
        "32 bytes or more",
    ),
    (
        "the pseudonym key lies in the store",
        |c| {
            secret(c, "store/pseudonym.key", 0o600);
            settings(c, "[pseudonym]\nkey_file = \"store/pseudonym.key\"");
        },
        3,
        "within the store",
    ),
    (
        "others may put another key in its place",
        |c| {
            secret(c, "secrets/pseudonym.key", 0o600);
            mode(c, "secrets", 0o777);
            settings(c, KEY);
        },
        3,
        "others may write its folder",
    ),
    (
        "the pseudonym key stands in the settings",
        |c| settings(c, &format!("[pseudonym]\nkey = \"{SECRET}\"")),
        2,
        "a secret is kept in a file of its own",
    ),
    (
        "the pseudonym key is in the environment",
        |c| settings(c, "[pseudonym]\nkey_env = \"PSEUDONYM_KEY\""),
        2,
        "a secret is kept in a file of its own",
    ),
    (
        "others may write the settings",
        |c| mode(c, "settings.toml", 0o666),
        3,
        "others than its owner may write it",
    ),
    (
        "the password stands in the settings",
        |c| {
            smtp(
                c,
                &format!(
                    "host = \"mail.example\", auth = {{ plain = {{ user = \"u\", password = \"{SECRET}\" }} }}"
                ),
            );
        },
        2,
        "a secret is kept in a file of its own",
    ),
    (
        "the password is in the environment",
        |c| smtp(c, "host = \"mail.example\", auth = { plain = { user = \"u\", password_env = \"SMTP\" } }"),
        2,
        "found `password_env`",
    ),
    (
        "the password can be read by everybody",
        |c| {
            secret(c, "secrets/smtp", 0o644);
            smtp(
                c,
                "host = \"mail.example\", auth = { plain = { user = \"u\", password_file = \"secrets/smtp\" } }",
            );
        },
        3,
        "others may read",
    ),
    (
        "the token can be read by everybody",
        |c| {
            secret(c, "secrets/token", 0o604);
            smtp(
                c,
                "host = \"mail.example\", auth = { xoauth2 = { user = \"u\", token_file = \"secrets/token\" } }",
            );
        },
        3,
        "others may read",
    ),
    (
        "the password stands in the server's address",
        |c| smtp(c, &format!("host = \"smtps://u:{SECRET}@mail.example\"")),
        2,
        "holds more than a place",
    ),
    (
        "the key of a bucket stands in its address",
        |c| settings(c, &format!("store = \"s3://key:{SECRET}@bucket/ap\"")),
        2,
        "holds more than a place",
    ),
    (
        "mail would cross a network in the clear",
        |c| smtp(c, "host = \"mail.example\", tls = \"none\""),
        3,
        "expected `tls` for a mail server on another machine",
    ),
    (
        "a password would be sent in the clear",
        |c| {
            secret(c, "secrets/smtp", 0o600);
            smtp(
                c,
                "host = \"localhost\", tls = \"none\", auth = { login = { user = \"u\", password_file = \"secrets/smtp\" } }",
            );
        },
        3,
        "expected `tls` where a password is sent",
    ),
    (
        "others may choose which mail server is trusted",
        |c| {
            c.write("ca.pem", "");
            mode(c, "ca.pem", 0o666);
            smtp(c, "host = \"mail.example\", ca_file = \"ca.pem\"");
        },
        3,
        "choose which mail server is trusted",
    ),
    (
        "mail may go to every domain",
        |c| {
            c.write("settings.toml", SETTINGS.replace("[\"council.example\"]", "[\"*\"]"));
        },
        2,
        "allow_domains",
    ),
    (
        "a monitor is notified in the clear",
        |c| {
            c.write("pipelines/finance/pipeline.toml", "description = \"d\"\nowner = \"data\"\nschedule = { cron = \"0 5 * * *\", heartbeat = \"http://monitor.example/1\" }\n");
        },
        2,
        "in the clear",
    ),
    (
        "a password stands in a monitor's address",
        |c| {
            c.write("pipelines/finance/pipeline.toml", "description = \"d\"\nowner = \"data\"\nschedule = { cron = \"0 5 * * *\", heartbeat = \"https://u:x@monitor.example/1\" }\n");
        },
        2,
        "the address holds a password",
    ),
];

#[test]
fn p7_f82_every_unsafe_set_up_is_refused_and_no_secret_is_shown() {
    assert!(SET_UPS.len() >= 15);
    for (name, make, code, words) in SET_UPS {
        let council = council();
        make(&council);
        for arguments in [&["doctor"][..], &["doctor", "--json"], &["run", "finance", "--log-format", "json"]]
        {
            let ran = run(&council, arguments);
            let printed = String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap();
            assert!(!printed.contains(SECRET), "{name}: the secret is printed by {arguments:?}: {printed}");
            if arguments[0] == "doctor" {
                assert_eq!(ran.status.code(), Some(*code), "{name}: {printed}");
                assert!(printed.contains(words), "{name}: `{words}` is not in: {printed}");
            }
        }
    }
}

#[test]
fn f82_a_secret_on_the_command_line_is_refused() {
    let council = council();
    for option in ["--pseudonym-key", "--password", "--token"] {
        let ran = run(&council, &["run", "finance", &format!("{option}={SECRET}")]);
        assert_eq!(ran.status.code(), Some(2));
    }
}

#[test]
fn a_sound_set_up_passes_and_nothing_is_sent_landed_or_published() {
    let council = council();
    secret(&council, "secrets/pseudonym.key", 0o600);
    settings(&council, KEY);
    let ran = run(&council, &["doctor"]);
    let printed = String::from_utf8_lossy(&ran.stdout);
    assert_eq!(ran.status.code(), Some(0), "{printed}");
    for words in [
        "creates if absent",
        "only its owner may read it",
        "files into this folder",
        "zone data 20",
        "1 new, 0 landed",
    ] {
        assert!(printed.contains(words), "`{words}`: {printed}");
    }
    assert!(printed.contains(": 0 faults"), "{printed}");
    assert!(council.emails().is_empty());
    let left = super::below(&council.path("store"));
    assert!(left.iter().all(|name| name.contains("lock")), "{left:?}");
    council.remove("extracts/wolver_apr_2023.csv");
    let ran = run(&council, &["doctor", "--json"]);
    assert_eq!(ran.status.code(), Some(10));
    let value: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(value["code"], 10);
    let faults =
        value["findings"].as_array().unwrap().iter().filter(|finding| finding["state"] == "fault").count();
    assert_eq!(faults, 1, "{value:#}");
}
