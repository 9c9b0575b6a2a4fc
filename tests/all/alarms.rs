//! The alarm on registration against a plain reference: it counts day by day and child by child, where the model counts
//! with numbers of school days and windows.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use sufficiency::build;
use sufficiency::demo;
use sufficiency::project::{Project, write_own};

/// A source of chance, from a seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[usize::try_from(self.below(list.len() as u64)).unwrap()]
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn days_from(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    first.iter_days().take_while(move |day| *day <= last)
}

/// Returns whether there is school: in two half terms with a holiday of a week between, but for one day of a week.
fn is_school_day(on: NaiveDate) -> bool {
    let in_term = (day("2026-09-02")..=day("2026-10-23")).contains(&on) || on >= day("2026-11-02");
    let is_weekday = !matches!(on.weekday(), Weekday::Sat | Weekday::Sun);
    in_term && is_weekday && on != day("2026-09-22")
}

const FIRST: &str = "2026-08-31";
const LAST: &str = "2026-11-20";
const AS_OF: &str = "2026-11-12";
/// The last is not in the register.
const PROVIDERS: [(&str, &str); 4] = [("A", "false"), ("B", "false"), ("C", "true"), ("D", "")];

#[derive(Debug)]
struct Placement {
    id: String,
    child: u64,
    provider: &'static str,
    /// Half sessions a week.
    halves: u64,
    hours: Option<u64>,
    is_full_time: bool,
    first: NaiveDate,
    last: Option<NaiveDate>,
}

