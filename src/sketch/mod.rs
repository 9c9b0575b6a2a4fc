//! Drafts a contract from a file or a table for which nobody has written one: what is found is written down, and what
//! is not sure says so, with what it rests on.
//!
//! ```text
//! table     which row names the columns      reading   rows into profiles, and those that are not like the others
//! profile   what the cells of a column are   personal  whether they could identify somebody
//! column    what the contract says of it     contract  a column as it says so
//! hide      what becomes of what could identify somebody   layout   totals and notes around the table
//! keys      what tells rows from each other  draft     the contract and its text
//! proof     reads the files under the draft, and corrects it until every row fits
//! names     names of tables and columns      pattern   one pattern for several files
//! home      where it has its place in a project   outcome   what comes of all this
//! ```
//!
//! Rows come from the same readers as those of a landing. No value of the files is in what is drafted, but for words
//! that stand for nothing.

mod column;
mod contract;
mod draft;
mod hide;
mod home;
mod keys;
mod layout;
mod names;
mod outcome;
mod pattern;
mod personal;
mod profile;
mod proof;
mod reading;
mod table;

use std::collections::BTreeMap;

use crate::project::{Privacy, SourceDefinition};
use crate::source::{self, Found, SourceError};
use crate::text::counted;
use contract::{About, Column, shown};
use draft::Draft;
pub use home::{Home, HomeError, write};
use names::{Names, snake_case};
pub use outcome::{At, Facts, Sketch};
use profile::Profile;
use reading::Table;
use table::Header;

/// Drafts a contract for files of one connection, by their names there.
///
/// # Errors
///
/// A file that cannot be read, or in which no row names the columns.
pub fn of_files(at: &At<'_>, files: &[String]) -> Result<Sketch, SourceError> {
    let mut draft = Draft {
        connection: at.connection.to_owned(),
        source: at.source.to_owned(),
        is_series: files.len() > 1,
        ..Draft::default()
    };
    let mut found: Vec<Found> = Vec::new();
    for file in files {
        draft.files = Some(source::exact_pattern(file));
        let one = source::discover(&draft.definition()?, at.place)?;
        found.extend(one);
    }
    let Some(first) = found.first() else { return Err(SourceError::NoRows { file: at.source.to_owned() }) };
    draft.proposal = source::propose(first)?;
    for other in found.iter().skip(1) {
        let proposal = source::propose(other)?;
        if proposal.format != draft.proposal.format || proposal.settings != draft.proposal.settings {
            draft.says.push(format!("unsure: `{}` is laid out otherwise than `{}`", other.name, first.name));
        }
    }
    draft.files = Some(pattern::of(files));
    sketch(at, draft, &found)
}

/// Drafts a contract for a table of a database.
///
/// # Errors
///
/// A database that cannot be read, or refuses the query.
pub fn of_table(at: &At<'_>, table: &str) -> Result<Sketch, SourceError> {
    let mut draft = Draft {
        connection: at.connection.to_owned(),
        source: at.source.to_owned(),
        query: Some(format!("SELECT * FROM {table}\n")),
        ..Draft::default()
    };
    draft.proposal.names_first = true;
    let found = source::discover(&draft.definition()?, at.place)?;
    sketch(at, draft, &found)
}

fn sketch(at: &At<'_>, mut draft: Draft, found: &[Found]) -> Result<Sketch, SourceError> {
    let definition = draft.definition()?;
    let mut headers = Vec::new();
    for file in found {
        let header = reading::top(&definition, at.place, file, draft.proposal.names_first)?;
        headers.push(header.ok_or_else(|| SourceError::NoHeader {
            file: file.name.clone(),
            expected: "names of its columns".to_owned(),
            found: "; every row at the top holds numbers or days, or fewer cells than the rest".to_owned(),
            help: None,
            delimiter: None,
        })?);
    }
    // One contract says how many rows the header spans.
    if headers.iter().any(|header| header.rows == 1) {
        headers.iter_mut().for_each(Header::narrow);
    }
    let table = read(&definition, at, found, &headers, !draft.proposal.names_first)?;
    if !table.columns.iter().any(|cells| cells.files == table.files) {
        let file = found.last().map(|file| file.name.clone()).unwrap_or_default();
        let faults = "no column of it is in all of the files: they are not of one source".to_owned();
        let help = vec!["draft each kind of file by itself".to_owned()];
        return Err(SourceError::Columns { file, row: 0, faults, help });
    }
    let columns = columns(at, &table);
    if let Some(query) = &mut draft.query {
        // What the table gains later is not read.
        let names: Vec<String> = table.columns.iter().map(|column| sql_name(&column.from)).collect();
        *query = query.replacen('*', &names.join(",\n       "), 1);
    }
    keys(&definition, at, found, &headers, &table, &columns, &mut draft)?;
    layout::of(&mut draft, &table, &columns, &headers);
    draft.columns = columns;
    head(&mut draft, &table, found);
    let proof = proof::prove(at, &mut draft, found)?;
    let facts = facts(&draft, found, &proof)?;
    draft.says.insert(1, proof.in_words());
    Ok(Sketch { text: draft.text(), query: draft.query.clone(), facts, refused: proof.refused })
}

