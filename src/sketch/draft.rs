//! The contract as it is drafted, and its text.

use std::fmt::Write;
use std::sync::Arc;

use toml::Value;

use super::contract::{Column, Kind};
use crate::diagnostic::SourceFile;
use crate::project::{SourceDefinition, SourceToml};
use crate::source::{Proposal, SourceError};

/// A contract that is being drafted.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    /// The connection's name, and the source's.
    pub(super) connection: String,
    pub(super) source: String,
    /// The pattern of the files; nothing for a query.
    pub(super) files: Option<String>,
    /// Whether several files stand beside each other.
    pub(super) is_series: bool,
    /// The query of a database.
    pub(super) query: Option<String>,
    pub(super) proposal: Proposal,
    pub(super) layout: Layout,
    pub(super) columns: Vec<Column>,
    pub(super) unique: Vec<String>,
    /// What was found of the whole, in sentences.
    pub(super) says: Vec<String>,
    /// What keys there may be, in sentences.
    pub(super) keys: Vec<String>,
}

/// How the rows are laid out.
#[derive(Debug, Clone, Default)]
pub(super) struct Layout {
    /// Rows that the header spans; 0 for one.
    pub(super) header_rows: usize,
    /// Rows above the header that look like data and are not.
    pub(super) rows_above: u64,
    /// The column by whose blanks rows are left out.
    pub(super) where_blank: Option<String>,
    /// The column and the beginnings by which rows are left out.
    pub(super) where_starts_with: Option<(String, Vec<String>)>,
    /// The column of which a footer states the total.
    pub(super) control_total: Option<String>,
    /// Whether rows that end early have blank cells.
    pub(super) short_rows: bool,
    /// What was found, in sentences.
    pub(super) says: Vec<String>,
}

impl Draft {
    /// Returns the contract as the program reads it.
    pub(super) fn definition(&self) -> Result<SourceDefinition, SourceError> {
        let source: Arc<SourceFile> =
            SourceFile::inline(&format!("sources/{}.toml", self.source), self.text());
        let file = SourceToml::parse(&source).map_err(|fault| SourceError::Contract(Box::new(fault)))?;
        let sql = self
            .query
            .as_ref()
            .map(|query| SourceFile::inline(&format!("{}.sql", self.source), query.as_str()));
        Ok(SourceDefinition { name: self.source.clone(), file, source, sql, totals: None })
    }

    /// Returns the contract as its author reads it.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        comments(&mut text, &self.says);
        line(&mut text, "connection", &quoted(&self.connection));
        if let Some(files) = &self.files {
            line(&mut text, "files", &quoted(files));
            let disposition = if self.is_series {
                "\"append\"            # the files stand beside each other; a file that comes again replaces itself"
            } else {
                "\"replace\"           # the newest file is the table; `append` where files stand beside each other"
            };
            line(&mut text, "disposition", disposition);
        }
        line(&mut text, "quarantine_limit", "\"2%\"           # more rows that do not fit refuse the file");
        comments(&mut text, &self.keys);
        if !self.unique.is_empty() {
            let names: Vec<String> = self.unique.iter().map(|name| quoted(name)).collect();
            line(&mut text, "unique", &format!("[{}]", names.join(", ")));
        }
        if self.columns.is_empty() {
            line(&mut text, "columns", "[]");
        }
        self.format(&mut text);
        for column in &self.columns {
            text.push('\n');
            comments(&mut text, &column.says);
            Self::column(&mut text, column);
        }
        text
    }

    /// Writes the table of the format, where it has settings.
    fn format(&self, text: &mut String) {
        let (layout, proposal) = (&self.layout, &self.proposal);
        let mut lines: Vec<String> = proposal.settings.clone();
        let mut header = Vec::new();
        if layout.header_rows > 1 {
            header.push(format!("rows = {}", layout.header_rows));
        }
        if layout.rows_above > 0 {
            header.push(format!("rows_above = {}", layout.rows_above));
        }
        if !header.is_empty() {
            lines.push(format!("header = {{ {} }}", header.join(", ")));
        }
        let mut skip = Vec::new();
        if let Some(column) = &layout.where_blank {
            skip.push(format!("where_blank = {}", quoted(column)));
        }
        if let Some((column, beginnings)) = &layout.where_starts_with {
            let beginnings: Vec<String> = beginnings.iter().map(|text| quoted(text)).collect();
            skip.push(format!("where_starts_with = {{ {} = [{}] }}", quoted(column), beginnings.join(", ")));
        }
        if !skip.is_empty() {
            lines.push(format!("skip_rows = {{ {} }}", skip.join(", ")));
        }
        if let Some(column) = &layout.control_total {
            lines.push(format!(
                "control_total = {{ row = \"footer\", column = {}, required = false }}",
                quoted(column)
            ));
        }
        if layout.short_rows {
            lines.push("short_rows = \"blank\"".to_owned());
        }
        let fill_down: Vec<String> = self
            .columns
            .iter()
            .filter(|column| column.fill_down)
            .map(|column| quoted(&column.from))
            .collect();
        if !fill_down.is_empty() && proposal.format == "workbook" {
            lines.push(format!("fill_down = [{}]", fill_down.join(", ")));
        }
        if lines.is_empty() {
            return;
        }
        let _fits = writeln!(text, "\n[{}]", proposal.format);
        comments(text, &proposal.because);
        comments(text, &layout.says);
        for line in lines {
            text.extend([line.as_str(), "\n"]);
        }
    }

    fn column(text: &mut String, column: &Column) {
        text.push_str("[[columns]]\n");
        line(text, "name", &quoted(&column.name));
        if column.from != column.name {
            line(text, "from", &quoted(&column.from));
        }
        line(text, "type", &kind(&column.kind));
        if column.required {
            line(text, "required", "true");
        }
        if column.optional {
            line(text, "optional", "true");
        }
        let is_dropped = column.privacy.as_deref() == Some("\"drop\"");
        if column.kind == Kind::Text && !is_dropped {
            line(text, "normalise", "[\"trim\"]");
        }
        if !column.blanks.is_empty() {
            let blanks: Vec<String> = column.blanks.iter().map(|blank| quoted(blank)).collect();
            line(text, "blanks", &format!("[{}]", blanks.join(", ")));
        }
        if let Some(privacy) = &column.privacy {
            line(text, "privacy", privacy);
        }
    }
}

