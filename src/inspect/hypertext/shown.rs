//! What of a page reaches the eye of its reader, and what of it does not.
//!
//! A page is read four times: as most mail programs read it and as the one does that renders conditional comments, and each
//! with the rules for every screen alone and with those for narrow screens and dark schemes. Styles are read
//! strictly: what may hide text for some reader hides it. The cascade is that of the page without the weight of
//! selectors, and colours are compared with the nearest background around them.

use std::collections::BTreeSet;

use html5ever::tokenizer::{Tag, TagKind};

use super::colour::Colour;
use super::declarations::{Declaration, cuts_off};
use super::elements::{BLOCKS, UNSEEN, VOID};
use super::pieces::{Piece, Pieces};
use super::sheet::{Element, Sheet};

/// One reading of a page.
#[derive(Debug, Default)]
pub(in crate::inspect) struct Shown {
    /// The text that shows.
    pub(in crate::inspect) text: String,
    /// By what text or pictures are hidden.
    pub(in crate::inspect) hidden: BTreeSet<&'static str>,
    /// What the page opens and does not close, or closes and did not open.
    pub(in crate::inspect) unbalanced: BTreeSet<&'static str>,
}

/// Reads a page in each way that a mail program may.
pub(in crate::inspect) fn readings(html: &str) -> Vec<Shown> {
    let plain = Pieces::of(html).list;
    let mut expanded = Vec::new();
    let mut unclear = false;
    for piece in Pieces::of(html).list {
        match piece {
            Piece::Comment(comment) => match conditional(&comment) {
                Some(inner) => expanded.extend(Pieces::of(inner).list),
                // What shows between two comments, to all programs but one.
                None => unclear |= comment.trim_start().starts_with("[if") || comment.contains("endif]"),
            },
            other => expanded.push(other),
        }
    }
    let mut readings: Vec<Shown> = [(&plain, false), (&plain, true), (&expanded, false), (&expanded, true)]
        .into_iter()
        .map(|(pieces, all)| Reading::of(pieces, all))
        .collect();
    if let Some(first) = readings.first_mut().filter(|_| unclear) {
        first.hidden.insert("a comment that only some programs follow");
    }
    readings
}

/// Returns what a conditional comment holds for the one program that renders it.
fn conditional(comment: &str) -> Option<&str> {
    let (_, inner) = comment.strip_prefix("[if")?.split_once("]>")?;
    inner.strip_suffix("<![endif]")
}

/// An element that is open.
struct Open {
    element: Element,
    hidden: Option<&'static str>,
    colour: Colour,
    ground: Colour,
}

struct Reading<'a> {
    sheet: &'a Sheet,
    /// Whether rules hold that are for some readers only.
    all: bool,
    open: Vec<Open>,
    shown: Shown,
}

