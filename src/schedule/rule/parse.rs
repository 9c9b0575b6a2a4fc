//! Reads a rule, and writes it back.

use std::fmt;
use std::ops::Range;

use chrono::{NaiveTime, Weekday};

use super::days::{Close, DayRule, MOST_WORKING_DAYS, Nth};
use crate::calendar::Census;
use crate::diagnostic::did_you_mean;
use crate::schedule::text_fault::TextFault;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];
const NTHS: [(&str, Nth); 5] = [
    ("first", Nth::From(1)),
    ("second", Nth::From(2)),
    ("third", Nth::From(3)),
    ("fourth", Nth::From(4)),
    ("last", Nth::Last),
];
const CLOSES: [(&str, Close); 9] = [
    ("month end", Close::Month),
    ("quarter end", Close::Quarter),
    ("financial year end", Close::FinancialYear),
    ("academic year end", Close::AcademicYear),
    ("term end", Close::Term),
    ("half term end", Close::HalfTerm),
    ("autumn census", Close::Census(Census::Autumn)),
    ("spring census", Close::Census(Census::Spring)),
    ("summer census", Close::Census(Census::Summer)),
];

/// Reads the days and the time of day of a rule.
pub(super) fn parse(text: &str) -> Result<(DayRule, NaiveTime), TextFault> {
    let mut words = Words::of(text);
    let (word, at) = words.next();
    let days = match word.as_str() {
        "working" => working_day(&mut words)?,
        "weekly" => weekly_in_term(&mut words)?,
        _ => {
            let nth = NTHS.iter().find(|(name, _)| *name == word).map(|(_, nth)| *nth);
            weekday_of_month(nth.ok_or_else(|| no_rule(&word, at))?, &mut words)?
        }
    };
    words.expect("at")?;
    let (time, at) = words.next();
    let at = NaiveTime::parse_from_str(&time, "%H:%M")
        .map_err(|_| TextFault::new(at, format!("`{time}` is not a time of day such as `06:00`")))?;
    let (rest, place) = words.next();
    if !rest.is_empty() {
        return Err(TextFault::new(place, format!("nothing follows the time of day: `{rest}`")));
    }
    Ok((days, at))
}

fn weekday_of_month(nth: Nth, words: &mut Words) -> Result<DayRule, TextFault> {
    let weekday = words.one_of("a weekday", &WEEKDAYS)?;
    words.expect("of")?;
    if words.peek() == "every" {
        words.next();
        words.expect("month")?;
        return Ok(DayRule::WeekdayOfMonth { nth, weekday, months: (1..=12).collect() });
    }
    let numbered: Vec<(&str, u32)> = MONTHS.into_iter().zip(1..).collect();
    let mut months = vec![words.one_of("a month, or `every month`", &numbered)?];
    while words.peek() != "at" {
        if words.peek() == "and" {
            words.next();
        }
        months.push(words.one_of("a month or `at`", &numbered)?);
    }
    months.sort_unstable();
    months.dedup();
    Ok(DayRule::WeekdayOfMonth { nth, weekday, months })
}

fn working_day(words: &mut Words) -> Result<DayRule, TextFault> {
    words.expect("day")?;
    let (word, at) = words.next();
    let number = word.parse().ok().filter(|number| (1..=MOST_WORKING_DAYS).contains(number));
    let number = number.ok_or_else(|| {
        TextFault::new(at, format!("`{word}` is not a number of working days from 1 to {MOST_WORKING_DAYS}"))
    })?;
    words.expect("after")?;
    let start = words.here();
    let mut said = Vec::new();
    while !matches!(words.peek(), "at" | "") {
        said.push(words.next().0);
    }
    let said = said.join(" ");
    let close = CLOSES.iter().find(|(name, _)| *name == said).map(|(_, close)| *close).ok_or_else(|| {
        let names = CLOSES.map(|(name, _)| name);
        let help = did_you_mean(&said, names).unwrap_or_else(|| format!("one of: {}", names.join(", ")));
        TextFault::new(start..words.behind(), format!("`{said}` is nothing that closes")).with_help(help)
    })?;
    Ok(DayRule::WorkingDay { number, close })
}

fn weekly_in_term(words: &mut Words) -> Result<DayRule, TextFault> {
    for word in ["in", "term", "on"] {
        words.expect(word)?;
    }
    Ok(DayRule::WeeklyInTerm { weekday: words.one_of("a school day", &WEEKDAYS[..5])? })
}

