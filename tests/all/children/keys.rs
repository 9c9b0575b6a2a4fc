use std::io::Write;
use std::process::{Command, Output, Stdio};

use sufficiency::job::{Alone, Options};
use sufficiency::run::Selection;

use super::{EXCLUSIONS, count, fresh, key, mode, run, temporary, upn};
use crate::council::Council;

fn settings(council: &Council, from: &str, to: &str) {
    let path = council.path("settings.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from));
    std::fs::write(path, text.replace(from, to)).unwrap();
}

const KEY_FILE: &str = "key_file = \"secret/pseudonym.key\"";

/// Runs the program itself on the project.
pub(super) fn program(
    council: &Council,
    arguments: &[&str],
    input: &str,
    environment: &[(&str, &str)],
) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sufficiency"))
        .arg("--project")
        .arg(council.path(""))
        .args(arguments)
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn f82_a_key_that_others_can_read_is_refused_and_so_is_a_short_one() {
    let council = fresh();
    mode(&council, 0o644);
    let failure = council.failure();
    assert_eq!(failure.code(), 3, "{failure}");
    assert!(failure.to_string().contains("secret/pseudonym.key` of mode 644"), "{failure}");
    mode(&council, 0o600);
    council.write("secret/pseudonym.key", "short");
    let failure = council.failure();
    assert_eq!(failure.code(), 3, "{failure}");
    assert!(failure.to_string().contains("32 bytes or more, found 5 bytes"), "{failure}");
}

#[test]
fn the_key_is_a_file_a_credential_of_systemd_or_what_a_program_prints() {
    let council = fresh();
    run(&council);
    let pseudonyms = council.query("SELECT pupil_key FROM pupils.pupils ORDER BY 1");
    let again = |council: &Council, environment: &[(&str, &str)]| {
        std::fs::remove_dir_all(council.path("store")).unwrap();
        let done = program(council, &["run", "--all"], "", environment);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        assert_eq!(council.query("SELECT pupil_key FROM pupils.pupils ORDER BY 1"), pseudonyms);
    };
    let path = council.path("secret/pseudonym.key");
    let command = format!("key_command = [\"cat\", {:?}]", path.to_str().unwrap());
    settings(&council, KEY_FILE, &command);
    again(&council, &[]);
    settings(&council, &command, "key_credential = \"pseudonym.key\"");
    again(&council, &[("CREDENTIALS_DIRECTORY", council.path("secret").to_str().unwrap())]);
    let lost = program(&council, &["run", "pupils"], "", &[]);
    assert_eq!(lost.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&lost.stderr).contains("LoadCredential=pseudonym.key"));
    settings(&council, "key_credential = \"pseudonym.key\"", "key_command = [\"false\"]");
    let failure = council.failure();
    assert_eq!(failure.code(), 3);
    assert!(failure.to_string().contains("found that `false` did not"), "{failure}");
    settings(&council, "key_command", "key_file = \"x\"\nkey_command");
    let refused = program(&council, &["run", "pupils"], "", &[]);
    let printed = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{printed}");
    assert!(printed.contains("a second place for the key of the pseudonyms"), "{printed}");
}

#[test]
fn a_new_key_reads_everything_again_and_is_a_fault_where_a_file_is_gone() {
    let council = fresh();
    run(&council);
    let before = council.query("SELECT pupil_key FROM outcomes.exclusions ORDER BY 1 LIMIT 1");
    key(&council, [8; 32]);
    run(&council);
    assert_ne!(council.query("SELECT pupil_key FROM outcomes.exclusions ORDER BY 1 LIMIT 1"), before);
    let joined = "SELECT count(*) FROM outcomes.exclusions AS e JOIN pupils.pupils AS p USING (pupil_key)";
    assert_eq!(council.query(joined), ["60"], "both tables were read again");
    std::fs::rename(council.path(EXCLUSIONS), council.path("extracts/exclusions_2022.csv")).unwrap();
    council.write(EXCLUSIONS, super::exclusions(61).replace("EX0", "EX1"));
    run(&council);
    council.remove("extracts/exclusions_2022.csv");
    key(&council, [9; 32]);
    let failure = council.failure();
    assert_eq!(failure.code(), 3, "{failure}");
    for word in ["`exclusions_2022.csv`", "one child would be two", "a new key needs a full extract"] {
        assert!(failure.to_string().contains(word), "{failure}");
    }
}

