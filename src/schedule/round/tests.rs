//! Rounds over a store in memory and clocks that the tests move.

mod many;
mod matrix;

use std::sync::Arc;
use std::sync::{LazyLock, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Europe::London;

use super::Rounds;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile};
use crate::job::{PipelineLock as _, Stop};
use crate::project::PipelineFile;
use crate::schedule::virtual_time::Virtual;
use crate::schedule::{
    ByPerson, End, Ended, Event, Hold, Holder, Occurrence, Process, Publication, Starter, State, Timepiece,
    Timetable, Timing, state,
};
use crate::store::{Memory, StoreError};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn timetable(pipeline: &str, keys: &str) -> Timetable {
    let text = format!("description = \"d\"\nowner = \"data\"\nschedule = {{ {keys} }}\n");
    let file: PipelineFile = toml::from_str(&text).unwrap();
    let (source, schedule) = (SourceFile::inline("pipeline.toml", text), file.schedule.0[0].clone());
    let mut faults = Diagnostics::default();
    let read = Timetable::read(pipeline, &source, &schedule, London, &Arc::default(), &mut faults);
    read.unwrap_or_else(|| panic!("{faults}"))
}

/// A starter that writes down what it is asked, and takes its time.
struct Log {
    time: Virtual,
    lasts: TimeDelta,
    started: Mutex<Vec<(String, String)>>,
    published: Mutex<Option<Publication>>,
}

impl Log {
    fn at(now: &str) -> Self {
        Self {
            time: Virtual::at(at(now)),
            lasts: TimeDelta::zero(),
            started: Mutex::default(),
            published: Mutex::default(),
        }
    }

    /// Returns what was started: day and time of each occurrence, and when by the wall in London.
    fn started(&self) -> Vec<String> {
        let short = |key: &str| key.split_once('.').unwrap().0["2026-10-".len()..].to_owned();
        self.started.lock().unwrap().iter().map(|(key, wall)| format!("{}@{wall}", short(key))).collect()
    }

    /// Returns the keys of what was started.
    fn keys(&self) -> Vec<String> {
        self.started.lock().unwrap().iter().map(|(key, _)| key.clone()).collect()
    }
}

impl Starter for Log {
    fn start(&self, occurrence: &Occurrence, hold: &Hold<'_>) -> Ended {
        let wall = self.time.now().with_timezone(&London).format("%dT%H%M").to_string();
        self.started.lock().unwrap().push((occurrence.key().to_owned(), wall));
        self.time.pass(self.lasts);
        hold.permit().unwrap();
        Ended { exit: 0, outcome: format!("run-{}", hold.epoch()) }
    }

    fn newest_publication(&self, _: &str) -> Result<Option<Publication>, StoreError> {
        Ok(self.published.lock().unwrap().clone())
    }
}

/// The process of every test.
static PROCESS: LazyLock<Process> =
    LazyLock::new(|| Process { name: "test".to_owned(), host: String::new(), number: 1 });

fn rounds<'a>(objects: &'a Memory, log: &'a Log) -> Rounds<'a> {
    Rounds { objects, starter: log, time: &log.time, timing: Timing::default(), process: &PROCESS }
}

/// Runs one tick, and returns what it reported.
fn tick(objects: &Memory, log: &Log, timetables: &[Timetable]) -> Vec<String> {
    let mut heard = Vec::new();
    rounds(objects, log).tick(timetables, &mut |event| heard.push(event.to_string())).unwrap();
    heard
}