/// A status from the first day to the last.
type Status = (u64, &'static str, NaiveDate, Option<NaiveDate>);

fn written(day: Option<NaiveDate>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}

fn placements(chance: &mut Chance) -> Vec<Placement> {
    let all: Vec<NaiveDate> = days_from(day(FIRST), day(LAST)).collect();
    (0..26)
        .map(|number| {
            let first = *chance.pick(&all);
            let length = *chance.pick(&[0, 1, 3, 6, 13, 30]);
            let last = (chance.below(2) == 0).then(|| first + Days::new(length));
            Placement {
                id: format!("p{number:02}"),
                child: chance.below(14),
                provider: chance.pick(&PROVIDERS[..]).0,
                halves: *chance.pick(&[4, 7, 8, 11, 12, 13, 14, 15, 16, 20]),
                hours: (chance.below(5) == 0).then(|| *chance.pick(&[6, 9, 15, 17, 18, 25])),
                is_full_time: chance.below(9) == 0,
                first,
                last,
            }
        })
        .collect()
}

/// Returns whether a child is of compulsory school age: every seventh is in year 12.
fn is_of_school_age(child: u64) -> bool {
    child % 7 != 6
}

/// Returns the expected rows: week, Monday, provider, children, full time, near it, vulnerable, alarm.
fn reference(
    placements: &[Placement],
    statuses: &[Status],
) -> Vec<(NaiveDate, &'static str, [usize; 4], &'static str)> {
    let mut mondays: BTreeSet<NaiveDate> = BTreeSet::new();
    for on in days_from(day(FIRST), day(LAST)).filter(|on| is_school_day(*on)) {
        let monday = on - Days::new(u64::from(on.weekday().num_days_from_monday()));
        if monday <= day(AS_OF) {
            mondays.insert(monday);
        }
    }
    let mut rows = Vec::new();
    for monday in mondays {
        for (provider, registered) in PROVIDERS {
            // Tenths of hours, and whether one is full time by its pattern.
            let mut children: BTreeMap<u64, (u64, bool)> = BTreeMap::new();
            for placement in placements.iter().filter(|placement| placement.provider == provider) {
                let is_there = |on: NaiveDate| {
                    on >= placement.first && placement.last.is_none_or(|last| on <= last) && is_school_day(on)
                };
                if days_from(monday, monday + Days::new(6)).any(is_there) {
                    let hours = placement.hours.map_or(placement.halves * 1250, |hours| hours * 1000);
                    let there = children.entry(placement.child).or_default();
                    *there = (there.0 + hours, there.1 || placement.is_full_time);
                }
            }
            let mut counts = [children.len(), 0, 0, 0];
            let mut near_vulnerable = 0;
            for (child, (hours, pattern)) in
                children.into_iter().filter(|(child, _)| is_of_school_age(*child))
            {
                let is_vulnerable = statuses.iter().any(|(of, status, first, last)| {
                    *of == child
                        && matches!(*status, "SEN_E" | "CLA")
                        && *first <= monday
                        && last.is_none_or(|last| last >= monday)
                });
                if hours >= 18_000 || pattern {
                    counts[1] += 1;
                    counts[3] += usize::from(is_vulnerable);
                } else if hours >= 15_000 {
                    counts[2] += 1;
                    near_vulnerable += usize::from(is_vulnerable);
                }
            }
            let alarm = if registered == "true" {
                "NOT_APPLICABLE"
            } else if counts[1] >= 5 || counts[3] > 0 {
                "RED"
            } else if counts[1] == 4 || counts[1] + counts[2] >= 5 || near_vulnerable > 0 {
                "AMBER"
            } else {
                "GREEN"
            };
            rows.push((monday, provider, counts, alarm));
        }
    }
    rows
}

/// Returns the news of a provider's weeks, as a reader would remember what has been said.
fn news(weeks: &[([usize; 4], &'static str)]) -> Vec<(usize, usize, &'static str)> {
    let mut said: Option<usize> = None;
    let (mut same, mut lasted) = (0, 0);
    let mut list = Vec::new();
    for (at, (counts, alarm)) in weeks.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| weeks[before].1);
        same = if before == Some(*alarm) { same + 1 } else { 1 };
        let badness = match *alarm {
            "AMBER" => 1,
            "RED" => 2 + counts[1].saturating_sub(5) / 2,
            _ => 0,
        };
        let word = match (badness, said) {
            (0, Some(_)) => "OVER",
            (0, None) => "NONE",
            (_, None) if before.is_some() => "NEW",
            (bad, Some(worst)) if bad > worst => "WORSE",
            _ => "GOES_ON",
        };
        lasted = if badness == 0 { 0 } else { lasted + 1 };
        said = (badness > 0).then(|| said.unwrap_or(0).max(badness));
        list.push((same, lasted, word));
    }
    list
}

/// Returns the rows that the model must have, as it writes them.
fn expected(placements: &[Placement], statuses: &[Status]) -> String {
    let mut rows = reference(placements, statuses);
    // One that is in no register is known by its placements only.
    if !rows.iter().any(|(_, provider, counts, _)| *provider == "D" && counts[0] > 0) {
        rows.retain(|(_, provider, ..)| *provider != "D");
    }
    let mut expected = "week,monday,provider_id,provider_name,registered,children,full_time,near_full_time,\
                        vulnerable_full_time,alarm,previous_alarm,weeks_in_state,weeks_of_alarm,news\n"
        .to_owned();
    let mut lines = BTreeMap::new();
    for (provider, registered) in PROVIDERS {
        let own: Vec<_> = rows.iter().filter(|row| row.1 == provider).collect();
        let weeks: Vec<_> = own.iter().map(|row| (row.2, row.3)).collect();
        for (at, ((same, lasted, word), (monday, _, counts, alarm))) in
            news(&weeks).into_iter().zip(own).enumerate()
        {
            let before = at.checked_sub(1).map_or("", |before| weeks[before].1);
            let (name, is_registered) = match registered {
                "" => (provider.to_owned(), "NOT_RECORDED"),
                "true" => (format!("Provider {provider}"), "YES"),
                _ => (format!("Provider {provider}"), "NO"),
            };
            let [children, full, near, vulnerable] = counts;
            let line = format!(
                "{},{monday},{provider},{name},{is_registered},{children},{full},{near},{vulnerable},{alarm},{before},\
                 {same},{lasted},{word}\n",
                monday.format("%G-w%V")
            );
            lines.insert((*monday, provider), line);
        }
    }
    expected.extend(lines.into_values());
    expected
}

/// Writes one case as a test of the model.
fn write_case(folder: &std::path::Path, seed: u64) {
    let mut chance = Chance(seed);
    let placements = placements(&mut chance);
    let all: Vec<NaiveDate> = days_from(day("2026-08-01"), day(LAST)).collect();
    let statuses: Vec<Status> = (0..5)
        .map(|_| {
            let first = *chance.pick(&all);
            let last = (chance.below(2) == 0).then(|| first + Days::new(chance.below(50)));
            (chance.below(14), *chance.pick(&["SEN_E", "CLA", "SEN_K"]), first, last)
        })
        .collect();

    let number_on = |on: NaiveDate| days_from(day(FIRST), on).filter(|on| is_school_day(*on)).count();
    let mut calendar = "calendar_date,is_school_day,school_day_no\n".to_owned();
    let mut years = "calendar_date,academic_start\n".to_owned();
    for on in days_from(day(FIRST), day(LAST)) {
        writeln!(calendar, "{on},{},{}", is_school_day(on), number_on(on)).unwrap();
        writeln!(years, "{on},{}", if on < day("2026-09-01") { 2025 } else { 2026 }).unwrap();
    }
    let mut spells =
        "placement_id,pupil_key,provider_id,nc_year,sessions_per_week,started_on,counts_to,end_basis,\
                      first_day_no,last_day_no\n"
            .to_owned();
    let mut terms = "placement_id,attendance_pattern,hours_per_week\n".to_owned();
    for placement in &placements {
        // What is recorded of an open one ends with the last week returned, here in October.
        let (counts_to, basis) = match placement.last {
            Some(last) => (last, "ENDED"),
            None => (
                day("2026-10-09").max(placement.first),
                if placement.child.is_multiple_of(2) { "OPEN" } else { "OPEN_PROVIDER_SILENT" },
            ),
        };
        let first_no = number_on(placement.first) + usize::from(!is_school_day(placement.first));
        let year = if is_of_school_age(placement.child) { 9 } else { 12 };
        writeln!(
            spells,
            "{},c{},{},{year},{}.{},{},{counts_to},{basis},{first_no},{}",
            placement.id,
            placement.child,
            placement.provider,
            placement.halves / 2,
            placement.halves % 2 * 5,
            placement.first,
            number_on(counts_to)
        )
        .unwrap();
        let pattern = if placement.is_full_time { "FT" } else { "PT" };
        let hours = placement.hours.map_or_else(String::new, |hours| format!("{hours}.0"));
        writeln!(terms, "{},{pattern},{hours}", placement.id).unwrap();
    }
    let mut status = "pupil_key,status,started_on,ended_on\n".to_owned();
    for (child, kind, first, last) in &statuses {
        writeln!(status, "c{child},{kind},{first},{}", written(*last)).unwrap();
    }
    let mut register = "provider_id,provider_name,registered\n".to_owned();
    for (id, registered) in PROVIDERS.iter().filter(|(_, registered)| !registered.is_empty()) {
        writeln!(register, "{id},Provider {id},{registered}").unwrap();
    }

    let expected = expected(&placements, &statuses);

    std::fs::create_dir_all(folder).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("run.toml", &format!("model = \"registration_alarm\"\nas_of = \"{AS_OF}\"\n"));
    write("reference.school_calendar.csv", &calendar);
    write("reference.days.csv", &years);
    write("placements.attendance.csv", &format!("placement_id,week_start\np00,{FIRST}\n"));
    write("activity.placement_spells.csv", &spells);
    write("placements.placements.csv", &terms);
    write("pupils.pupil_status.csv", &status);
    write("pupils.pupils.csv", "pupil_key,birth_academic_year\n");
    write("commissioning.providers.csv", &register);
    write("expected.csv", &expected);
}

#[test]
fn the_registration_alarm_is_that_of_a_plain_reference_in_any_weeks() {
    const CASES: u64 = 24;
    let folder = tempfile::tempdir().unwrap();
    demo::write(folder.path(), &demo::Options { pupils: 200, years: 1, seed: 1 }).unwrap();
    write_own(folder.path()).unwrap();
    for seed in 0..CASES {
        let name = format!("pipelines/activity/tests/random_{seed:02}");
        write_case(&folder.path().join(name), seed * 7919 + 1);
    }
    let (project, _) = Project::load(folder.path()).unwrap_or_else(|faults| panic!("{faults}"));
    let tests = build::model_tests(&project, &["activity.registration_alarm".to_owned()]).unwrap();
    let random: Vec<_> = tests.iter().filter(|test| test.name.contains("random_")).collect();
    assert_eq!(random.len() as u64, CASES);
    for test in random {
        assert!(
            test.difference.is_none(),
            "{}: {}",
            test.name,
            test.difference.as_deref().unwrap_or_default()
        );
    }
}
