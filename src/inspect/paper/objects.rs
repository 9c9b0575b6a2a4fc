//! What the objects of a PDF say beside its pages.

use lopdf::{Dictionary, Document, Object};

use super::super::finding::{Findings, Rule};
use super::super::limits::Limits;
use super::super::personal;
use super::unpacked::UNPACKED;

/// Keys of what runs, fetches or sends.
const ACTIVE: [&[u8]; 12] = [
    b"JS",
    b"JavaScript",
    b"OpenAction",
    b"AA",
    b"AcroForm",
    b"XFA",
    b"RichMedia",
    b"RichMediaContent",
    b"Launch",
    b"Movie",
    b"Sound",
    b"Collection",
];

/// Kinds of actions that do more than lead to a place.
const ACTIONS: [&[u8]; 10] = [
    b"JavaScript",
    b"Launch",
    b"SubmitForm",
    b"ImportData",
    b"ResetForm",
    b"GoToR",
    b"GoToE",
    b"Rendition",
    b"Sound",
    b"Movie",
];

/// Looks through all objects of a document.
pub(super) fn inspect(name: &str, document: &Document, limits: &Limits, findings: &mut Findings) {
    if document.is_encrypted() || document.was_encrypted() {
        findings.add(name, Rule::Unreadable);
    }
    let mut look = Look { name, document, limits, findings };
    look.dictionary(&document.trailer);
    for object in document.objects.values() {
        look.object(object, 0);
    }
    look.information();
}

/// How deep objects may lie within each other.
const DEEPEST: usize = 50;

struct Look<'a> {
    name: &'a str,
    document: &'a Document,
    limits: &'a Limits,
    findings: &'a mut Findings,
}

impl Look<'_> {
    fn object(&mut self, object: &Object, depth: usize) {
        if depth > DEEPEST {
            return self.findings.add(self.name, Rule::Unreadable);
        }
        match object {
            Object::Array(list) => list.iter().for_each(|object| self.object(object, depth + 1)),
            Object::Dictionary(dictionary) => {
                self.dictionary(dictionary);
                dictionary.iter().for_each(|(_, object)| self.object(object, depth + 1));
            }
            Object::Stream(stream) => {
                self.dictionary(&stream.dict);
                stream.dict.iter().for_each(|(_, object)| self.object(object, depth + 1));
                // Metadata is text that no page shows.
                if stream.dict.has_type(b"Metadata") {
                    match stream.get_plain_content_with_limit(UNPACKED) {
                        Ok(content) => self.metadata(&String::from_utf8_lossy(&content)),
                        Err(_) => self.findings.add(self.name, Rule::Unreadable),
                    }
                }
            }
            Object::String(bytes, _) => self.text(&string(bytes)),
            _ => {}
        }
    }

    fn dictionary(&mut self, dictionary: &Dictionary) {
        if ACTIVE.iter().any(|key| dictionary.has(key)) {
            self.findings.add(self.name, Rule::Active);
        }
        let word = |key: &[u8]| dictionary.get(key).and_then(Object::as_name).unwrap_or_default().to_owned();
        if ACTIONS.contains(&word(b"S").as_slice()) && !dictionary.has(b"P") {
            self.findings.add(self.name, Rule::Active);
        }
        if [b"EmbeddedFiles".as_slice(), b"EF", b"AF"].iter().any(|key| dictionary.has(key)) {
            self.findings.add(self.name, Rule::Embedded);
        }
        if [b"OCProperties".as_slice(), b"OC", b"OCGs"].iter().any(|key| dictionary.has(key)) {
            self.findings.add(self.name, Rule::Hidden);
        }
        if word(b"Type") == b"Annot" && word(b"Subtype") != b"Link" {
            self.findings.add(self.name, Rule::Comment);
        }
        if let Ok(to) = dictionary.get(b"URI").and_then(Object::as_str)
            && !self.limits.allow_link(&String::from_utf8_lossy(to).to_lowercase())
        {
            self.findings.add(self.name, Rule::Link);
        }
    }

    /// Looks at who is named as the author and the company.
    fn information(&mut self) {
        let information = self.document.trailer.get_deref(b"Info", self.document).and_then(Object::as_dict);
        let Ok(information) = information else { return };
        for key in [b"Author".as_slice(), b"Creator", b"Producer", b"Company", b"Manager"] {
            let Ok(written) = information.get_deref(key, self.document).and_then(Object::as_str) else {
                continue;
            };
            let written = string(written);
            // The libraries that wrote it name themselves; an author is a person.
            let is_known = key == b"Producer" || self.limits.authors.contains(&written);
            if !written.is_empty() && !is_known {
                self.findings.add(format!("{}, its properties", self.name), Rule::Author);
            }
        }
    }

    fn metadata(&mut self, xml: &str) {
        for text in xml.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| text) {
            self.text(text);
        }
    }

    fn text(&mut self, text: &str) {
        for rule in personal::rules(text, self.limits) {
            self.findings.add(format!("{}, what no page shows", self.name), rule);
        }
    }
}

/// Reads a string as PDFs write them: UTF-16 after its mark, or a byte a letter.
fn string(bytes: &[u8]) -> String {
    match bytes.strip_prefix(b"\xfe\xff") {
        Some(wide) => {
            let units =
                wide.chunks(2).map(|pair| pair.iter().fold(0_u16, |unit, byte| unit << 8 | u16::from(*byte)));
            char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        None => match bytes.strip_prefix(b"\xef\xbb\xbf") {
            Some(utf8) => String::from_utf8_lossy(utf8).into_owned(),
            None => bytes.iter().map(|byte| char::from(*byte)).collect(),
        },
    }
}
