//! The committee paper of `report.toml`: what stands in it beside what the report says.

use schemars::JsonSchema;
use serde::Deserialize;

use super::running::Running;
use crate::diagnostic::Spanned;

/// The committee paper of a report: a PDF in the form in which a board reads it, made from the same figures and sentences.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperSpec {
    /// The board that the paper goes to.
    pub board: String,
    /// Whether it goes with the email; it stays in the edition otherwise.
    #[serde(default = "attached")]
    pub attach: bool,
    /// What becomes of the paper in an edition that reports its period so far.
    #[serde(default)]
    pub running: Running,
    /// The rows of the front sheet, below the title.
    #[serde(default)]
    pub front: Vec<FrontRow>,
    /// Why the paper is written, as paragraphs; may use the narrative's helpers.
    pub purpose: Spanned<String>,
    /// What the board is asked to note, each the end of a sentence; may use the narrative's helpers.
    #[serde(default)]
    pub noting: Vec<Spanned<String>>,
    /// The sections that officers write, in order.
    #[serde(default)]
    pub parts: Vec<PaperPart>,
    /// The papers that it rests on, a line each.
    #[serde(default)]
    pub background: Vec<String>,
    /// Tables of the report that stand in Annex B, by name.
    #[serde(default)]
    pub annex: Vec<Spanned<String>>,
}

impl PaperSpec {
    /// Returns every text of it that may speak of the report's figures.
    pub fn templates(&self) -> impl Iterator<Item = &Spanned<String>> {
        let facts = self.parts.iter().filter_map(|part| part.facts.as_ref());
        self.noting.iter().chain(facts).chain([&self.purpose])
    }
}

/// A row of the front sheet.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FrontRow {
    /// What it says: `Wards affected`.
    pub label: String,
    /// Its words: `All wards`.
    pub text: String,
}

/// A section that an officer writes, in `commentary/<report>/<period>/<name>.md`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperPart {
    /// The name of its file of commentary.
    pub name: Spanned<String>,
    /// The heading of its section: `Financial implications`.
    pub heading: String,
    /// Who writes it, by post: `finance business partner`.
    pub post: String,
    /// What the officer is asked for, while it is not written.
    #[serde(default)]
    pub asks: String,
    /// The figures that the officer needs, while it is not written; may use the narrative's helpers.
    #[serde(default)]
    pub facts: Option<Spanned<String>>,
    /// What stands there unless an officer writes something: `There are no environmental implications.`
    #[serde(default)]
    pub says: Option<String>,
}

fn attached() -> bool {
    true
}
