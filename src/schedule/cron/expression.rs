use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use super::field::{Field, Kind};

use crate::diagnostic::Cause;
use crate::schedule::text_fault::TextFault;
use crate::schedule::wall;

/// A cron expression that has been read.
#[derive(Debug, Clone)]
pub struct Cron {
    pub(super) text: String,
    pub(super) minutes: Field,
    pub(super) hours: Field,
    pub(super) days: Field,
    pub(super) months: Field,
    pub(super) weekdays: Field,
    /// One schedule, or two whose union it is: by day of the month, by weekday.
    pub(super) walls: Vec<cron::Schedule>,
}

impl Cron {
    /// Reads an expression such as `0 5 * * MON-FRI`.
    ///
    /// Names of months and weekdays in any case, lists, ranges, steps over `*` or a range; Sunday is 0
    /// and 7. When day of the month and weekday are both given, either is enough, as in Unix.
    ///
    /// # Errors
    ///
    /// Returns every fault found, each with its bytes of `text`.
    pub fn parse(text: &str) -> Result<Self, Vec<TextFault>> {
        let words = words(text);
        if let Some(help) = nickname(text.trim()) {
            return Err(vec![
                TextFault::new(0..text.len(), "a nickname is not a cron expression").with_help(help),
            ]);
        }
        if words.len() != Kind::ALL.len() {
            let message = format!("a cron expression has five fields, this has {}", words.len());
            let help = match words.len() {
                6 | 7 => "leave out seconds and years: minute, hour, day, month and weekday",
                _ => "write minute, hour, day, month and weekday, as in `0 6 * * MON`",
            };
            return Err(vec![TextFault::new(0..text.len(), message).with_help(help.to_owned())]);
        }
        let mut faults = Vec::new();
        let mut fields = Vec::new();
        for (kind, (start, word)) in Kind::ALL.into_iter().zip(words) {
            match Field::parse(kind, word, start) {
                Ok(field) => fields.push(field),
                Err(fault) => faults.push(fault),
            }
        }
        match <[Field; 5]>::try_from(fields) {
            Ok(fields) => Self::of(text, fields).map_err(|fault| vec![fault]),
            Err(_) => Err(faults),
        }
    }

    fn of(text: &str, [minutes, hours, days, months, weekdays]: [Field; 5]) -> Result<Self, TextFault> {
        let either = !days.starred && !weekdays.starred;
        if !either && !comes(&days, &months) {
            let message = "the day of the month never comes in these months";
            return Err(TextFault::new(days.at.start..months.at.end, message));
        }
        let time = format!("0 {} {}", minutes.listed(0), hours.listed(0));
        let month = months.listed(0);
        // The crate counts Sunday as 1.
        let (day, weekday) = (days.listed(0), weekdays.listed(1));
        let expressions = if either {
            vec![format!("{time} {day} {month} *"), format!("{time} * {month} {weekday}")]
        } else {
            vec![format!("{time} {day} {month} {weekday}")]
        };
        let walls = expressions
            .iter()
            .map(|expression| cron::Schedule::from_str(expression))
            .collect::<Result<_, _>>()
            .map_err(|error: cron::error::Error| {
                TextFault::new(0..text.len(), "expected a cron expression, found a text that is none")
                    .with_help("write minute, hour, day, month and weekday, as in `0 6 * * MON`".to_owned())
                    .because(Cause::of(&error))
            })?;
        Ok(Self { text: text.trim().to_owned(), minutes, hours, days, months, weekdays, walls })
    }

