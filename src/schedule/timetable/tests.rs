use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Europe::London;

use super::Timetable;
use crate::calendar::{TermDates, Terms};
use crate::diagnostic::{Diagnostics, SourceFile};
use crate::project::{CouncilFile, Pipeline, PipelineFile};
use crate::schedule::read_all;

fn terms() -> Arc<Terms> {
    Arc::new(Terms::new(vec![TermDates {
        academic_year: "2026-27".to_owned(),
        term: "autumn 1".to_owned(),
        starts_on: "2026-09-02".parse().unwrap(),
        ends_on: "2026-10-23".parse().unwrap(),
    }]))
}

/// Reads the schedule of a pipeline `finance` whose file has these keys in its `schedule`.
fn read_with(keys: &str, terms: &Arc<Terms>) -> (Option<Timetable>, Diagnostics) {
    let text = format!("description = \"d\"\nowner = \"data\"\nschedule = {{ {keys} }}\n");
    let file: PipelineFile = toml::from_str(&text).unwrap();
    let source = SourceFile::inline("pipeline.toml", text);
    let mut faults = Diagnostics::default();
    let timetable = Timetable::read("finance", &source, &file.schedule.0[0], London, terms, &mut faults);
    (timetable, faults)
}

fn read(keys: &str) -> (Option<Timetable>, Diagnostics) {
    read_with(keys, &terms())
}

/// Returns the messages of what is wrong with a schedule that is refused.
fn faults(keys: &str) -> Vec<String> {
    let (timetable, faults) = read(keys);
    assert!(timetable.is_none() && faults.has_errors(), "{keys}: {faults}");
    faults.iter().map(|fault| fault.message().to_owned()).collect()
}

#[test]
fn a_schedule_is_explained_in_words() {
    for (keys, words) in [
        ("cron = \"0 5 * * MON-FRI\"", "at 05:00 on Monday to Friday, Europe/London"),
        (
            "rule = \"weekly in term on monday at 07:00\"",
            "at 07:00 weekly in term on Monday, or the next school day of that week when there is no school, Europe/London",
        ),
        ("after = \"placements\"", "whenever `placements` has published"),
        (
            "after = \"placements\", period = \"running to august\", reports = [\"forum\"]",
            "whenever `placements` has published, of the running period so far, to the end of August; it makes `forum` only",
        ),
    ] {
        let (timetable, faults) = read(keys);
        assert!(faults.is_empty(), "{faults}");
        assert_eq!(timetable.unwrap().explain(), words);
    }
    let (timetable, _) =
        read("cron = \"0 5 * * *\", catch_up = \"all\", start_within = \"2 days\", overlap = \"queue\"");
    assert_eq!(
        timetable.unwrap().explain_policy(),
        "missed runs start within 2 days, at most 24; a run that comes while one is going waits"
    );
}