#[test]
fn neither_a_new_nor_a_changed_schedule_starts_at_once() {
    let (objects, log) = (Memory::default(), Log::at("2026-10-05T08:00:00Z"));
    assert!(tick(&objects, &log, &[timetable("finance", "cron = \"0 5 * * *\"")]).is_empty());
    assert!(tick(&objects, &log, &[timetable("finance", "cron = \"0 8 * * *\"")]).is_empty());
    log.time.set(at("2026-10-06T07:01:00Z"));
    let heard = tick(&objects, &log, &[timetable("finance", "cron = \"0 8 * * *\"")]);
    assert_eq!(
        heard,
        [
            "`finance@2026-10-06T0800.Europe.London` starts, 1 minutes late",
            "`finance@2026-10-06T0800.Europe.London` has ended with exit code 0: run-1"
        ]
    );
    assert!(tick(&objects, &log, &[timetable("finance", "cron = \"0 8 * * *\"")]).is_empty(), "done is done");
    let began = Some(at("2026-10-06T07:01:00Z"));
    assert_eq!(crate::schedule::record::last_good(&objects, "finance").unwrap(), began, "a monitor sees it");
}

#[test]
fn after_an_outage_what_was_due_first_starts_first_whatever_its_name() {
    let (objects, log) = (Memory::default(), Log::at("2026-10-05T00:00:00Z"));
    let table = [
        timetable("cost_review", "cron = \"0 7 * * *\""),
        timetable("finance", "cron = \"0 5 * * *\""),
        timetable("pupils", "cron = \"0 4 * * *\""),
    ];
    tick(&objects, &log, &table);
    log.time.set(at("2026-10-05T06:30:00Z"));
    tick(&objects, &log, &table);
    assert_eq!(log.started(), ["05T0400@05T0730", "05T0500@05T0730", "05T0700@05T0730"]);
}

#[test]
fn one_damaged_record_stops_its_own_schedule_and_no_other() {
    use crate::store::Objects;
    let (objects, log) = (Memory::default(), Log::at("2026-10-05T00:00:00Z"));
    let table = [
        timetable("cost_review", "cron = \"0 5 * * *\""),
        timetable("finance", "cron = \"0 5 * * *\""),
        timetable("pupils", "cron = \"0 5 * * *\""),
    ];
    tick(&objects, &log, &table);
    log.time.set(at("2026-10-05T04:30:00Z"));
    tick(&objects, &log, &table);
    assert_eq!(log.started().len(), 3);
    let ended = objects.list("runs/occurrences/finance").unwrap();
    let end = ended.iter().find(|name| name.ends_with("end.json")).unwrap();
    objects.replace(end, b"").unwrap();
    objects.replace("runs/last-round.json", b"").unwrap();
    let seen = objects.list("runs/occurrences/pupils").unwrap();
    objects.replace(seen.iter().find(|name| name.contains("first-seen")).unwrap(), b"{").unwrap();
    let heard = tick(&objects, &log, &table);
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(heard[0].contains("finance"), "{heard:?}");
    log.time.set(at("2026-10-06T04:30:00Z"));
    tick(&objects, &log, &table);
    let started = log.started();
    assert_eq!(started.iter().filter(|start| start.starts_with("06T0500")).count(), 3, "{started:?}");
}

#[test]
fn a_preview_starts_and_writes_nothing() {
    let (objects, log) = (Memory::default(), Log::at("2026-10-05T03:00:00Z"));
    let finance = timetable("finance", "cron = \"0 5 * * *\"");
    tick(&objects, &log, std::slice::from_ref(&finance));
    log.time.set(at("2026-10-05T04:30:00Z"));
    let before = format!("{objects:?}");
    let preview = rounds(&objects, &log).preview(&finance).unwrap();
    assert_eq!(preview.len(), 1);
    assert_eq!((preview[0].0.key(), &preview[0].1), ("2026-10-05T0500.Europe.London", &State::Open));
    assert_eq!(format!("{objects:?}"), before);
    assert!(log.started().is_empty());
}

