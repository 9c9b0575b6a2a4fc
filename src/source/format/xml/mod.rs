//! XML: one element is a row.

mod declaration;
mod elements;

use super::Format;
use super::record::check_path;
use crate::diagnostic::Diagnostics;
use crate::project::{SourceDefinition, XmlFormat};
use crate::source::error::SourceError;
use crate::source::file::content::Content;
use crate::source::file::kind::FileKind;
use crate::source::file::text::{self, Text, Utf8};
use crate::source::intake::Intake;

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
        })?;
        let encoding = text::find_encoding(file, &[declared], &mut || content.open())?;
        let wanted = intake.source_names();
        let mut open = || Ok(Utf8::new(Text::new(file, content.open()?, encoding)));
        elements::read(file, self.rows.get_ref(), &wanted, &mut open, &mut |row| intake.take(row))
    }
}
