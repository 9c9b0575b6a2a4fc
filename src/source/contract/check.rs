//! Everything that can be wrong with a contract before any data is read.

use std::collections::BTreeSet;

use chrono::format::{Item, StrftimeItems};

use super::{date, judge, number, rules};
use crate::diagnostic::{Diagnostic, Diagnostics, Spanned, did_you_mean};
use crate::project::{
    Column, ColumnType, CsvFormat, DateType, Disposition, Generalise, Privacy, RuleSeverity, SourceDefinition,
};
use crate::source::{SourceError, header, text};

/// Every fault of the contract of `source`, its rules included.
pub(in crate::source) fn check(source: &SourceDefinition) -> Diagnostics {
    let mut faults = settings(source);
    if !faults.has_errors() {
        let (_, of_rules) = rules::plan(source, &super::full_schema(source));
        faults.extend(of_rules);
    }
    faults
}

/// A share such as `2%` or `0.5%`, in hundredths of a per cent; nothing for another text or more than all.
#[must_use]
pub fn share(text: &str) -> Option<u32> {
    let hundredths = number::decimal(text.trim().strip_suffix('%')?.trim_end(), 2).ok()?;
    u32::try_from(hundredths).ok().filter(|share| *share <= 10_000)
}

/// A swing such as `40%` or `300%`, in hundredths of a per cent; nothing for another text.
#[must_use]
pub fn swing(text: &str) -> Option<u32> {
    let hundredths = number::decimal(text.trim().strip_suffix('%')?.trim_end(), 2).ok()?;
    u32::try_from(hundredths).ok()
}

/// Every fault of the contract's settings, its rules left aside.
pub(super) fn settings(source: &SourceDefinition) -> Diagnostics {
    let mut faults = Diagnostics::default();
    let file = &source.file;
    let mut names = BTreeSet::new();
    let mut from = BTreeSet::new();
    for column in &file.columns {
        let name = column.name.get_ref();
        if !names.insert(name.as_str()) || name.starts_with('_') {
            let message = format!("`{name}` cannot be the name of a column: it is taken");
            faults.push(Diagnostic::error(&source.source, Some(column.name.span()), message));
        }
        from.insert(header::normalise(column.from.as_deref().unwrap_or(name)));
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
            let message = format!("no column `{}` in the contract", name.get_ref());
            faults.push(Diagnostic::error(&source.source, Some(name.span()), message).with_help(help));
        }
    }
    spells(source, &mut faults);
    if file.disposition == Disposition::Merge && file.key.is_empty() {
        let span = file.connection.span();
        let fault =
            Diagnostic::error(&source.source, Some(span), "a merge needs the columns that name a row");
        faults.push(fault.with_help("write `key = [\"…\"]`".to_owned()));
    }
    if let Some(limit) = file.quarantine_limit.as_ref().filter(|limit| share(limit.get_ref()).is_none()) {
        faults.push(
            Diagnostic::error(&source.source, Some(limit.span()), "not a share of the rows")
                .with_help("write a per cent, such as `2%`".to_owned()),
        );
    }
    let shares = file.swing.iter().flat_map(|swing| swing.fall.iter().chain(&swing.rise));
    for share in shares.filter(|share| swing(share.get_ref()).is_none()) {
        faults.push(
            Diagnostic::error(&source.source, Some(share.span()), "not a share of the rows before")
                .with_help("write a per cent, such as `40%`".to_owned()),
        );
    }
    if let Some(csv) = &file.csv {
        self::csv(source, csv, &mut faults);
    }
    formats(source, &mut faults);
    control_total(source, &mut faults);
    faults
}

