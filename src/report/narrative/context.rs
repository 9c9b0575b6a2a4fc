use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use crate::disclosure::Cell;
use crate::project::Running;
use crate::report::facts::Facts;
use crate::report::frame::{Frame, period_label};
use crate::report::number;
use crate::report::series::{Point, Series};

/// The names that every narrative may use beside its tables and indicators.
pub(in crate::report) const GLOBALS: [&str; 9] = [
    "period",
    "previous_period",
    "next_period",
    "council",
    "service",
    "marking",
    "as_at",
    "as_of",
    "edition",
];

/// The question that every narrative may ask beside them: whether the edition reports its period so far.
pub(in crate::report) const RUNNING: &str = "running";

/// How deep rows nest: `s.phase.secondary.sex.f` is two.
pub(in crate::report) const DEPTH: usize = 2;

/// Returns the tables, the indicators that only one table has, and the globals.
///
/// Of the frames, those that `named` has by their own name or by that of a measure.
pub(super) fn context(
    frames: &[Frame],
    named: &BTreeSet<&str>,
    facts: &Facts,
    series: &mut Vec<Series>,
) -> Json {
    let mut root = Map::new();
    let mut once: BTreeMap<String, Option<Json>> = BTreeMap::new();
    for frame in frames.iter().filter(|frame| is_named(frame, named)) {
        let mut table = Map::from_iter([("table".to_owned(), json!(frame.name))]);
        for &measure in &frame.measures {
            let Some(column) = frame.table.columns().get(measure) else { continue };
            let node = node(frame, &frame.rows, measure, &BTreeMap::new(), named, series);
            once.entry(column.name.clone()).and_modify(|seen| *seen = None).or_insert(Some(node.clone()));
            table.insert(column.name.clone(), node);
        }
        root.insert(frame.name.to_owned(), Json::Object(table));
    }
    for (name, node) in once {
        if let (Some(node), false) = (node, root.contains_key(&name)) {
            root.insert(name, node);
        }
    }
    // A table of the last finished period has another one before it than the edition.
    let previous = frames
        .iter()
        .find(|frame| frame.spec.running != Running::LastFinished)
        .map_or_else(|| facts.period.of.previous().label(), |frame| period_label(&frame.previous));
    let globals = [
        facts.period.label(),
        previous,
        facts.period.of.next().label(),
        facts.council.clone(),
        facts.service.clone(),
        facts.marking.clone(),
        number::date(facts.as_at),
        number::date(facts.as_of.date_naive()),
        facts.edition.clone(),
    ];
    root.extend(GLOBALS.into_iter().zip(globals).map(|(name, value)| (name.to_owned(), json!(value))));
    root.insert(RUNNING.to_owned(), json!(facts.period.is_running()));
    Json::Object(root)
}

/// Returns whether a template names the table or one of its measures.
fn is_named(frame: &Frame, named: &BTreeSet<&str>) -> bool {
    let columns = frame.table.columns();
    let mut measures = frame.measures.iter().filter_map(|&at| columns.get(at));
    named.contains(frame.name) || measures.any(|column| named.contains(column.name.as_str()))
}

/// Returns whether a template names `code`, as far as its words tell: one of several words counts as named.
fn may_be_named(code: &str, named: &BTreeSet<&str>) -> bool {
    let is_word = code.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    !is_word || named.contains(code)
}

/// Returns one series, with the series of its rows beneath it.
fn node(
    frame: &Frame,
    rows: &[&[Cell]],
    measure: usize,
    fixed: &BTreeMap<usize, &str>,
    named: &BTreeSet<&str>,
    series: &mut Vec<Series>,
) -> Json {
    let own = Series::of_rows(frame, rows, measure, fixed);
    let shown =
        |point: Option<&Point>| point.map_or_else(|| "[x]".to_owned(), |point| point.shown(own.format));
    let unit = frame.table.columns().get(measure).and_then(|column| column.indicator.as_ref());
    let mut node = Map::from_iter([
        ("series".to_owned(), json!(series.len())),
        ("label".to_owned(), json!(own.label)),
        ("part".to_owned(), json!(own.part)),
        ("unit".to_owned(), json!(unit.map_or("", |indicator| indicator.unit().words()))),
        ("current".to_owned(), json!(shown(Some(&own.current)))),
        ("previous".to_owned(), json!(shown(own.previous.as_ref()))),
        ("first".to_owned(), json!(shown(own.first.as_ref()))),
    ]);
    series.push(own);
    if fixed.len() < DEPTH {
        for key in frame.open_keys() {
            let Some(column) = frame.table.columns().get(key).filter(|_| !fixed.contains_key(&key)) else {
                continue;
            };
            let mut groups = grouped(rows, key);
            // A code that a template names is there even when no row has it.
            for code in column.labels.keys().chain(&column.total).filter(|code| may_be_named(code, named)) {
                if !groups.iter().any(|(found, _)| found == code) {
                    groups.push((code.clone(), Vec::new()));
                }
            }
            let mut nodes = Map::new();
            for (code, rows) in &groups {
                let mut fixed = fixed.clone();
                fixed.insert(key, code);
                nodes.insert(code.clone(), self::node(frame, rows, measure, &fixed, named, series));
            }
            node.insert(column.name.clone(), Json::Object(nodes));
        }
    }
    Json::Object(node)
}

/// Groups rows by their code of `key`, in the order of the rows.
fn grouped<'a>(rows: &[&'a [Cell]], key: usize) -> Vec<(String, Vec<&'a [Cell]>)> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut groups: Vec<(String, Vec<&[Cell]>)> = Vec::new();
    for row in rows {
        let code = row.get(key).map(Cell::code).unwrap_or_default();
        let place = *places.entry(code.clone()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((code, vec![row])),
        }
    }
    groups
}
