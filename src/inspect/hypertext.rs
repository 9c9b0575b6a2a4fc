//! Reads a page as a mail program and a curious reader would: what shows, what is behind it, what it fetches.

use std::collections::BTreeSet;

use html5ever::tokenizer::{Tag, TagKind};

use self::elements::BLOCKS;
use self::pieces::{Piece, Pieces};
use super::finding::{Findings, Rule};
use super::limits::Limits;
use super::{personal, picture};

mod colour;
mod declarations;
mod elements;
mod pieces;
mod sheet;
mod shown;
mod tables;

pub(super) use shown::{Shown, readings};
pub(super) use tables::cells_of_tables;

/// Elements that run, fetch or send, and those whose content programs read in different ways.
const ACTIVE: &[&str] = &[
    "applet",
    "audio",
    "base",
    "button",
    "dialog",
    "embed",
    "form",
    "frame",
    "frameset",
    "iframe",
    "input",
    "link",
    "listing",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "option",
    "plaintext",
    "portal",
    "script",
    "select",
    "svg",
    "template",
    "textarea",
    "video",
    "xmp",
];

/// Looks through a page and returns the pictures that it names by `cid:`.
pub(super) fn inspect(name: &str, html: &str, limits: &Limits, findings: &mut Findings) -> BTreeSet<String> {
    let pieces = Pieces::of(html);
    if pieces.faulty {
        findings.add(name, Rule::Unreadable);
    }
    let mut page = Page { name, limits, findings, pictures: BTreeSet::new(), shown: String::new() };
    for piece in &pieces.list {
        match piece {
            Piece::Comment(comment) => page.comment(comment),
            other => page.piece(other),
        }
    }
    page.finish()
}

/// A page while it is read.
struct Page<'a> {
    name: &'a str,
    limits: &'a Limits,
    findings: &'a mut Findings,
    /// The pictures that it names by `cid:`.
    pictures: BTreeSet<String>,
    /// The text that shows.
    shown: String,
}