/// Reads all files. Rows that are not like the others are left out of the profiles, unless they are many.
fn read(
    definition: &SourceDefinition,
    at: &At<'_>,
    found: &[Found],
    headers: &[Header],
    with_odd: bool,
) -> Result<Table, SourceError> {
    let all = |with_odd: bool| -> Result<Table, SourceError> {
        let mut table = Table::default();
        for (file, header) in found.iter().zip(headers) {
            table.read(definition, at.place, file, header, with_odd)?;
        }
        Ok(table)
    };
    let table = all(with_odd)?;
    let odd = table.odd.len() as u64;
    if odd > 20 && odd * 20 > table.rows { all(false) } else { Ok(table) }
}

/// Chooses what the contract says of each column.
fn columns(at: &At<'_>, table: &Table) -> Vec<Column> {
    let mut ours = Names::default();
    let named: Vec<(String, &reading::Cells)> =
        table.columns.iter().map(|cells| (ours.name(&cells.from), cells)).collect();
    let suspicions: Vec<_> =
        named.iter().map(|(name, cells)| hide::suspicion(name, &cells.profile)).collect();
    let is_of_persons = suspicions.iter().flatten().any(hide::is_of_person);
    let about = About { is_of_persons, has_postcodes: at.has_postcodes, today: at.today };
    let choose = |((name, cells), suspicion): ((String, &reading::Cells), &Option<_>)| {
        let mut column = column::choose(name, cells.from.clone(), &cells.profile, suspicion.as_ref(), about);
        if cells.files < table.files {
            column.optional = true;
            column.required = false;
            column.says.push(format!("{} of {} files have it", cells.files, table.files));
        }
        column
    };
    named.into_iter().zip(&suspicions).map(choose).collect()
}

/// Finds what tells rows from each other.
fn keys(
    definition: &SourceDefinition,
    at: &At<'_>,
    found: &[Found],
    headers: &[Header],
    table: &Table,
    columns: &[Column],
    draft: &mut Draft,
) -> Result<(), SourceError> {
    let profiled: Vec<(Column, &Profile)> =
        columns.iter().cloned().zip(table.columns.iter().map(|cells| &cells.profile)).collect();
    (draft.unique, draft.keys) = keys::single(&profiled);
    if !draft.keys.is_empty() {
        return Ok(());
    }
    let mut pairs = keys::pairs(&profiled);
    for (file, header) in found.iter().zip(headers) {
        if pairs.is_empty() {
            break;
        }
        table.each(definition, at.place, file, header, !draft.proposal.names_first, &mut |cell| {
            keys::narrow(&mut pairs, cell);
            !pairs.is_empty()
        })?;
    }
    draft.keys = keys::say(&pairs, &profiled);
    Ok(())
}

/// Says what was read, at the head of the contract.
fn head(draft: &mut Draft, table: &Table, found: &[Found]) {
    let of: Vec<String> = match found {
        _ if draft.query.is_some() => vec![format!("the table of `{}`", draft.connection)],
        [one] => vec![format!("`{}`", one.name)],
        several => vec![counted(several.len(), "file", "files")],
    };
    let mut says = vec![format!(
        "unverified: a sketch of {}. Compare each column with what it means, then say here what it was verified against.",
        of.join(", ")
    )];
    says.push("Whatever is not sure begins with `unsure`.".to_owned());
    says.append(&mut draft.says);
    let mut unnamed: BTreeMap<usize, u64> = BTreeMap::new();
    for (place, count) in &table.unnamed {
        *unnamed.entry(*place).or_default() += count;
    }
    for (place, count) in unnamed {
        let cells = format!("{} {}", shown(count), if count == 1 { "cell" } else { "cells" });
        says.push(format!(
            "unsure: column {place} has no name and {cells} filled: it cannot be read until the file names it"
        ));
    }
    draft.says = says;
}

fn facts(draft: &Draft, found: &[Found], proof: &proof::Proof) -> Result<Facts, SourceError> {
    let definition = draft.definition()?;
    let columns = &definition.file.columns;
    let says = draft.says.iter().chain(&draft.keys).chain(&draft.proposal.because).chain(&draft.layout.says);
    let all = says.chain(draft.columns.iter().flat_map(|column| &column.says));
    let of_columns = draft.columns.iter().flat_map(|column| {
        column
            .says
            .iter()
            .filter(|says| says.starts_with("unsure"))
            .map(|says| format!("`{}`: {says}", column.name))
    });
    let is_of_column = |sentence: &&String| draft.columns.iter().any(|column| column.says.contains(sentence));
    let of_whole = all.filter(|sentence| sentence.starts_with("unsure") && !is_of_column(sentence)).cloned();
    Ok(Facts {
        of: found.iter().map(|file| file.name.clone()).collect(),
        rows: proof.read,
        set_aside: proof.set_aside,
        left_out: proof.left_out.clone(),
        columns: columns.len(),
        personal: columns
            .iter()
            .filter(|column| column.privacy.is_personal())
            .map(|column| column.name.get_ref().clone())
            .collect(),
        needs_key: columns.iter().any(|column| matches!(column.privacy, Privacy::Pseudonymise(_))),
        unsure: of_whole.chain(of_columns).collect(),
    })
}

/// Returns the name of a column as SQL quotes it, where it has to be.
fn sql_name(name: &str) -> String {
    let is_plain =
        name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
            && snake_case(name, "") == name;
    if is_plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}
