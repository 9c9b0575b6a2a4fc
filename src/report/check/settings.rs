//! The names of `report.toml`.

use std::collections::BTreeMap;

use super::faults::{Faults, is_plain};
use super::words::Words;
use crate::calendar::Period;
use crate::diagnostic::{Spanned, did_you_mean};
use crate::disclosure::{Column, Role};
use crate::project::{KeyFigureSpec, PaperSpec, Report, TableSpec};

/// Checks a paper: its tables are the report's, and no two parts are one file.
pub(super) fn paper(faults: &mut Faults, paper: &PaperSpec, report: &Report) {
    let tables: Vec<&str> = report.file.tables.keys().map(|name| name.get_ref().as_str()).collect();
    for name in paper.annex.iter().filter(|name| !tables.contains(&name.get_ref().as_str())) {
        let message = format!("expected a table of this report, found `{}`", name.get_ref());
        faults.at(name, message, did_you_mean(name.get_ref(), &tables));
    }
    for (at, part) in paper.parts.iter().enumerate() {
        let name = part.name.get_ref();
        if !is_plain(name) {
            let message = format!("expected a name, found `{name}`");
            let help = "write small letters, digits and `_`: it is the name of a file of commentary";
            faults.at(&part.name, message, Some(help.to_owned()));
        }
        if paper.parts.iter().take(at).any(|other| other.name.get_ref() == name) {
            let message = format!("expected parts of different names, found `{name}` twice");
            faults.at(&part.name, message, None);
        }
    }
}

/// Checks a table: its columns are the model's, and between them they name one row each.
pub(super) fn table(faults: &mut Faults, name: &Spanned<String>, spec: &TableSpec, columns: &[Column]) {
    let keys = spec.rows.0.iter().chain(&spec.columns).chain(&spec.period);
    for key in keys {
        named(faults, key, columns, Role::Key);
    }
    for value in &spec.values {
        named(faults, value, columns, Role::Measure);
    }
    if let Some(bar) = &spec.bar {
        named(faults, bar, columns, Role::Measure);
        let shown = Words::new(spec, columns.to_vec()).measures;
        if !shown.contains(bar.get_ref()) {
            let message = format!("`bar` names `{}`, which the table does not show", bar.get_ref());
            faults.at(bar, message, did_you_mean(bar.get_ref(), &shown));
        }
    }
    for (column, code) in &spec.filter {
        filter(faults, name, column, code, columns);
    }
    for broken in spec.breaks.keys().filter(|_| spec.period.is_none()) {
        let help = "name the column that holds the period of a row in `period`";
        faults.at(broken, "`breaks` needs `period`".to_owned(), Some(help.to_owned()));
    }
    for broken in spec.breaks.keys().filter(|broken| !is_period(broken.get_ref())) {
        let help = "write it as in the rows: `2020-21`, or `2020-09` for a month";
        faults.at(broken, format!("expected a period, found `{}`", broken.get_ref()), Some(help.to_owned()));
    }
    if spec.period.is_none() {
        unsaid(faults, name, spec, columns);
    }
    let period = spec.period.as_ref().map(Spanned::get_ref);
    let across = spec.columns.as_ref().map(Spanned::get_ref);
    let is_head = |column: &str| {
        spec.rows.0.iter().any(|head| head.get_ref() == column) || across.is_some_and(|head| head == column)
    };
    let measures = Words::new(spec, columns.to_vec()).measures;
    if measures.is_empty() {
        let message = format!("table `{}` shows no measure", name.get_ref());
        faults.at(
            name,
            message,
            Some("give the model `[indicators]` or name columns in `values`".to_owned()),
        );
    }
    if let Some(across) = &spec.columns
        && measures.len() > 1
    {
        let message = format!("table `{}` is a crosstab of {} measures", name.get_ref(), measures.len());
        faults.at(across, message, Some("name the one it shows in `values`".to_owned()));
    }
    if spec.change && (period.is_none() || across != period) {
        let message = format!("table `{}` has a change column but no periods across", name.get_ref());
        faults.at(
            name,
            message,
            Some("`change` needs `columns` and `period` to be the same column".to_owned()),
        );
    }
    if spec.last.is_some_and(|last| last > 1) && period.is_some_and(|period| !is_head(period)) {
        let message =
            format!("table `{}` shows several periods that head neither rows nor columns", name.get_ref());
        faults.at(name, message, None);
    }
    let open = columns.iter().filter(|column| column.role == Role::Key && column.total.is_none());
    for column in
        open.filter(|column| period != Some(&column.name) && !spec.filter.contains_key(&column.name))
    {
        // A second name of a row, such as a provider's beside its number, splits nothing.
        if !is_head(&column.name) && column.in_grain {
            let message =
                format!("table `{}` does not say which `{}` its rows are of", name.get_ref(), column.name);
            let help = "name it in `rows`, `columns`, `period` or `where`, or declare its total in the model";
            faults.at(name, message, Some(help.to_owned()));
        }
    }
}

