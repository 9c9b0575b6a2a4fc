//! Finds the faults of a contract's settings before any data is read.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use chrono::format::{Item, StrftimeItems};

use super::date::Form;
use super::share::{share, swing};
use super::{date, effect, judge, number};
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::project::{
    Column, ColumnType, DateType, Disposition, Generalise, OnBad, Privacy, RuleSeverity, Series, SeriesUnit,
    SourceDefinition, Text,
};
use crate::source::error::SourceError;

/// Years from which a year of two figures may count.
const CENTURIES: std::ops::RangeInclusive<i32> = 1900..=2099;

/// Returns every fault of the contract's settings, without its rules and its format.
pub(in crate::source) fn settings(source: &SourceDefinition) -> Diagnostics {
    let mut faults = Diagnostics::default();
    let file = &source.file;
    let mut names = BTreeSet::new();
    for column in &file.columns {
        let name = column.name.get_ref();
        if !names.insert(name.as_str()) || name.starts_with('_') {
            let message = format!("`{name}` cannot be the name of a column: it is taken");
            faults.push(Diagnostic::error(&source.source, Some(column.name.span()), message));
        }
        self::column(source, column, &mut faults);
        for fault in judge::check(source, column) {
            if let SourceError::Contract(fault) = fault {
                faults.push(*fault);
            }
        }
        alias(source, column, &mut faults);
    }
    for name in file.key.iter().chain(&file.unique).chain(&file.updated_at).chain(&file.as_at) {
        if let Some(column) = file.columns.iter().find(|column| column.name.get_ref() == name.get_ref()) {
            if matches!(column.privacy, Privacy::Drop) {
                let message = format!("`{}` is dropped and cannot name a row", name.get_ref());
                faults.push(Diagnostic::error(&source.source, Some(name.span()), message));
            }
        } else {
            let help = did_you_mean(name.get_ref(), &names);
            let message = format!("expected a column of the contract, found `{}`", name.get_ref());
            faults.push(Diagnostic::error(&source.source, Some(name.span()), message).with_help(help));
        }
    }
    changed_at(source, &mut faults);
    spells(source, &mut faults);
    effect::check(source, &mut faults);
    if let Some(series) = &file.series {
        self::series(source, series, &mut faults);
    }
    for name in file.key.iter().filter(|_| file.disposition == Disposition::Merge) {
        let column = file.columns.iter().find(|column| column.name.get_ref() == name.get_ref());
        if column.is_some_and(|column| !column.required) {
            let message = format!("`{}` names a row of a merge and may be blank", name.get_ref());
            let fault = Diagnostic::error(&source.source, Some(name.span()), message);
            faults.push(fault.with_help("write `required = true` in its column".to_owned()));
        }
    }
    if file.disposition == Disposition::Merge && file.key.is_empty() {
        let span = file.connection.span();
        let fault = Diagnostic::error(
            &source.source,
            Some(span),
            "expected the columns that name a row, for a merge, found none",
        );
        faults.push(fault.with_help("write `key = [\"…\"]`".to_owned()));
    }
    if let Some(limit) = file.quarantine_limit.as_ref().filter(|limit| share(limit.get_ref()).is_none()) {
        faults.push(
            Diagnostic::error(
                &source.source,
                Some(limit.span()),
                "expected a share of the rows, found another text",
            )
            .with_help("write a per cent, such as `2%`".to_owned()),
        );
    }
    let shares = file.swing.iter().flat_map(|swing| swing.fall.iter().chain(&swing.rise));
    for share in shares.filter(|share| swing(share.get_ref()).is_none()) {
        faults.push(
            Diagnostic::error(
                &source.source,
                Some(share.span()),
                "expected a share of the rows before, found another text",
            )
            .with_help("write a per cent, such as `40%`".to_owned()),
        );
    }
    faults
}

