//! The rules of a stylesheet. A rule is taken to apply wherever the last part of its selector fits: to more than in a mail
//! program, never to less.

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
    /// The last part of each selector.
    subjects: Vec<Subject>,
    /// Whether it holds only for some screens, schemes or programs.
    conditional: bool,
    declarations: Vec<Declaration>,
}

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
            let subjects = without_brackets(prelude).split(',').map(Subject::parse).collect();
            self.rules.push(Rule { subjects, conditional, declarations });
        }
    }

    /// Returns the declarations for an element; those of conditional rules only where `all`.
    pub(super) fn of<'a>(&'a self, tag: &'a Tag, all: bool) -> impl Iterator<Item = &'a Declaration> {
        self.rules
            .iter()
            .filter(move |rule| all || !rule.conditional)
            .filter(|rule| rule.subjects.iter().any(|subject| subject.fits(tag)))
            .flat_map(|rule| &rule.declarations)
    }
}

impl Subject {
    fn parse(selector: &str) -> Self {
        let last = selector.split([' ', '\n', '\t', '>', '+', '~']).rfind(|part| !part.is_empty());
        // What a pseudo-class asks for may come to hold.
        let plain = last.unwrap_or_default().split(':').next().unwrap_or_default();
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

    fn fits(&self, tag: &Tag) -> bool {
        let attribute = |name: &str| {
            let mut found = tag.attrs.iter().filter(|attribute| &*attribute.name.local == name);
            found.next().map(|attribute| attribute.value.to_ascii_lowercase()).unwrap_or_default()
        };
        let classes = attribute("class");
        (self.name.is_empty() || self.name == *tag.name)
            && self.classes.iter().all(|class| classes.split_whitespace().any(|one| one == class))
            && self.id.as_ref().is_none_or(|id| attribute("id") == *id)
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
