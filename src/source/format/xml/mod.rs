//! XML: one element is a row.

mod declaration;
mod elements;

use encoding_rs::Encoding;
use schemars::JsonSchema;
use serde::Deserialize;

use super::record::shape::Shapes;
use super::record::{Naming, check_path};
use super::{Format, Propose};
use crate::diagnostic::{Diagnostics, Spanned};
use crate::project::SourceDefinition;
use crate::source::error::SourceError;
use crate::source::file::content::Content;
use crate::source::file::kind::FileKind;
use crate::source::file::text::{self, Text, Utf8};
use crate::source::proposal::Proposal;
use crate::source::receiver::Receiver;
use crate::text::counted;

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

    fn read(&self, content: &Content<'_>, to: &mut dyn Receiver) -> Result<(), SourceError> {
        let file = content.name();
        let encoding = encoding(content)?;
        let (wanted, naming) = (to.wanted(), Naming::of(to));
        let wanted: Vec<&str> = wanted.iter().flatten().map(String::as_str).collect();
        let shapes = Shapes::of_xml(to);
        let mut open = || Ok(Utf8::new(Text::new(file, content.open()?, encoding)));
        elements::read(file, self.rows.get_ref(), &wanted, (&naming, shapes), &mut open, &mut |row| {
            to.take(row)
        })
    }
}

impl Propose for XmlFormat {
    fn propose(content: &Content<'_>) -> Result<Option<Proposal>, SourceError> {
        if content.kind != FileKind::Xml {
            return Ok(None);
        }
        let (file, encoding) = (content.name(), encoding(content)?);
        let seen = elements::seen(file, Utf8::new(Text::new(file, content.open()?, encoding)))?;
        // Rows are what holds the most single values.
        let values = |path: &String| {
            let (count, attributes) = seen.get(path).copied().unwrap_or_default();
            let is_child = |other: &&String| {
                other.strip_prefix(path.as_str()).and_then(|rest| rest.strip_prefix('/')).is_some_and(
                    |rest| {
                        !rest.contains('/')
                            && !seen.keys().any(|deeper| deeper.starts_with(&format!("{other}/")))
                    },
                )
            };
            attributes + count * seen.keys().filter(is_child).count() as u64
        };
        let best = seen.keys().max_by_key(|path| (values(path), std::cmp::Reverse(path.len())));
        let Some(path) = best else { return Err(SourceError::NoRows { file: file.to_owned() }) };
        let (count, _) = seen.get(path).copied().unwrap_or_default();
        let because = format!("{} of that path hold the most values", counted(count, "element", "elements"));
        let settings = vec![format!("rows = {}", toml::Value::String(path.clone()))];
        Ok(Some(Proposal { settings, because: vec![because], names_first: true, ..Proposal::default() }))
    }
}

/// Returns the encoding of a document: the declared one, which its bytes must fit.
fn encoding(content: &Content<'_>) -> Result<&'static Encoding, SourceError> {
    let file = content.name();
    let declared = declaration::encoding(&content.start()?).ok_or_else(|| SourceError::Records {
        file: file.to_owned(),
        place: "line 1".to_owned(),
        reason: "the document declares an encoding that cannot be read".to_owned(),
        help: Some("ask whoever sends the file for one in UTF-8".to_owned()),
    })?;
    text::find_encoding(file, &[declared], &mut || content.open())
}