fn column(source: &SourceDefinition, column: &Column, faults: &mut Diagnostics) {
    let name = column.name.get_ref();
    let mut fault = |message: String, help: &str| {
        let fault = Diagnostic::error(&source.source, Some(column.name.span()), message);
        faults.push(fault.with_help(help.to_owned()));
    };
    match (&column.kind, &column.privacy) {
        (ColumnType::Upn, Privacy::None | Privacy::Commercial) => fault(
            format!("`{name}` is a pupil number and would enter the store as it is"),
            "write `privacy = { pseudonymise = { purpose = \"pupil\" } }` or `privacy = \"drop\"`",
        ),
        (ColumnType::Text, Privacy::Generalise(Generalise::Lookup(_)))
        | (ColumnType::Text | ColumnType::Upn, Privacy::Pseudonymise(_)) => {}
        (_, Privacy::Generalise(Generalise::Lookup(_))) => {
            fault(format!("`{name}` is to be looked up and is no text"), "give it the type `text`");
        }
        (ColumnType::Date(_), Privacy::Generalise(_)) => {}
        (_, Privacy::Generalise(_)) => {
            fault(format!("`{name}` is to be made coarser and is no date"), "give it the type `date`");
        }
        (_, Privacy::Pseudonymise(_)) => {
            fault(
                format!("`{name}` is to be pseudonymised and is no text"),
                "give it the type `text` or `upn`",
            );
        }
        _ => {}
    }
    match &column.kind {
        ColumnType::Money(of) | ColumnType::Decimal(of) if of.scale >= number::PRECISION => fault(
            format!(
                "`{name}` keeps {} decimal places; the store keeps {} digits",
                of.scale,
                number::PRECISION
            ),
            "money has a scale of 2, rates of 4",
        ),
        ColumnType::Date(of) => {
            for format in unreadable(of) {
                fault(
                    format!("`{name}` has a date format that cannot be read: `{format}`"),
                    "write `%d/%m/%Y`, say",
                );
            }
        }
        _ => {}
    }
    for target in column.map.values() {
        let allowed = &column.allowed;
        if !allowed.is_empty() && !allowed.iter().any(|code| code.eq_ignore_ascii_case(target)) {
            let help = did_you_mean(target, allowed).unwrap_or_else(|| "add it to `allowed`".to_owned());
            fault(format!("`{name}` maps to `{target}`, which is not allowed"), &help);
        }
    }
}

/// Spells by columns that are not there or hold no days.
fn spells(source: &SourceDefinition, faults: &mut Diagnostics) {
    let columns = &source.file.columns;
    for rule in &source.file.spells {
        for name in rule.of.iter().chain([&rule.from, &rule.to]) {
            let column = columns.iter().find(|column| column.name.get_ref() == name.get_ref());
            let Some(column) = column else {
                let help = did_you_mean(name.get_ref(), columns.iter().map(|column| column.name.get_ref()));
                let message = format!("no column `{}` in the contract", name.get_ref());
                faults.push(Diagnostic::error(&source.source, Some(name.span()), message).with_help(help));
                continue;
            };
            let bounds = [&rule.from, &rule.to].iter().any(|bound| bound.get_ref() == name.get_ref());
            let of_days = matches!(column.kind, ColumnType::Date(_))
                && !matches!(column.privacy, Privacy::Generalise(_));
            if bounds && !of_days {
                let message = format!("`{}` is no column of dates", name.get_ref());
                faults.push(Diagnostic::error(&source.source, Some(name.span()), message));
            }
        }
        if rule.severity == RuleSeverity::Quarantine {
            let message = "of two spells that lie over each other nobody can say which is wrong";
            faults.push(
                Diagnostic::error(&source.source, Some(rule.name.span()), message)
                    .with_help("write `severity = \"warn\"` or `severity = \"stop\"`".to_owned()),
            );
        }
    }
}

/// An alias of something else than a pupil number of the same purpose.
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
            "`{}` is no other column that is pseudonymised for the purpose `{}`",
            of.get_ref(),
            to.purpose
        );
        faults.push(
            Diagnostic::error(&source.source, Some(of.span()), message)
                .with_help("an alias and what it is an alias of have one type and one purpose".to_owned()),
        );
    }
}

