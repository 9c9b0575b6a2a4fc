//! A report that is split: a provider gets its own rows only.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sufficiency::job::Context;
use sufficiency::post;
use sufficiency::post::Decision;
use sufficiency::project::Project;
use sufficiency::run;

use crate::council::Council;
use crate::mail_server::MailServer;
use crate::refusals::{FILE, LEDGER};

const CONTACTS: &str = "pipelines/provider_sheets/seeds/contacts.csv";

fn council(server: &MailServer) -> Council {
    let council = Council::of("bursting");
    council.write(
        "settings.toml",
        format!(
            "fixed_clock = \"2024-04-10T06:00\"\n[connections.finance_share]\nfolder = {{ path = \"extracts\" }}\n{}",
            server.settings().replace("[\"council.example\"]", "[\"council.example\", \"north.example\", \"south.example\"]")
        ),
    );
    council.write(FILE, LEDGER);
    council
}

fn decision<'a>() -> Decision<'a> {
    Decision { by: "head.of.service", reason: "read" }
}

fn approved(council: &Council) {
    assert_eq!(council.failure().code(), 43, "first it goes to nobody");
    post::approve(&council.open(), "provider_sheet", None, decision()).unwrap();
}

/// Returns the plain text of the sheets that were sent, by recipient.
fn sheets(server: &MailServer) -> Vec<(String, String)> {
    let mut taken = server.taken();
    taken.retain(|(_, message)| message.contains("Your placements and payments"));
    taken.retain(|(to, _)| !to.starts_with("ap.data"));
    taken.sort();
    taken.into_iter().map(|(to, message)| (to, message.replace("=\r\n", "").replace("=C2=A3", "£"))).collect()
}

#[test]
fn each_provider_gets_its_own_rows_and_all_versions_have_passed_the_gate_together() {
    let server = MailServer::start();
    let council = council(&server);
    approved(&council);
    let sheets = sheets(&server);
    let to: Vec<&str> = sheets.iter().map(|(to, _)| to.as_str()).collect();
    assert_eq!(to, ["finance@north.example", "office@north.example", "office@south.example"]);
    for (to, text) in &sheets {
        let north = to.ends_with("@north.example");
        assert!(!text.contains(if north { "700002" } else { "700001" }), "{text}");
        assert_eq!(text.contains("£1,480"), north, "{text}");
        assert_eq!(text.contains("£100"), !north, "{text}");
    }
    // North has three secondary children: hidden. South's eleven would give them away to whoever knows the total by
    // phase, and North's own primary or special children by its total: one of each is hidden with them.
    let rows = |report: &str| {
        let editions = post::editions(&council.open(), Some(report)).unwrap();
        editions
            .iter()
            .map(|edition| {
                let path = council.path("store").join(&edition.folder).join("tables/children.csv");
                std::fs::read_to_string(path).unwrap()
            })
            .collect::<Vec<_>>()
    };
    let tables = rows("provider_sheet");
    assert_eq!(tables.len(), 2);
    assert_eq!(tables[0].matches("[c]").count(), 2, "{}", tables[0]);
    assert_eq!(tables[1].matches("[c]").count(), 2, "{}", tables[1]);
    assert!(!tables[0].contains(",3") && !tables[1].contains(",11"), "{tables:?}");
    council.run_all().result().unwrap();
    assert_eq!(server.taken().len(), 4, "a second run sends nothing");
}

#[test]
fn a_draft_hides_what_its_editions_hide_and_leaves_no_trace() {
    let server = MailServer::start();
    let council = council(&server);
    approved(&council);
    let before = snapshot(&council.path("store"));
    let (project, _) = Project::load(&council.path("")).unwrap();
    let of = run::DraftOf { report: "provider_sheet".to_owned(), ..run::DraftOf::default() };
    let drafted =
        run::draft(&Context::look(project).unwrap(), &of).unwrap_or_else(|failure| panic!("{failure}"));
    let editions = post::editions(&council.open(), Some("provider_sheet")).unwrap();
    assert_eq!(editions.len(), 2);
    for (edition, version) in editions.iter().zip(["700001", "700002"]) {
        let sent = council.path("store").join(&edition.folder).join("tables/children.csv");
        let draft = &drafted.files[&format!("{version}/tables/DRAFT-children.csv")];
        assert_eq!(std::fs::read(sent).unwrap(), *draft, "{version}");
        assert_eq!(String::from_utf8_lossy(draft).matches("[c]").count(), 2);
    }
    assert_eq!(snapshot(&council.path("store")), before, "a draft writes nothing to the store");
}

/// Returns what every file below a folder holds.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.clone(), std::fs::read(path).unwrap());
            }
        }
    }
    files
}

