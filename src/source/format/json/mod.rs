//! JSON: a document with a list of records, or a record a line.

mod records;

use encoding_rs::UTF_8;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Format;
use super::record::shape::Shapes;
use super::record::{Naming, check_path};
use crate::diagnostic::{Diagnostics, Spanned};
use crate::project::SourceDefinition;
use crate::source::error::SourceError;
use crate::source::file::content::Content;
use crate::source::file::kind::FileKind;
use crate::source::file::text::{self, Text, Utf8};
use crate::source::intake::Intake;

/// Where the records of a JSON file are. A column's `from` is the way to its value within a record:
/// `pupil.upn`, `needs[1].type`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct JsonFormat {
    /// Names that lead to the list of records, joined by dots, as `data.pupils`. Left out: the document is
    /// the list, or every line is a record.
    records: Option<Spanned<String>>,
}

impl Format for JsonFormat {
    fn expected(&self) -> &'static str {
        "JSON"
    }

    fn reads(&self, kind: FileKind) -> bool {
        kind == FileKind::Json
    }

    fn check(&self, source: &SourceDefinition) -> Diagnostics {
        let records = self.records.as_ref();
        records.map(|path| check_path(source, path, '.', "data.pupils")).unwrap_or_default()
    }

    fn read(&self, content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), SourceError> {
        let file = content.name();
        let encoding = text::find_encoding(file, &[UTF_8], &mut || content.open())?;
        let records = self.records.as_ref().map(|records| records.get_ref().as_str());
        let mut open = || Ok(Utf8::new(Text::new(file, content.open()?, encoding)));
        let (naming, shapes) = (Naming::of(intake), Shapes::of_json(intake));
        records::read(file, records, (&naming, shapes), &mut open, &mut |row| intake.take(row))
    }
}
