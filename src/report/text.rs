//! The plain text part: the same document as a letter of at most 78 columns.

mod columns;

use super::document::{Block, Document, Inline, TableBlock, plain};
use super::narrative::is_dropped;
use super::sections;

/// The widest line.
const WIDTH: usize = 78;

/// The document as plain text. Lines end in `\n`.
#[must_use]
pub fn text(document: &Document) -> String {
    let facts = &document.facts;
    let mut letter = Letter { document, lines: Vec::new() };
    letter.wrapped(&format!("{} · {}", facts.marking, facts.service), "", "");
    letter.underlined(&document.title, '=');
    letter.wrapped(&format!("{} · as at {}", facts.council, super::number::date(facts.as_at)), "", "");
    letter.gap();
    letter.wrapped(&inline(&document.headline), "", "");
    letter.gap();
    letter.blocks(&document.blocks);
    letter.underlined("Contact and origin", '-');
    for attachment in &facts.attachments {
        letter.wrapped(attachment, "Attached: ", "  ");
    }
    letter.wrapped(&format!("Replies reach {} at {}.", facts.service, facts.reply_to), "", "");
    letter.wrapped(&sections::colophon(document), "", "");
    let mut text = letter.lines.join("\n");
    text.push('\n');
    text
}

struct Letter<'a> {
    document: &'a Document,
    lines: Vec<String>,
}

impl Letter<'_> {
    fn blocks(&mut self, blocks: &[Block]) {
        let mut heading = String::new();
        for block in blocks {
            self.block(block, &heading);
            self.gap();
            if let Block::Heading { text, .. } = block {
                heading = plain(text);
            }
        }
    }

    /// One block under the heading `above`.
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
                // A letter has no pictures: of a chart it says the finding, unless the heading has said it.
                if let Some(chart) = document.charts.get(*place).filter(|chart| chart.title != above) {
                    self.wrapped(
                        &format!("{} (chart; its figures are in table {})", chart.title, chart.table),
                        "",
                        "",
                    );
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
            Block::Commentary { name, blocks } if blocks.is_empty() => {
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

    /// Blocks set in by `indent`.
    fn indented(&mut self, blocks: &[Block], indent: &str) {
        let mut inner = Letter { document: self.document, lines: Vec::new() };
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
            match columns::columns(table, WIDTH) {
                Some(lines) => self.lines.extend(lines),
                None => self.listed(table),
            }
        }
        self.gap();
        if let (_, Some(left_out)) = sections::rows_in_letter(table) {
            self.wrapped(&left_out, "", "");
        }
        for note in sections::notes_in_letter(self.document, table) {
            self.wrapped(&note, "", "  ");
        }
    }

    /// The table as a list of rows, each with its figures by name.
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
        let widest = self.lines.iter().skip(start).map(|line| line.chars().count()).max().unwrap_or_default();
        self.lines.push(with.to_string().repeat(widest));
        if with == '-' || with == '.' {
            self.gap();
        }
    }

    /// Words in lines: the first after `first`, the others after `rest`.
    fn wrapped(&mut self, words: &str, first: &str, rest: &str) {
        let mut line = first.to_owned();
        let mut empty = true;
        let words: String = words.chars().filter(|letter| !is_dropped(*letter)).collect();
        for word in words.split_whitespace() {
            if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
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

/// Words with their links written out.
fn inline(inlines: &[Inline]) -> String {
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