#[test]
fn what_comes_while_a_run_goes_on_is_skipped_or_waits() {
    for (keys, expected) in [
        ("cron = \"0 * * * *\"", ["05T0500@05T0500", "05T0800@05T0800"]),
        ("cron = \"0 * * * *\", overlap = \"queue\"", ["05T0500@05T0500", "05T0700@05T0731"]),
    ] {
        let (objects, mut log) = (Memory::default(), Log::at("2026-10-05T03:30:00Z"));
        log.lasts = TimeDelta::minutes(150);
        let table = [timetable("finance", keys)];
        tick(&objects, &log, &table);
        log.time.pass(TimeDelta::minutes(30));
        while log.started().len() < 2 {
            tick(&objects, &log, &table);
            log.time.pass(TimeDelta::minutes(1));
        }
        assert_eq!(log.started(), expected, "{keys}");
    }
}

#[test]
fn a_run_by_hand_keeps_the_schedule_from_running_beside_it() {
    let (objects, log) = (Memory::default(), Log::at("2026-10-05T03:59:00Z"));
    let table = [timetable("finance", "cron = \"0 5 * * *\"")];
    tick(&objects, &log, &table);
    log.time.pass(TimeDelta::minutes(1));
    let stop = Stop::default();
    let nobody = |_: &str, _: &Holder| ();
    let person = ByPerson::new(&objects, &log.time, Timing::default(), &PROCESS, &stop, &nobody);
    person.take("finance").unwrap();
    person.permit().unwrap();
    // Another process looks while this one runs; the holder's beat is heard meanwhile.
    let beat = Beating { objects: &objects, time: &log.time };
    let other = Rounds { time: &beat, ..rounds(&objects, &log) };
    let mut heard = Vec::new();
    other.tick(&table, &mut |event| heard.push(event.to_string())).unwrap();
    person.release().unwrap();
    assert_eq!(
        heard,
        ["`finance@2026-10-05T0500.Europe.London` is skipped: another run of the pipeline is going"]
    );
    assert!(log.started().is_empty());
}

/// Clocks under which the holder of epoch 1 is heard while its observer waits.
struct Beating<'a> {
    objects: &'a Memory,
    time: &'a Virtual,
}

impl Timepiece for Beating<'_> {
    fn now(&self) -> DateTime<Utc> {
        self.time.now()
    }
    fn elapsed(&self) -> std::time::Duration {
        self.time.elapsed()
    }
    fn wait(&self, time: std::time::Duration) -> crate::schedule::Wake {
        use crate::store::Objects;
        let beat = self.elapsed().as_secs().to_string();
        self.objects.replace("leases/finance/0000000001.beat", beat.as_bytes()).unwrap();
        self.time.wait(time)
    }
    fn stopping(&self) -> bool {
        false
    }
}

#[test]
fn a_pipeline_follows_each_publication_of_another_once() {
    let (objects, log) = (Memory::default(), Log::at("2026-10-05T05:00:00Z"));
    let table = [timetable("cost_review", "after = \"finance\", start_within = \"2 days\"")];
    *log.published.lock().unwrap() =
        Some(Publication { name: "000041".to_owned(), at: at("2026-10-05T04:00:00Z") });
    assert!(tick(&objects, &log, &table).is_empty(), "published before the schedule was there");
    log.time.pass(TimeDelta::hours(1));
    *log.published.lock().unwrap() =
        Some(Publication { name: "000042".to_owned(), at: at("2026-10-05T05:30:00Z") });
    assert_eq!(tick(&objects, &log, &table)[0], "`cost_review@after.finance.000042` starts, 30 minutes late");
    assert!(tick(&objects, &log, &table).is_empty());
    *log.published.lock().unwrap() =
        Some(Publication { name: "000043".to_owned(), at: at("2026-10-05T06:00:00Z") });
    log.time.pass(TimeDelta::days(3));
    assert!(tick(&objects, &log, &table).is_empty(), "too old to be followed");
}

/// A starter that dies in its run, before or after it has asked to publish.
struct Dies {
    asks_first: bool,
}

impl Starter for Dies {
    fn start(&self, _: &Occurrence, hold: &Hold<'_>) -> Ended {
        if self.asks_first {
            hold.permit().unwrap();
        }
        panic!("the process dies here");
    }

