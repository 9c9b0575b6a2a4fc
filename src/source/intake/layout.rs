//! Finds the rows of a file that are data: below the header, and not of a kind that the settings leave out. Every row
//! that is left out is counted by its reason.

use std::collections::{BTreeMap, VecDeque};

use toml::de::DeTable;

use super::header::{Above, Header, nearest_first, nth};
use super::layout_settings::{DELIMITERS, LayoutSettings};
use super::totals::{begins_as_a_total, is_a_total};
use crate::diagnostic::did_you_mean;
use crate::project::SourceDefinition;
use crate::source::column_name::normalise;
use crate::source::contract::Contract;
use crate::source::contract::column::ColumnWriter;
use crate::source::error::SourceError;
use crate::source::row::{Row, is_blank};
use crate::source::tally::Tally;

/// Most rows above a header.
const PREAMBLE: i64 = 200;

/// What a row is.
pub(super) enum Sorted {
    /// A row for the contract.
    Data,
    /// A row of a second table below the first. `title`: the row before, too.
    Second {
        /// Whether the row before was its title, taken for data.
        title: bool,
    },
    /// Any other row, which has been counted.
    Other,
}

/// The layout of one file, as far as it has been read.
pub(super) struct Layout<'a> {
    file: String,
    source: &'a SourceDefinition,
    settings: LayoutSettings<'a>,
    /// Names that the header must hold, one of each list, normalised; and the first as it was written.
    wanted: Vec<(Vec<String>, String)>,
    /// The rows above the header, with their numbers.
    above: Vec<(i64, Vec<String>)>,
    blanks: Blanks,
    /// Whether a second table has begun, below a title and the header again.
    in_second_table: bool,
    /// The latest rows that may belong to a header of several rows.
    window: VecDeque<HeaderRow>,
    header: Option<(Header, SkipPlaces<'a>)>,
    nearest: Option<Nearest>,
    /// The last skipped row with a number in the control column, and that cell.
    stated: Option<(i64, String)>,
    /// Skipped rows with a number in the control column.
    amounts_skipped: u64,
    /// Rows above the header.
    preamble: u64,
    /// Those of them that are as wide as the table and fit no column, with the first.
    wide: Option<(u64, i64)>,
    /// Why the file is refused once its stated total has been read.
    refusal: Option<SourceError>,
    /// Rows left out, by reason.
    skipped: Tally,
}

/// Blank rows among the data.
#[derive(Default)]
struct Blanks {
    /// Whether the row before was blank, and whether the one before this was data of one cell, as a title is.
    after_blank: bool,
    after_title: bool,
    /// Whether a blank row stands above the last row of data.
    below_blank: bool,
}

/// A row that may belong to the header: its names, and which of its cells are merged.
pub(in crate::source) type HeaderRow = (Vec<String>, Vec<(usize, usize)>);

/// The columns by which rows are left out.
struct SkipPlaces<'a> {
    blank: Option<usize>,
    starts: Vec<(usize, &'a [String])>,
    control: Option<usize>,
}

/// The row with the most names of the header so far.
struct Nearest {
    row: i64,
    names: Vec<String>,
    hits: usize,
}

impl<'a> Layout<'a> {
    pub(super) fn new(file: &str, settings: LayoutSettings<'a>, contract: &Contract<'a>) -> Self {
        let names: Vec<&[String]> = match settings.header {
            Some(header) if !header.contains.is_empty() => {
                header.contains.iter().map(std::slice::from_ref).collect()
            }
            _ => {
                let must = contract.columns.iter().filter(|column| !column.definition.optional);
                must.map(ColumnWriter::source_names).collect()
            }
        };
        let wanted = |names: &[String]| {
            let first = names.first().cloned().unwrap_or_default();
            let mut names: Vec<String> = names.iter().map(|name| normalise(name)).collect();
            // The second column of a name is called by that name in the header.
            let plain: Vec<String> =
                names.iter().filter_map(|name| nth(name).map(|(name, _)| name.to_owned())).collect();
            names.extend(plain);
            (names, first)
        };
        Self {
            file: file.to_owned(),
            source: contract.source,
            settings,
            wanted: names.into_iter().map(wanted).collect(),
            above: Vec::new(),
            blanks: Blanks::default(),
            in_second_table: false,
            window: VecDeque::new(),
            header: None,
            nearest: None,
            stated: None,
            amounts_skipped: 0,
            preamble: 0,
            wide: None,
            refusal: None,
            skipped: Tally::default(),
        }
    }

    /// Returns the header, once found.
    pub(super) fn header(&self) -> Option<&Header> {
        self.header.as_ref().map(|(header, _)| header)
    }

