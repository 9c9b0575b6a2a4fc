//! The templates of `report-templates/_layout/`, and what each may name.

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
    /// What it may name.
    pub(super) fields: &'static [(&'static str, Field)],
    /// What it must name: without it, a reader would miss something.
    pub(super) needs: &'static [&'static str],
}

/// The stylesheet, which is not a template.
pub(super) const STYLES: &str = "email.css";

/// The page of an email.
pub(super) const PAGE: LayoutTemplate = LayoutTemplate {
    file: "email.html.hbs",
    fields: &[
        ("title", Field::Text),
        ("headline", Field::Markup),
        ("body", Field::Markup),
        ("styles", Field::Markup),
        ("marking", Field::Text),
        ("council", Field::Text),
        ("service", Field::Text),
        ("period", Field::Text),
        ("as_at", Field::Text),
        ("as_of", Field::Text),
        ("edition", Field::Text),
        ("run", Field::Text),
        ("reply_to", Field::Text),
        ("attachments", Field::Texts),
    ],
    needs: &["title", "headline", "body", "styles", "marking", "edition"],
};

/// The same email as plain text.
pub(super) const LETTER: LayoutTemplate = LayoutTemplate {
    file: "email.txt.hbs",
    fields: &[
        ("title", Field::Text),
        ("headline", Field::Text),
        ("body", Field::Markup),
        ("marking", Field::Text),
        ("council", Field::Text),
        ("service", Field::Text),
        ("period", Field::Text),
        ("as_at", Field::Text),
        ("as_of", Field::Text),
        ("edition", Field::Text),
        ("run", Field::Text),
        ("reply_to", Field::Text),
        ("attachments", Field::Texts),
    ],
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
    needs: &["rows", "figures", "value", "label"],
};

/// The box with what the reader is asked to decide.
pub(super) const DECISION: LayoutTemplate =
    LayoutTemplate { file: "decision.html.hbs", fields: &[("body", Field::Markup)], needs: &["body"] };

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
    needs: &["cid", "alt", "table"],
};

/// The place for an officer's words while there are none.
pub(super) const COMMENTARY: LayoutTemplate =
    LayoutTemplate { file: "commentary.html.hbs", fields: &[("words", Field::Text)], needs: &["words"] };

/// Every template.
pub(super) const TEMPLATES: [LayoutTemplate; 6] = [PAGE, LETTER, KEY_FIGURES, DECISION, CHART, COMMENTARY];

impl LayoutTemplate {
    /// Returns whether it is HTML.
    pub(super) fn is_html(&self) -> bool {
        self.file.ends_with(".html.hbs")
    }
}
