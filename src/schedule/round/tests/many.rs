//! Many triggers, and clocks that jump.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::*;
use crate::schedule::Machine;

/// A starter that counts, and takes a tenth of a second.
#[derive(Default)]
struct Count {
    started: AtomicU32,
    going: AtomicU32,
}

impl Starter for Count {
    fn start(&self, _: &Occurrence, hold: &Hold<'_>) -> Ended {
        self.started.fetch_add(1, Ordering::SeqCst);
        assert_eq!(self.going.fetch_add(1, Ordering::SeqCst), 0, "two runs at once");
        std::thread::sleep(Duration::from_millis(100));
        hold.permit().unwrap();
        self.going.fetch_sub(1, Ordering::SeqCst);
        Ended { exit: 0, outcome: "run".to_owned() }
    }

    fn newest_publication(&self, _: &str) -> Result<Option<Publication>, StoreError> {
        Ok(None)
    }
}

/// The machine's running time with a wall that stands still.
struct Still {
    machine: Machine,
    wall: DateTime<Utc>,
}

impl Timepiece for Still {
    fn now(&self) -> DateTime<Utc> {
        self.wall
    }
    fn elapsed(&self) -> Duration {
        self.machine.elapsed()
    }
    fn wait(&self, time: Duration) -> crate::schedule::Wake {
        self.machine.wait(time)
    }
    fn stopping(&self) -> bool {
        false
    }
}

#[test]
fn s7_f79_a_hundred_triggers_of_one_occurrence_are_one_run() {
    let (objects, count) = (Memory::default(), Count::default());
    let table = [timetable("finance", "cron = \"0 5 * * *\"")];
    tick(&objects, &Log::at("2026-10-05T03:00:00Z"), &table);
    let machine = Machine::new(Stop::default());
    let time = Still { machine, wall: at("2026-10-05T04:00:30Z") };
    let timing = Timing { ttl: Duration::from_secs(6), beat: Duration::from_millis(100) };
    let processes: Vec<Process> = (0..100)
        .map(|number| Process { name: format!("host-{number}"), host: format!("host-{number}"), number })
        .collect();
    let exits: Vec<u8> = std::thread::scope(|scope| {
        let triggers: Vec<_> = processes
            .iter()
            .map(|process| {
                let (objects, count, time, table) = (&objects, &count, &time, &table);
                scope.spawn(move || {
                    let rounds = Rounds { objects, starter: count, time, timing, process };
                    rounds.tick(table, &mut |_| ()).unwrap()
                })
            })
            .collect();
        triggers.into_iter().flat_map(|trigger| trigger.join().unwrap()).collect()
    });
    assert_eq!(count.started.load(Ordering::SeqCst), 1);
    assert!(exits.is_empty(), "a trigger that comes second does not fail: {exits:?}");
}

/// Serves for two days from 5 October, with the wall set by so much for three hours in the middle.
fn with_jump(jump: TimeDelta) -> (Vec<String>, Vec<String>) {
    let (objects, log) = (Memory::default(), Log::at("2026-10-05T00:00:00Z"));
    let table = vec![timetable("finance", "cron = \"0 5,17 * * *\"")];
    let mut heard = Vec::new();
    for (hours, step) in [(20, jump), (3, -jump), (25, TimeDelta::zero())] {
        log.time.stop_in(TimeDelta::hours(hours));
        let mut project = Some(Ok(table.clone()));
        rounds(&objects, &log).serve(|| project.take(), &mut |event| heard.push(event.to_string())).unwrap();
        log.time.set(log.time.now() + step);
    }
    (log.keys(), heard)
}

#[test]
fn s5_a_clock_that_jumps_neither_doubles_nor_loses_an_occurrence() {
    let days =
        ["05T0500", "05T1700", "06T0500", "06T1700"].map(|time| format!("2026-10-{time}.Europe.London"));
    let hour = TimeDelta::hours(1);
    let day = TimeDelta::days(1);
    for jump in [hour, -hour, day, -day, day * 3653, -day * 200] {
        let (started, heard) = with_jump(jump);
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for start in &started {
            *times.entry(start).or_default() += 1;
        }
        for day in &days {
            assert_eq!(times.get(day.as_str()), Some(&1), "jump of {jump}: `{day}` in {started:?}");
        }
        // A jump of ten years lands on a day of its own, and starts what is due there: once, not in a burst.
        assert!(
            times.values().all(|count| *count == 1) && times.len() <= days.len() + 1,
            "{jump}: {started:?}"
        );
        let alarm = jump < TimeDelta::minutes(-5) || jump > TimeDelta::days(40);
        assert_eq!(
            heard.iter().any(|heard| heard.contains("has it been set?")),
            alarm || jump > hour / 2,
            "{jump}: {heard:?}"
        );
    }
}

#[test]
fn f77_a_clock_at_1970_starts_nothing_and_one_at_2038_no_burst() {
    let (objects, log) = (Memory::default(), Log::at("2026-10-05T00:01:00Z"));
    let table =
        [timetable("finance", "cron = \"*/5 * * * *\", catch_up = \"all\", start_within = \"31 days\"")];
    tick(&objects, &log, &table);
    log.time.set(at("1970-01-01T00:10:00Z"));
    assert_eq!(tick(&objects, &log, &table).len(), 1);
    assert_eq!(rounds(&objects, &log).tick(&table, &mut |_| ()).unwrap(), [3]);
    assert!(log.started().is_empty());
    log.time.set(at("2038-01-19T03:14:08Z"));
    let heard = tick(&objects, &log, &table);
    assert!(heard[0].contains("has it been set?"), "{heard:?}");
    assert_eq!(log.started().len(), crate::schedule::Policy::MOST_AT_ONCE);
    // Back to what it was: nothing waits for 2038.
    log.time.set(at("2026-10-05T00:05:00Z"));
    tick(&objects, &log, &table);
    assert_eq!(log.started().len(), crate::schedule::Policy::MOST_AT_ONCE + 1);
}