    /// Returns the last skipped row with a number in the control column, and that cell.
    pub(super) fn stated(&self) -> Option<(i64, &str)> {
        self.stated.as_ref().map(|(row, cell)| (*row, cell.as_str()))
    }

    /// Returns how many skipped rows have a number in the control column, without the one that states the total.
    pub(super) fn amounts_skipped(&self) -> u64 {
        self.amounts_skipped.saturating_sub(1)
    }

    /// Returns the rows above the header that are as wide as the table and fit no column, with the first.
    pub(super) fn wide_above(&self) -> Option<(u64, i64)> {
        self.wide
    }

    /// Returns whether the row that was sorted last fills one cell alone, below a blank row.
    pub(super) fn is_after_blank(&self) -> bool {
        self.blanks.after_title
    }

    /// Returns whether a blank row stands above the last row of data.
    pub(super) fn is_below_blank(&self) -> bool {
        self.blanks.below_blank
    }

    /// Takes why the file is refused although it was read to its end.
    pub(super) fn take_refusal(&mut self) -> Option<SourceError> {
        self.refusal.take()
    }

    /// Returns the rows left out, by reason.
    pub(super) fn into_skipped(self) -> BTreeMap<String, u64> {
        self.skipped.into_counts()
    }

    /// Returns what `row` is, and counts it unless it is data.
    pub(super) fn sort(&mut self, row: &Row, contract: &Contract<'a>) -> Result<Sorted, SourceError> {
        let Some((header, skip)) = &self.header else {
            self.seek(row, contract)?;
            return Ok(Sorted::Other);
        };
        let cell = |place: usize| row.get(place).unwrap_or_default();
        let reason = if self.settings.names_first {
            return Ok(Sorted::Data);
        } else if row.is_blank() {
            self.blanks.after_blank = true;
            "blank"
        } else if header.is_repeated_by(row) {
            self.in_second_table |= self.blanks.after_title;
            if std::mem::take(&mut self.blanks.after_title) {
                self.skipped.count("repeated_header");
                return Ok(Sorted::Second { title: true });
            }
            "repeated_header"
        } else if header.is_rivalled_by(row) {
            return Err(SourceError::SecondHeader { file: self.file.clone(), row: row.number });
        } else if skip.blank.is_some_and(|place| is_blank(cell(place))) {
            "where_blank"
        } else if skip.starts.iter().any(|(place, texts)| starts_with(cell(*place), texts)) {
            "where_starts_with"
        } else if self.settings.control.is_some()
            && states_a_total(row, skip.control, self.settings.fill_down)
        {
            "control_total"
        } else if self.in_second_table {
            return Ok(Sorted::Second { title: false });
        } else {
            let width = header.places.iter().flatten().count();
            self.blanks.below_blank = std::mem::take(&mut self.blanks.after_blank);
            self.blanks.after_title = self.blanks.below_blank && width > 1 && row.filled(2) == 1;
            return Ok(Sorted::Data);
        };
        if let Some(place) = skip.control.filter(|&place| !is_blank(cell(place)))
            && cell(place).bytes().any(|byte| byte.is_ascii_digit())
            && reason != "repeated_header"
        {
            self.amounts_skipped += 1;
            self.stated = Some((row.number, cell(place).to_owned()));
        }
        self.skipped.count(reason);
        Ok(Sorted::Other)
    }

    /// Looks for the header in `row`, together with the rows before it where a header spans several.
    fn seek(&mut self, row: &Row, contract: &Contract<'a>) -> Result<(), SourceError> {
        let span = self.settings.header.map_or(1, |header| header.rows.max(1));
        self.window.push_back((row.cells().map(normalise).collect(), row.merged.clone()));
        self.above.push((row.number, row.cells().map(str::to_owned).collect()));
        if self.window.len() > span {
            self.window.pop_front();
        }
        self.preamble += 1;
        if row.number > PREAMBLE {
            return Err(self.no_header(contract));
        }
        // A header does not begin with a blank row: a blank row above it is not part of it.
        let begins = self.window.front().is_some_and(|(first, _)| first.iter().any(|name| !name.is_empty()));
        if self.window.len() < span || !begins && !self.settings.names_first {
            return Ok(());
        }
        let names = joined(&self.window);
        let is_there = |wanted: &[String]| wanted.iter().any(|wanted| names.contains(wanted));
        let hits = self.wanted.iter().filter(|(wanted, _)| is_there(wanted)).count();
        if hits < self.wanted.len() && !self.settings.names_first {
            if self.nearest.as_ref().is_none_or(|nearest| hits > nearest.hits) && !row.is_blank() {
                self.nearest = Some(Nearest { row: row.number, names, hits });
            }
            return Ok(());
        }
        self.skipped.add("header", span as u64);
        self.skipped.add("preamble", self.preamble.saturating_sub(span as u64));
        let header = Header::new(&self.file, row.number, names, contract)?;
        if !self.settings.names_first {
            let above = std::mem::take(&mut self.above);
            let above = above.get(..above.len().saturating_sub(span)).unwrap_or_default();
            self.check_above(above, &header, row.number, contract)?;
        }
        let skip = self.skip_places(&header, contract)?;
        self.header = Some((header, skip));
        Ok(())
    }

