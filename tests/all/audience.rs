//! An edition that was made for more trusted readers goes to nobody else, whatever its report's files say now.

use sufficiency::job::{Alone, Options};
use sufficiency::post::{self, Decision};
use sufficiency::run::{self, Selection};

use crate::council::Council;
use crate::mail_server::MailServer;
use crate::refusals::{FILE, LEDGER};

const MODEL: &str = "pipelines/cost_review/models/ap_spend_by_month";
const REPORT: &str = "report-templates/cost_review/report.toml";
const RECIPIENTS: &str = "recipients.toml";

/// Replaces `old` in a file of the council, where it is once.
fn replace(council: &Council, file: &str, old: &str, new: &str) {
    let text = std::fs::read_to_string(council.path(file)).unwrap();
    assert_eq!(text.matches(old).count(), 1, "`{old}` in `{file}`");
    council.write(file, text.replace(old, new));
}

/// Makes a council whose edition for commissioners has been made, and sent to whoever may have it.
fn council(mail: &str) -> Council {
    let council = Council::of("payments");
    let place = "[connections.finance_share]\nfolder = { path = \"extracts\" }\n";
    council.write("settings.toml", format!("fixed_clock = \"2024-04-10T06:00\"\n{place}{mail}"));
    council.write(FILE, LEDGER);
    replace(&council, REPORT, "approval = \"never\"", "approval = \"always\"");
    council
}

/// Changes the council's files: the report shows a table that is for the council, and its role is trusted as much.
fn now_for_the_council(council: &Council) {
    for kind in ["sql", "toml"] {
        let text = std::fs::read_to_string(council.path(&format!("{MODEL}.{kind}"))).unwrap();
        let text = text.replace("audience = \"commissioning\"", "audience = \"council\"");
        council.write(&format!("pipelines/cost_review/models/ap_spend_for_council.{kind}"), text);
    }
    replace(council, REPORT, "model = \"ap_spend_by_month\"", "model = \"ap_spend_for_council\"");
    replace(council, REPORT, "audience = \"commissioning\"", "audience = \"council\"");
    replace(council, RECIPIENTS, "audience = \"commissioning\"", "audience = \"council\"");
}

/// Returns where the deliveries of the only edition stand, and why.
fn deliveries(council: &Council) -> Vec<(&'static str, String)> {
    let editions = post::editions(&council.open(), Some("cost_review")).unwrap();
    assert_eq!(editions.len(), 1);
    editions[0].deliveries.iter().map(|line| (line.state, line.words.clone())).collect()
}

/// Returns whether the one delivery is blocked for want of trust.
fn is_blocked(council: &Council) -> bool {
    let words = "`commissioners` is trusted as `council`, and the edition is for `commissioning`";
    matches!(&deliveries(council)[..], [("blocked", reason)] if reason.contains(words))
}

#[test]
fn an_edition_with_a_table_for_more_trusted_readers_is_blocked_before_it_is_sent() {
    let council = council(
        "[mail]\nfrom = \"AP commissioning <ap.reports@council.example>\"\n\
         folder = { path = \"./mail\" }\nallow_domains = [\"council.example\"]\n",
    );
    let options = Options { trigger: "a test".to_owned(), ..Options::default() };
    let made = run::run(&council.open(), &Selection::All, &options, &Alone, &mut |_| {}).unwrap();
    made.result().unwrap_or_else(|failure| panic!("{failure}"));
    now_for_the_council(&council);
    let by = Some("head.of.service");
    for _ in 0..2 {
        let failure = post::send_edition(&council.open(), "cost_review", None, by).unwrap_err();
        assert_eq!(failure.code(), 43, "{failure}");
        assert!(is_blocked(&council), "{:?}", deliveries(&council));
        assert_eq!(council.emails().len(), 0);
    }
    replace(&council, RECIPIENTS, "audience = \"council\"", "audience = \"commissioning\"");
    post::send_edition(&council.open(), "cost_review", None, by)
        .unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(council.emails().len(), 1, "the same edition goes to a role that is trusted");
}

#[test]
fn an_approval_does_not_send_an_edition_to_a_role_that_is_trusted_less_since() {
    let server = MailServer::start();
    let council = council(&server.settings());
    assert_eq!(council.failure().code(), 43, "it waits for approval");
    now_for_the_council(&council);
    let decision = Decision { by: "head.of.service", reason: "looked at" };
    let failure = post::approve(&council.open(), "cost_review", None, decision).unwrap_err();
    assert!(is_blocked(&council), "{failure}: {:?}", deliveries(&council));
    assert!(!server.recipients().iter().any(|to| to.contains("commissioner")), "{:?}", server.recipients());
}

#[test]
fn a_mailbox_that_two_roles_trust_differently_is_named() {
    let council = Council::of("payments");
    let roles = "[roles.commissioners]\nto = [\"ap@council.example\"]\naudience = \"commissioning\"\n\
                 [roles.panel]\nto = [\"Panel@council.example\", \"AP@council.example\"]\naudience = \"public\"\n";
    council.write(RECIPIENTS, roles);
    let faults = sufficiency::project::Project::load(&council.path("")).unwrap().1.to_string();
    assert!(
        faults.contains("found one that `commissioners` trusts as `commissioning` and `panel` as `public`"),
        "{faults}"
    );
    assert!(faults.contains("recipients.toml:5"), "{faults}");
    assert!(!faults.contains("expected `audience` in the role"), "{faults}");
    council.write(RECIPIENTS, roles.replace("audience = \"public\"\n", ""));
    let silent = sufficiency::project::Project::load(&council.path("")).unwrap().1.to_string();
    assert!(silent.contains("expected `audience` in the role `panel`, found none"), "{silent}");
    council.write(RECIPIENTS, roles.replace("\"public\"", "\"commissioning\""));
    assert!(
        !sufficiency::project::Project::load(&council.path(""))
            .unwrap()
            .1
            .to_string()
            .contains("expected a mailbox of one trust")
    );
}

#[test]
fn rows_for_the_more_trusted_do_not_pass_into_a_table_for_others_under_another_name() {
    let council = Council::of("payments");
    let settings = std::fs::read_to_string(council.path(&format!("{MODEL}.toml"))).unwrap();
    assert!(settings.contains("audience = \"commissioning\""), "{settings}");
    let copy = "pipelines/cost_review/models/ap_spend_again";
    council.write(&format!("{copy}.toml"), settings.replace("\"commissioning\"", "\"council\""));
    council.write(&format!("{copy}.sql"), "SELECT * FROM cost_review.ap_spend_by_month\n");
    let faults = run::check(council.open().project()).to_string();
    assert!(
        faults.contains(
            "expected a model for `commissioning`, as `cost_review.ap_spend_by_month` is, whose rows it has; found one \
             for `council`"
        ),
        "{faults}"
    );
    council.write(&format!("{copy}.toml"), settings);
    assert!(!run::check(council.open().project()).to_string().contains("whose rows it has"));
}
