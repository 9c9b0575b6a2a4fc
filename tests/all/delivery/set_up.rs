//! A council with its mail server, and what became of what it sent.

use sufficiency::job;
use sufficiency::post;
use sufficiency::post::{Decision, EditionLine};

use crate::council::Council;
use crate::mail_server::{MailServer, Taken};
use crate::refusals::{FILE, LEDGER};

pub(super) const CLOCK: &str = "2024-04-10T06:00";
pub(super) const REPORT: &str = "report-templates/cost_review/report.toml";

pub(super) fn decision<'a>() -> Decision<'a> {
    Decision { by: "head.of.service", reason: "a credit was counted twice" }
}

/// Returns a council with these readers, whose mail goes to `server`; its ledger is there and nothing has run.
pub(super) fn council(server: &MailServer, readers: &[&str], approval: &str) -> Council {
    let council = Council::of("payments");
    clock(&council, server, CLOCK);
    let to: Vec<String> = readers.iter().map(|name| format!("\"{name}@council.example\"")).collect();
    council.write(
        "recipients.toml",
        format!("[roles.commissioners]\naudience = \"commissioning\"\nto = [{}]\n", to.join(", ")),
    );
    council.write(FILE, LEDGER);
    let report = std::fs::read_to_string(council.path(REPORT)).unwrap();
    council.write(REPORT, report.replace("approval = \"never\"", &format!("approval = \"{approval}\"")));
    council
}

pub(super) fn clock(council: &Council, server: &MailServer, local: &str) {
    council.write(
        "settings.toml",
        format!(
            "fixed_clock = \"{local}\"\n[connections.finance_share]\nfolder = {{ path = \"extracts\" }}\n{}",
            server.settings()
        ),
    );
}

/// Runs everything, and returns the exit code.
pub(super) fn code(council: &Council) -> u8 {
    council.run_all().result().map_or_else(|failure| failure.code(), |()| 0)
}

pub(super) fn editions(council: &Council) -> Vec<EditionLine> {
    post::editions(&council.open(), Some("cost_review")).unwrap()
}

/// Returns where the deliveries of the newest edition stand, as `name state`.
pub(super) fn states(council: &Council) -> Vec<String> {
    let editions = editions(council);
    let deliveries = &editions.last().unwrap().deliveries;
    deliveries
        .iter()
        .map(|line| format!("{} {}", line.recipient.split('@').next().unwrap(), line.state))
        .collect()
}

/// Returns the messages to one reader whose subject has these words.
pub(super) fn to<'a>(taken: &'a [Taken], name: &str, subject: &str) -> Vec<&'a str> {
    taken
        .iter()
        .filter(|(to, message)| to.starts_with(name) && header(message, "Subject").contains(subject))
        .map(|(_, message)| message.as_str())
        .collect()
}

/// Returns the value of a header, unfolded.
pub(super) fn header(message: &str, name: &str) -> String {
    let head = message.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    let found =
        head.split("\r\n").find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
    found.unwrap_or_default()
}

/// Returns every record of the deliveries of the report, as text.
pub(super) fn records(council: &Council) -> String {
    let objects = std::sync::Arc::clone(council.open().store().objects());
    let names = objects.list("outbox/cost_review").unwrap();
    names
        .iter()
        .map(|name| String::from_utf8(objects.read(name).unwrap().unwrap()).unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Runs, and lets the first edition go to addresses that are all new.
pub(super) fn run_and_approve(council: &Council) {
    assert_eq!(code(council), 43);
    let _ = post::approve(&council.open(), "cost_review", None, decision());
}

/// Looks at the mail at a later time, as `tick` does.
pub(super) fn look(council: &Council, server: &MailServer, local: &str) -> Result<usize, job::Failure> {
    clock(council, server, local);
    post::attend_mail(&council.open(), &[])
}

/// Rewrites the list of readers.
pub(super) fn list(council: &Council, readers: &[&str], more: &str) {
    let to: Vec<String> = readers.iter().map(|name| format!("\"{name}@council.example\"")).collect();
    council.write(
        "recipients.toml",
        format!("[roles.commissioners]\naudience = \"commissioning\"\nto = [{}]\n{more}", to.join(", ")),
    );
}

/// Returns the words of the newest edition's delivery to one reader.
pub(super) fn words_of(council: &Council, name: &str) -> String {
    let editions = editions(council);
    let mut lines = editions[0].deliveries.iter();
    lines.find(|line| line.recipient.starts_with(name)).unwrap().words.clone()
}