/// Formats that say no date: with an unknown sign, or without day, month and year.
fn unreadable(of: &DateType) -> impl Iterator<Item = &String> {
    of.format.0.iter().filter(|format| {
        let bad = StrftimeItems::new(format).any(|item| matches!(item, Item::Error));
        *format != date::SERIAL && (bad || !format.contains('%'))
    })
}

/// A source of two formats, or one whose way to the records leads nowhere.
fn formats(source: &SourceDefinition, faults: &mut Diagnostics) {
    let file = &source.file;
    let declared = [
        ("csv", file.csv.is_some()),
        ("workbook", file.workbook.is_some()),
        ("json", file.json.is_some()),
        ("xml", file.xml.is_some()),
    ];
    let declared: Vec<&str> = declared.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
    if declared.len() > 1 {
        let message = format!("a source has one format, and this one has {}", declared.join(" and "));
        let fault = Diagnostic::error(&source.source, Some(file.connection.span()), message);
        faults.push(fault.with_help("make a source of each".to_owned()));
    }
    let ways = [
        (file.json.as_ref().and_then(|json| json.records.as_ref()), '.', "data.pupils"),
        (file.xml.as_ref().map(|xml| &xml.rows), '/', "Message/Pupils/Pupil"),
    ];
    for (way, joint, example) in ways {
        let Some(way) = way.filter(|way| way.get_ref().split(joint).any(str::is_empty)) else { continue };
        let message = format!("`{}` leads to no records", way.get_ref());
        let fault = Diagnostic::error(&source.source, Some(way.span()), message);
        faults.push(
            fault.with_help(format!("write the names from the first to the records', as in `{example}`")),
        );
    }
}

fn csv(source: &SourceDefinition, csv: &CsvFormat, faults: &mut Diagnostics) {
    let line_ends = ['\n', '\r'];
    for (what, character) in [("delimiter", csv.delimiter), ("quote", csv.quote)] {
        if !character.is_ascii() || line_ends.contains(&character) || csv.delimiter == csv.quote {
            let message = format!("the {what} `{}` cannot be one", character.escape_default());
            let span = source.file.connection.span();
            faults.push(
                Diagnostic::error(&source.source, Some(span), message)
                    .with_help("`delimiter` and `quote` are two different ASCII characters".to_owned()),
            );
        }
    }
    for name in csv.encoding.iter().filter(|name| text::encoding(name.get_ref()).is_none()) {
        faults.push(unknown_encoding(source, name));
    }
}

fn unknown_encoding(source: &SourceDefinition, name: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` is not an encoding that can be read", name.get_ref());
    let help = did_you_mean(name.get_ref(), text::ENCODINGS)
        .unwrap_or_else(|| format!("write one of {}", text::ENCODINGS.join(", ")));
    Diagnostic::error(&source.source, Some(name.span()), message).with_help(help)
}

/// A control total of something that is not added up.
fn control_total(source: &SourceDefinition, faults: &mut Diagnostics) {
    let file = &source.file;
    let of_csv = file.csv.as_ref().and_then(|csv| csv.control_total.as_ref());
    let of_workbook = file.workbook.as_ref().and_then(|workbook| workbook.control_total.as_ref());
    for control in of_csv.into_iter().chain(of_workbook) {
        let wanted = header::normalise(&control.column);
        let adds_up = file.columns.iter().any(|column| {
            let from = column.from.as_deref().unwrap_or(column.name.get_ref());
            matches!(column.kind, ColumnType::Money(_) | ColumnType::Decimal(_))
                && header::normalise(from) == wanted
        });
        if !adds_up {
            let message =
                format!("the control total's column `{}` is no column that adds up", control.column);
            faults.push(Diagnostic::error(&source.source, Some(file.connection.span()), message));
        }
    }
}

#[cfg(test)]
mod tests;
