use quick_xml::Reader;
use quick_xml::events::Event;

use super::parts::Parts;
use crate::source::error::SourceError;
use crate::source::format::workbook::fault::{broken, fault};
use crate::source::format::workbook::xml_text;

/// Texts in one buffer: a sheet may share millions.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    /// Returns the text at a place, from 0.
    pub(super) fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)?;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(start..end)
    }
}

/// Reads the texts that cells share, without how they are pronounced.
pub(super) fn read(parts: &mut Parts<'_>, path: Option<&str>) -> Result<Strings, SourceError> {
    let (file, mut strings) = (parts.file, Strings::default());
    let Some(path) = path else { return Ok(strings) };
    let Some(part) = parts.part(path)? else { return Ok(strings) };
    let mut reader = Reader::from_reader(part);
    reader.config_mut().expand_empty_elements = true;
    let (mut buffer, mut item) = (Vec::new(), String::new());
    let (mut within, mut spoken) = (false, false);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| broken(file, &error))? {
            Event::Start(element) => match element.local_name().as_ref() {
                "t" => within = !spoken,
                "rPh" => spoken = true,
                "si" => item.clear(),
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "t" => within = false,
                "rPh" => spoken = false,
                "si" => {
                    strings.text.push_str(&xml_text::unescaped(&item));
                    strings.ends.push(strings.text.len());
                }
                _ => {}
            },
            Event::Eof => return Ok(strings),
            event if within => xml_text::append(&event, &mut item).map_err(|reason| fault(file, reason))?,
            _ => {}
        }
    }
}
