use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::delimited::CsvFormat;
use super::json::JsonFormat;
use super::parquet::{self, Parquet};
use super::workbook::{self, WorkbookFormat};
use super::xml::XmlFormat;
use super::{Format, Propose};
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::project::{ColumnType, KindSchema, SourceDefinition, SourceToml, Written};
use crate::source::column_name::normalise;
use crate::source::error::SourceError;
use crate::source::file::content::Content;
use crate::source::file::kind::{FileKind, Mark};
use crate::source::intake::layout_settings::ControlTotal;
use crate::source::proposal::Proposal;
use crate::source::sandbox::Parser;
use crate::text;

/// One format.
pub(super) struct Entry {
    /// Its key in a source's settings, and how the schema of its own is made.
    pub(super) schema: KindSchema,
    /// Reads its settings.
    pub(super) read: fn(&Written) -> Result<Box<dyn Format>, Diagnostic>,
    /// Proposes its settings for a file that nobody has described.
    propose: fn(&Content<'_>) -> Result<Option<Proposal>, SourceError>,
    /// Builds it for a source that declares no format; `None` where its files cannot be read without settings.
    plain: Option<fn() -> Box<dyn Format>>,
    /// The ends of the names that its files have.
    names: &'static [&'static str],
    /// What only its files begin with, if anything.
    mark: Option<&'static Mark>,
    /// Its parser, where it is read in the sandbox.
    pub(super) parser: Option<&'static Parser>,
}

/// Every format that can be read, one line for each.
const FORMATS: &[Entry] = &[
    format::<CsvFormat>("csv", &["csv", "tsv"]).without_settings::<CsvFormat>(),
    format::<WorkbookFormat>("workbook", &["xlsx", "xlsm", "xls", "ods"]).sandboxed(&workbook::PARSER),
    format::<JsonFormat>("json", &["json"]).without_settings::<JsonFormat>(),
    format::<XmlFormat>("xml", &["xml"]),
    format::<Parquet>("parquet", parquet::MARK.extensions)
        .without_settings::<Parquet>()
        .marked(&parquet::MARK)
        .sandboxed(&parquet::PARSER),
];

pub(super) const fn format<F: Format + Propose + DeserializeOwned + JsonSchema + 'static>(
    key: &'static str,
    names: &'static [&'static str],
) -> Entry {
    Entry {
        names,
        schema: (key, |generator| generator.subschema_for::<F>()),
        read: |written| Ok(Box::new(written.read::<F>()?)),
        propose: F::propose,
        plain: None,
        mark: None,
        parser: None,
    }
}

impl Entry {
    const fn without_settings<F: Format + Default + 'static>(self) -> Self {
        Self { plain: Some(|| Box::new(F::default())), ..self }
    }

    pub(super) const fn sandboxed(self, parser: &'static Parser) -> Self {
        Self { parser: Some(parser), ..self }
    }

    const fn marked(self, mark: &'static Mark) -> Self {
        Self { mark: Some(mark), ..self }
    }
}

/// Returns how the schema of each format's settings is made.
pub(in crate::source) fn schemas() -> Vec<KindSchema> {
    FORMATS.iter().map(|format| format.schema).collect()
}

/// Returns what the files of each format begin with, where only they do.
pub(in crate::source) fn marks() -> impl Iterator<Item = &'static Mark> + Clone {
    FORMATS.iter().filter_map(|format| format.mark)
}

/// Returns the parser of the format of `key`, where it is read in the sandbox.
#[must_use]
pub fn parser(key: &str) -> Option<&'static Parser> {
    FORMATS.iter().filter_map(|format| format.parser).find(|parser| parser.key == key)
}

