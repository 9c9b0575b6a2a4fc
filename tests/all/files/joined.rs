use super::{idle, run, says};
use crate::council::Council;

/// Makes a project of two pipelines that each read a file, `here` with a check that reads what `there` publishes.
fn two(here: &str, there: &str) -> Council {
    let council =
        Council::with_source("files = \"here.csv\"\n[csv]\n[[columns]]\nname = \"code\"\ntype = \"text\"\n");
    council.write("pipelines/other/pipeline.toml", "description = \"Codes\"\nowner = \"data\"\n");
    council.write(
        "pipelines/other/sources/codes.toml",
        "connection = \"share\"\nfiles = \"there.csv\"\n[csv]\n[[columns]]\nname = \"code\"\ntype = \"text\"\n\
         [[columns]]\nname = \"ward\"\ntype = \"text\"\n",
    );
    council.write("extracts/here.csv", format!("code\n{here}\n"));
    council.write("extracts/there.csv", format!("code,ward\n{there}\n"));
    council
}

#[test]
fn checks_are_made_again_when_what_they_read_has_moved() {
    let council = two("A", "A,W1");
    council.write(
        "pipelines/share/checks/codes_are_known.sql",
        "SELECT rows.code FROM share.rows AS rows LEFT ANTI JOIN other.codes AS codes ON rows.code = codes.code\n",
    );
    run(&council);
    idle(&council);
    council.write("extracts/there.csv", "code,ward\nB,W1\n");
    let failure = council.failure();
    assert_eq!(failure.code(), 12, "{failure}");
    assert!(failure.to_string().contains("codes_are_known"), "{failure}");
    council.write("extracts/there.csv", "code,ward\nA,W2\n");
    run(&council);
    idle(&council);
}

#[test]
fn a_list_whose_values_change_places_is_another_list() {
    let council = two("A", "A,W1\nB,W2");
    council.contract(
        "files = \"here.csv\"\n[csv]\n[[columns]]\nname = \"ward\"\nfrom = \"code\"\ntype = \"text\"\n\
         privacy = { generalise = { lookup = { list = \"other.codes\", from = \"code\", to = \"ward\" } } }\n",
    );
    run(&council);
    assert_eq!(council.query("SELECT ward FROM share.rows"), ["W1"]);
    council.write("extracts/there.csv", "code,ward\nA,W2\nB,W1\n");
    says(&run(&council), "share: 1 row in 1 landing");
    assert_eq!(council.query("SELECT ward FROM share.rows"), ["W2"]);
}

#[test]
fn a_day_that_lay_ahead_is_judged_again_when_it_has_come() {
    let council = Council::with_source(
        "files = \"days.csv\"\n[csv]\n[[columns]]\nname = \"day\"\ntype = { date = { format = \"%Y-%m-%d\" } }\n\
         range = { most = \"today\" }\n",
    );
    council.write("extracts/days.csv", "day\n2025-10-05\n2025-10-07\n");
    run(&council);
    idle(&council);
    let count = || council.query("SELECT count(*) FROM share.rows");
    assert_eq!(count(), ["1"]);
    let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    council.write("settings.toml", settings.replace("2025-10-06", "2025-10-07"));
    run(&council);
    assert_eq!(count(), ["2"]);
    idle(&council);
}

#[test]
fn pounds_set_aside_and_refused_files_stand_in_the_lists() {
    let columns = "[csv]\n[[columns]]\nname = \"code\"\ntype = \"text\"\nallowed = [\"A\"]\n\
        [[columns]]\nname = \"net\"\ntype = { money = { scale = 2 } }\n";
    let council = Council::with_source(&format!("files = \"*.csv\"\n{columns}"));
    council.write("extracts/a.csv", "code,net\nA,1.00\nX,12.50\nY,7.50\n");
    run(&council);
    let lines = sufficiency::ingest::quarantine::list(&council.open(), None).unwrap();
    assert_eq!((lines.len(), lines[0].rows, lines[0].pounds["net"].as_str()), (1, 2, "£20.00"));
    let steps = sufficiency::ledger::history(council.open().store().objects().as_ref()).unwrap();
    let record = serde_json::to_string(&steps[0].finished).unwrap();
    assert!(record.contains("\"money_set_aside\":{\"net\":\"£20.00\"}"), "{record}");
    let refused = || sufficiency::ingest::quarantine::refused(&council.open(), Some("share.rows")).unwrap();
    assert_eq!(refused(), []);
    council.write("extracts/a.csv", "kode,net\nA,1.00\n");
    assert_eq!(council.failure().code(), 11);
    assert_eq!(refused().len(), 1);
    assert_eq!(refused()[0].place, "a.csv", "{:?}", refused()[0]);
    council.write("extracts/a.csv", "code,net\nA,1.00\n");
    run(&council);
    assert_eq!(refused(), []);
}