    /// Returns the first time after `after` in `zone`; `None` past the year 2100.
    ///
    /// A change of the clocks follows Debian's cron. A job at fixed times (neither minute nor hour
    /// begins with `*`) whose time is skipped runs once, right after the change; one whose time is
    /// repeated runs once, at the first. Any other job follows the clock on the wall: what is skipped
    /// does not run, what is repeated runs twice.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Tz>> {
        let walls = |after| self.next_wall(after);
        if self.follows_the_clock() {
            wall::next_shown(after, zone, walls)
        } else {
            wall::next_fixed(after, zone, walls)
        }
    }

    /// Returns whether the time of day holds a wildcard, so that the job runs by the clock on the wall.
    fn follows_the_clock(&self) -> bool {
        self.minutes.starred || self.hours.starred
    }

    /// Returns the first matching wall-clock time after `after`.
    fn next_wall(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        let after = after.and_utc();
        self.walls.iter().filter_map(|walls| walls.after(&after).next()).min().map(|found| found.naive_utc())
    }

    /// Returns the first fixed time of day, as `01:30`, that the clocks of `zone` skip in the year after `start`.
    pub(in crate::schedule) fn skipped_in(&self, start: NaiveDateTime, zone: Tz) -> Option<String> {
        if self.follows_the_clock() {
            return None;
        }
        let mut times = self.hours.values.iter().flat_map(|hour| {
            self.minutes.values.iter().filter_map(|minute| NaiveTime::from_hms_opt(*hour, *minute, 0))
        });
        let days = || start.date().iter_days().take(366);
        let gap = days().find_map(|day| wall::gap_on(day, zone))?;
        times.find(|time| gap.contains(time)).map(|time| time.format("%H:%M").to_string())
    }

    /// Warns of what is allowed and seldom meant.
    #[must_use]
    pub fn lints(&self) -> Vec<TextFault> {
        let mut found = self.day_and_weekday();
        found.extend(self.rare());
        found
    }

    /// Warns where the day of the month is not in each of the months.
    fn rare(&self) -> Option<TextFault> {
        let is_by_day = self.weekdays.starred && !self.days.starred;
        let first = *self.days.values.first().filter(|_| is_by_day)?;
        let without: Vec<&str> = self
            .months
            .values
            .iter()
            .filter(|month| days_of(**month) < first)
            .map(|month| name_of(*month))
            .collect();
        let message = match without.as_slice() {
            [] => return None,
            ["February"] if first == 29 => "29 February comes in leap years only".to_owned(),
            [only] => format!("{only} has no day {first}: nothing runs then"),
            [others @ .., last] => {
                format!("{} and {last} have no day {first}: nothing runs then", others.join(", "))
            }
        };
        let help = "for the end of each month write a rule, as in `rule = \"working day 1 after month end at 06:00\"`";
        Some(TextFault::new(self.days.at.start..self.months.at.end, message).with_help(help.to_owned()))
    }

    /// Warns where day of the month and weekday are both set.
    fn day_and_weekday(&self) -> Vec<TextFault> {
        if self.days.whole || self.weekdays.whole {
            return Vec::new();
        }
        let message = if self.days.starred || self.weekdays.starred {
            "day of the month and weekday must both match, because one of them begins with `*`"
        } else {
            "day of the month and weekday are both set: either is enough"
        };
        let help = "for both at once, write a rule, as in `rule = \"first monday of october at 06:00\"`";
        vec![TextFault::new(self.days.at.start..self.weekdays.at.end, message).with_help(help.to_owned())]
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Returns the words of `text`, each with the byte at which it begins.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut from = 0;
    for word in text.split([' ', '\t']) {
        if !word.is_empty() {
            words.push((from, word));
        }
        from += word.len() + 1;
    }
    words
}

/// Returns what `@daily` and its like are in five fields.
fn nickname(text: &str) -> Option<String> {
    let fields = match text {
        "@hourly" => "0 * * * *",
        "@daily" | "@midnight" => "0 0 * * *",
        "@weekly" => "0 0 * * SUN",
        "@monthly" => "0 0 1 * *",
        "@yearly" | "@annually" => "0 0 1 1 *",
        _ if text.starts_with('@') => return Some("write five fields, as in `0 6 * * MON`".to_owned()),
        _ => return None,
    };
    Some(format!("write `{fields}`"))
}

/// Returns whether one of the days is in one of the months, of some year.
fn comes(days: &Field, months: &Field) -> bool {
    let longest = months.values.iter().map(|month| if *month == 2 { 29 } else { days_of(*month) });
    longest.max().is_some_and(|longest| days.values.first().is_some_and(|first| *first <= longest))
}

/// Returns how many days a month has in a common year.
fn days_of(month: u32) -> u32 {
    match month {
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn name_of(month: u32) -> &'static str {
    let name = u8::try_from(month).ok().and_then(|month| chrono::Month::try_from(month).ok());
    name.map_or("", |month| month.name())
}
