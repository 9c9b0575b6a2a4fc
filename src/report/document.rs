use std::collections::BTreeSet;

use super::facts::Facts;
use super::number::Format;
use super::written::By;
use crate::disclosure::{Decimal, HiddenCells};

/// A report as content, before any medium: what HTML, text and workbook are all made from.
#[derive(Debug, Clone)]
pub struct Document {
    /// The report's name: the folder's.
    pub report: String,
    /// Title with the period: `Annual needs assessment 2018/19`.
    pub title: String,
    /// The finding in one sentence.
    pub headline: Vec<Inline>,
    /// Three to five figures.
    pub key_figures: Vec<KeyFigure>,
    /// The body in reading order.
    pub blocks: Vec<Block>,
    /// Every table of the report, numbered from 1 in reading order; those that the narrative does not
    /// place come last and are in the workbook only.
    pub tables: Vec<TableBlock>,
    /// Every chart that the narrative places.
    pub charts: Vec<ChartBlock>,
    /// How many cells of the report's models are hidden.
    pub hidden: HiddenCells,
    /// What became of the figures of the edition before; `None` for the first.
    pub changes: Option<Changes>,
    /// What the committee paper says beside it; `None` for a report without one.
    pub paper: Option<Paper>,
    /// Whether its CSV files begin with a byte order mark.
    pub csv_for_excel: bool,
    /// What it should say and has no figure for: such an edition does not leave.
    pub unknown: Vec<Unknown>,
    /// What the document says of its making.
    pub facts: Facts,
}

/// What a committee paper says beside the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// The board that it goes to.
    pub board: String,
    /// Whether it goes with the email.
    pub attach: bool,
    /// The rows of the front sheet, each a label and its words.
    pub front: Vec<(String, String)>,
    /// Why it is written.
    pub purpose: Vec<Block>,
    /// What the board is asked to note, an item each.
    pub noting: Vec<Vec<Inline>>,
    /// The sections that officers write.
    pub parts: Vec<OfficerPart>,
    /// The papers that it rests on, a line each.
    pub background: Vec<String>,
    /// The tables of Annex B, by their places in [`Document::tables`].
    pub annex: Vec<usize>,
    /// Whether the edition waits until every part is written.
    pub waits: bool,
}

/// A section that an officer writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerPart {
    /// The name of its file of commentary.
    pub name: String,
    /// Its heading.
    pub heading: String,
    /// Who writes it, by post.
    pub post: String,
    /// Who has written it, and when.
    pub by: By,
    /// What the officer is asked for.
    pub asks: String,
    /// The figures that the officer needs.
    pub facts: Vec<Inline>,
    /// The officer's words; empty while nobody has written them.
    pub blocks: Vec<Block>,
    /// What stands there without an officer's words.
    pub says: Option<String>,
}

impl OfficerPart {
    /// Returns whether there is nothing yet to be read in it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.blocks.is_empty() && self.says.is_none()
    }
}

/// A figure that a report promises and that there is none of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// What has none: `the headline`, `the key figure "places short"`.
    pub what: String,
    /// The models whose rows should hold it.
    pub models: BTreeSet<String>,
    /// The newest period before the edition's of which those models have rows, as a code such as `2023-24`.
    pub newest: Option<String>,
}

/// What became of the figures of the edition before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// That edition.
    pub edition: String,
    /// How many figures both show.
    pub compared: usize,
    /// How many of those differ.
    pub changed: usize,
    /// The numbers of the tables that they are in.
    pub tables: BTreeSet<usize>,
    /// Why they may differ, in words without a full stop; nothing where nothing is known.
    pub why: String,
}

/// A piece of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading; 2 is the highest, and none is skipped.
    Heading {
        /// 2 to 4.
        level: u8,
        /// Its words.
        text: Vec<Inline>,
    },
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list.
    List {
        /// Whether its items are numbered.
        ordered: bool,
        /// What each item holds.
        items: Vec<Vec<Block>>,
    },
    /// Words of another.
    Quote(Vec<Block>),
    /// A table, by its place in [`Document::tables`].
    Table(usize),
    /// A chart, by its place in [`Document::charts`].
    Chart(usize),
    /// The key figures.
    KeyFigures,
    /// What a measure is.
    Definition(Definition),
    /// How far to trust the report.
    DataQuality,
    /// How the figures were made.
    Method,
    /// An officer's own words, or the place for them.
    Commentary {
        /// The name that the narrative uses.
        name: String,
        /// Who wrote the words, and when.
        by: By,
        /// The words; empty when nobody has written them.
        blocks: Vec<Block>,
    },
    /// What the reader is asked to decide.
    Decision(Vec<Block>),
    /// What is found beyond the email, for the workbook's sheet of findings.
    Workbook(Vec<Block>),
}

