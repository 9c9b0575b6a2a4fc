//! JSON: a document with a list of records, or a record a line.

mod lists;
mod pages;
mod records;

use encoding_rs::UTF_8;
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

    fn read(&self, content: &Content<'_>, to: &mut dyn Receiver) -> Result<(), SourceError> {
        let file = content.name();
        let encoding = text::find_encoding(file, &[UTF_8], &mut || content.open())?;
        let records = self.records.as_ref().map(|records| records.get_ref().as_str());
        let mut open = || Ok(Utf8::new(Text::new(file, content.open()?, encoding)));
        let (naming, shapes) = (Naming::of(to), Shapes::of_json(to));
        let more = records::read(file, records, (&naming, shapes), &mut open, &mut |row| to.take(row))?;
        if let Some(more) = more {
            to.warn_of("page_of_more", 1, &more);
        }
        Ok(())
    }
}

impl Propose for JsonFormat {
    fn propose(content: &Content<'_>) -> Result<Option<Proposal>, SourceError> {
        if content.kind != FileKind::Json {
            return Ok(None);
        }
        let file = content.name();
        let encoding = text::find_encoding(file, &[UTF_8], &mut || content.open())?;
        let lists = lists::find(file, Utf8::new(Text::new(file, content.open()?, encoding)))?;
        let mut proposal = Proposal { names_first: true, ..Proposal::default() };
        match lists.iter().max_by_key(|(_, records)| *records) {
            Some((path, records)) => {
                proposal.settings.push(format!("records = {}", toml::Value::String(path.clone())));
                let records = counted(*records, "record", "records");
                let lists = counted(lists.len(), "list", "lists");
                proposal.because.push(format!("`{path}` has {records}, the most of {lists} of records"));
            }
            None => {
                proposal.because.push("the document is a list of records, or has a record a line".to_owned());
            }
        }
        Ok(Some(proposal))
    }
}