fn series(source: &SourceDefinition, series: &Series, faults: &mut Diagnostics) {
    let by = source.file.columns.iter().find(|column| column.name.get_ref() == series.by.get_ref());
    let by = by.filter(|column| !column.privacy.is_personal());
    let of_terms = series.term.is_some();
    let names_parts = by.is_some_and(|column| match column.kind {
        ColumnType::Date(_) => !of_terms,
        ColumnType::AcademicYear if of_terms => series.unit == SeriesUnit::Term,
        ColumnType::AcademicYear => series.unit == SeriesUnit::AcademicYear,
        ColumnType::FinancialYear => series.unit == SeriesUnit::FinancialYear && !of_terms,
        _ => false,
    });
    let mut fault = |at: &Text, message: String, help: &str| {
        let fault = Diagnostic::error(&source.source, Some(at.span()), message);
        faults.push(fault.with_help(help.to_owned()));
    };
    if !names_parts {
        let message = format!(
            "expected a column of days, or of the years that `unit` names, stored as it is, found `{}`",
            series.by.get_ref()
        );
        fault(
            &series.by,
            message,
            "name the column by which a row belongs to a part; terms of a year need `term`",
        );
    }
    if let Some(term) = &series.term {
        let column = source.file.columns.iter().find(|column| column.name.get_ref() == term.get_ref());
        let is_text = |column: &Column| column.kind == ColumnType::Text && !column.privacy.is_personal();
        if !column.is_some_and(is_text) {
            let message = format!("expected a column of terms, found `{}`", term.get_ref());
            fault(term, message, "name the column that holds `autumn`, `spring` or `summer`");
        }
    }
    if series.due().is_none() {
        let message = format!("expected when a part is due, found `{}`", series.due.get_ref());
        fault(&series.due, message, "write `working day 8` or `40 days`");
    }
    if let Some(thin) = series.thin_share.as_ref().filter(|thin| share(thin.get_ref()).is_none()) {
        let message = format!("expected a share of the rows of a part, found `{}`", thin.get_ref());
        fault(thin, message, "write a per cent up to `100%`, such as `20%`");
    }
    if let (Some(first), Some(None)) = (&series.first, series.first()) {
        let message = format!("expected the first part of the series, found `{}`", first.get_ref());
        fault(
            first,
            message,
            "write `2020-04`, `ay2020-21-autumn`, `ay2020-21` or `fy2020-21`, as `unit` says",
        );
    }
}

/// Finds a column of changes whose values have no order of time: `9` as a text is after `10`, and a day without its time
/// leaves open which of two changes came last.
fn changed_at(source: &SourceDefinition, faults: &mut Diagnostics) {
    let Some(name) = &source.file.updated_at else { return };
    let column = source.file.columns.iter().find(|column| column.name.get_ref() == name.get_ref());
    let Some(column) = column else { return };
    let stays = matches!(column.privacy, Privacy::None | Privacy::Commercial);
    let timed = |of: &DateType| of.format.0.iter().find(|format| date::has_time(format)).cloned();
    let (found, help) = match &column.kind {
        ColumnType::Integer | ColumnType::Timestamp(_) if stays => return,
        ColumnType::Date(of) if stays => match timed(of) {
            Some(format) => {
                (format!("days read by `{format}`, whose time is left out"), "give it the type `timestamp`")
            }
            None => return,
        },
        _ => (
            "a column that has no order of time".to_owned(),
            "give it the type `timestamp`, as `{ timestamp = { format = \"%Y-%m-%d %H:%M:%S\" } }`, `date` or `integer`",
        ),
    };
    let message = format!(
        "expected moments, days or whole numbers in `{}` of `updated_at`, found {found}",
        name.get_ref()
    );
    faults.push(Diagnostic::error(&source.source, Some(name.span()), message).with_help(help.to_owned()));
}

/// Finds what a column says of its blanks that cannot both hold.
fn blanks(source: &SourceDefinition, column: &Column, faults: &mut Diagnostics) {
    let name = column.name.get_ref();
    if column.required && column.optional {
        let message = format!(
            "expected `required` or `optional`, found both of `{name}`: a column that may be missing has blanks"
        );
        let help = "leave `optional` out where each row must have a value, else `required`";
        let fault = Diagnostic::error(&source.source, Some(column.name.span()), message);
        faults.push(fault.with_help(help.to_owned()));
    }
}

