//! XML: one element is a row.

mod declaration;
mod elements;

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

/// Where the rows of an XML file are. A column's `from` is the way to its value from the row's element:
/// `Name/Forename`, `@id`, `.` for its own text, `../@code` from the element around it. Prefixes are left out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct XmlFormat {
    /// Elements from the root to the one that is a row, as `Message/Pupils/Pupil`.
    rows: Spanned<String>,
}

impl Format for XmlFormat {
    fn expected(&self) -> &'static str {
        "XML"
    }

    fn reads(&self, kind: FileKind) -> bool {
        kind == FileKind::Xml
    }

    fn check(&self, source: &SourceDefinition) -> Diagnostics {
        check_path(source, &self.rows, '/', "Message/Pupils/Pupil")
    }

    fn read(&self, content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), SourceError> {
        let file = content.name();
        let declared = declaration::encoding(&content.start()?).ok_or_else(|| SourceError::Records {
            file: file.to_owned(),
            place: "line 1".to_owned(),
            reason: "the document declares an encoding that cannot be read".to_owned(),
            help: Some("ask whoever sends the file for one in UTF-8".to_owned()),
        })?;
        let encoding = text::find_encoding(file, &[declared], &mut || content.open())?;
        let (wanted, naming) = (intake.source_names(), Naming::of(intake));
        let shapes = Shapes::of_xml(intake);
        let mut open = || Ok(Utf8::new(Text::new(file, content.open()?, encoding)));
        elements::read(file, self.rows.get_ref(), &wanted, (&naming, shapes), &mut open, &mut |row| {
            intake.take(row)
        })
    }
}
