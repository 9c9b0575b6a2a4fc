//! Keys of a contract that have no effect as they are written, or that another one contradicts.

use chrono::NaiveDate;
use toml::de::{DeTable, DeValue};

use super::judge::bound;
use super::share::{share, swing};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::project::{Column, ColumnType, Disposition, SourceDefinition, Text};

/// Words for "not at all", which nobody means who writes a key whose presence says yes.
const NEVER: [&str; 5] = ["never", "no", "none", "false", "off"];

/// Finds every key of `source` that changes nothing.
pub(super) fn check(source: &SourceDefinition, faults: &mut Diagnostics) {
    let Ok(table) = DeTable::parse(source.source.text()) else { return };
    let file = &source.file;
    let mut written = Written { source, table: table.get_ref(), faults };
    if file.disposition != Disposition::Merge {
        let help = "leave it out, or write `disposition = \"merge\"`";
        for key in ["key", "updated_at", "full_extract"] {
            written.idle(key, "only a merge has rows that one extract replaces in another", help);
        }
    }
    if file.unique.is_empty() {
        written.idle(
            "unique_severity",
            "no `unique` is declared",
            "name the columns by `unique`, or leave it out",
        );
    }
    if source.sql.is_some() {
        written.idle("identity", "a query is always the same one", "leave it out");
    }
    for format in ["csv", "workbook"] {
        written.header(format);
    }
    written.delimiter();
    if let Some(often) = &file.full_extract
        && NEVER.contains(&often.get_ref().trim().to_lowercase().as_str())
    {
        let message = format!("expected how often an extract is whole, found `{}`", often.get_ref());
        let help = "write `full_extract = \"always\"`, or leave the key out where extracts hold changes";
        faults
            .push(Diagnostic::error(&source.source, Some(often.span()), message).with_help(help.to_owned()));
    }
    shares(source, faults);
    reach(source, faults);
    names(source, faults);
    for column in &file.columns {
        self::column(source, column, faults);
    }
}

/// The keys of a source as they are written.
struct Written<'a> {
    source: &'a SourceDefinition,
    table: &'a DeTable<'a>,
    faults: &'a mut Diagnostics,
}

impl Written<'_> {
    /// Finds a key that is written and has no effect, because of `why`.
    fn idle(&mut self, key: &str, why: &str, help: &str) {
        let Some((name, _)) = self.table.iter().find(|(name, _)| name.get_ref() == key) else { return };
        let message = format!("`{key}` changes nothing: {why}");
        let fault = Diagnostic::error(&self.source.source, Some(name.span()), message);
        self.faults.push(fault.with_help(help.to_owned()));
    }

    /// Finds a header of no rows.
    fn header(&mut self, format: &str) {
        let header = below(self.table, format).and_then(|format| below(format, "header"));
        let Some(rows) = header.and_then(|header| header.get("rows")) else { return };
        if let DeValue::Integer(count) = rows.get_ref()
            && count.as_str() == "0"
        {
            let message = "expected a header of 1 row or more, found 0";
            let fault = Diagnostic::error(&self.source.source, Some(rows.span()), message);
            let help = "write how many rows the header spans, or leave it out for 1";
            self.faults.push(fault.with_help(help.to_owned()));
        }
    }

    /// Finds a delimiter that is the quote too.
    fn delimiter(&mut self) {
        let Some(csv) = below(self.table, "csv") else { return };
        let text = |key: &str| csv.get(key).and_then(|value| value.get_ref().as_str());
        let (Some(delimiter), Some(quote)) = (text("delimiter"), text("quote")) else { return };
        if delimiter == quote {
            let span = csv.get("quote").map(toml::Spanned::span);
            let message = format!("expected a quote beside the delimiter, found `{quote}` for both");
            let fault = Diagnostic::error(&self.source.source, span, message);
            self.faults.push(fault.with_help("write the two characters that the file has".to_owned()));
        }
    }
}

/// Returns a table below another.
fn below<'a>(table: &'a DeTable<'a>, key: &str) -> Option<&'a DeTable<'a>> {
    table.get(key).and_then(|value| value.get_ref().as_table())
}