#[test]
fn a_change_for_one_provider_is_a_new_edition_for_that_one_alone() {
    let server = MailServer::start();
    let council = council(&server);
    approved(&council);
    council.write(FILE, LEDGER.replace("99.99", "199.99").replace("1,579.49", "1,679.49"));
    council.run_all().result().unwrap();
    let editions: Vec<String> = post::editions(&council.open(), Some("provider_sheet"))
        .unwrap()
        .into_iter()
        .map(|edition| edition.edition)
        .collect();
    assert_eq!(
        editions,
        [
            "provider_sheet-fy2023-24-700001-r1",
            "provider_sheet-fy2023-24-700002-r1",
            "provider_sheet-fy2023-24-700002-r2"
        ]
    );
    let reason = Decision { by: "head.of.service", reason: "a payment was missing" };
    let corrected = post::correct(&council.open(), "provider_sheet", None, reason).unwrap();
    assert_eq!((corrected.decided, corrected.delivered), (1, 1));
    let sheets = sheets(&server);
    assert_eq!(sheets.last().unwrap().0, "office@south.example");
    assert_eq!(sheets.len(), 4);
}

#[test]
fn a_mailbox_that_moves_to_another_provider_waits_and_one_that_lapsed_or_is_elsewhere_is_blocked() {
    let server = MailServer::start();
    let council = council(&server);
    approved(&council);
    council.write(
        CONTACTS,
        "provider_id,mailbox,confirm_by\n700001,office@north.example,2024-04-01\n\
         700002,finance@north.example,2027-04-01\n700002,office@elsewhere.example,2027-04-01\n",
    );
    council.write(FILE, LEDGER.replace("12/04/2023", "12/05/2023").replace("14/04/2023", "14/05/2023"));
    council.run_all().result().unwrap();
    let failure = post::send_edition(&council.open(), "provider_sheet", None, None).unwrap_err();
    assert_eq!(failure.code(), 43);
    let message = failure.to_string();
    for part in [
        "office@north.example: blocked: the list of the role `700001` was to be confirmed by 2024-04-01",
        "finance@north.example: held: the address `finance@north.example` is new to this version",
        "office@elsewhere.example: blocked: `elsewhere.example` is not among the domains",
    ] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
    assert_eq!(sheets(&server).len(), 3, "nothing of it left");
}

#[test]
fn a_provider_without_a_mailbox_is_named_and_the_others_get_theirs() {
    let server = MailServer::start();
    let council = council(&server);
    council.write(CONTACTS, "provider_id,mailbox,confirm_by\n700001,office@north.example,2027-04-01\n");
    assert_eq!(council.failure().code(), 43);
    let failure = post::approve(&council.open(), "provider_sheet", None, decision());
    assert!(failure.is_ok(), "{failure:?}");
    let failure = council.failure();
    assert_eq!(failure.code(), 43);
    assert!(failure.to_string().contains("`provider_contacts` has no mailbox for `700002`"), "{failure}");
    assert_eq!(sheets(&server).len(), 1);
}

#[test]
fn a_table_that_every_version_would_show_whole_is_a_fault_before_any_data() {
    let server = MailServer::start();
    let council = council(&server);
    let model = "pipelines/provider_sheets/models/provider_spend.toml";
    let settings = std::fs::read_to_string(council.path(model)).unwrap();
    council.write(model, settings.replace("grain = [\"provider_id\", ", "grain = ["));
    let report = "report-templates/provider_sheet/report.toml";
    let settings = std::fs::read_to_string(council.path(report)).unwrap();
    council.write(
        report,
        settings.replace("recipients = \"provider_contacts\"", "recipients = \"provider_spend\""),
    );
    let (project, _) = Project::load(&council.path("")).unwrap();
    let faults = run::check(&project).to_string();
    assert!(faults.contains("every version would show all of it"), "{faults}");
    assert!(faults.contains("the model `provider_spend` has no column `address`"), "{faults}");
}

#[test]
fn what_one_edition_hid_a_later_one_does_not_show_though_the_count_has_grown() {
    let server = MailServer::start();
    let council = council(&server);
    approved(&council);
    let seed = "pipelines/provider_sheets/seeds/children.csv";
    let children = std::fs::read_to_string(council.path(seed)).unwrap();
    council.write(seed, children.replace("700001,secondary,3", "700001,secondary,8"));
    council.run_all().result().unwrap();
    let mut hidden = std::collections::BTreeMap::new();
    for edition in post::editions(&council.open(), Some("provider_sheet")).unwrap() {
        let folder = council.path("store").join(&edition.folder);
        let table = std::fs::read_to_string(folder.join("tables/children.csv")).unwrap();
        let cells = std::fs::read_to_string(folder.join("cells.csv")).unwrap();
        assert!(
            cells.lines().any(|line| line.ends_with("|phase=secondary|provider_id=700001,[c]")),
            "{cells}"
        );
        hidden.insert(edition.edition, table.matches("[c]").count());
    }
    // Eight could be shown, if nobody had seen the total while it was three.
    assert_eq!(hidden["provider_sheet-fy2023-24-700001-r1"], 2);
    assert_eq!(hidden["provider_sheet-fy2023-24-700001-r2"], 2, "{hidden:?}");
}
