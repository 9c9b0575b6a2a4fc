//! The cells of a page's tables.

use html5ever::tokenizer::TagKind;

use super::pieces::{Piece, Pieces};

/// Returns each table of a page that has headings: its caption, and its cells line by line.
pub(in crate::inspect) fn cells_of_tables(html: &str) -> Vec<(String, Vec<Vec<String>>)> {
    let mut found = Vec::new();
    let mut open: Vec<Table> = Vec::new();
    for piece in Pieces::of(html).list {
        match piece {
            Piece::Tag(tag) => {
                let start = tag.kind == TagKind::StartTag;
                match (&*tag.name, start) {
                    ("table", true) => open.push(Table::default()),
                    ("table", false) => {
                        found.extend(
                            open.pop()
                                .filter(|table| table.has_heads)
                                .map(|table| (table.caption, table.lines)),
                        );
                    }
                    (name, start) => {
                        if let Some(table) = open.last_mut() {
                            table.tag(name, start);
                        }
                    }
                }
            }
            Piece::Text(text) => {
                if let Some(table) = open.last_mut() {
                    table.text(&text);
                }
            }
            _ => {}
        }
    }
    let trimmed = |(caption, lines): (String, Vec<Vec<String>>)| {
        let words = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        (words(&caption), lines.iter().map(|line| line.iter().map(words).collect()).collect())
    };
    found.into_iter().map(trimmed).collect()
}

/// A table that is open.
#[derive(Debug, Default)]
struct Table {
    caption: String,
    lines: Vec<Vec<String>>,
    has_heads: bool,
    in_caption: bool,
    in_cell: bool,
}

impl Table {
    fn tag(&mut self, name: &str, start: bool) {
        match (name, start) {
            ("caption", start) => self.in_caption = start,
            ("tr", true) => self.lines.push(Vec::new()),
            ("th" | "td", true) => {
                self.has_heads |= name == "th";
                self.in_cell = true;
                if let Some(line) = self.lines.last_mut() {
                    line.push(String::new());
                }
            }
            ("th" | "td", false) => self.in_cell = false,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_caption {
            self.caption.push_str(text);
        } else if self.in_cell
            && let Some(cell) = self.lines.last_mut().and_then(|line| line.last_mut())
        {
            cell.push_str(text);
        }
    }
}