fn column(source: &SourceDefinition, column: &Column, faults: &mut Diagnostics) {
    blanks(source, column, faults);
    kind(source, column, faults);
    let name = column.name.get_ref();
    let mut fault = |message: String, help: &str| {
        let fault = Diagnostic::error(&source.source, Some(column.name.span()), message);
        faults.push(fault.with_help(help.to_owned()));
    };
    match (&column.kind, &column.privacy) {
        (ColumnType::Upn, Privacy::None | Privacy::Commercial) => fault(
            format!("expected a pupil number to be replaced or dropped, found `{name}` as it is"),
            "write `privacy = { pseudonymise = { purpose = \"pupil\" } }` or `privacy = \"drop\"`",
        ),
        (ColumnType::Text, Privacy::Generalise(Generalise::Lookup(_)))
        | (ColumnType::Text | ColumnType::Upn, Privacy::Pseudonymise(_)) => {}
        (_, Privacy::Generalise(Generalise::Lookup(_))) => {
            fault(
                format!("expected text to look up, found `{name}` of another type"),
                "give it the type `text`",
            );
        }
        (ColumnType::Date(_), Privacy::Generalise(_)) => {}
        (_, Privacy::Generalise(_)) => {
            fault(
                format!("expected a date to make coarser, found `{name}` of another type"),
                "give it the type `date`",
            );
        }
        (_, Privacy::Pseudonymise(_)) => {
            fault(
                format!("expected text to pseudonymise, found `{name}` of another type"),
                "give it the type `text` or `upn`",
            );
        }
        _ => {}
    }
    if let Some(why) = &column.no_pupil_numbers {
        if column.privacy.is_personal() {
            fault(
                format!("expected `no_pupil_numbers` of a column that is not personal, found it of `{name}`"),
                "leave it out: what is personal may hold them",
            );
        } else if why.get_ref().trim().is_empty() {
            fault(
                format!("expected why `{name}` holds no pupil numbers, found nothing"),
                "write what its values are, as `no_pupil_numbers = \"numbers of orders\"`",
            );
        }
    }
    if column.required && column.on_bad == OnBad::Null {
        fault(
            format!(
                "expected `required` or `on_bad = \"null\"`, found both of `{name}`: a cell cannot become blank"
            ),
            "leave out `required` or `on_bad`",
        );
    }
    for target in column.map.values() {
        let allowed = &column.allowed;
        if !allowed.is_empty() && !allowed.iter().any(|code| code.eq_ignore_ascii_case(target)) {
            let help = did_you_mean(target, allowed).unwrap_or_else(|| "add it to `allowed`".to_owned());
            fault(format!("expected a value that `{name}` allows, found `{target}` in its `map`"), &help);
        }
    }
}

/// Finds faults of a column's type.
fn kind(source: &SourceDefinition, column: &Column, faults: &mut Diagnostics) {
    let name = column.name.get_ref();
    let mut fault = |message: String, help: &str| {
        let fault = Diagnostic::error(&source.source, Some(column.name.span()), message);
        faults.push(fault.with_help(help.to_owned()));
    };
    match &column.kind {
        ColumnType::Money(of) | ColumnType::Decimal(of) if of.scale >= number::PRECISION => fault(
            format!(
                "expected a scale below {}, which is all digits, found {} of `{name}`",
                number::PRECISION,
                of.scale
            ),
            "money has a scale of 2, rates of 4",
        ),
        ColumnType::Timestamp(of) => {
            let unreadable: Vec<&String> = unreadable(of).collect();
            for format in
                of.format.0.iter().filter(|format| unreadable.contains(format) || is_of_a_day(format))
            {
                fault(
                    format!("expected a format of a day with a time, found `{format}` of `{name}`"),
                    "write `%Y-%m-%d %H:%M:%S`, say, or give it the type `date`",
                );
            }
        }
        ColumnType::Date(of) => {
            for format in unreadable(of) {
                fault(
                    format!("expected a date format that names a day, found `{format}` of `{name}`"),
                    "write `%d/%m/%Y`, say: a format names the day, the month and the year",
                );
            }
        }
        _ => {}
    }
    match &column.kind {
        ColumnType::Date(of) | ColumnType::Timestamp(of) => {
            if let Some(from) = of.years_from.filter(|from| !CENTURIES.contains(from)) {
                fault(
                    format!("expected a first year that records of councils have, found {from} of `{name}`"),
                    "write the first of the hundred years, as `years_from = 1930`",
                );
            }
            if let Some((one, two, text)) = ambiguous(of) {
                fault(
                    format!(
                        "expected formats that read a text as one day, found `{one}` and `{two}` of `{name}`, which read \
                         `{text}` as two"
                    ),
                    "a source writes its dates in one order: leave one of the two out",
                );
            }
        }
        _ => {}
    }
}