/// A run of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Plain text.
    Text(String),
    /// Of importance.
    Strong(Vec<Inline>),
    /// Stressed.
    Emphasis(Vec<Inline>),
    /// A name as a machine knows it.
    Code(String),
    /// A link; `http`, `https` or `mailto`.
    Link {
        /// Where it leads.
        href: String,
        /// Its words.
        text: Vec<Inline>,
    },
}

/// A figure under the headline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFigure {
    /// The figure as written, or a symbol in brackets.
    pub value: String,
    /// What it counts.
    pub label: String,
    /// What it is compared with: `119 last year`.
    pub comparator: Option<String>,
    /// The comparison in words: `down 12.6%`.
    pub change: Option<String>,
}

/// A table as laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableBlock {
    /// Its name in `report.toml`.
    pub name: String,
    /// From 1, in reading order.
    pub number: usize,
    /// Its title, without the number.
    pub title: String,
    /// The heading of each column.
    pub headings: Vec<String>,
    /// How many leading columns head the rows.
    pub row_headings: usize,
    /// Whether its headings say of which period each figure is.
    pub dated: bool,
    /// The sheet of the workbook that it shares with others.
    pub sheet: Option<String>,
    /// The column whose sizes are drawn as bars.
    pub bar: Option<usize>,
    /// Its rows, each as wide as the headings.
    pub rows: Vec<TableRow>,
    /// The measures shown.
    pub definitions: Vec<Definition>,
    /// Further notes, a sentence or more each.
    pub notes: Vec<String>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// Its cells.
    pub cells: Vec<TableCell>,
    /// Whether it is the total of others.
    pub total: bool,
}

/// A cell of a table: what readers see, and for spreadsheets the number itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableCell {
    /// As written in HTML and text.
    pub text: String,
    /// The number rounded as it is written, where the cell is one.
    pub number: Option<(Decimal, Format)>,
}

/// A measure with what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Its heading.
    pub label: String,
    /// All that it takes to count it again, as sentences.
    pub text: String,
}

/// A chart, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartBlock {
    /// Its name in `report.toml`.
    pub name: String,
    /// The finding that it shows.
    pub title: String,
    /// The same for a reader who cannot see it: at most 250 characters.
    pub alt: String,
    /// How it is drawn.
    pub kind: ChartKind,
    /// What is along the axis.
    pub categories: Vec<String>,
    /// What is drawn, at most one point for each category.
    pub series: Vec<ChartSeries>,
    /// How its numbers are written.
    pub format: Format,
    /// What the numbers are, for the axis.
    pub measure: String,
    /// The number of the table with the same figures.
    pub table: usize,
}

/// How a chart is drawn, with what only that kind has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChartKind {
    /// Bars on top of each other.
    StackedBar {
        /// The total of each category, where the table has it.
        totals: Vec<ChartPoint>,
    },
    /// Bars side by side.
    Bar,
    /// Lines.
    Line,
    /// Points with their intervals, one below the other.
    Dot {
        /// A value to compare with.
        reference: Option<Reference>,
    },
    /// Points by their size, with the limits that chance sets.
    Funnel(Funnel),
    /// From level to level by the changes between them.
    Bridge {
        /// Whether each category is a level; the others are changes.
        levels: Vec<bool>,
    },
    /// What was counted, and the band of what is to come: the bounds of the only series.
    Band {
        /// What is expected within the band, where that is known.
        middle: Vec<ChartPoint>,
    },
}

/// A value that every point is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The value.
    pub at: Decimal,
    /// What it means.
    pub label: String,
}

/// What a funnel has beside its points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Funnel {
    /// The size of each point.
    pub sizes: Vec<ChartPoint>,
    /// How sizes are written.
    pub format: Format,
    /// What sizes are, for the axis.
    pub measure: String,
    /// What would be expected of each; empty where the table does not say.
    pub centre: Vec<ChartPoint>,
    /// Pairs of limits, the narrowest first.
    pub limits: Vec<Limit>,
}

/// A pair of limits, at each point's size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// How it is called: `95%`.
    pub label: String,
    /// One for each point.
    pub bounds: Vec<Bounds>,
}

/// What is drawn in one colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartSeries {
    /// Its name.
    pub label: String,
    /// One for each category.
    pub points: Vec<ChartPoint>,
    /// The interval of each point; empty for a series without any.
    pub bounds: Vec<Bounds>,
}

/// From where to where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The lower end.
    pub lower: ChartPoint,
    /// The upper end.
    pub upper: ChartPoint,
}