    /// Refuses rows above the header that look like data, unless the settings say that there are as many: a header
    /// that is reworded in the middle of a file would hide all rows above it.
    fn check_above(
        &mut self,
        above: &[(i64, Vec<String>)],
        header: &Header,
        row: i64,
        contract: &Contract<'_>,
    ) -> Result<(), SourceError> {
        let (mut data, mut wide, mut is_certain, mut below_header) = (Vec::new(), Vec::new(), false, false);
        for (number, cells) in above.iter().filter(|(_, cells)| cells.iter().any(|cell| !is_blank(cell))) {
            match header.above(cells, contract) {
                Above::Header => below_header = true,
                // Whatever stands below a header is data.
                _ if below_header => {
                    is_certain = true;
                    data.push(*number);
                }
                Above::Data => {
                    is_certain = true;
                    data.push(*number);
                }
                Above::Likely => data.push(*number),
                Above::Wide => wide.push(*number),
                Above::Title => {}
            }
        }
        let accepted = self.settings.header.map_or(0, |header| header.rows_above);
        let count = data.len() as u64;
        match data.first() {
            Some(first) if (is_certain || count > 1) && count > accepted => {
                let (file, first, total) = (self.file.clone(), *first, String::new());
                let refusal = SourceError::RowsAbove { file, row, count, first, total };
                if self.settings.control.is_none() {
                    return Err(refusal);
                }
                // The total that the file states shows how much of it those rows are.
                self.refusal = Some(refusal);
            }
            _ => {}
        }
        let wide = if count + wide.len() as u64 > accepted { wide } else { Vec::new() };
        self.wide = wide.first().map(|first| (wide.len() as u64, *first));
        Ok(())
    }

    /// Returns where the contract leaves rows out by `name`.
    fn skip_span(&self, name: &str) -> std::ops::Range<usize> {
        let found = DeTable::parse(self.source.source.text()).ok().and_then(|table| {
            table.get_ref().values().find_map(|format| {
                let skip = format.get_ref().as_table()?.get("skip_rows")?.get_ref().as_table()?;
                let blank = skip.get("where_blank").filter(|text| text.get_ref().as_str() == Some(name));
                let starts = skip.get("where_starts_with").and_then(|starts| starts.get_ref().as_table());
                let key = starts.and_then(|starts| starts.keys().find(|key| key.get_ref() == name));
                blank.map(toml::Spanned::span).or_else(|| key.map(toml::Spanned::span))
            })
        });
        found.unwrap_or_else(|| self.source.file.connection.span())
    }