/// Finds spells by columns that do not exist or hold no days.
fn spells(source: &SourceDefinition, faults: &mut Diagnostics) {
    let columns = &source.file.columns;
    for rule in &source.file.spells {
        for name in rule.of.iter().chain([&rule.from, &rule.to]) {
            let column = columns.iter().find(|column| column.name.get_ref() == name.get_ref());
            let Some(column) = column else {
                let help = did_you_mean(name.get_ref(), columns.iter().map(|column| column.name.get_ref()));
                let message = format!("expected a column of the contract, found `{}`", name.get_ref());
                faults.push(Diagnostic::error(&source.source, Some(name.span()), message).with_help(help));
                continue;
            };
            let bounds = [&rule.from, &rule.to].iter().any(|bound| bound.get_ref() == name.get_ref());
            let of_days = matches!(column.kind, ColumnType::Date(_))
                && !matches!(column.privacy, Privacy::Generalise(_));
            if bounds && !of_days {
                let message = format!("expected a column of dates, found `{}`", name.get_ref());
                let help = "give it the type `date`".to_owned();
                faults.push(Diagnostic::error(&source.source, Some(name.span()), message).with_help(help));
            }
        }
        if rule.severity == RuleSeverity::Quarantine {
            let message = "expected another severity, found `quarantine`: of two spells that overlap either may be wrong";
            faults.push(
                Diagnostic::error(&source.source, Some(rule.name.span()), message)
                    .with_help("write `severity = \"warn\"` or `severity = \"stop\"`".to_owned()),
            );
        }
    }
}

/// Finds an alias of a column with another type or purpose.
fn alias(source: &SourceDefinition, column: &Column, faults: &mut Diagnostics) {
    let Privacy::Pseudonymise(to) = &column.privacy else { return };
    let Some(of) = &to.alias_of else { return };
    let same =
        source.file.columns.iter().find(|other| other.name.get_ref() == of.get_ref()).is_some_and(|other| {
            other.kind == column.kind
                && other.name.get_ref() != column.name.get_ref()
                && matches!(&other.privacy, Privacy::Pseudonymise(other) if other.purpose == to.purpose)
        });
    if !same {
        let message = format!(
            "expected another column pseudonymised for the purpose `{1}`, found `{0}`",
            of.get_ref(),
            to.purpose
        );
        faults.push(
            Diagnostic::error(&source.source, Some(of.span()), message)
                .with_help("an alias and what it is an alias of have one type and one purpose".to_owned()),
        );
    }
}

/// Returns the formats that are not those of a date: with an unknown placeholder, or without a day, a month or a year.
fn unreadable(of: &DateType) -> impl Iterator<Item = &String> {
    of.format.0.iter().filter(|format| {
        let bad = StrftimeItems::new(format).any(|item| matches!(item, Item::Error));
        ![date::SERIAL, date::SERIAL_1904].contains(&format.as_str())
            && (bad || !format.contains('%') || !reads_back(format))
    })
}

/// Returns whether a format has no time.
fn is_of_a_day(format: &str) -> bool {
    ![date::SERIAL, date::SERIAL_1904].contains(&format) && !date::has_time(format)
}

/// Returns whether a day that is written in a format is read from it again.
fn reads_back(format: &str) -> bool {
    let (form, day) = (Form::new(format), NaiveDate::from_ymd_opt(2012, 6, 14));
    let read = |day| form.read(&form.write(day)?, chrono_tz::UTC);
    day.is_some_and(|day| read(day) == Some(day))
}

/// Returns two formats that read one text as two days, and that text.
fn ambiguous(of: &DateType) -> Option<(&String, &String, String)> {
    let formats: Vec<(&String, Form)> =
        of.format.0.iter().map(|format| (format, Form::new(format))).collect();
    // Days and months of one and of two figures, in an order that shows the commonest texts first.
    let days = [(2024, 4, 3), (2010, 9, 11), (2011, 12, 10), (2012, 1, 12), (2011, 10, 12), (2009, 8, 7)];
    for (year, month, day) in days {
        let Some(day) = NaiveDate::from_ymd_opt(year, month, day) else { continue };
        for (one, form) in formats.iter().filter(|(format, _)| !unreadable_alone(format)) {
            let Some(text) = form.write(day) else { continue };
            for (two, other) in &formats {
                let read = other.read(&text, chrono_tz::UTC).filter(|day| date::is_likely(*day));
                if read.is_some_and(|read| read != day) {
                    return Some((one, two, text));
                }
            }
        }
    }
    None
}

/// Returns whether a format has a fault of its own.
fn unreadable_alone(format: &str) -> bool {
    StrftimeItems::new(format).any(|item| matches!(item, Item::Error))
}