fn no_rule(word: &str, at: Range<usize>) -> TextFault {
    let known = NTHS.iter().map(|(name, _)| *name).chain(["working", "weekly"]);
    let forms = "write `first monday of october at 06:00`, `working day 8 after month end at 06:00` or \
                 `weekly in term on monday at 07:00`";
    let help = did_you_mean(word, known).unwrap_or_else(|| forms.to_owned());
    TextFault::new(at, format!("no rule begins with `{word}`")).with_help(help)
}

/// The words of a rule in small letters, each with its bytes; commas part words as spaces do.
struct Words {
    list: Vec<(String, Range<usize>)>,
    at: usize,
    end: usize,
}

impl Words {
    fn of(text: &str) -> Self {
        let mut list = Vec::new();
        let mut from = 0;
        for word in text.split([' ', '\t', ',']) {
            if !word.is_empty() {
                list.push((word.to_lowercase(), from..from + word.len()));
            }
            from += word.len() + 1;
        }
        Self { list, at: 0, end: text.len() }
    }

    /// Returns the next word, taken; an empty one at the end.
    fn next(&mut self) -> (String, Range<usize>) {
        let word = self.list.get(self.at).cloned();
        self.at += 1;
        word.unwrap_or_else(|| (String::new(), self.end..self.end))
    }

    fn peek(&self) -> &str {
        self.list.get(self.at).map_or("", |(word, _)| word)
    }

    /// Returns where the next word begins.
    fn here(&self) -> usize {
        self.list.get(self.at).map_or(self.end, |(_, at)| at.start)
    }

    /// Returns where the last word taken ends.
    fn behind(&self) -> usize {
        self.at.checked_sub(1).and_then(|last| self.list.get(last)).map_or(self.end, |(_, at)| at.end)
    }

    fn expect(&mut self, wanted: &str) -> Result<(), TextFault> {
        let (word, at) = self.next();
        if word == wanted { Ok(()) } else { Err(unexpected(&word, at, &format!("`{wanted}`"))) }
    }

    fn one_of<T: Copy>(&mut self, what: &str, known: &[(&str, T)]) -> Result<T, TextFault> {
        let (word, at) = self.next();
        let found = known.iter().find(|(name, _)| *name == word);
        found.map(|(_, value)| *value).ok_or_else(|| {
            let near = did_you_mean(&word, known.iter().map(|(name, _)| *name));
            unexpected(&word, at, what).with_help(near)
        })
    }
}

fn unexpected(word: &str, at: Range<usize>, wanted: &str) -> TextFault {
    if word.is_empty() {
        TextFault::new(at, format!("the rule ends where {wanted} is wanted"))
    } else {
        TextFault::new(at, format!("expected {wanted}, found `{word}`"))
    }
}

/// Writes the names of days and months in words as readers write them.
pub(super) fn with_capitals(words: &str) -> String {
    let is_name = |word: &str| MONTHS.contains(&word) || WEEKDAYS.iter().any(|(name, _)| *name == word);
    let capital = |word: &str| match word.split_at_checked(1) {
        Some((first, rest)) if is_name(word.trim_end_matches(',')) => first.to_uppercase() + rest,
        _ => word.to_owned(),
    };
    words.split(' ').map(capital).collect::<Vec<_>>().join(" ")
}

fn name_of<T: Copy + PartialEq>(known: &[(&'static str, T)], value: T) -> &'static str {
    known.iter().find(|(_, known)| *known == value).map_or("", |(name, _)| name)
}

impl fmt::Display for DayRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WeekdayOfMonth { nth, weekday, months } => {
                write!(f, "{} {} of ", name_of(&NTHS, *nth), name_of(&WEEKDAYS, *weekday))?;
                if months.len() == MONTHS.len() {
                    return f.write_str("every month");
                }
                let name = |month: &u32| MONTHS.get((*month as usize).checked_sub(1)?).copied();
                let names: Vec<&str> = months.iter().filter_map(name).collect();
                match names.split_last() {
                    Some((last, others)) if !others.is_empty() => {
                        write!(f, "{} and {last}", others.join(", "))
                    }
                    _ => f.write_str(&names.join(", ")),
                }
            }
            Self::WorkingDay { number, close } => {
                write!(f, "working day {number} after {}", name_of(&CLOSES, *close))
            }
            Self::WeeklyInTerm { weekday } => write!(f, "weekly in term on {}", name_of(&WEEKDAYS, *weekday)),
        }
    }
}