#[test]
fn pseudonyms_of_two_keys_are_never_joined() {
    let council = fresh();
    council.write(
        "pipelines/outcomes/checks/children_are_known.sql",
        "SELECT e.exclusion_id FROM outcomes.exclusions AS e LEFT ANTI JOIN pupils.pupils AS p \
         ON e.pupil_key = p.pupil_key\n",
    );
    run(&council);
    key(&council, [8; 32]);
    let options = Options { trigger: "a test".to_owned(), ..Options::default() };
    let named = Selection::Named(vec!["outcomes".to_owned()]);
    let outcome = sufficiency::run::run(&council.open(), &named, &options, &Alone, &mut |_| {}).unwrap();
    let failure = outcome.result().unwrap_err();
    assert_eq!(failure.code(), 3, "{failure}");
    for word in [
        "`outcomes`: it reads pseudonyms of different keys",
        "`pupils.pupils`",
        "last good tables are unchanged",
    ] {
        assert!(failure.to_string().contains(word), "`{word}` is not in: {failure}");
    }
    run(&council);
    let joined = "SELECT count(*) FROM outcomes.exclusions AS e JOIN pupils.pupils AS p USING (pupil_key)";
    assert_eq!(council.query(joined), ["60"], "all of them have the new key");
}

#[test]
fn a_former_number_leads_to_the_child_by_pseudonyms_alone() {
    let council = fresh();
    let former = temporary(900);
    council.write(
        "extracts/exclusions_2022.csv",
        format!("Ref,UPN,Surname,Start,End,Reason,Sessions,Cost\nEX5000,{former},Q,05/10/2022,,BU,2,1.00\n"),
    );
    run(&council);
    let sql = "SELECT count(DISTINCT coalesce(a.pupil_key, e.pupil_key)) \
               FROM outcomes.exclusions AS e LEFT JOIN pupils.pupil_aliases AS a ON a.alias_key = e.pupil_key \
               WHERE e.exclusion_id IN ('EX5000', 'EX0001')";
    assert_eq!(council.query(sql), ["1"], "both events are of one child");
    assert_eq!(count(&council, "pupils.pupil_aliases"), "1");
    let path = "pipelines/pupils/sources/pupil_aliases.toml";
    let contract = std::fs::read_to_string(council.path(path)).unwrap();
    council.write(path, contract.replace("alias_of = \"pupil_key\"", "alias_of = \"pupil\""));
    let (project, _) = sufficiency::project::Project::load(&council.path("")).unwrap();
    let faults = sufficiency::run::check(&project).to_string();
    assert!(
        faults.contains("expected another column pseudonymised for the purpose `pupil`, found `pupil`"),
        "{faults}"
    );
}

#[test]
fn pseudonyms_are_made_line_by_line_and_the_request_is_on_record_without_the_numbers() {
    let council = fresh();
    run(&council);
    let known = upn(3);
    let input = format!("{known}\n{}\n{}\n", super::miswritten(&known), known.to_lowercase());
    let arguments = ["pseudonym", "--by", "a virtual school head", "--why", "to act on a signal"];
    let done = program(&council, &arguments, &input, &[]);
    assert_eq!(done.status.code(), Some(11));
    let printed = String::from_utf8(done.stdout).unwrap();
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!((lines[0], lines[1]), (lines[2], ""), "one a line, in either case, a blank where it is none");
    let known_to_us = format!("SELECT count(*) FROM pupils.pupils WHERE pupil_key = '{}'", lines[0]);
    assert_eq!(council.query(&known_to_us), ["1"]);
    let complaint = String::from_utf8(done.stderr).unwrap();
    assert!(complaint.contains("line 2 has the wrong check letter"), "{complaint}");
    assert!(!complaint.contains(&known[1..]), "no number is shown");
    let steps = format!("{:?}", super::steps(&council, "pseudonym"));
    for word in ["a virtual school head", "to act on a signal", "made: 2", "refused: 1"] {
        assert!(steps.contains(word), "{steps}");
    }
    assert!(!steps.contains(&known[1..]) && !steps.contains(lines[0]), "{steps}");
    let unknown =
        program(&council, &["pseudonym", "--by", "x", "--why", "y", "--purpose", "pupils"], "", &[]);
    assert_eq!(unknown.status.code(), Some(2));
}
