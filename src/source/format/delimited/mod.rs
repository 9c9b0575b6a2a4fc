//! Delimited text: any delimiter, quote and encoding, with rows above, between and below the data.

mod guess;
mod rows;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Format, Propose};
use crate::diagnostic::{Diagnostic, Diagnostics, Spanned, did_you_mean};
use crate::project::SourceDefinition;
use crate::source::error::SourceError;
use crate::source::file::content::Content;
use crate::source::file::kind::FileKind;
use crate::source::file::text::{self, Text};
use crate::source::intake::layout_settings::{ControlTotal, Header, LayoutSettings, ShortRows, SkipRows};
use crate::source::proposal::Proposal;
use crate::source::receiver::Receiver;
use crate::source::row::Row;
use rows::Delimited;

/// How delimited text is written.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CsvFormat {
    /// Encodings that the file may be in; the first that decodes it is taken. `utf-8`,
    /// `windows-1252`, `utf-16le`, `utf-16be`. A byte order mark decides by itself.
    encoding: Vec<Spanned<String>>,
    /// The delimiter: one ASCII character.
    delimiter: char,
    /// The quote: one ASCII character.
    quote: char,
    /// How the header row is found.
    header: Option<Header>,
    /// Rows that are not data.
    skip_rows: Option<SkipRows>,
    /// A total that the file states about itself.
    control_total: Option<ControlTotal>,
    /// What becomes of a row that ends before the last column.
    short_rows: ShortRows,
}

impl Default for CsvFormat {
    fn default() -> Self {
        Self {
            encoding: Vec::new(),
            delimiter: ',',
            quote: '"',
            header: None,
            skip_rows: None,
            control_total: None,
            short_rows: ShortRows::SetAside,
        }
    }
}

impl Format for CsvFormat {
    fn expected(&self) -> &'static str {
        "delimited text"
    }

    fn reads(&self, kind: FileKind) -> bool {
        kind == FileKind::Text
    }

    fn layout(&self) -> LayoutSettings<'_> {
        LayoutSettings {
            header: self.header.as_ref(),
            skip: self.skip_rows.as_ref(),
            control: self.control_total.as_ref(),
            short_rows: self.short_rows,
            delimiter: Some(self.delimiter),
            ..LayoutSettings::default()
        }
    }

    fn check(&self, source: &SourceDefinition) -> Diagnostics {
        let mut faults = Diagnostics::default();
        let line_ends = ['\n', '\r'];
        for (what, character) in [("delimiter", self.delimiter), ("quote", self.quote)] {
            if !character.is_ascii() || line_ends.contains(&character) || self.delimiter == self.quote {
                let message = format!(
                    "expected another ASCII character as the {what}, found `{}`",
                    character.escape_default()
                );
                let span = source.file.connection.span();
                faults.push(
                    Diagnostic::error(&source.source, Some(span), message)
                        .with_help("`delimiter` and `quote` are two different ASCII characters".to_owned()),
                );
            }
        }
        for name in self.encoding.iter().filter(|name| text::encoding(name.get_ref()).is_none()) {
            faults.push(unknown_encoding(source, name));
        }
        faults
    }

    fn read(&self, content: &Content<'_>, to: &mut dyn Receiver) -> Result<(), SourceError> {
        let file = content.name();
        let declared = text::declared(&self.encoding);
        let text = if text::is_mixed(file, &declared, &mut || content.open())? {
            Text::mixed(file, content.open()?)
        } else {
            let encoding = text::find_encoding(file, &declared, &mut || content.open())?;
            Text::new(file, content.open()?, encoding)
        };
        let mut rows = Delimited::new(file, text, ascii(self.delimiter), ascii(self.quote));
        let mut row = Row::default();
        while rows.read(&mut row)? {
            to.take(&row)?;
        }
        let (others, first) = rows.others();
        to.warn_of("rows_in_another_encoding", others, &format!("line {first}"));
        let (marks, first) = rows.marks_within();
        to.warn_of("byte_order_mark_within", marks, &format!("row {first}"));
        if rows.ends_within_a_line() {
            to.ends_within_a_line();
        }
        Ok(())
    }
}

impl Propose for CsvFormat {
    fn propose(content: &Content<'_>) -> Result<Option<Proposal>, SourceError> {
        if content.kind == FileKind::Text { guess::propose(content).map(Some) } else { Ok(None) }
    }
}

fn unknown_encoding(source: &SourceDefinition, name: &Spanned<String>) -> Diagnostic {
    let message = format!("expected an encoding that can be read, found `{}`", name.get_ref());
    let help =
        did_you_mean(name.get_ref(), text::ENCODINGS).unwrap_or_else(|| crate::text::known(text::ENCODINGS));
    Diagnostic::error(&source.source, Some(name.span()), message).with_help(help)
}

/// Returns a character as its one byte; the check has refused any that is not ASCII.
fn ascii(character: char) -> u8 {
    u8::try_from(character).unwrap_or_default()
}