/// The names of columns that hold the period of a row.
const PERIODS: [&str; 5] = ["academic_year", "financial_year", "half_term", "month", "week"];

/// Refuses a table over rows of many periods that says nothing of them: rows of another one would stand under the
/// edition's title.
fn unsaid(faults: &mut Faults, name: &Spanned<String>, spec: &TableSpec, columns: &[Column]) {
    let is_open = |column: &&Column| {
        PERIODS.contains(&column.name.as_str()) && column.in_grain && !spec.filter.contains_key(&column.name)
    };
    if let Some(column) = columns.iter().find(is_open) {
        let message = format!("table `{}` holds rows of every `{}`", name.get_ref(), column.name);
        let help = format!("write `period = \"{}\"`: then its rows are those of the edition", column.name);
        faults.at(name, message, Some(help));
    }
}

/// Returns whether `code` is written as rows write an academic or financial year or a month.
fn is_period(code: &str) -> bool {
    [Period::AcademicYear(0), Period::Month(0, 1)]
        .into_iter()
        .any(|like| Period::parse(code, like).is_ok_and(|period| period.code() == code))
}

/// Checks a key figure: one measure of one row.
pub(super) fn key_figure(
    faults: &mut Faults,
    figure: &KeyFigureSpec,
    report: &Report,
    tables: &BTreeMap<&str, Words>,
) {
    let Some(words) = find(faults, &figure.table, report, tables) else { return };
    named(faults, &figure.indicator, &words.columns, Role::Measure);
    for (column, code) in &figure.filter {
        filter(faults, &figure.table, column, code, &words.columns);
    }
    let fixed: Vec<String> = figure.filter.keys().cloned().collect();
    for column in words.unnamed(&fixed) {
        let message = format!("the figure does not say which `{}` it is of", column.name);
        faults.at(&figure.indicator, message, Some(format!("add `where = {{ {} = \"…\" }}`", column.name)));
    }
}

/// Returns the words of a table of the report; a fault for one that it does not have.
pub(super) fn find<'a>(
    faults: &mut Faults,
    name: &Spanned<String>,
    report: &Report,
    tables: &'a BTreeMap<&str, Words>,
) -> Option<&'a Words> {
    let known = report.file.tables.keys().map(Spanned::get_ref);
    if !known.clone().any(|table| table == name.get_ref()) {
        faults.at(name, format!("no table `{}`", name.get_ref()), did_you_mean(name.get_ref(), known));
    }
    tables.get(name.get_ref().as_str())
}

/// Checks that a column is there and is what it is used for.
pub(super) fn named(faults: &mut Faults, name: &Spanned<String>, columns: &[Column], role: Role) {
    match columns.iter().find(|column| column.name == *name.get_ref()) {
        None => {
            let known = columns.iter().filter(|column| column.role == role).map(|column| &column.name);
            let message = format!("the model has no column `{}`", name.get_ref());
            faults.at(name, message, did_you_mean(name.get_ref(), known));
        }
        Some(column) if column.role != role => {
            let message = match role {
                Role::Key => format!("`{}` is a measure and cannot head rows or columns", name.get_ref()),
                Role::Measure => format!("expected a measure, found `{}`, which names rows", name.get_ref()),
            };
            faults.at(name, message, None);
        }
        Some(_) => {}
    }
}

/// Checks a `where`: a key of the model, and a code that its labels know.
fn filter(faults: &mut Faults, place: &Spanned<String>, column: &str, code: &str, columns: &[Column]) {
    let Some(found) = columns.iter().find(|known| known.name == column && known.role == Role::Key) else {
        let keys = columns.iter().filter(|column| column.role == Role::Key).map(|column| &column.name);
        let message = format!("expected a key of the model in `where`, found `{column}`");
        return faults.at(place, message, did_you_mean(column, keys));
    };
    if !found.labels.is_empty() && !found.labels.contains_key(code) && !found.is_total(code) {
        let message = format!("expected a code of `{column}` in `where`, found `{code}`");
        faults.at(place, message, did_you_mean(code, found.labels.keys()));
    }
}