impl Page<'_> {
    fn finish(self) -> BTreeSet<String> {
        for line in self.shown.lines() {
            for rule in personal::rules(line, self.limits) {
                self.findings.add(self.name, rule);
            }
        }
        self.pictures
    }

    fn piece(&mut self, piece: &Piece) {
        match piece {
            Piece::Tag(tag) => self.tag(tag),
            Piece::Text(text) => self.shown.push_str(text),
            Piece::Style(style) => self.style(style),
            Piece::Doctype(text) | Piece::Comment(text) => self.unseen(text, "the source"),
        }
    }

    /// Looks through a comment. One mail program renders what it finds in a conditional comment, so that is
    /// read as strictly as the page; any other is text and markup that only a reader of the source finds.
    fn comment(&mut self, comment: &str) {
        let conditional = comment
            .strip_prefix("[if")
            .and_then(|rest| rest.split_once("]>"))
            .and_then(|(condition, inner)| Some((condition, inner.strip_suffix("<![endif]")?)));
        let (condition, inner) = conditional.unwrap_or(("", comment));
        let name = format!("{}, in a comment", self.name);
        let pieces = Pieces::of(inner);
        let mut page = Page {
            name: &name,
            limits: self.limits,
            findings: &mut *self.findings,
            pictures: BTreeSet::new(),
            shown: format!("{condition}\n"),
        };
        for piece in &pieces.list {
            page.piece(piece);
        }
        if pieces.faulty {
            page.unseen(inner, "its text");
            if conditional.is_some() {
                page.findings.add(&*name, Rule::Unreadable);
            }
        }
        let pictures = page.finish();
        self.pictures.extend(pictures);
    }

    fn tag(&mut self, tag: &Tag) {
        let element = &*tag.name;
        if ACTIVE.contains(&element) {
            self.findings.add(self.name, Rule::Active);
        }
        if BLOCKS.contains(&element) {
            self.shown.push('\n');
        }
        for attribute in &tag.attrs {
            self.attribute(&attribute.name.local, &attribute.value);
        }
        if element == "meta" && tag.kind == TagKind::StartTag {
            self.meta(tag);
        }
    }

    /// Looks at what a page says of itself: another encoding would show other text.
    fn meta(&mut self, tag: &Tag) {
        for attribute in &tag.attrs {
            let value = attribute.value.to_ascii_lowercase();
            let charset = match &*attribute.name.local {
                "charset" => Some(value.as_str()),
                "content" => value.split_once("charset=").map(|(_, charset)| charset),
                "http-equiv" if value.trim() != "content-type" && value.trim() != "x-ua-compatible" => {
                    self.findings.add(self.name, Rule::Active);
                    None
                }
                _ => None,
            };
            if charset.is_some_and(|charset| charset.trim() != "utf-8") {
                self.findings.add(self.name, Rule::Unreadable);
            }
        }
    }

    /// Looks at what one attribute does.
    fn attribute(&mut self, attribute: &str, value: &str) {
        let value: String = value.chars().filter(|letter| !letter.is_control()).collect();
        let value = value.trim();
        let lower = value.to_lowercase();
        match attribute {
            "src" | "background" | "srcset" | "imagesrcset" | "poster" | "data" | "dynsrc" | "lowsrc"
            | "ping" | "longdesc" | "profile" | "manifest" | "codebase" | "classid" | "archive" => {
                let within = value.strip_prefix("data:image/png;base64,").filter(|_| attribute == "src");
                match (value.strip_prefix("cid:"), within) {
                    (Some(cid), _) => drop(self.pictures.insert(cid.to_owned())),
                    (None, Some(png)) => self.picture_within(png),
                    (None, None) => self.findings.add(self.name, Rule::Remote),
                }
            }
            "href" | "action" | "formaction" | "cite" | "xlink:href" => self.link(value, &lower),
            "style" => self.style(value),
            // A colour has the shape of a postcode.
            "class" | "bgcolor" | "color" => self.coloured(value, attribute),
            _ if attribute.starts_with("on") => self.findings.add(self.name, Rule::Active),
            _ => self.unseen(value, attribute),
        }
        // The name of an attribute shows as little as its value.
        self.unseen(attribute, "an attribute");
    }

    fn link(&mut self, value: &str, lower: &str) {
        if self.limits.allow_link(lower) || lower.starts_with('#') {
            self.unseen(value, "a link");
        } else {
            self.findings.add(self.name, Rule::Link);
        }
    }

    fn picture_within(&mut self, png: &str) {
        let name = format!("{}, a picture in it", self.name);
        match mail_parser::decoders::base64::base64_decode(png.as_bytes()) {
            Some(png) => picture::inspect(&name, &png, self.findings),
            None => self.findings.add(name, Rule::Unreadable),
        }
    }

    fn style(&mut self, style: &str) {
        if fetches(style) {
            self.findings.add(format!("{}, in a style", self.name), Rule::Remote);
        }
        self.coloured(style, "style");
    }

    /// Looks at a text that may hold colours.
    fn coloured(&mut self, text: &str, place: &str) {
        for line in text.lines() {
            for rule in personal::rules(line, self.limits).into_iter().filter(|rule| *rule != Rule::Postcode)
            {
                self.findings.add(format!("{}, in `{place}`", self.name), rule);
            }
        }
    }

    /// Looks at a text that does not show.
    fn unseen(&mut self, text: &str, place: &str) {
        for line in text.lines() {
            for rule in personal::rules(line, self.limits) {
                self.findings.add(format!("{}, in `{place}`", self.name), rule);
            }
        }
    }
}

/// Returns whether a style fetches or runs something, or may do so under another spelling.
fn fetches(style: &str) -> bool {
    let tight: String = style.chars().filter(|letter| !letter.is_whitespace()).collect();
    let tight = tight.to_ascii_lowercase();
    let words =
        ["url(", "@import", "expression(", "behavior:", "-moz-binding", "image(", "image-set(", "src:", "\\"];
    words.iter().any(|word| tight.contains(word))
}

#[cfg(test)]
mod tests;
