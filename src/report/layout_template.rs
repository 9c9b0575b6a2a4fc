//! The templates of `report-templates/_layout/`, and what each may name.

use serde_json::{Value as Json, json};

use super::document::Document;
use super::number;

/// What a template may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// Words, escaped where they are written.
    Text,
    /// Markup that the program made of escaped words.
    Markup,
    /// Yes or no.
    Truth,
    /// A list of words, each of which is `this`.
    Texts,
    /// A list of rows, each with names of its own.
    Rows(&'static [(&'static str, Field)]),
}

/// One template.
#[derive(Debug, Clone, Copy)]
pub(super) struct LayoutTemplate {
    /// Its file.
    pub(super) file: &'static str,
    /// What it may name of its own.
    pub(super) fields: &'static [(&'static str, Field)],
    /// Whether it may also name what is said of every edition: [`AROUND`].
    pub(super) is_around: bool,
    /// What it must name: without it, a reader would miss something.
    pub(super) needs: &'static [&'static str],
}

/// The stylesheet, which is not a template.
pub(super) const STYLES: &str = "email.css";

/// The committee paper, which is a template of Typst's.
pub const PAPER: &str = "paper.typ";

/// Writes what a name of a template stands for.
type Written = fn(&Document) -> Json;

/// What the page and the letter say around a report: each name with what it stands for.
pub(super) const AROUND: &[(&str, Field, Written)] = &[
    ("title", Field::Text, |document| json!(document.title)),
    ("marking", Field::Text, |document| json!(document.facts.marking)),
    ("council", Field::Text, |document| json!(document.facts.council)),
    ("service", Field::Text, |document| json!(document.facts.service)),
    ("period", Field::Text, |document| json!(document.facts.period.label())),
    ("as_at", Field::Text, |document| json!(number::date(document.facts.as_at))),
    ("as_of", Field::Text, |document| json!(number::date(document.facts.as_of.date_naive()))),
    ("edition", Field::Text, |document| json!(document.facts.edition)),
    ("run", Field::Text, |document| json!(document.facts.run)),
    ("reply_to", Field::Text, |document| json!(document.facts.reply_to)),
    ("attachments", Field::Texts, |document| json!(document.facts.attachments)),
];

/// The page of an email.
pub(super) const PAGE: LayoutTemplate = LayoutTemplate {
    file: "email.html.hbs",
    fields: &[("headline", Field::Markup), ("body", Field::Markup), ("styles", Field::Markup)],
    is_around: true,
    needs: &["title", "headline", "body", "styles", "marking", "edition"],
};

/// The same email as plain text.
pub(super) const LETTER: LayoutTemplate = LayoutTemplate {
    file: "email.txt.hbs",
    fields: &[("headline", Field::Text), ("body", Field::Markup)],
    is_around: true,
    needs: &["title", "headline", "body", "marking", "edition"],
};

/// The key figures.
pub(super) const KEY_FIGURES: LayoutTemplate = LayoutTemplate {
    file: "key_figures.html.hbs",
    fields: &[(
        "rows",
        Field::Rows(&[
            (
                "figures",
                Field::Rows(&[
                    ("value", Field::Text),
                    ("label", Field::Text),
                    ("comparator", Field::Text),
                    ("change", Field::Text),
                    ("width", Field::Text),
                    ("long", Field::Truth),
                ]),
            ),
            ("blanks", Field::Texts),
        ]),
    )],
    is_around: false,
    needs: &["rows", "figures", "value", "label"],
};

/// The box with what the reader is asked to decide.
pub(super) const DECISION: LayoutTemplate = LayoutTemplate {
    file: "decision.html.hbs",
    fields: &[("body", Field::Markup)],
    is_around: false,
    needs: &["body"],
};

/// A chart, under its title.
pub(super) const CHART: LayoutTemplate = LayoutTemplate {
    file: "chart.html.hbs",
    fields: &[
        ("cid", Field::Text),
        ("alt", Field::Text),
        ("title", Field::Text),
        ("measure", Field::Text),
        ("table", Field::Text),
    ],
    is_around: false,
    needs: &["cid", "alt", "table"],
};

/// The place for an officer's words while there are none.
pub(super) const COMMENTARY: LayoutTemplate = LayoutTemplate {
    file: "commentary.html.hbs",
    fields: &[("words", Field::Text)],
    is_around: false,
    needs: &["words"],
};

/// Every template.
pub(super) const TEMPLATES: [LayoutTemplate; 6] = [PAGE, LETTER, KEY_FIGURES, DECISION, CHART, COMMENTARY];

impl LayoutTemplate {
    /// Returns each name that it may write, with what that is.
    pub(super) fn names(&self) -> impl Iterator<Item = (&'static str, Field)> {
        let around = AROUND.iter().filter(|_| self.is_around).map(|(name, field, _)| (*name, *field));
        self.fields.iter().copied().chain(around)
    }

    /// Returns whether it is HTML.
    pub(super) fn is_html(&self) -> bool {
        self.file.ends_with(".html.hbs")
    }
}