/// Returns a type as TOML.
fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Text => quoted("text"),
        Kind::Integer => quoted("integer"),
        Kind::Boolean => quoted("boolean"),
        Kind::Decimal(scale) => format!("{{ decimal = {{ scale = {scale} }} }}"),
        Kind::Money(scale) => format!("{{ money = {{ scale = {scale} }} }}"),
        Kind::Date { formats, years_from } => {
            let formats: Vec<String> = formats.iter().map(|format| quoted(format)).collect();
            let format = match formats.as_slice() {
                [one] => one.clone(),
                several => format!("[{}]", several.join(", ")),
            };
            let years = years_from.map_or_else(String::new, |from| format!(", years_from = {from}"));
            format!("{{ date = {{ format = {format}{years} }} }}")
        }
        Kind::Upn => quoted("upn"),
        Kind::AcademicYear => quoted("academic_year"),
        Kind::FinancialYear => quoted("financial_year"),
    }
}

/// Returns a text as TOML quotes it, on one line.
pub(super) fn quoted(text: &str) -> String {
    let has_line_end = text.contains(['\n', '\r']);
    if has_line_end || text.contains(['"', '\\']) || text.chars().any(char::is_control) {
        let mut quoted = String::from("\"");
        for letter in text.chars() {
            match letter {
                '"' | '\\' => quoted.extend(['\\', letter]),
                '\n' => quoted.push_str("\\n"),
                '\r' => quoted.push_str("\\r"),
                '\t' => quoted.push_str("\\t"),
                letter if letter.is_control() => {
                    let _fits = write!(quoted, "\\u{:04X}", u32::from(letter));
                }
                letter => quoted.push(letter),
            }
        }
        quoted.push('"');
        return quoted;
    }
    Value::String(text.to_owned()).to_string()
}

fn line(text: &mut String, key: &str, value: &str) {
    let _fits = writeln!(text, "{key} = {value}");
}

/// Writes sentences as comments, each on a line of its own.
fn comments(text: &mut String, says: &[String]) {
    for sentence in says {
        // A name of the file may hold a line end, which would end the comment.
        let sentence: String =
            sentence.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        let _fits = writeln!(text, "# {sentence}");
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_name_of_any_characters_is_read_back_from_its_toml() {
        for name in [
            "plain",
            "it's",
            "a \"quoted\" one",
            "two\nlines\r\n",
            "back\\slash",
            "tab\there",
            "bell\u{7}",
            "",
        ] {
            let table: toml::Table = toml::from_str(&format!("name = {}", quoted(name))).unwrap();
            assert_eq!(table["name"].as_str(), Some(name));
        }
    }
}
