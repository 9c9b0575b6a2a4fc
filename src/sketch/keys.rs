//! Finds what tells the rows of a file from each other: one column, or two together.

use std::collections::HashSet;

use super::contract::{Column, Kind};
use super::profile::{Profile, hash};
use crate::text::{counted, grouped};

/// Most columns of which pairs are tried.
const COLUMNS: usize = 12;
/// Fewer rows than this show nothing.
const LEAST_ROWS: u64 = 20;
/// Longer texts than this, on average, name nothing.
const LONGEST: u64 = 40;
/// Words of a name by which a column is meant to tell rows from each other.
const KEY_NAMES: [&str; 14] = [
    "id",
    "no",
    "num",
    "number",
    "ref",
    "reference",
    "key",
    "urn",
    "upn",
    "uln",
    "code",
    "transno",
    "identifier",
    "voucher",
];

/// Two columns that may tell rows from each other, with what has been seen of them.
#[derive(Debug)]
pub(super) struct Pair {
    one: usize,
    two: usize,
    seen: HashSet<(u64, u64)>,
}

/// Returns whether a column could be part of a key: never blank, stored, and neither a sum nor free text.
fn may_be_key(column: &Column, profile: &Profile) -> bool {
    let is_stored = column.privacy.as_deref() != Some("\"drop\"");
    let is_sum = matches!(column.kind, Kind::Money(_) | Kind::Decimal(_) | Kind::Boolean);
    profile.blank == 0 && column.blanks.is_empty() && is_stored && !is_sum && profile.mean_length() <= LONGEST
}

/// Returns the one column that no two rows share a value of, and what is said of it.
pub(super) fn single(columns: &[(Column, &Profile)]) -> (Vec<String>, Vec<String>) {
    let unique: Vec<&(Column, &Profile)> = columns
        .iter()
        .filter(|(column, profile)| profile.is_unique() && may_be_key(column, profile))
        .collect();
    let rows = unique.first().map_or(0, |(_, profile)| profile.filled);
    if rows < LEAST_ROWS {
        return (Vec::new(), Vec::new());
    }
    let is_named = |column: &Column| column.name.split('_').any(|word| KEY_NAMES.contains(&word));
    let Some((first, _)) = unique.iter().find(|(column, _)| is_named(column)).or(unique.first()) else {
        return (Vec::new(), Vec::new());
    };
    let rows = grouped(&rows.to_string());
    if is_named(first) {
        let says = vec![format!(
            "no two of {rows} rows have the same `{}`: a row that repeats it is set aside",
            first.name
        )];
        return (vec![first.name.clone()], says);
    }
    let says = format!(
        "unsure: no two of {rows} rows have the same `{}`; if that must be so: unique = [\"{}\"]",
        first.name, first.name
    );
    (Vec::new(), vec![says])
}

/// Returns the pairs of columns to try, where no single column is a key.
pub(super) fn pairs(columns: &[(Column, &Profile)]) -> Vec<Pair> {
    let mut able: Vec<(usize, usize)> = columns
        .iter()
        .enumerate()
        .filter(|(_, (column, profile))| may_be_key(column, profile) && profile.different() > 1)
        .map(|(at, (_, profile))| (at, profile.different()))
        .collect();
    able.sort_by_key(|(at, different)| (std::cmp::Reverse(*different), *at));
    able.truncate(COLUMNS);
    let mut pairs = Vec::new();
    for (at, (one, _)) in able.iter().enumerate() {
        for (two, _) in able.iter().skip(at + 1) {
            pairs.push(Pair { one: (*one).min(*two), two: (*one).max(*two), seen: HashSet::new() });
        }
    }
    pairs
}

/// Takes a row, whose cells `cell` has by the place of their column; leaves the pairs that still differ in every row.
pub(super) fn narrow(pairs: &mut Vec<Pair>, cell: &dyn Fn(usize) -> String) {
    pairs.retain_mut(|pair| pair.seen.insert((hash(&cell(pair.one)), hash(&cell(pair.two)))));
}

/// Says which pairs differ in every row.
pub(super) fn say(pairs: &[Pair], columns: &[(Column, &Profile)]) -> Vec<String> {
    let rows = pairs.first().map_or(0, |pair| pair.seen.len() as u64);
    if rows < LEAST_ROWS {
        return vec![
            "no column, and no two together, tell the rows from each other: equal rows stay".to_owned(),
        ];
    }
    let name = |at: usize| columns.get(at).map_or("", |(column, _)| column.name.as_str());
    let shown =
        pairs.iter().take(3).map(|pair| format!("unique = [\"{}\", \"{}\"]", name(pair.one), name(pair.two)));
    let shown = shown.collect::<Vec<_>>().join(" or ");
    let rows = counted(rows, "row", "rows");
    vec![format!("unsure: no two of {rows} agree in these columns; if that must be so: {shown}")]
}
