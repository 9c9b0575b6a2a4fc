use std::ops::Range;

use chrono::{DateTime, Datelike, Duration, NaiveDateTime, TimeZone, Timelike, Utc};
use chrono_tz::Europe::London;

use crate::schedule::Cron;

/// A plain reference, written as the daemon is and not as [`super`] is: it looks at the clock on the
/// wall each minute, and starts what matches.
struct Daemon {
    fields: [Vec<bool>; 5],
    either_day: bool,
    wildcard: bool,
}

const NAMES: [(&str, &str); 9] = [
    ("SUN", "0"),
    ("MON", "1"),
    ("TUE", "2"),
    ("WED", "3"),
    ("THU", "4"),
    ("FRI", "5"),
    ("SAT", "6"),
    ("MAR", "3"),
    ("OCT", "10"),
];

impl Daemon {
    fn new(expression: &str) -> Self {
        let text =
            NAMES.iter().fold(expression.to_owned(), |text, (name, number)| text.replace(name, number));
        let words: Vec<&str> = text.split(' ').collect();
        let field = |index: usize| {
            (0..61)
                .map(|value| {
                    words[index].split(',').any(|item| holds(item, value, u32::from(matches!(index, 2 | 3))))
                })
                .collect()
        };
        let mut fields: [Vec<bool>; 5] = std::array::from_fn(field);
        fields[4][0] |= fields[4][7];
        let star = |index: usize| words[index].starts_with('*');
        Self { fields, either_day: !star(2) && !star(4), wildcard: star(0) || star(1) }
    }

    fn matches(&self, wall: Wall) -> bool {
        let [minute, hour, day, month, weekday] = wall.0.map(|value| value as usize);
        let (by_day, by_weekday) = (self.fields[2][day], self.fields[4][weekday]);
        self.fields[0][minute]
            && self.fields[1][hour]
            && self.fields[3][month]
            && if self.either_day { by_day || by_weekday } else { by_day && by_weekday }
    }

    /// Returns the minutes, by index into `minutes`, at which the job starts.
    fn starts(&self, minutes: &[Minute]) -> Vec<usize> {
        let mut starts = Vec::new();
        for (index, minute) in minutes.iter().enumerate() {
            let due = if self.wildcard {
                self.matches(minute.wall)
            } else {
                !minute.again
                    && (self.matches(minute.wall) || minute.skipped.iter().any(|wall| self.matches(*wall)))
            };
            if due {
                starts.push(index);
            }
        }
        starts
    }
}

/// Returns whether `value` is in an item such as `5`, `1-5`, `*/2` of a field that counts from `least`.
fn holds(item: &str, value: u32, least: u32) -> bool {
    let (range, step) = item.split_once('/').unwrap_or((item, "1"));
    let bounds = match range.split_once('-') {
        _ if range == "*" => least..=u32::MAX,
        Some((from, to)) => from.parse().unwrap()..=to.parse().unwrap(),
        None => range.parse().unwrap()..=range.parse().unwrap(),
    };
    let step: u32 = step.parse().unwrap();
    bounds.contains(&value) && (value - bounds.start()).is_multiple_of(step)
}

/// Minute, hour, day, month, weekday as shown on the wall.
#[derive(Clone, Copy)]
struct Wall([u32; 5]);

impl Wall {
    fn of(time: NaiveDateTime) -> Self {
        Self([time.minute(), time.hour(), time.day(), time.month(), time.weekday().num_days_from_sunday()])
    }
}

/// One minute of real time.
struct Minute {
    at: DateTime<Utc>,
    wall: Wall,
    /// The wall has shown this minute before.
    again: bool,
    /// Minutes that the wall left out just before this one.
    skipped: Vec<Wall>,
}

/// Returns the minutes around a change of the clocks, in hours.
fn minutes_around(change: DateTime<Utc>, hours: Range<i64>) -> Vec<Minute> {
    let mut latest = (change + Duration::hours(hours.start)).with_timezone(&London).naive_local();
    let mut minutes = Vec::new();
    for minute in hours.start * 60 + 1..hours.end * 60 {
        let at = change + Duration::minutes(minute);
        let wall = at.with_timezone(&London).naive_local();
        let mut skipped = Vec::new();
        while latest + Duration::minutes(1) < wall {
            latest += Duration::minutes(1);
            skipped.push(Wall::of(latest));
        }
        minutes.push(Minute { at, wall: Wall::of(wall), again: wall <= latest, skipped });
        latest = latest.max(wall);
    }
    minutes
}

