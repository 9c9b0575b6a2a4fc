//! The rules of a stylesheet. A rule applies where the last part of its selector fits an element and the parts before it
//! fit those around it, in their order. A child is taken for any descendant; what a selector says of brothers, states and
//! attributes is taken to hold: a rule applies to more than in a mail program, never to less.

use html5ever::tokenizer::Tag;

use super::declarations::{Declaration, without_comments};

/// A stylesheet, read.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    rules: Vec<Rule>,
    /// Whether it holds a brace or a comment within quotes, which programs read in different ways.
    pub(super) is_unclear: bool,
}

#[derive(Debug)]
struct Rule {
    selectors: Vec<Selector>,
    /// Whether it holds only for some screens, schemes or programs.
    conditional: bool,
    declarations: Vec<Declaration>,
}

/// What an element and those around it have to be.
#[derive(Debug)]
struct Selector {
    subject: Subject,
    /// The outermost first.
    around: Vec<Subject>,
}

/// An element, as far as a selector may ask for it.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: String,
    classes: Vec<String>,
    id: String,
}

/// Elements that a page has though it does not write them.
const IMPLIED: [&str; 6] = ["html", "head", "body", "tbody", "tr", "colgroup"];

/// What an element has to be: its name, its classes, its identity.
#[derive(Debug, Default)]
struct Subject {
    name: String,
    classes: Vec<String>,
    id: Option<String>,
}

impl Sheet {
    /// Adds the rules of one `<style>`.
    pub(super) fn add(&mut self, style: &str) {
        self.is_unclear |= has_unclear_quotes(style);
        let plain = without_comments(style).to_ascii_lowercase();
        // `<!--` and `-->` may stand around a style of old.
        let plain = plain.replace("<!--", " ").replace("-->", " ");
        let mut letters = plain.chars();
        self.block(&mut letters, "", false);
    }

    /// Reads up to the brace that ends a block, the rules within it too.
    fn block(&mut self, letters: &mut std::str::Chars<'_>, prelude: &str, conditional: bool) {
        let mut written = String::new();
        let mut declarations = Vec::new();
        loop {
            match letters.next() {
                Some('{') => {
                    let inner = std::mem::take(&mut written);
                    let conditional = conditional || inner.trim_start().starts_with('@');
                    self.block(letters, inner.trim(), conditional);
                }
                Some(';') => declarations.extend(Declaration::parse(&std::mem::take(&mut written))),
                Some('}') | None => break,
                Some(letter) => written.push(letter),
            }
        }
        declarations.extend(Declaration::parse(&written));
        if !declarations.is_empty() && !prelude.starts_with('@') {
            let selectors = without_brackets(prelude).split(',').map(Selector::parse).collect();
            self.rules.push(Rule { selectors, conditional, declarations });
        }
    }

    /// Returns the declarations for an element within others, the outermost first; those of conditional rules only where
    /// `all`.
    pub(super) fn of<'a>(
        &'a self,
        element: &'a Element,
        around: &'a [&'a Element],
        all: bool,
    ) -> impl Iterator<Item = &'a Declaration> {
        self.rules
            .iter()
            .filter(move |rule| all || !rule.conditional)
            .filter(move |rule| rule.selectors.iter().any(|selector| selector.fits(element, around)))
            .flat_map(|rule| &rule.declarations)
    }
}

impl Element {
    /// Reads the name, the classes and the identity of a tag.
    pub(super) fn of(tag: &Tag) -> Self {
        let attribute = |name: &str| {
            let mut found = tag.attrs.iter().filter(|attribute| &*attribute.name.local == name);
            found.next().map(|attribute| attribute.value.to_ascii_lowercase()).unwrap_or_default()
        };
        Self {
            name: tag.name.to_string(),
            classes: attribute("class").split_whitespace().map(str::to_owned).collect(),
            id: attribute("id"),
        }
    }
}

impl Selector {
    fn parse(written: &str) -> Self {
        let mut around: Vec<Subject> = Vec::new();
        let mut subject = Subject::default();
        let mut beside = false;
        for part in written.replace('>', " > ").replace('+', " + ").replace('~', " ~ ").split_whitespace() {
            match part {
                ">" => beside = false,
                // Of a brother nothing is known once it is closed.
                "+" | "~" => beside = true,
                part => {
                    let before = std::mem::replace(&mut subject, Subject::parse(part));
                    if !beside {
                        around.push(before);
                    }
                    beside = false;
                }
            }
        }
        Self { subject, around }
    }

    fn fits(&self, element: &Element, around: &[&Element]) -> bool {
        if !self.subject.fits(element) {
            return false;
        }
        let mut outer = around;
        for wanted in self.around.iter().rev().filter(|wanted| !wanted.may_be_implied()) {
            let Some(place) = outer.iter().rposition(|element| wanted.fits(element)) else { return false };
            outer = outer.get(..place).unwrap_or_default();
        }
        true
    }
}

impl Subject {
    fn parse(part: &str) -> Self {
        // What a pseudo-class asks for may come to hold.
        let plain = part.split(':').next().unwrap_or_default();
        let mut subject = Self::default();
        let mut rest = plain;
        while let Some(first) = rest.chars().next() {
            let body = rest.strip_prefix(['.', '#']).unwrap_or(rest);
            let end = body.find(['.', '#']).unwrap_or(body.len());
            let (word, after) = body.split_at(end);
            match first {
                '.' => subject.classes.push(word.to_owned()),
                '#' => subject.id = Some(word.to_owned()),
                _ => word.trim_matches(['*', '&']).clone_into(&mut subject.name),
            }
            rest = after;
        }
        subject
    }

    fn fits(&self, element: &Element) -> bool {
        (self.name.is_empty() || self.name == element.name)
            && self.classes.iter().all(|class| element.classes.contains(class))
            && self.id.as_ref().is_none_or(|id| element.id == *id)
    }

    /// Returns whether a page may hold such an element without writing it.
    fn may_be_implied(&self) -> bool {
        let is_bare = self.classes.is_empty() && self.id.is_none();
        is_bare && (self.name.is_empty() || IMPLIED.contains(&self.name.as_str()))
    }
}

/// Returns a selector without what is in its brackets.
fn without_brackets(selector: &str) -> String {
    let mut depth = 0_usize;
    let mut bare = String::with_capacity(selector.len());
    for letter in selector.chars() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => bare.push(letter),
            _ => {}
        }
    }
    bare
}

/// Returns whether something within quotes could be taken for the end of a rule or the start of a comment.
fn has_unclear_quotes(style: &str) -> bool {
    let mut within = None;
    for letter in without_comments(style).chars() {
        match within {
            Some(quote) if letter == quote => within = None,
            Some(_) if "{};*".contains(letter) => return true,
            None if "\"'".contains(letter) => within = Some(letter),
            Some(_) | None => {}
        }
    }
    within.is_some()
}
