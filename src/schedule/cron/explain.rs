//! A cron expression in words.

use std::collections::BTreeSet;

use super::expression::Cron;
use super::field::Field;

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// More times of day than this are written as minutes of hours.
const MOST_TIMES: usize = 6;

impl Cron {
    /// Returns the expression in words: `at 05:00 on Monday to Friday`.
    #[must_use]
    pub fn explain(&self) -> String {
        let said = self.time() + &self.day();
        if self.months.whole {
            return said;
        }
        format!("{said} in {}", ranges(self.months.values.iter().copied(), month_name))
    }

    fn time(&self) -> String {
        let (minutes, hours) = (&self.minutes.values, &self.hours.values);
        if minutes.len() * hours.len() <= MOST_TIMES {
            let times = hours
                .iter()
                .flat_map(|hour| minutes.iter().map(move |minute| format!("{hour:02}:{minute:02}")));
            return format!("at {}", list(times.collect()));
        }
        let hour = match (hours.first(), even_step(hours, 24)) {
            _ if self.hours.whole => "every hour".to_owned(),
            (Some(0), Some(step)) => format!("every {} hour", ordinal(step)),
            _ => format!("the hours {}", ranges(hours.iter().copied(), |value| format!("{value:02}"))),
        };
        let minute = match (minutes.first(), even_step(minutes, 60)) {
            (Some(1), _) if minutes.len() == 1 => return format!("at 1 minute past {hour}"),
            (Some(only), _) if minutes.len() == 1 => return format!("at {only} minutes past {hour}"),
            _ if self.minutes.whole => "every minute".to_owned(),
            (Some(0), Some(step)) => format!("every {step} minutes"),
            _ => format!("at minutes {}", ranges(minutes.iter().copied(), |value| value.to_string())),
        };
        if self.hours.whole { minute } else { format!("{minute} of {hour}") }
    }

    fn day(&self) -> String {
        let weekdays = || weekdays(&self.weekdays);
        let days = || format!("the {}", ranges(self.days.values.iter().copied(), ordinal));
        match (self.days.whole, self.weekdays.whole) {
            (true, true) if self.hours.values.len() * self.minutes.values.len() <= MOST_TIMES => {
                " every day".to_owned()
            }
            (true, true) => String::new(),
            (true, false) => format!(" on {}", weekdays()),
            (false, true) => format!(" on {}", days()),
            (false, false) if self.days.starred || self.weekdays.starred => {
                format!(" on {} when that is {}", days(), weekdays())
            }
            (false, false) => format!(" on {}, and on {}", days(), weekdays()),
        }
    }
}

/// Returns the values in words, runs of three and more as a range; they come in order.
fn ranges(values: impl IntoIterator<Item = u32>, name: impl Fn(u32) -> String) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for value in values {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == value => *last = value,
            _ => runs.push((value, value)),
        }
    }
    let mut parts = Vec::new();
    for (first, last) in runs {
        if last - first >= 2 {
            parts.push(format!("{} to {}", name(first), name(last)));
        } else {
            parts.extend((first..=last).map(&name));
        }
    }
    list(parts)
}

/// Returns the weekdays in words: the week ends with Sunday.
fn weekdays(field: &Field) -> String {
    let mut days: Vec<u32> = field.values.iter().map(|day| if *day == 0 { 7 } else { *day }).collect();
    days.sort_unstable();
    ranges(days, |day| WEEKDAYS.get(day as usize % 7).copied().unwrap_or_default().to_owned())
}

/// Returns the step of values that start at 0 and go round evenly; `None` for fewer than two.
fn even_step(values: &BTreeSet<u32>, round: u32) -> Option<u32> {
    let step = *values.iter().nth(1)?;
    let even = values.iter().copied().eq((0..round).step_by(step as usize)) && round.is_multiple_of(step);
    even.then_some(step)
}

fn month_name(value: u32) -> String {
    (value as usize)
        .checked_sub(1)
        .and_then(|index| MONTHS.get(index))
        .copied()
        .unwrap_or_default()
        .to_owned()
}

/// Writes `1st`, `2nd`, `3rd`, `11th`.
fn ordinal(value: u32) -> String {
    let ending = match (value % 10, value % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{value}{ending}")
}

/// Joins words: `a`, `a and b`, `a, b and c`.
fn list(mut items: Vec<String>) -> String {
    match (items.pop(), items.is_empty()) {
        (None, _) => String::new(),
        (Some(last), true) => last,
        (Some(last), false) => format!("{} and {last}", items.join(", ")),
    }
}