impl Reading<'_> {
    fn of(pieces: &[Piece], all: bool) -> Shown {
        let mut sheet = Sheet::default();
        for piece in pieces {
            if let Piece::Style(style) = piece {
                sheet.add(style);
            }
        }
        let mut reading = Reading { sheet: &sheet, all, open: Vec::new(), shown: Shown::default() };
        if sheet.is_unclear {
            reading.shown.hidden.insert("a style with a brace within quotes");
        }
        for piece in pieces {
            match piece {
                Piece::Tag(tag) if tag.kind == TagKind::StartTag => reading.start(tag),
                Piece::Tag(tag) => reading.end(tag),
                Piece::Text(text) => reading.text(text),
                Piece::Style(_) | Piece::Comment(_) | Piece::Doctype(_) => {}
            }
        }
        if let Some(open) = reading.open.last() {
            reading.shown.unbalanced.insert(named(&open.element.name));
        }
        reading.shown
    }

    fn start(&mut self, tag: &Tag) {
        self.part(&tag.name);
        let element = self.element(tag);
        if &*tag.name == "img" {
            self.shown.hidden.extend(element.hidden);
        }
        if !VOID.contains(&&*tag.name) {
            self.open.push(element);
        }
    }

    fn end(&mut self, tag: &Tag) {
        self.part(&tag.name);
        let place = self.open.iter().rposition(|open| open.element.name == *tag.name);
        if place.is_none_or(|place| place + 1 < self.open.len()) {
            let left_open = self.open.last().filter(|_| place.is_some());
            self.shown.unbalanced.insert(named(left_open.map_or(&*tag.name, |open| &open.element.name)));
        }
        if let Some(place) = place {
            self.open.truncate(place);
        }
    }

    /// Separates the words before and after an element that is not within a line.
    fn part(&mut self, name: &str) {
        if BLOCKS.contains(&name) {
            self.shown.text.push('\n');
        }
    }

    fn text(&mut self, text: &str) {
        let in_head = |open: &Open| ["title", "head"].contains(&open.element.name.as_str());
        if self.open.iter().any(in_head) {
            return;
        }
        if text.chars().any(char::is_alphanumeric)
            && let Some(open) = self.open.last()
        {
            let pale = (!open.colour.shows_on(open.ground))
                .then_some("a colour like its background, or an unknown one");
            if let Some(how) = open.hidden.or(pale) {
                self.shown.hidden.insert(how);
                return;
            }
        }
        self.shown.text.push_str(text);
    }

    /// Returns how an element shows, by what is around it, its attributes and its styles.
    fn element(&self, tag: &Tag) -> Open {
        let around = self.open.last();
        let mut open = Open {
            element: Element::of(tag),
            hidden: around.and_then(|open| open.hidden),
            colour: around.map_or(Colour::Solid([0; 3]), |open| open.colour),
            ground: around.map_or(Colour::Solid([255; 3]), |open| open.ground),
        };
        if UNSEEN.contains(&&*tag.name) {
            open.hidden = Some("an element that not every program shows");
        }
        let mut inline = Vec::new();
        for attribute in &tag.attrs {
            let value = attribute.value.trim().to_ascii_lowercase();
            match &*attribute.name.local {
                "hidden" => open.hidden = Some("`hidden`"),
                "aria-hidden" if value != "false" => open.hidden = Some("`aria-hidden`"),
                "dir" if value != "ltr" => open.hidden = Some("`dir`"),
                "width" | "height" if ["0", "0%", "0px", "1", "1px"].contains(&value.as_str()) => {
                    open.hidden = Some("its size");
                }
                "bgcolor" => open.ground = painted(&value, open.ground),
                "color" | "text" => open.colour = Colour::parse(&value),
                "style" => inline = Declaration::all(&attribute.value),
                _ => {}
            }
        }
        let outer: Vec<&Element> = self.open.iter().map(|open| &open.element).collect();
        let element = Element::of(tag);
        let by_sheet = || self.sheet.of(&element, &outer, self.all);
        let declarations: Vec<Declaration> = by_sheet()
            .filter(|one| !one.important)
            .chain(inline.iter().filter(|one| !one.important))
            .chain(by_sheet().filter(|one| one.important))
            .chain(inline.iter().filter(|one| one.important))
            .cloned()
            .collect();
        for declaration in &declarations {
            open.hidden = open.hidden.or(declaration.hides());
            match declaration.property.as_str() {
                "color" if declaration.value != "inherit" => open.colour = Colour::parse(&declaration.value),
                "background" | "background-color" => open.ground = painted(&declaration.value, open.ground),
                _ => {}
            }
        }
        if cuts_off(&declarations) {
            open.hidden = open.hidden.or(Some("`overflow`"));
        }
        open
    }
}

/// Returns the background that shows once `value` is painted over `beneath`.
fn painted(value: &str, beneath: Colour) -> Colour {
    if ["none", "inherit", "initial", "unset"].contains(&value) {
        return beneath;
    }
    // A space within brackets does not part a colour from the rest.
    let whole = Colour::parse(value);
    let found = if whole == Colour::Unknown {
        value.split(' ').map(Colour::parse).find(|colour| *colour != Colour::Unknown).unwrap_or(whole)
    } else {
        whole
    };
    if found == Colour::Clear { beneath } else { found }
}

/// Returns the name of an element that the inspector knows: any other may hold what must not be repeated.
fn named(name: &str) -> &'static str {
    let inline = ["a", "b", "code", "em", "font", "i", "small", "span", "strong", "sub", "sup", "u"];
    let known = BLOCKS.iter().chain(VOID).copied().chain(inline).find(|known| *known == name);
    known.unwrap_or("an element")
}