/// Returns the 42 changes of London's clocks from 2020 to 2040: 01:00 UTC on the last Sundays of March and October.
fn changes() -> Vec<DateTime<Utc>> {
    let mut changes = Vec::new();
    for (year, month) in (2020..=2040).flat_map(|year| [(year, 3), (year, 10)]) {
        let sundays = (25..=31).filter_map(|day| Utc.with_ymd_and_hms(year, month, day, 1, 0, 0).single());
        changes.extend(sundays.filter(|moment| moment.weekday() == chrono::Weekday::Sun));
    }
    assert_eq!(changes.len(), 42);
    changes
}

/// Makes expressions of every shape, most of them with times near the change. The same each time.
fn expressions(count: usize) -> Vec<String> {
    let mut list: Vec<String> = [
        "30 1 * * *",
        "0 1 * * *",
        "15 0 * * *",
        "0 2 * * *",
        "45 1 * * SUN",
        "30 1 28 3 *",
        "0 6 * * MON-FRI",
        "0 9 1 * *",
        "59 0 * * *",
        "0 3 * * *",
        "0,30 1 * * *",
        "10-50/10 1 * * *",
        "*/20 * * * *",
        "0 * * * *",
        "*/15 1 * * *",
        "* * * * *",
        "*/30 0-3 * * *",
        "5 */2 * * *",
        "* 1 * * *",
        "30 0,1,2 * * *",
        "0 1 25 OCT *",
        "0 1 * MAR SUN",
        "0 1 25-31 * 7",
        "30 1 */2 * SUN",
    ]
    .map(str::to_owned)
    .to_vec();
    let mut state: u64 = 20_200_329;
    let mut pick = move |options: &[&str]| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        options[(state >> 33) as usize % options.len()].to_owned()
    };
    let minutes =
        ["0", "1", "30", "59", "*", "*/20", "*/7", "0,30", "10-50/10", "5,6,7", "0-59/2", "17", "45", "*/45"];
    let hours = ["0", "1", "2", "3", "*", "*/2", "*/5", "0-3", "1,2", "0,1", "1-23/2", "23", "6", "0-23/3"];
    let days = ["*", "*", "*", "*", "1", "25-31", "28,29", "*/2", "26", "31"];
    let months = ["*", "*", "*", "3", "10", "MAR,OCT", "*/3", "3-10"];
    let weekdays = ["*", "*", "*", "*", "SUN", "0", "7", "MON", "SAT-7", "6,SUN", "1-5", "*/2"];
    while list.len() < count {
        let expression =
            [pick(&minutes), pick(&hours), pick(&days), pick(&months), pick(&weekdays)].join(" ");
        if Cron::parse(&expression).is_ok() && !list.contains(&expression) {
            list.push(expression);
        }
    }
    list
}

/// Compares each expression, from each `every`th minute of three hours either side of each change.
fn compare(expressions: &[String], every: usize) -> u64 {
    let mut compared = 0;
    let changes: Vec<Vec<Minute>> =
        changes().into_iter().map(|change| minutes_around(change, -6..34)).collect();
    for (number, expression) in expressions.iter().enumerate() {
        let (cron, daemon) = (Cron::parse(expression).unwrap(), Daemon::new(expression));
        for (round, minutes) in changes.iter().enumerate() {
            let starts = daemon.starts(minutes);
            // From three hours before the change to three hours after it.
            for index in (180 + (number + round) % every..=540).step_by(every) {
                let now = minutes[index].at + Duration::seconds((index % 60).try_into().unwrap());
                let next = cron.next(now, London).unwrap().to_utc();
                assert!(next > now, "`{expression}` at {now} gives {next}");
                let last = minutes[minutes.len() - 1].at;
                let within = Some(next).filter(|next| *next <= last);
                let expected = starts.iter().find(|start| **start > index).map(|start| minutes[*start].at);
                assert_eq!(within, expected, "`{expression}` at {now}");
                compared += 1;
            }
        }
    }
    compared
}

#[test]
fn s1_five_hundred_expressions_agree_with_a_plain_daemon_around_every_change() {
    let expressions = expressions(500);
    assert!(compare(&expressions[..24], 13) > 25_000);
    assert!(compare(&expressions, 97) > 75_000);
}

#[test]
#[ignore = "minutes in the dev profile: 7.6 million comparisons"]
fn s1_five_hundred_expressions_agree_from_every_minute() {
    assert_eq!(compare(&expressions(500), 1), 500 * 42 * 361);
}
