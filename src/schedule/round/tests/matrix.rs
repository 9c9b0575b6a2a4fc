//! The misfire matrix: three policies, five outages, a daemon and a timer. Each cell was worked out by hand.

use super::*;

/// When the machine is down, from and to, in London's summer or winter time as UTC.
type Down = Option<(&'static str, &'static str)>;

/// One outage: the first moment, the outage, the last moment, the cron fields, what starts under `all`,
/// `latest` and `none`.
struct Shape {
    name: &'static str,
    from: &'static str,
    down: Down,
    to: &'static str,
    cron: &'static str,
    starts: [&'static [&'static str]; 3],
}

const DAY: &str = "0 5,9,13,17 * * *";

const SHAPES: [Shape; 5] = [
    Shape {
        name: "none",
        from: "2026-10-05T00:00:00Z",
        down: None,
        to: "2026-10-05T22:00:00Z",
        cron: DAY,
        starts: [&["05T0500@05T0500", "05T0900@05T0900", "05T1300@05T1300", "05T1700@05T1700"]; 3],
    },
    Shape {
        name: "half an hour across one",
        from: "2026-10-05T00:00:00Z",
        down: Some(("2026-10-05T07:30:00Z", "2026-10-05T08:30:00Z")),
        to: "2026-10-05T22:00:00Z",
        cron: DAY,
        starts: [
            &["05T0500@05T0500", "05T0900@05T0930", "05T1300@05T1300", "05T1700@05T1700"],
            &["05T0500@05T0500", "05T0900@05T0930", "05T1300@05T1300", "05T1700@05T1700"],
            &["05T0500@05T0500", "05T1300@05T1300", "05T1700@05T1700"],
        ],
    },
    Shape {
        name: "across three, within the window",
        from: "2026-10-05T00:00:00Z",
        down: Some(("2026-10-05T03:30:00Z", "2026-10-05T13:00:00Z")),
        to: "2026-10-05T22:00:00Z",
        cron: DAY,
        starts: [
            &["05T0500@05T1400", "05T0900@05T1400", "05T1300@05T1400", "05T1700@05T1700"],
            &["05T1300@05T1400", "05T1700@05T1700"],
            &["05T1700@05T1700"],
        ],
    },
    Shape {
        name: "f78 three days",
        from: "2026-10-05T00:00:00Z",
        down: Some(("2026-10-05T05:00:00Z", "2026-10-08T11:00:00Z")),
        to: "2026-10-08T22:00:00Z",
        cron: DAY,
        starts: [
            &["05T0500@05T0500", "08T0500@08T1200", "08T0900@08T1200", "08T1300@08T1300", "08T1700@08T1700"],
            &["05T0500@05T0500", "08T0900@08T1200", "08T1300@08T1300", "08T1700@08T1700"],
            &["05T0500@05T0500", "08T1300@08T1300", "08T1700@08T1700"],
        ],
    },
    Shape {
        name: "across the hour that comes twice",
        from: "2026-10-24T22:00:00Z",
        // 00:00 in summer time to 01:45 in winter time.
        down: Some(("2026-10-24T23:00:00Z", "2026-10-25T01:45:00Z")),
        to: "2026-10-25T22:00:00Z",
        cron: "30 0,1,9 * * *",
        starts: [
            &["25T0030@25T0145", "25T0130@25T0145", "25T0930@25T0930"],
            &["25T0130@25T0145", "25T0930@25T0930"],
            &["25T0930@25T0930"],
        ],
    },
];

const POLICIES: [&str; 3] = [
    "catch_up = \"all\", start_within = \"10h\"",
    "catch_up = \"latest\", start_within = \"10h\"",
    "catch_up = \"none\"",
];

/// The machine is up between two moments.
type Up = fn(&Memory, &Log, &[Timetable], DateTime<Utc>);

/// Fires a timer every five minutes.
fn by_timer(objects: &Memory, log: &Log, table: &[Timetable], until: DateTime<Utc>) {
    while log.time.now() < until {
        tick(objects, log, table);
        log.time.pass(TimeDelta::minutes(5));
    }
}

/// Runs a daemon until it is stopped.
fn by_daemon(objects: &Memory, log: &Log, table: &[Timetable], until: DateTime<Utc>) {
    log.time.stop_in(until - log.time.now());
    let mut project = Some(Ok(table.to_vec()));
    rounds(objects, log).serve(|| project.take(), &mut |_| ()).unwrap();
}

#[test]
fn s3_each_cell_of_the_misfire_matrix_is_as_worked_out_by_hand() {
    let mut cells = 0;
    for shape in &SHAPES {
        for (policy, expected) in POLICIES.iter().zip(shape.starts) {
            for up in [by_timer as Up, by_daemon as Up] {
                let (objects, log) = (Memory::default(), Log::at(shape.from));
                let table = [timetable("finance", &format!("cron = \"{}\", {policy}", shape.cron))];
                if let Some((from, to)) = shape.down {
                    up(&objects, &log, &table, at(from));
                    log.time.set(at(to));
                }
                up(&objects, &log, &table, at(shape.to));
                assert_eq!(log.started(), expected, "outage {}, {policy}", shape.name);
                cells += 1;
            }
        }
    }
    assert_eq!(cells, 30);
}

#[test]
fn what_was_missed_is_reported_once() {
    let (objects, log) = (Memory::default(), Log::at("2026-10-05T00:00:00Z"));
    let table = [timetable("finance", "cron = \"0 5 * * *\"")];
    tick(&objects, &log, &table);
    log.time.set(at("2026-10-08T11:30:00Z"));
    assert_eq!(
        tick(&objects, &log, &table),
        ["4 occurrences from `finance@2026-10-05T0500.Europe.London` to \
          `finance@2026-10-08T0500.Europe.London` were missed and do not run"]
    );
    assert!(tick(&objects, &log, &table).is_empty());
}