/// A point of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartPoint {
    /// A number.
    Shown(Decimal),
    /// Confidential: drawn as hidden.
    Hidden,
    /// Nothing to draw, because a number would mean nothing.
    NotApplicable,
    /// Nothing to draw, because it rests on too few.
    Unreliable,
    /// Nothing to draw.
    Missing,
}

impl Document {
    /// Returns the names of the charts that the email shows; others are in the paper and in the edition.
    #[must_use]
    pub fn charts_of_the_email(&self) -> BTreeSet<&str> {
        fn of(block: &Block, to: &mut Vec<usize>) {
            match block {
                Block::Chart(at) => to.push(*at),
                Block::List { items, .. } => items.iter().flatten().for_each(|block| of(block, to)),
                Block::Quote(inner) | Block::Decision(inner) | Block::Commentary { blocks: inner, .. } => {
                    for block in inner {
                        of(block, to);
                    }
                }
                // What stands in the workbook is not in the email.
                Block::Workbook(_)
                | Block::Heading { .. }
                | Block::Paragraph(_)
                | Block::Table(_)
                | Block::KeyFigures
                | Block::Definition(_)
                | Block::DataQuality
                | Block::Method => {}
            }
        }
        let mut places = Vec::new();
        for block in &self.blocks {
            of(block, &mut places);
        }
        places.into_iter().filter_map(|at| Some(self.charts.get(at)?.name.as_str())).collect()
    }

    /// Returns the names of the officers' words that have their place and are not written.
    #[must_use]
    pub fn unwritten(&self) -> Vec<String> {
        fn of(block: &Block) -> Vec<String> {
            match block {
                Block::Commentary { name, blocks, .. } if blocks.is_empty() => vec![name.clone()],
                Block::Decision(inner) | Block::Workbook(inner) => inner.iter().flat_map(of).collect(),
                _ => Vec::new(),
            }
        }
        let parts = self.paper.iter().filter(|paper| paper.waits).flat_map(|paper| &paper.parts);
        let parts = parts.filter(|part| part.is_open()).map(|part| part.name.clone());
        self.blocks.iter().flat_map(of).chain(parts).collect()
    }
}

impl Funnel {
    /// Returns whether `rate`, that of the point at `at`, lies beyond its widest limits: `Some(true)` above,
    /// `Some(false)` below.
    #[must_use]
    pub fn outside(&self, at: usize, rate: Decimal) -> Option<bool> {
        let bounds = self.limits.last()?.bounds.get(at)?;
        let beyond = |from: Decimal, to: Decimal| to.minus(from).is_negative();
        if bounds.upper.number().is_some_and(|upper| beyond(rate, upper)) {
            Some(true)
        } else if bounds.lower.number().is_some_and(|lower| beyond(lower, rate)) {
            Some(false)
        } else {
            None
        }
    }
}

impl ChartBlock {
    /// Returns the content id by which the HTML refers to its picture, without the angle brackets.
    #[must_use]
    pub fn content_id(&self) -> String {
        format!("chart-{}", self.name)
    }
}

impl ChartPoint {
    /// Returns the number shown.
    #[must_use]
    pub fn number(self) -> Option<Decimal> {
        match self {
            Self::Shown(number) => Some(number),
            Self::Hidden | Self::NotApplicable | Self::Unreliable | Self::Missing => None,
        }
    }

    /// Returns the point as written: its number in `format`, or its symbol.
    #[must_use]
    pub fn shown(self, format: Format) -> String {
        match self {
            Self::Shown(number) => format.show(number),
            Self::Hidden => "[c]".to_owned(),
            Self::NotApplicable => "[z]".to_owned(),
            Self::Unreliable => "[u]".to_owned(),
            Self::Missing => "[x]".to_owned(),
        }
    }
}

impl TableBlock {
    /// Returns which of the symbols `[c]`, `[u]`, `[z]` and `[x]` it holds, with what they mean.
    #[must_use]
    pub fn symbols(&self) -> Vec<(&'static str, &'static str)> {
        const SYMBOLS: [(&str, &str); 4] = [
            ("[c]", "confidential, hidden to protect small numbers"),
            ("[u]", "too few to rely on"),
            ("[z]", "not applicable"),
            ("[x]", "not available"),
        ];
        let is_shown = |symbol: &str| {
            self.rows
                .iter()
                .flat_map(|row| &row.cells)
                .any(|cell| cell.number.is_none() && cell.text == symbol)
        };
        SYMBOLS.into_iter().filter(|(symbol, _)| is_shown(symbol)).collect()
    }
}

/// Returns the words of a run of text, without its marks.
#[must_use]
pub fn plain(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) | Inline::Code(text) => text.clone(),
            Inline::Strong(text) | Inline::Emphasis(text) | Inline::Link { text, .. } => plain(text),
        })
        .collect()
}
