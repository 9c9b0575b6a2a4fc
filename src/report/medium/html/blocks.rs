//! The body's blocks.

use super::page::{Page, inline};
use super::tables;
use crate::report::document::{Block, ChartBlock, Document, plain};
use crate::report::error::ReportError;
use crate::report::escape::html;
use crate::report::templates::Templates;
use crate::report::{chart, sections};

const HEADING: [(&str, &str); 3] = [("h2", "19px"), ("h3", "17px"), ("h4", "16px")];

/// Room for the body of most reports.
const ROOM: usize = 32 * 1024;

/// Renders the blocks of one document.
pub(super) struct Blocks<'a> {
    pub(super) document: &'a Document,
    pub(super) templates: &'a Templates,
}

impl Blocks<'_> {
    /// Returns `blocks` as HTML.
    pub(super) fn render(&self, blocks: &[Block]) -> Result<String, ReportError> {
        let mut page = Page(String::with_capacity(ROOM));
        self.write(&mut page, blocks)?;
        Ok(page.0)
    }

    fn write(&self, page: &mut Page, blocks: &[Block]) -> Result<(), ReportError> {
        let mut heading = String::new();
        for block in blocks {
            self.block(page, block, &heading)?;
            if let Block::Heading { text, .. } = block {
                heading = plain(text);
            }
        }
        Ok(())
    }

    /// Writes one block under the heading `above`.
    fn block(&self, page: &mut Page, block: &Block, above: &str) -> Result<(), ReportError> {
        let document = self.document;
        match block {
            Block::Heading { level, text } => heading(page, *level, &inline(text)),
            Block::Paragraph(text) => paragraph(page, &inline(text)),
            Block::List { ordered, items } => self.list(page, *ordered, items)?,
            Block::Quote(inner) => {
                page.push_str("<blockquote class=\"rule\" style=\"margin:0 0 16px;padding-left:16px;border-left:4px solid #b1b4b6\">");
                self.write(page, inner)?;
                page.push_str("</blockquote>\n");
            }
            Block::Table(place) => {
                if let Some(table) = document.tables.get(*place) {
                    tables::write(page, table, document);
                }
            }
            Block::Chart(place) => {
                if let Some(chart) = document.charts.get(*place) {
                    self.picture(page, chart, above == chart.title)?;
                }
            }
            Block::KeyFigures => page.push_str(&self.templates.key_figures(&document.key_figures)?),
            Block::Definition(definition) => tables::note(page, &sections::definition(definition)),
            Block::DataQuality => {
                heading(page, 2, sections::TRUST);
                tables::pairs(page, sections::TRUST, &sections::trust(document));
            }
            Block::Method => {
                heading(page, 2, sections::METHOD);
                for paragraph in sections::method(document) {
                    tables::note(page, &paragraph);
                }
            }
            Block::Workbook(_) => {}
            Block::Commentary { name, blocks, .. } if blocks.is_empty() => {
                page.push_str(&self.templates.commentary(&sections::placeholder(name))?);
            }
            Block::Commentary { blocks, .. } => self.write(page, blocks)?,
            Block::Decision(inner) => {
                page.push_str(&self.templates.decision(&self.render(inner)?)?);
            }
        }
        Ok(())
    }

    fn list(&self, page: &mut Page, ordered: bool, items: &[Vec<Block>]) -> Result<(), ReportError> {
        let tag = if ordered { "ol" } else { "ul" };
        page.put(format_args!("<{tag} style=\"margin:0 0 10px;padding-left:24px\">"));
        for item in items {
            page.push_str("<li style=\"margin:0 0 2px\">");
            match item.as_slice() {
                // A tight item reads as one line, without a paragraph's space.
                [Block::Paragraph(text)] => page.push_str(&inline(text)),
                blocks => self.write(page, blocks)?,
            }
            page.push_str("</li>");
        }
        page.put(format_args!("</{tag}>\n"));
        Ok(())
    }

    /// Writes a chart under the finding that it shows, as a table stands under its caption, unless the heading just above
    /// has it already.
    fn picture(&self, page: &mut Page, chart: &ChartBlock, has_title: bool) -> Result<(), ReportError> {
        if !has_title {
            page.put(format_args!(
                "<p class=\"quiet\" style=\"margin:8px 0 4px;font-size:14px;color:#505a5f\">{}</p>\n",
                html(&chart.title)
            ));
        }
        match chart::undrawn(chart) {
            Some(words) => paragraph(page, &html(&words)),
            None => page.push_str(&self.templates.chart(chart)?),
        }
        Ok(())
    }
}

fn heading(page: &mut Page, level: u8, text: &str) {
    let (tag, size) = HEADING.get(usize::from(level.saturating_sub(2))).copied().unwrap_or(("h4", "16px"));
    page.put(format_args!(
        "<{tag} style=\"margin:20px 0 4px;font-size:{size};line-height:1.3\">{text}</{tag}>\n"
    ));
}

fn paragraph(page: &mut Page, text: &str) {
    page.put(format_args!("<p style=\"margin:0 0 8px\">{text}</p>\n"));
}