/// Finds shares that never hold anything, and a swing of nothing.
fn shares(source: &SourceDefinition, faults: &mut Diagnostics) {
    let mut fault = |at: std::ops::Range<usize>, message: String, help: &str| {
        faults.push(Diagnostic::error(&source.source, Some(at), message).with_help(help.to_owned()));
    };
    if let Some(moves) = &source.file.swing {
        if let Some(fall) = &moves.fall
            && swing(fall.get_ref()).is_some()
            && share(fall.get_ref()).is_none()
        {
            let message = format!(
                "expected a fall of at most 100%, found `{}`: there are no more rows",
                fall.get_ref()
            );
            fault(fall.span(), message, "write the part of the rows that may be gone, as `40%`");
        }
        if moves.fall.is_none() && moves.rise.is_none() {
            let at = source.file.connection.span();
            fault(
                at,
                "expected `fall` or `rise` in `swing`, found neither".to_owned(),
                "write one, or leave `swing` out",
            );
        }
    }
    let thin = source.file.series.as_ref().and_then(|series| series.thin_share.as_ref());
    if let Some(thin) = thin.filter(|thin| share(thin.get_ref()) == Some(0)) {
        let message = format!("expected a share above 0%, found `{}`: no part is thinner", thin.get_ref());
        fault(thin.span(), message, "write a per cent, such as `20%`");
    }
}

/// Finds columns that cannot say how far data reach.
fn reach(source: &SourceDefinition, faults: &mut Diagnostics) {
    let of = |name: &Text| source.file.columns.iter().find(|column| column.name.get_ref() == name.get_ref());
    if let Some(name) = &source.file.as_at
        && let Some(column) = of(name)
        && (!matches!(column.kind, ColumnType::Date(_)) || column.privacy.is_personal())
    {
        let message =
            format!("expected a column of days for `as_at`, found `{}` of another type", name.get_ref());
        let help = "name a column of the type `date` that is stored as it is".to_owned();
        faults.push(Diagnostic::error(&source.source, Some(name.span()), message).with_help(help));
    }
}

/// Finds rules and spells of one name: what is set aside names its rule.
fn names(source: &SourceDefinition, faults: &mut Diagnostics) {
    let rules = source.file.rules.iter().map(|rule| &rule.name);
    let mut known: Vec<&str> = Vec::new();
    for name in rules.chain(source.file.spells.iter().map(|spell| &spell.name)) {
        if known.contains(&name.get_ref().as_str()) {
            let message =
                format!("expected a name of its own for each rule, found `{}` twice", name.get_ref());
            let help = "rename one of them".to_owned();
            faults.push(Diagnostic::error(&source.source, Some(name.span()), message).with_help(help));
        }
        known.push(name.get_ref());
    }
}

fn column(source: &SourceDefinition, column: &Column, faults: &mut Diagnostics) {
    let name = column.name.get_ref();
    let mut fault = |at: std::ops::Range<usize>, message: String, help: &str| {
        faults.push(Diagnostic::error(&source.source, Some(at), message).with_help(help.to_owned()));
    };
    if let Some(range) = &column.range {
        match (&range.least, &range.most) {
            (None, None) => fault(
                column.name.span(),
                format!("expected `least` or `most` in the `range` of `{name}`, found neither"),
                "write one, or leave `range` out",
            ),
            (Some(least), Some(most)) => {
                // The day of reading only grows: any day shows which way round two bounds are, but for `today`.
                let read = |text: &Text| bound(source, column, text, NaiveDate::MIN).ok();
                let is_today = [least, most].iter().any(|text| text.get_ref().trim() == "today");
                if let (Some(low), Some(high)) = (read(least), read(most))
                    && low > high
                    && !is_today
                {
                    let message = format!(
                        "expected the greatest value of `{name}` to be {} or more, found `{}`",
                        least.get_ref(),
                        most.get_ref()
                    );
                    fault(most.span(), message, "exchange `least` and `most`");
                }
            }
            _ => {}
        }
    }
    if !column.normalise.is_empty() && matches!(column.kind, ColumnType::Money(_) | ColumnType::Decimal(_)) {
        fault(
            column.name.span(),
            format!("expected `normalise` of a column of text, found it of the amounts of `{name}`"),
            "leave it out: signs, commas and spaces of an amount are read as they are",
        );
    }
    if let ColumnType::Date(of) = &column.kind
        && of.years_from.is_some()
        && !of.format.0.iter().any(|format| has_short_year(format))
    {
        fault(
            column.name.span(),
            format!("`years_from` changes nothing: no format of `{name}` has a year of two figures"),
            "leave it out, or write the year as `%y`",
        );
    }
}

/// Returns whether a date of this format has a year of two figures.
fn has_short_year(format: &str) -> bool {
    ["%y", "%D", "%x", "%g"].iter().any(|year| format.contains(year))
}