    fn newest_publication(&self, _: &str) -> Result<Option<Publication>, StoreError> {
        Ok(None)
    }
}

fn die(objects: &Memory, log: &Log, table: &[Timetable], asks_first: bool) {
    let dies = Dies { asks_first };
    let rounds = Rounds { starter: &dies, ..rounds(objects, log) };
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| rounds.tick(table, &mut |_| ())));
    assert!(outcome.is_err());
}

#[test]
fn a_run_that_broke_off_is_tried_again_under_a_greater_token_and_given_up_in_the_end() {
    let (objects, log) = (Memory::default(), Log::at("2026-10-05T03:59:00Z"));
    let table = [timetable("finance", "cron = \"0 5 * * *\"")];
    tick(&objects, &log, &table);
    log.time.pass(TimeDelta::minutes(1));
    die(&objects, &log, &table, false);
    let heard = tick(&objects, &log, &table);
    assert!(heard[0].starts_with("the lease of `finance` is taken from `test-"), "{heard:?}");
    assert_eq!(
        heard[1..],
        [
            "`finance@2026-10-05T0500.Europe.London` starts again: attempt 2, the one before broke off",
            "`finance@2026-10-05T0500.Europe.London` has ended with exit code 0: run-2",
        ]
    );
    log.time.set(at("2026-10-06T04:00:00Z"));
    for _ in 0..3 {
        die(&objects, &log, &table, false);
    }
    assert_eq!(
        tick(&objects, &log, &table)[1],
        "`finance@2026-10-06T0500.Europe.London` is given up: every attempt broke off"
    );
    assert!(tick(&objects, &log, &table).is_empty());
}

#[test]
fn a_run_that_may_have_published_is_never_run_again_by_itself() {
    let (objects, log) = (Memory::default(), Log::at("2026-10-05T03:59:00Z"));
    let table = [timetable("finance", "cron = \"0 5 * * *\"")];
    tick(&objects, &log, &table);
    log.time.pass(TimeDelta::minutes(1));
    die(&objects, &log, &table, true);
    let mut exits = rounds(&objects, &log).tick(&table, &mut |_| ()).unwrap();
    assert_eq!(exits.pop(), Some(22));
    let occurrence = table[0].next(at("2026-10-05T00:00:00Z")).unwrap();
    assert_eq!(state(&objects, &occurrence).unwrap(), State::Ended(End::Uncertain { attempt: 1 }));
    assert!(tick(&objects, &log, &table).is_empty());
    assert!(log.started().is_empty());
}

#[test]
fn a_project_that_breaks_leaves_the_schedules_before_it_running() {
    let (objects, log) = (Memory::default(), Log::at("2026-10-05T03:58:00Z"));
    log.time.stop_in(TimeDelta::minutes(90));
    let mut asked = 0;
    let mut heard = Vec::new();
    let project = || {
        asked += 1;
        match asked {
            1 => Some(Ok(vec![timetable("finance", "cron = \"0 5 * * *\"")])),
            3 => Some(Err(Diagnostic::placeless("`pipeline.toml` is gone").into())),
            9 => Some(Ok(vec![timetable("finance", "cron = \"15 5 * * *\"")])),
            _ => None,
        }
    };
    rounds(&objects, &log).serve(project, &mut |event| heard.push(event.to_string())).unwrap();
    assert_eq!(log.started(), ["05T0500@05T0500", "05T0515@05T0515"]);
    assert_eq!(
        heard.iter().filter(|heard| heard.contains("`pipeline.toml` is gone")).count(),
        1,
        "{heard:?}"
    );
    let broken = rounds(&objects, &log)
        .serve(|| Some(Err(Diagnostic::placeless("no").into())), &mut |_: &Event<'_>| ());
    assert!(broken.is_err(), "one that never loaded does not serve");
}