/// A format that a source declares, by its key.
type Declared = (&'static str, Box<dyn Format>);

/// Returns the formats that `source` declares, or the faults of their settings.
pub(in crate::source) fn declared(source: &SourceDefinition) -> Result<Vec<Declared>, Diagnostics> {
    let (mut found, mut faults) = (Vec::new(), Diagnostics::default());
    for written in &source.file.formats {
        match FORMATS.iter().find(|format| format.schema.0 == written.kind()) {
            Some(format) => {
                let read = faults.collect((format.read)(written));
                found.extend(read.map(|read| (format.schema.0, read)));
            }
            None => faults.push(unknown(written)),
        }
    }
    faults.or(found)
}

/// Returns the fault of a table that is neither a key of a source nor a format.
fn unknown(written: &Written) -> Diagnostic {
    let known: Vec<&str> =
        SourceToml::keys().iter().copied().chain(FORMATS.iter().map(|format| format.schema.0)).collect();
    let help = did_you_mean(written.kind(), &known);
    written
        .fault(format!("expected a key of a source or a format, found `{}`", written.kind()))
        .with_help(help.unwrap_or_else(|| text::known(&known)))
}

/// Returns the format that reads `content`, with its key: the one that `source` declares, else the one that its bytes show.
pub(in crate::source) fn choose(
    source: &SourceDefinition,
    content: &Content<'_>,
) -> Result<Declared, SourceError> {
    let (file, found) = (content.name().to_owned(), content.kind);
    if found == FileKind::Empty {
        return Err(SourceError::NoRows { file });
    }
    let declared = declared(source).map_err(|faults| SourceError::of_faults(&faults))?;
    let mut formats = declared;
    if formats.is_empty() {
        let plain = |format: &Entry| Some((format.schema.0, (format.plain?)()));
        formats = FORMATS.iter().filter_map(plain).collect();
    }
    let expected: Vec<_> = formats.iter().map(|(_, format)| format.expected()).collect();
    let expected = expected.join(" or ");
    let format = formats.into_iter().find(|(_, format)| format.reads(found));
    format.ok_or(SourceError::FileKind { file, found, expected })
}

/// Returns the format that `content` seems to have, with its settings.
pub(in crate::source) fn propose(content: &Content<'_>) -> Result<Proposal, SourceError> {
    let (file, found) = (content.name().to_owned(), content.kind);
    if found == FileKind::Empty {
        return Err(SourceError::NoRows { file });
    }
    for format in FORMATS {
        if let Some(proposal) = (format.propose)(content)? {
            return Ok(Proposal { format: format.schema.0, ..proposal });
        }
    }
    let keys: Vec<&str> = FORMATS.iter().map(|format| format.schema.0).collect();
    let expected = format!("a file that one of the formats reads ({})", keys.join(", "));
    Err(SourceError::FileKind { file, found, expected })
}

/// Returns the ends of the names that files of other formats than that of `key` have.
pub(in crate::source) fn names_of_others(key: &'static str) -> impl Iterator<Item = &'static str> {
    let others = FORMATS.iter().filter(move |format| format.schema.0 != key);
    others.flat_map(|format| format.names.iter().copied())
}

/// Returns every fault of the formats that `source` declares.
pub(in crate::source) fn check(source: &SourceDefinition) -> Diagnostics {
    let (keys, formats): (Vec<_>, Vec<_>) = match declared(source) {
        Ok(declared) => declared.into_iter().unzip(),
        Err(faults) => return faults,
    };
    let mut faults = Diagnostics::default();
    for format in &formats {
        faults.extend(format.check(source));
        if let Some(control) = format.layout().control {
            faults.extend(check_control_total(source, control));
        }
    }
    if keys.len() > 1 {
        let message = format!("expected one format, found {}", keys.join(" and "));
        let fault = Diagnostic::error(&source.source, Some(source.file.connection.span()), message);
        faults.push(fault.with_help("write a source for each format".to_owned()));
    }
    faults
}

/// Returns the fault of a control total whose column does not add up.
fn check_control_total(source: &SourceDefinition, control: &ControlTotal) -> Diagnostics {
    let mut faults = Diagnostics::default();
    let wanted = normalise(&control.column);
    let adds_up = source.file.columns.iter().any(|column| {
        let own = std::slice::from_ref(column.name.get_ref());
        let names = column.from.as_ref().map_or(own, |from| from.0.as_slice());
        matches!(column.kind, ColumnType::Money(_) | ColumnType::Decimal(_))
            && names.iter().any(|name| normalise(name) == wanted)
    });
    if !adds_up {
        let message = format!(
            "the control total needs a column of money or decimals, and `{}` is not one",
            control.column
        );
        faults.push(Diagnostic::error(&source.source, Some(source.file.connection.span()), message));
    }
    faults
}
