use super::columns;
use crate::report::document::{Block, Document, Inline, TableBlock, plain};
use crate::report::escape::one_line;
use crate::report::medium::workbook;
use crate::report::templates::{BODY, HANGING};
use crate::report::{chart as charts, sections};

/// The widest line.
const WIDTH: usize = 78;

/// A letter as it is written.
pub(super) struct Letter<'a> {
    document: &'a Document,
    /// The most letters of a line.
    width: usize,
    pub(super) lines: Vec<String>,
}

impl<'a> Letter<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self { document, width: WIDTH, lines: Vec::new() }
    }

    /// Returns the letter, each line of which ends in `\n`.
    pub(super) fn text(&self) -> String {
        let mut text = self.lines.join("\n");
        text.push('\n');
        text
    }

    /// Sets the lines of the rendered template, with those of the body where it has its place: each is
    /// broken at the width, and one of underlines becomes as long as the title above it.
    pub(super) fn frame(&mut self, frame: &str, body: Vec<String>) {
        let mut body = Some(body);
        let mut above = self.lines.len();
        for line in frame.lines() {
            let underline = line.chars().next().filter(|first| "=-.".contains(*first));
            match underline {
                _ if line.trim().is_empty() => self.gap(),
                _ if line.contains(BODY) => self.lines.extend(body.take().into_iter().flatten()),
                Some(with) if line.chars().all(|letter| letter == with) => self.underline(above, with),
                _ => {
                    above = self.lines.len();
                    match line.strip_prefix(HANGING) {
                        Some(line) => self.wrapped(line, "", "  "),
                        None => self.wrapped(line, "", ""),
                    }
                }
            }
        }
    }

    pub(super) fn blocks(&mut self, blocks: &[Block]) {
        let mut heading = String::new();
        for block in blocks {
            self.block(block, &heading);
            self.gap();
            if let Block::Heading { text, .. } = block {
                heading = plain(text);
            }
        }
    }

    /// Writes one block under the heading `above`.
    fn block(&mut self, block: &Block, above: &str) {
        let document = self.document;
        match block {
            Block::Heading { level, text } => {
                self.underlined(&inline(text), if *level == 2 { '-' } else { '.' });
            }
            Block::Paragraph(text) => self.wrapped(&inline(text), "", ""),
            Block::List { ordered, items } => self.list(*ordered, items),
            Block::Quote(inner) => self.indented(inner, "> "),
            Block::Table(place) => {
                document.tables.get(*place).into_iter().for_each(|table| self.table(table));
            }
            Block::Chart(place) => {
                // A letter has no pictures: of a chart it has the finding, unless the heading has it.
                if let Some(chart) = document.charts.get(*place).filter(|chart| chart.title != above) {
                    let words = match charts::undrawn(chart) {
                        Some(words) => format!("{}. {words}", chart.title),
                        None => format!("{} (chart; its figures are in table {})", chart.title, chart.table),
                    };
                    self.wrapped(&words, "", "");
                }
            }
            Block::KeyFigures => self.key_figures(),
            Block::Definition(definition) => self.wrapped(&sections::definition(definition), "", ""),
            Block::DataQuality => {
                self.underlined(sections::TRUST, '-');
                let rows = sections::trust(document);
                let widest = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
                for (name, how) in rows {
                    self.wrapped(&how, &format!("{name:widest$}  "), &" ".repeat(widest + 2));
                }
            }
            Block::Method => {
                self.underlined(sections::METHOD, '-');
                for (at, paragraph) in sections::method(document).iter().enumerate() {
                    if at > 0 {
                        self.gap();
                    }
                    self.wrapped(paragraph, "", "");
                }
            }
            Block::Workbook(_) => {}
            Block::Commentary { name, blocks, .. } if blocks.is_empty() => {
                self.wrapped(&sections::placeholder(name), "", "");
            }
            Block::Commentary { blocks, .. } => self.blocks(blocks),
            Block::Decision(inner) => {
                self.underlined(&sections::DECISION.to_uppercase(), '-');
                self.blocks(inner);
            }
        }
    }

    fn list(&mut self, ordered: bool, items: &[Vec<Block>]) {
        for (at, item) in items.iter().enumerate() {
            let mark = if ordered { format!("{}. ", at + 1) } else { "- ".to_owned() };
            let start = self.lines.len();
            let indent = " ".repeat(mark.chars().count());
            self.indented(item, &indent);
            if let Some(first) = self.lines.get_mut(start) {
                *first = format!("{mark}{}", first.trim_start());
            }
        }
    }

    /// Writes blocks set in by `indent`.
    fn indented(&mut self, blocks: &[Block], indent: &str) {
        let mut inner = Letter::new(self.document);
        inner.width = self.width.saturating_sub(indent.chars().count());
        inner.blocks(blocks);
        while inner.lines.last().is_some_and(String::is_empty) {
            inner.lines.pop();
        }
        for line in inner.lines {
            self.wrapped(&line, indent, indent);
        }
    }

    fn key_figures(&mut self) {
        let figures = &self.document.key_figures;
        let widest = figures.iter().map(|figure| figure.value.chars().count()).max().unwrap_or_default();
        for figure in figures {
            let compared = match (&figure.comparator, &figure.change) {
                (Some(before), Some(change)) => format!(" ({before}: {change})"),
                (Some(before), None) => format!(" ({before})"),
                _ => String::new(),
            };
            let mark = format!("{}{}  ", " ".repeat(widest - figure.value.chars().count()), figure.value);
            self.wrapped(&format!("{}{compared}", figure.label), &mark, &" ".repeat(widest + 2));
        }
    }

    fn table(&mut self, table: &TableBlock) {
        self.wrapped(&format!("Table {}. {}", table.number, table.title), "", "");
        self.gap();
        if table.rows.is_empty() {
            self.lines.push("No rows.".to_owned());
        } else {
            match columns::columns(table, self.width) {
                Some(lines) => self.lines.extend(lines),
                None => self.listed(table),
            }
        }
        self.gap();
        if let (_, Some(left_out)) = sections::rows_in_letter(table) {
            self.wrapped(&left_out, "", "");
        }
        for note in sections::notes_in_letter(table).into_iter().chain(workbook::whole(self.document, table))
        {
            self.wrapped(&note, "", "  ");
        }
    }

    /// Writes the table as a list of rows, each with its figures by name.
    fn listed(&mut self, table: &TableBlock) {
        for row in sections::rows_in_letter(table).0 {
            let (heads, cells) = row.cells.split_at(table.row_headings.min(row.cells.len()));
            let name = heads.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(", ");
            self.wrapped(&name, "", "");
            for (heading, cell) in table.headings.iter().skip(table.row_headings).zip(cells) {
                self.wrapped(&format!("{heading}: {}", cell.text), "  ", "    ");
            }
        }
    }

    fn underlined(&mut self, title: &str, with: char) {
        let start = self.lines.len();
        self.wrapped(title, "", "");
        self.underline(start, with);
        if with == '-' || with == '.' {
            self.gap();
        }
    }

    /// Underlines the title that begins at the line `start`.
    fn underline(&mut self, start: usize, with: char) {
        let widest = self.lines.iter().skip(start).map(|line| line.chars().count()).max().unwrap_or_default();
        self.lines.push(with.to_string().repeat(widest));
    }

    /// Writes words in lines: the first after `first`, the others after `rest`.
    fn wrapped(&mut self, words: &str, first: &str, rest: &str) {
        let mut line = first.to_owned();
        let mut empty = true;
        for word in one_line(words).split_whitespace() {
            if !empty && line.chars().count() + 1 + word.chars().count() > self.width {
                self.lines.push(std::mem::replace(&mut line, rest.to_owned()));
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        self.lines.push(line);
    }

    fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
    }
}

/// Returns words with their links written out.
pub(super) fn inline(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|piece| match piece {
            Inline::Text(text) | Inline::Code(text) => text.clone(),
            Inline::Strong(inner) | Inline::Emphasis(inner) => inline(inner),
            Inline::Link { href, text } => {
                let words = inline(text);
                if words == *href { words } else { format!("{words} <{href}>") }
            }
        })
        .collect()
}
