//! The text of each page, and of each piece of it that a tag marks.

use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Encoding, Object, ObjectId};

use super::unpacked::UNPACKED;

/// Stands between two pieces of text that are set separately and may be one word.
pub(super) const SEAM: char = '\u{1f}';

/// How deep pictures with text may lie within each other.
const DEEPEST: usize = 8;

/// How text is set that does not show.
const UNSEEN: [i64; 2] = [3, 7];

/// What a reader sees of a page.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) id: ObjectId,
    /// All of it, a line for each that is set.
    pub(super) text: String,
    /// Of each marked piece, by its number.
    pub(super) marked: BTreeMap<i64, String>,
    /// Whether it holds text that does not show.
    pub(super) has_unseen: bool,
    /// Whether it shows text that is neither tagged nor marked as what only adorns the page.
    pub(super) has_untagged: bool,
}

/// Reads every page; `None` where one cannot be read.
pub(super) fn read(document: &Document) -> Option<Vec<Page>> {
    document.get_pages().into_values().map(|id| page(document, id)).collect()
}

fn page(document: &Document, id: ObjectId) -> Option<Page> {
    let mut reader = Reader { document, page: Page { id, ..Page::default() }, marks: Vec::new(), row: None };
    let bytes = document.get_page_content_with_limit(id, UNPACKED).ok()?;
    let resources = resources(document, id)?;
    reader.content(&bytes, &resources, 0)?;
    Some(reader.page)
}

/// Returns the resources of a page, its own or those that it inherits.
fn resources(document: &Document, id: ObjectId) -> Option<Dictionary> {
    let (own, inherited) = document.get_page_resources(id).ok()?;
    let mut all = Dictionary::new();
    for dictionary in
        own.into_iter().chain(inherited.iter().filter_map(|id| document.get_dictionary(*id).ok()))
    {
        for (key, value) in dictionary.iter().filter(|(key, _)| !all.has(key)).collect::<Vec<_>>() {
            all.set(key.clone(), value.clone());
        }
    }
    Some(all)
}

/// What a piece between two marks is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// Part of the content that a tag says more of.
    Tagged(i64),
    /// A running head, a rule.
    Artifact,
    Other,
}

struct Reader<'a> {
    document: &'a Document,
    page: Page,
    marks: Vec<Mark>,
    /// The height at which text was set last.
    row: Option<i64>,
}

impl<'a> Reader<'a> {
    fn content(&mut self, bytes: &[u8], resources: &Dictionary, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        let document = self.document;
        let part = |kind: &[u8], name: &[u8]| -> Option<&'a Object> {
            let list = resources.get(kind).ok()?;
            let list = match list {
                Object::Reference(id) => document.get_dictionary(*id).ok()?,
                Object::Dictionary(_) => {
                    return entry(list, name).and_then(|id| document.get_object(id).ok());
                }
                _ => return None,
            };
            list.get_deref(name, document).ok()
        };
        let mut fonts: BTreeMap<Vec<u8>, Encoding<'a>> = BTreeMap::new();
        let mut font: Vec<u8> = Vec::new();
        for operation in Content::decode(bytes).ok()?.operations {
            let operands = operation.operands.as_slice();
            match operation.operator.as_str() {
                "BMC" | "BDC" => self.marks.push(mark(operands)),
                "EMC" => drop(self.marks.pop()),
                "BT" => self.seam(SEAM),
                "Tm" => self.at(operands.get(5)),
                "Td" | "TD"
                    if operands.get(1).is_some_and(|down| down.as_float().is_ok_and(|down| down != 0.0)) =>
                {
                    self.row = None;
                    self.seam('\n');
                }
                "T*" => self.seam('\n'),
                "Tr" => {
                    let how = operands.first().and_then(|how| how.as_i64().ok());
                    self.page.has_unseen |= how.is_some_and(|how| UNSEEN.contains(&how));
                }
                "Tf" => {
                    font = operands.first().and_then(|name| name.as_name().ok()).unwrap_or_default().to_vec();
                    if !fonts.contains_key(&font) {
                        let dictionary = part(b"Font", &font)?.as_dict().ok()?;
                        let encoding = dictionary.get_font_encoding_with_limit(document, UNPACKED).ok()?;
                        fonts.insert(font.clone(), encoding);
                    }
                }
                "Tj" | "TJ" | "'" | "\"" => {
                    for text in operands {
                        self.show(text, fonts.get(&font))?;
                    }
                }
                "Do" => {
                    let name = operands.first().and_then(|name| name.as_name().ok())?;
                    let Some(Object::Stream(stream)) = part(b"XObject", name) else { continue };
                    if stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Form")
                    {
                        let own = stream.dict.get_deref(b"Resources", document).and_then(Object::as_dict);
                        let own = own.map_or_else(|_| resources.clone(), Clone::clone);
                        let bytes = stream.get_plain_content_with_limit(UNPACKED).ok()?;
                        self.content(&bytes, &own, depth + 1)?;
                    }
                }
                _ => {}
            }
        }
        Some(())
    }

    fn show(&mut self, text: &Object, encoding: Option<&Encoding>) -> Option<()> {
        match text {
            Object::String(bytes, _) => {
                let words = Document::decode_text(encoding?, bytes).ok()?;
                self.add(&words);
            }
            Object::Array(pieces) => {
                for piece in pieces {
                    self.show(piece, encoding)?;
                }
            }
            _ => {}
        }
        Some(())
    }

    fn add(&mut self, words: &str) {
        self.page.text.push_str(words);
        let tagged = self.marks.iter().rev().find_map(|mark| match mark {
            Mark::Tagged(number) => Some(*number),
            _ => None,
        });
        match tagged {
            Some(number) => self.page.marked.entry(number).or_default().push_str(words),
            None if self.marks.contains(&Mark::Artifact) => {}
            None => self.page.has_untagged |= !words.trim().is_empty(),
        }
    }

    /// Notes where the next text is set: lower than the last, it is another line.
    #[expect(clippy::cast_possible_truncation, reason = "a page is a few thousand points high")]
    fn at(&mut self, height: Option<&Object>) {
        let row = height.and_then(|height| height.as_float().ok()).map(|height| (height * 10.0) as i64);
        self.seam(if row == self.row { SEAM } else { '\n' });
        self.row = row;
    }

    fn seam(&mut self, with: char) {
        let last = self.marks.iter().rev().find_map(|mark| match mark {
            Mark::Tagged(number) => Some(*number),
            _ => None,
        });
        let piece = last.and_then(|number| self.page.marked.get_mut(&number));
        for text in [Some(&mut self.page.text), piece].into_iter().flatten() {
            if text.chars().next_back().is_some_and(|before| !before.is_whitespace() && before != SEAM) {
                text.push(with);
            }
        }
    }
}

fn entry(dictionary: &Object, name: &[u8]) -> Option<ObjectId> {
    dictionary.as_dict().ok()?.get(name).ok()?.as_reference().ok()
}

fn mark(operands: &[Object]) -> Mark {
    let kind = operands.first().and_then(|kind| kind.as_name().ok()).unwrap_or_default();
    let number = operands
        .get(1)
        .and_then(|properties| properties.as_dict().ok())
        .and_then(|properties| properties.get(b"MCID").ok())
        .and_then(|number| number.as_i64().ok());
    match number {
        Some(number) => Mark::Tagged(number),
        None if kind == b"Artifact" => Mark::Artifact,
        None => Mark::Other,
    }
}