#[test]
fn a_fault_is_drawn_at_the_field_inside_the_string() {
    let (timetable, faults) = read("cron = \"0 25 * * MON\"");
    assert!(timetable.is_none());
    assert_eq!(
        faults.to_string(),
        "\
error: the hour goes from 0 to 23: `25` is outside
 --> pipeline.toml:3:24
  |
3 | schedule = { cron = \"0 25 * * MON\" }
  |                        ^^"
    );
    let escaped = faults_of_escaped();
    assert!(escaped.contains("pipeline.toml:3:21"), "{escaped}");
}

/// Returns the drawing of a fault in a string whose bytes are not its value's.
fn faults_of_escaped() -> String {
    read("cron = \"0 25 * * \\u0031\"").1.to_string()
}

#[test]
fn contradictions_are_faults() {
    for (keys, message) in [
        ("catch_up = \"all\"", "the schedule has none of `cron`, `rule` and `after`"),
        (
            "cron = \"0 5 * * *\", after = \"placements\"",
            "a schedule has one of `cron`, `rule` and `after`, this has more",
        ),
        (
            "cron = \"0 5 * * *\", catch_up = \"none\", start_within = \"6h\"",
            "`catch_up = \"none\"` has nothing to start within a window",
        ),
        (
            "cron = \"0 5 * * *\", catch_up = \"none\", overlap = \"queue\"",
            "a run cannot wait for another one under `catch_up = \"none\"`",
        ),
        (
            "after = \"placements\", catch_up = \"all\"",
            "a publication replaces those before it: only the latest can be followed",
        ),
        ("cron = \"0 5 * * *\", start_within = \"0h\"", "a window of no time lets nothing start"),
        ("cron = \"0 5 * * *\", start_within = \"40 days\"", "the window is longer than 31 days"),
        (
            "cron = \"0 5 * * *\", start_within = \"soon\"",
            "expected a length of time, as `90 minutes`, `6h`, `35 days` or `2 weeks`, found `soon`",
        ),
    ] {
        assert_eq!(faults(keys), [message], "{keys}");
    }
    let (timetable, faults) = read_with("rule = \"weekly in term on monday at 07:00\"", &Arc::default());
    assert!(timetable.is_none());
    assert_eq!(
        faults.iter().next().unwrap().message(),
        "the rule keeps to term, and no term dates are known"
    );
}

#[test]
fn a_time_that_the_clocks_skip_is_warned_of() {
    let (timetable, faults) = read("cron = \"30 1 * * *\"");
    assert!(timetable.is_some() && !faults.has_errors());
    let warning = faults.iter().next().unwrap();
    assert_eq!(warning.message(), "the clocks skip 01:30 once a year, and show the hour twice once a year");
    assert!(read("cron = \"30 2 * * *\"").1.is_empty());
    assert!(read("cron = \"*/15 * * * *\"").1.is_empty());
}

#[test]
fn occurrences_near_a_clock_change_say_so_and_have_names_of_their_own() {
    let (timetable, _) = read("cron = \"*/30 * * * *\"");
    let timetable = timetable.unwrap();
    let after: DateTime<Utc> = "2026-10-24T23:59:00Z".parse().unwrap();
    let heard: Vec<String> = timetable
        .upcoming(after)
        .take(5)
        .map(|occurrence| format!("{occurrence} {}", timetable.clock_change(&occurrence).unwrap_or("-")))
        .collect();
    assert_eq!(
        heard,
        [
            "finance@2026-10-25T0100.Europe.London the hour is repeated: the first time",
            "finance@2026-10-25T0130.Europe.London the hour is repeated: the first time",
            "finance@2026-10-25T0100b.Europe.London the hour is repeated: the second time",
            "finance@2026-10-25T0130b.Europe.London the hour is repeated: the second time",
            "finance@2026-10-25T0200.Europe.London -",
        ]
    );
    let (timetable, _) = read("cron = \"30 1 * * *\"");
    let timetable = timetable.unwrap();
    let spring = timetable.next("2027-03-28T00:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(spring.to_string(), "finance@2027-03-28T0200.Europe.London");
    assert_eq!(timetable.clock_change(&spring), Some("right after the clocks go forward"));
}

#[test]
fn s2_fifty_schedules_never_look_back_in_twenty_years() {
    let times = ["0 5", "30 1", "0,30 1", "15 2", "45 0"];
    let days = [
        "* * MON",
        "1 * *",
        "1,15 * *",
        "* 3,10 SUN",
        "25-31 3,10 *",
        "29 2 *",
        "* 3 *",
        "*/9 * *",
        "* * 6,7",
        "31 10 *",
    ];
    let mut seen = 0;
    for expression in times.iter().flat_map(|time| days.iter().map(move |day| format!("{time} {day}"))) {
        let (timetable, _) = read(&format!("cron = \"{expression}\""));
        let timetable = timetable.unwrap();
        let mut now: DateTime<Utc> = "2020-01-01T00:00:00Z".parse().unwrap();
        let end: DateTime<Utc> = "2040-01-01T00:00:00Z".parse().unwrap();
        let mut names = std::collections::BTreeSet::new();
        while now < end {
            let next = timetable.next(now).unwrap();
            assert!(next.due() > now, "`{expression}` after {now} gives {next}");
            assert!(names.insert(next.to_string()), "`{expression}` gives {next} twice");
            now = next.due();
        }
        seen += names.len();
    }
    assert!(seen > 35_000, "{seen}");
}

/// Reads the schedules of pipelines, each with the keys of its `pipeline.toml` after the description.
fn read_list(pipelines: &[(&str, &str)]) -> (Vec<Timetable>, Diagnostics) {
    let pipelines: Vec<Pipeline> = pipelines
        .iter()
        .map(|(name, keys)| {
            let text = format!("description = \"d\"\nowner = \"data\"\n{keys}\n");
            Pipeline {
                name: (*name).to_owned(),
                folder: PathBuf::new(),
                file: toml::from_str(&text).unwrap_or_else(|error| panic!("{error}")),
                source: SourceFile::inline("pipeline.toml", text),
                sources: BTreeMap::new(),
                models: BTreeMap::new(),
                checks: BTreeMap::new(),
                seeds: BTreeMap::new(),
            }
        })
        .collect();
    read_all(&pipelines, London, &terms())
}

#[test]
fn a_pipeline_may_have_several_schedules_each_for_its_own_purpose() {
    let (list, faults) = read_list(&[(
        "needs_assessment",
        "schedule = [\n  { for = \"annual assessment\", rule = \"first monday of october at 06:00\" },\n  \
         { for = \"refresh after the census\", rule = \"working day 18 after spring census at 06:00\" },\n]",
    )]);
    assert!(faults.is_empty(), "{faults}");
    let after: DateTime<Utc> = "2026-10-01T00:00:00Z".parse().unwrap();
    let next: Vec<String> = list.iter().map(|table| table.next(after).unwrap().to_string()).collect();
    assert_eq!(
        next,
        ["needs_assessment@2026-10-05T0600.Europe.London", "needs_assessment@2027-02-16T0600.Europe.London"]
    );
    assert!(list[1].explain().ends_with("Europe/London, for the refresh after the census"));
    let (_, faults) = read_list(&[(
        "finance",
        "schedule = [{ cron = \"0 5 * * *\" }, { cron = \"0 5 * * *\", catch_up = \"all\" }]",
    )]);
    assert!(faults.has_errors() && faults.to_string().contains("is there twice"), "{faults}");
}

#[test]
fn a_fault_in_a_list_of_schedules_points_at_its_own_key() {
    let text = "description = \"d\"\nowner = \"data\"\nschedule = [\n  { cron = \"0 5 * * *\" },\n  { corn = \"0 6 * * *\" },\n]\n";
    let error = toml::from_str::<PipelineFile>(text).unwrap_err();
    assert!(error.message().contains("unknown field `corn`"), "{error}");
    assert_eq!(&text[error.span().unwrap()], "corn");
}

#[test]
fn pipelines_that_follow_each_other_in_a_circle_are_refused_whatever_else_starts_them() {
    let (_, faults) = read_list(&[
        ("a", "schedule = [{ cron = \"0 5 * * *\" }, { after = \"c\" }]"),
        ("b", "schedule = { after = \"a\" }"),
        ("c", "schedule = [{ after = \"b\" }, { cron = \"0 7 * * *\" }]"),
        ("d", "schedule = { after = \"a\" }"),
    ]);
    let heard: Vec<&str> = faults.iter().map(crate::diagnostic::Diagnostic::message).collect();
    let circle =
        |name: &str| format!("`{name}` would start itself: its schedule follows its own publications");
    assert_eq!(heard, [circle("a"), circle("b"), circle("c")]);
}

#[test]
fn a_heartbeat_is_encrypted_and_holds_no_password() {
    for (address, message) in [
        ("http://monitor.example/ping/1", "a heartbeat would cross the network in the clear"),
        (
            "https://user:secret@monitor.example/1",
            "the address holds a password, and is under version control",
        ),
        ("monitor.example", "expected an address, found another text"),
        ("ftp://monitor.example/", "a heartbeat would cross the network in the clear"),
    ] {
        assert_eq!(faults(&format!("cron = \"0 5 * * *\", heartbeat = \"{address}\"")), [message]);
    }
    let (timetable, _) = read("cron = \"0 5 * * *\", heartbeat = \"https://monitor.example/ping/1\"");
    assert_eq!(timetable.unwrap().heartbeat().unwrap().as_str(), "https://monitor.example/ping/1");
}

#[test]
fn f80_the_zone_comes_from_the_binary_and_an_unknown_one_is_refused() {
    let council = |zone: &str| {
        toml::from_str::<CouncilFile>(&format!(
            "[council]\nname = \"n\"\nla_code = \"336\"\ntimezone = \"{zone}\"\n"
        ))
    };
    assert_eq!(council("Europe/London").unwrap().council.timezone, London);
    for zone in ["garbage", "", "Europe/Londn", ":/etc/localtime"] {
        assert!(council(zone).unwrap_err().message().contains("is not a time zone"), "{zone}");
    }
}
