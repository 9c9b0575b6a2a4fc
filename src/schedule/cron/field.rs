use std::collections::BTreeSet;
use std::ops::Range;

use crate::diagnostic::did_you_mean;
use crate::schedule::text_fault::TextFault;

/// Which of the five fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Minute,
    Hour,
    Day,
    Month,
    Weekday,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl Kind {
    /// In the order in which they are written.
    pub(super) const ALL: [Self; 5] = [Self::Minute, Self::Hour, Self::Day, Self::Month, Self::Weekday];

    fn name(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day of the month",
            Self::Month => "month",
            Self::Weekday => "weekday",
        }
    }

    /// Returns the least and the greatest number that may be written; 7 is Sunday again.
    fn bounds(self) -> (u32, u32) {
        match self {
            Self::Minute => (0, 59),
            Self::Hour => (0, 23),
            Self::Day => (1, 31),
            Self::Month => (1, 12),
            Self::Weekday => (0, 7),
        }
    }

    /// Returns the names that stand for numbers, and the number of the first.
    fn names(self) -> (&'static [&'static str], u32) {
        match self {
            Self::Month => (&MONTHS, 1),
            Self::Weekday => (&WEEKDAYS, 0),
            Self::Minute | Self::Hour | Self::Day => (&[], 0),
        }
    }

    /// Returns how many values the field has.
    fn size(self) -> u32 {
        let (least, greatest) = self.bounds();
        if self == Self::Weekday { 7 } else { greatest - least + 1 }
    }
}

/// One field, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// The values that match; Sunday is 0.
    pub(super) values: BTreeSet<u32>,
    /// Whether it begins with `*`, which decides two rules of Unix cron: which day fields are joined
    /// by "or", and which jobs follow the clock through a change.
    pub(super) starred: bool,
    /// Whether every value matches.
    pub(super) whole: bool,
    /// Where it stands in the expression.
    pub(super) at: Range<usize>,
}

impl Field {
    /// Reads one field that begins at byte `start` of the expression.
    pub(super) fn parse(kind: Kind, text: &str, start: usize) -> Result<Self, TextFault> {
        let mut values = BTreeSet::new();
        let mut from = start;
        for item in text.split(',') {
            if item.is_empty() {
                return Err(Item { kind, text, start }.fault("has an empty item in its list"));
            }
            values.extend(Item { kind, text: item, start: from }.values()?);
            from += item.len() + 1;
        }
        let whole = values.len() == kind.size() as usize;
        Ok(Self { values, starred: text.starts_with('*'), whole, at: start..start + text.len() })
    }

    /// Returns the values as the `cron` crate reads them, each raised by `raise`.
    pub(super) fn listed(&self, raise: u32) -> String {
        if self.whole {
            return "*".to_owned();
        }
        let values: Vec<String> = self.values.iter().map(|value| (value + raise).to_string()).collect();
        values.join(",")
    }
}

/// One item of a field's comma-separated list.
struct Item<'a> {
    kind: Kind,
    text: &'a str,
    start: usize,
}

impl Item<'_> {
    fn values(&self) -> Result<Vec<u32>, TextFault> {
        let (range, step) = match self.text.split_once('/') {
            Some((range, step)) => (range, Some(self.step(step)?)),
            None => (self.text, None),
        };
        let (first, last) = self.range(range, step)?;
        let values = (first..=last).step_by(step.unwrap_or(1));
        Ok(values.map(|value| if self.kind == Kind::Weekday { value % 7 } else { value }).collect())
    }

    fn step(&self, text: &str) -> Result<usize, TextFault> {
        let step = digits(text).ok_or_else(|| self.fault(format!("has `{text}` for a step")))?;
        let size = self.kind.size();
        if step == 0 || step >= size {
            let fault = self.fault(format!("has a step of {step}"));
            return Err(fault.with_help(format!("a step is from 1 to {}", size - 1)));
        }
        Ok(step as usize)
    }

    fn range(&self, text: &str, step: Option<usize>) -> Result<(u32, u32), TextFault> {
        let (least, greatest) = self.kind.bounds();
        if text == "*" {
            return Ok((least, if self.kind == Kind::Weekday { 6 } else { greatest }));
        }
        let Some((from, to)) = text.split_once('-') else {
            let value = self.value(text)?;
            return match step {
                None => Ok((value, value)),
                Some(step) => Err(self
                    .fault("has a step without a range")
                    .with_help(format!("write `{text}-{greatest}/{step}` or `*/{step}`"))),
            };
        };
        let (from, mut to) = (self.value(from)?, self.value(to)?);
        if self.kind == Kind::Weekday && to == 0 && from > 0 {
            // `SAT-SUN`: as the end of a range, Sunday is the seventh day.
            to = 7;
        }
        if from > to {
            let fault = self.fault(format!("has the range `{text}`, which ends before it begins"));
            return Err(fault.with_help(format!("write two, as in `{from}-{greatest},{least}-{to}`")));
        }
        Ok((from, to))
    }

    fn value(&self, text: &str) -> Result<u32, TextFault> {
        let (least, greatest) = self.kind.bounds();
        let (names, first) = self.kind.names();
        if let Some(value) = digits(text) {
            return if (least..=greatest).contains(&value) {
                Ok(value)
            } else {
                Err(self.fault(format!("goes from {least} to {greatest}: `{text}` is outside")))
            };
        }
        let lower = text.to_lowercase();
        (first..).zip(names).find(|(_, known)| **known == lower).map(|(value, _)| value).ok_or_else(|| {
            let help = did_you_mean(&lower, names).or_else(|| quartz(text));
            self.fault(format!("cannot be `{text}`")).with_help(help)
        })
    }

    fn fault(&self, what: impl std::fmt::Display) -> TextFault {
        TextFault::new(self.start..self.start + self.text.len(), format!("the {} {what}", self.kind.name()))
    }
}

/// Returns where other schedulers write what Unix cron cannot say.
fn quartz(text: &str) -> Option<String> {
    (text == "?" || text.contains(['L', 'W', '#'])).then(|| {
        "say it as a rule in words, as in `rule = \"last friday of every month at 17:00\"`".to_owned()
    })
}

/// Returns a number of at most four ASCII digits.
fn digits(text: &str) -> Option<u32> {
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}