    /// Resolves the columns by which rows are left out.
    fn skip_places(&self, header: &Header, contract: &Contract<'_>) -> Result<SkipPlaces<'a>, SourceError> {
        let place = |name: &str| {
            let wanted = normalise(name);
            header.names.iter().position(|name| *name == wanted).ok_or_else(|| {
                let names = header.names.iter().filter(|name| !name.is_empty());
                let help = Some(format!("the columns are {}", nearest_first(&[name], names, contract)));
                let message = format!(
                    "the setting leaves rows out by `{name}`, and `{}` has no such column",
                    self.file
                );
                SourceError::contract(self.source, self.skip_span(name), message, help)
            })
        };
        let skip = self.settings.skip;
        let blank = skip.and_then(|skip| skip.where_blank.as_deref()).map(place).transpose()?;
        let starts = skip.map(|skip| &skip.where_starts_with).into_iter().flat_map(BTreeMap::iter);
        let starts = starts
            .map(|(name, texts)| Ok((place(name)?, texts.as_slice())))
            .collect::<Result<_, SourceError>>()?;
        let control = self.settings.control.and_then(|control| contract.money_column(&control.column));
        let control = control.and_then(|column| header.places.get(column).copied().flatten());
        Ok(SkipPlaces { blank, starts, control })
    }

    /// Builds the fault of a file without the header. Its cells are quoted only where they resemble a name of the
    /// header: the first row of a file without a header may hold personal data.
    pub(super) fn no_header(&self, contract: &Contract<'_>) -> SourceError {
        let list = |names: &mut dyn Iterator<Item = &str>| {
            names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        };
        let expected = list(&mut self.wanted.iter().map(|(_, name)| name.as_str()));
        let (mut found, mut help) = (String::new(), None);
        match &self.nearest {
            Some(nearest) if nearest.hits > 0 => {
                let is_there = |wanted: &[String]| wanted.iter().any(|wanted| nearest.names.contains(wanted));
                let missing = || self.wanted.iter().filter(|(wanted, _)| !is_there(wanted));
                found = format!(
                    "; row {} lacks {}",
                    nearest.row,
                    list(&mut missing().map(|(_, name)| name.as_str()))
                );
                let near = missing().find_map(|(wanted, name)| {
                    let wanted = wanted.first()?;
                    did_you_mean(wanted, nearest.names.iter().filter(|name| !name.is_empty()))
                        .map(|help| format!("for `{name}`, {help}"))
                });
                help = near;
                // One name alone may stand beside a value, as above a table: `Name, A. Child`.
                if nearest.hits > 1 || !contract.is_personal() {
                    let missing: Vec<&str> = missing().map(|(_, name)| name.as_str()).collect();
                    let names = nearest.names.iter().filter(|name| !name.is_empty());
                    found.push_str("; its columns are ");
                    found.push_str(&nearest_first(&missing, names, contract));
                }
            }
            Some(nearest) if !contract.is_personal() => {
                let names = nearest.names.iter().filter(|name| !name.is_empty()).take(6);
                found = format!("; row {} begins {}", nearest.row, list(&mut names.map(String::as_str)));
            }
            _ => {}
        }
        let delimiter = self.other_delimiter();
        SourceError::NoHeader { file: self.file.clone(), expected, found, help, delimiter }
    }

    /// Returns the delimiter by which a row has more of the header's names, where the file is delimited text.
    fn other_delimiter(&self) -> Option<char> {
        let own = self.settings.delimiter?;
        let hits = |cells: &[String], delimiter: char| {
            let line = cells.join(&own.to_string());
            let names: Vec<String> =
                line.split(delimiter).map(|name| normalise(name.trim().trim_matches('"'))).collect();
            let is_there = |wanted: &[String]| wanted.iter().any(|wanted| names.contains(wanted));
            self.wanted.iter().filter(|(wanted, _)| is_there(wanted)).count()
        };
        let known = self.nearest.as_ref().map_or(0, |nearest| nearest.hits);
        let best = DELIMITERS.into_iter().filter(|delimiter| *delimiter != own).filter_map(|delimiter| {
            let hits = self.above.iter().map(|(_, cells)| hits(cells, delimiter)).max()?;
            (hits > known && hits * 2 >= self.wanted.len()).then_some((hits, delimiter))
        });
        // The first of those with the most names.
        best.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|(_, delimiter)| delimiter)
    }
}

/// Joins the names of a header that spans several rows, column by column, with a space. A name above that is merged
/// over several columns belongs to each; in the last row it belongs to one column alone.
pub(in crate::source) fn joined(rows: &VecDeque<HeaderRow>) -> Vec<String> {
    let width = rows.iter().map(|(names, _)| names.len()).max().unwrap_or(0);
    let last = rows.len().saturating_sub(1);
    let part = |at: usize, place: usize| {
        let (names, merged) = rows.get(at)?;
        let from = merged.iter().find(|(from, to)| at < last && (*from..=*to).contains(&place));
        names.get(from.map_or(place, |(from, _)| *from)).filter(|part| !part.is_empty())
    };
    (0..width)
        .map(|place| {
            let parts: Vec<&str> =
                (0..rows.len()).filter_map(|at| part(at, place)).map(String::as_str).collect();
            parts.join(" ")
        })
        .collect()
}

/// Returns whether a row states the total of the column at `place`: its first cell is a word for it, or it has a label that
/// begins so, or nothing, beside the number.
fn states_a_total(row: &Row, place: Option<usize>, fill_down: &[String]) -> bool {
    let has_number = |cell: &str| cell.bytes().any(|byte| byte.is_ascii_digit());
    let Some(place) = place.filter(|place| row.get(*place).is_some_and(has_number)) else { return false };
    let cells = row.cells().enumerate().filter(|(at, cell)| *at != place && !is_blank(cell));
    let mut others = cells.map(|(_, cell)| cell);
    match others.next() {
        None => row.len() > 1 && fill_down.is_empty(),
        Some(first) => {
            is_a_total(first) || row.len() > 2 && begins_as_a_total(first) && others.next().is_none()
        }
    }
}

/// Returns whether `cell` begins with one of `texts`, whatever the case.
fn starts_with(cell: &str, texts: &[String]) -> bool {
    let cell = normalise(cell);
    texts.iter().any(|text| cell.starts_with(&normalise(text)))
}
