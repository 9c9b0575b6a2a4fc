use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::source::error::SourceError;
use crate::source::file::archive;
use crate::source::format::workbook::fault::broken;

/// The parts of a package, by their path in small letters.
pub(super) struct Parts<'a> {
    pub(super) file: &'a str,
    archive: ZipArchive<BufReader<File>>,
    places: BTreeMap<String, usize>,
}

impl<'a> Parts<'a> {
    pub(super) fn open(file: &'a str, reader: BufReader<File>) -> Result<Self, SourceError> {
        let mut archive = archive::open(file, reader)?;
        let mut places = BTreeMap::new();
        for at in 0..archive.len() {
            let entry = archive.by_index_raw(at).map_err(|error| broken(file, &error))?;
            if let Ok(name) = entry.name() {
                places.insert(name.to_lowercase(), at);
            }
        }
        Ok(Self { file, archive, places })
    }

    /// Opens a part, if the package has it.
    pub(super) fn part(&mut self, path: &str) -> Result<Option<BufReader<impl Read + '_>>, SourceError> {
        let Some(&at) = self.places.get(&path.to_lowercase()) else { return Ok(None) };
        let entry = self.archive.by_index(at).map_err(|error| broken(self.file, &error))?;
        Ok(Some(BufReader::with_capacity(1 << 16, entry)))
    }

    /// Calls `take` for each element of a small part that begins; a part that is not there has none.
    pub(super) fn elements(
        &mut self,
        path: &str,
        take: &mut dyn FnMut(&BytesStart<'_>),
    ) -> Result<(), SourceError> {
        let file = self.file;
        let Some(part) = self.part(path)? else { return Ok(()) };
        let mut reader = Reader::from_reader(part);
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(|error| broken(file, &error))? {
                Event::Start(element) | Event::Empty(element) => take(&element),
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    /// Returns the relations of a part: the last word of each type, its name and the path of its target.
    pub(super) fn relations(&mut self, of: &str) -> Result<Vec<(String, String, String)>, SourceError> {
        let (folder, name) = of.rsplit_once('/').unwrap_or(("", of));
        let path = if folder.is_empty() {
            format!("_rels/{name}.rels")
        } else {
            format!("{folder}/_rels/{name}.rels")
        };
        let mut found = Vec::new();
        self.elements(&path, &mut |element| {
            if element.local_name().as_ref() == "Relationship" {
                let kind = attribute(element, "Type").unwrap_or_default();
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                let target = attribute(element, "Target").unwrap_or_default();
                found.push((kind, attribute(element, "Id").unwrap_or_default(), resolved(folder, &target)));
            }
        })?;
        Ok(found)
    }
}

/// Returns the path of a target that is named from a folder of the package.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(from_root) = target.strip_prefix('/') {
        return from_root.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// Returns the attribute of a name, whatever its prefix.
pub(super) fn attribute(of: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = of.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    quick_xml::escape::unescape(&found.value).ok().map(std::borrow::Cow::into_owned)
}

/// Returns whether an attribute says yes.
pub(super) fn is_set(of: &BytesStart<'_>, name: &str) -> bool {
    matches!(attribute(of, name).as_deref(), Some("1" | "true"))
}
