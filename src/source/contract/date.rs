use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::project::{DateType, Generalise};

/// Years that a date of a council's records may have. Another year is a typing mistake, as in `18/04/0023`.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;
/// Day 0 of a spreadsheet's dates.
const SERIAL_ZERO: Option<NaiveDate> = NaiveDate::from_ymd_opt(1899, 12, 30);
/// Day 0 of the dates of a spreadsheet whose days count from 1904.
const SERIAL_1904_ZERO: Option<NaiveDate> = NaiveDate::from_ymd_opt(1904, 1, 1);
/// The name of the format of a spreadsheet's count of days.
pub(super) const SERIAL: &str = "serial";
/// The name of the format of a count of days from 1904.
pub(super) const SERIAL_1904: &str = "serial_1904";

/// The placeholder of the seconds since 1970.
const SECONDS: &str = "%s";

/// When and where dates are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    /// The day on which the source is read.
    pub(super) today: NaiveDate,
    /// The council's time zone.
    pub(super) zone: Tz,
}

/// Why a text is not a date of the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateFault {
    /// No format fits.
    Form,
    /// A year of two figures that may be of this century or of the last.
    Century,
    /// A count of days of a workbook that counts from 1904.
    From1904,
    /// A day of birth after the day of reading.
    Unborn,
}

/// The forms in which a column writes its dates.
#[derive(Debug)]
pub(super) struct DateForms {
    formats: Vec<Form>,
    years_from: Option<i32>,
    reading: Reading,
    last: Option<(String, NaiveDate)>,
    /// Whether the cells come from a format with dates of its own.
    typed_cells: bool,
}

/// One form of a date.
#[derive(Debug)]
pub(in crate::source) struct Form {
    format: String,
    kind: Kind,
    /// Whether its years have two figures.
    short_year: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Day,
    /// A time in UTC, by a `Z` at the end of the format.
    Utc,
    /// A time with its distance from UTC.
    Zoned,
    Serial,
    Serial1904,
}

impl Form {
    /// Prepares a format.
    pub(in crate::source) fn new(format: &str) -> Self {
        let zoned = ["%z", "%:z", "%::z", "%#z", "%+"].iter().any(|zone| format.contains(zone));
        let has_time = has_time(format);
        let kind = if format == SERIAL {
            Kind::Serial
        } else if format == SERIAL_1904 {
            Kind::Serial1904
        } else if zoned {
            Kind::Zoned
        } else if format == SECONDS || has_time && format.ends_with('Z') && !format.ends_with("%Z") {
            Kind::Utc
        } else {
            Kind::Day
        };
        // One placeholder reads every way to write a distance from UTC, `Z` too.
        let format = format.replace("%::z", "%#z").replace("%:z", "%#z").replace("%z", "%#z");
        let short_year = ["%y", "%D", "%x"].iter().any(|year| format.contains(year));
        Self { format, kind, short_year }
    }

    /// Reads a text as a day in `zone`.
    pub(in crate::source) fn read(&self, text: &str, zone: Tz) -> Option<NaiveDate> {
        // Signs before figures are read by the library and written by nobody.
        if text.contains('+') && self.kind != Kind::Zoned {
            return None;
        }
        match self.kind {
            Kind::Day => NaiveDate::parse_from_str(text, &self.format).ok(),
            Kind::Serial => serial(text, SERIAL_ZERO),
            Kind::Serial1904 => serial(text, SERIAL_1904_ZERO),
            Kind::Utc => {
                let time = NaiveDateTime::parse_from_str(text, &self.format).ok()?;
                Some(time.and_utc().with_timezone(&zone).date_naive())
            }
            Kind::Zoned => {
                let time = DateTime::parse_from_str(text, &self.format).ok()?;
                Some(time.with_timezone(&zone).date_naive())
            }
        }
    }

    /// Reads a text as a moment; one without a distance from UTC is in `zone`.
    pub(in crate::source) fn read_moment(&self, text: &str, zone: Tz) -> Option<DateTime<Utc>> {
        if text.contains('+') && self.kind != Kind::Zoned {
            return None;
        }
        let time = match self.kind {
            Kind::Utc => {
                return NaiveDateTime::parse_from_str(text, &self.format).ok().map(|time| time.and_utc());
            }
            Kind::Zoned => {
                return DateTime::parse_from_str(text, &self.format).ok().map(|time| time.to_utc());
            }
            Kind::Serial => serial_moment(text, SERIAL_ZERO)?,
            Kind::Serial1904 => serial_moment(text, SERIAL_1904_ZERO)?,
            Kind::Day if has_time(&self.format) => NaiveDateTime::parse_from_str(text, &self.format).ok()?,
            Kind::Day => NaiveDate::parse_from_str(text, &self.format).ok()?.and_time(NaiveTime::MIN),
        };
        // Of an hour that comes twice the first is meant; in one that is left out clocks were not put forward yet.
        let of_zone = |time: NaiveDateTime| zone.from_local_datetime(&time).earliest();
        of_zone(time).or_else(|| of_zone(time + TimeDelta::hours(1))).map(|time| time.to_utc())
    }

    /// Writes a day in this form, where it has one.
    pub(super) fn write(&self, day: NaiveDate) -> Option<String> {
        let noon: DateTime<Utc> = day.and_hms_opt(12, 0, 0)?.and_utc();
        let days_since =
            |zero: Option<NaiveDate>| Some(day.signed_duration_since(zero?).num_days().to_string());
        match self.kind {
            Kind::Serial => days_since(SERIAL_ZERO),
            Kind::Serial1904 => days_since(SERIAL_1904_ZERO),
            _ => Some(noon.format(&self.format.replace("%#z", "%:z")).to_string()),
        }
    }
}

/// Returns whether a format names an hour and a minute, or counts seconds.
pub(super) fn has_time(format: &str) -> bool {
    ["%H", "%I", "%k", "%l", "%T", "%R", "%X", "%r", "%c", "%S", "%+", SECONDS]
        .iter()
        .any(|time| format.contains(time))
}

/// Returns whether a year is one of a council's records.
pub(in crate::source) fn is_likely(date: NaiveDate) -> bool {
    YEARS.contains(&date.year())
}

impl DateForms {
    /// Prepares the formats of a column. `typed_cells`: the format has dates of its own, which come as `2026-01-31`.
    pub(super) fn new(of: &DateType, typed_cells: bool, reading: Reading) -> Self {
        let typed: &[&str] = if typed_cells { &["%Y-%m-%d", "%Y-%m-%d %H:%M:%S"] } else { &[] };
        let formats = typed.iter().copied().chain(of.format.0.iter().map(String::as_str));
        let formats = formats.map(Form::new).collect();
        Self { formats, years_from: of.years_from, reading, last: None, typed_cells }
    }

    /// Reads a date by the first format that fits.
    pub(super) fn parse(&mut self, text: &str, from_1904: bool) -> Result<NaiveDate, DateFault> {
        // Ledgers are sorted by day: the last date is often the next one.
        if let Some((_, date)) = self.last.as_ref().filter(|(last, _)| last == text && !from_1904) {
            return Ok(*date);
        }
        let date = self.read(text, from_1904)?;
        if !from_1904 {
            self.last = Some((text.to_owned(), date));
        }
        Ok(date)
    }

    /// Reads a day of birth, which is not after the day of reading whatever its form.
    pub(super) fn parse_birth(&mut self, text: &str, from_1904: bool) -> Result<NaiveDate, DateFault> {
        let date = self.parse(text, from_1904)?;
        if date > self.reading.today { Err(DateFault::Unborn) } else { Ok(date) }
    }

    /// Reads a date, as [`parse`](Self::parse) does.
    pub(super) fn read(&self, text: &str, from_1904: bool) -> Result<NaiveDate, DateFault> {
        self.read_form(text, from_1904).map(|(date, _)| date)
    }

    /// Reads a moment by the first format that fits.
    pub(super) fn read_moment(&self, text: &str, from_1904: bool) -> Result<DateTime<Utc>, DateFault> {
        let (date, form) = self.read_form(text, from_1904)?;
        let moment = form.read_moment(text, self.reading.zone).ok_or(DateFault::Form)?;
        // A year of two figures may have become one of another century.
        let read = moment.with_timezone(&self.reading.zone).date_naive();
        Ok(if form.short_year { moment + (date - read) } else { moment })
    }

    fn read_form(&self, text: &str, from_1904: bool) -> Result<(NaiveDate, &Form), DateFault> {
        // A workbook says where its days count from: a contract that says otherwise does not fit it.
        let fits = |form: &&Form| from_1904 || !self.typed_cells || form.kind != Kind::Serial1904;
        let found = self.formats.iter().filter(fits).find_map(|form| {
            let date = form.read(text, self.reading.zone).filter(|date| is_likely(*date))?;
            Some((date, form))
        });
        let (date, form) = found.ok_or(DateFault::Form)?;
        if from_1904 && form.kind == Kind::Serial {
            // By the workbook the number counts from 1904, and a number copied from another workbook counts from 1900.
            return Err(DateFault::From1904);
        }
        let short_year = form.short_year;
        match self.years_from.filter(|_| short_year) {
            Some(from) => {
                let year = from + (date.year() - from).rem_euclid(100);
                date.with_year(year).map(|date| (date, form)).ok_or(DateFault::Form)
            }
            None if short_year && date > self.reading.today => Err(DateFault::Century),
            None => Ok((date, form)),
        }
    }
}

/// Reads a spreadsheet's count of days; the time of day after the point is dropped.
fn serial(text: &str, zero: Option<NaiveDate>) -> Option<NaiveDate> {
    let days = text.split_once('.').map_or(text, |(days, _)| days);
    if days.len() != 5 || !days.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    zero?.checked_add_days(Days::new(days.parse().ok()?))
}

/// Reads a spreadsheet's count of days with the time of day after the point, to the second.
fn serial_moment(text: &str, zero: Option<NaiveDate>) -> Option<NaiveDateTime> {
    let day = serial(text, zero)?;
    let after = text.split_once('.').map_or(Some(0), |(_, after)| {
        let figures = after.get(..after.len().min(9))?;
        let of = 10_i64.checked_pow(u32::try_from(figures.len()).ok()?)?;
        // Rounded to the second.
        figures.parse::<i64>().ok().map(|part| (part * 86_400 * 2 + of) / (of * 2))
    })?;
    Some(day.and_time(NaiveTime::MIN) + TimeDelta::seconds(after))
}

/// Returns the last microsecond of a day, since 1970 in universal time.
pub(super) fn end_of(day: NaiveDate, zone: Tz) -> Option<i64> {
    let next = day.succ_opt()?.and_time(NaiveTime::MIN);
    zone.from_local_datetime(&next).earliest().map(|next| next.to_utc().timestamp_micros() - 1)
}

/// Returns the days since 1970-01-01.
pub(super) fn days(date: NaiveDate) -> i32 {
    date.to_epoch_days()
}

/// Returns a date as the year that the contract asks for; `None` where it asks for no year.
pub(super) fn coarse(date: NaiveDate, by: &Generalise) -> Option<i64> {
    let year = i64::from(date.year());
    match by {
        Generalise::BirthYear => Some(year),
        Generalise::BirthAcademicYear => Some(year - i64::from(date.month() < 9)),
        Generalise::BirthMonth | Generalise::Lookup(_) => None,
    }
}

#[cfg(test)]
mod tests;
