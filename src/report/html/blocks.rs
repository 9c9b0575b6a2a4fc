//! The body's blocks.

use super::{Page, escaped, inline, tables};
use crate::report::chart;
use crate::report::document::{Block, ChartBlock, Document, KeyFigure, plain};
use crate::report::sections;

const HEADING: [(&str, &str); 3] = [("h2", "20px"), ("h3", "17px"), ("h4", "16px")];

pub(super) fn write(page: &mut Page, document: &Document, blocks: &[Block]) {
    let mut heading = String::new();
    for block in blocks {
        one(page, document, block, &heading);
        if let Block::Heading { text, .. } = block {
            heading = plain(text);
        }
    }
}

/// One block under the heading `above`.
fn one(page: &mut Page, document: &Document, block: &Block, above: &str) {
    match block {
        Block::Heading { level, text } => heading(page, *level, &inline(text)),
        Block::Paragraph(text) => paragraph(page, &inline(text)),
        Block::List { ordered, items } => {
            let tag = if *ordered { "ol" } else { "ul" };
            page.put(format_args!("<{tag} style=\"margin:0 0 16px;padding-left:24px\">"));
            for item in items {
                page.push_str("<li style=\"margin:0 0 6px\">");
                match item.as_slice() {
                    // A tight item reads as one line, without a paragraph's space.
                    [Block::Paragraph(text)] => page.push_str(&inline(text)),
                    blocks => write(page, document, blocks),
                }
                page.push_str("</li>");
            }
            page.put(format_args!("</{tag}>\n"));
        }
        Block::Quote(inner) => {
            page.push_str("<blockquote class=\"rule\" style=\"margin:0 0 16px;padding-left:16px;border-left:4px solid #b1b4b6\">");
            write(page, document, inner);
            page.push_str("</blockquote>\n");
        }
        Block::Table(place) => {
            if let Some(table) = document.tables.get(*place) {
                tables::write(page, document, table);
            }
        }
        Block::Chart(place) => {
            if let Some(chart) = document.charts.get(*place) {
                picture(page, chart, above == chart.title);
            }
        }
        Block::KeyFigures => key_figures(page, &document.key_figures),
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
        Block::Commentary { name, blocks } if blocks.is_empty() => {
            page.put(format_args!(
                "<p class=\"gap\" style=\"margin:0 0 16px;padding:2px 8px;background:#fff7bf;font-size:13px\">{}</p>\n",
                escaped(&sections::placeholder(name))
            ));
        }
        Block::Commentary { blocks, .. } => write(page, document, blocks),
        Block::Decision(inner) => {
            page.push_str(
                "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
                 style=\"margin:8px 0 16px\"><tr><td class=\"asked\" style=\"border-left:6px solid #801650;\
                 background:#f8f2f5;padding:12px 16px 0\">",
            );
            page.put(format_args!(
                "<h2 style=\"margin:0 0 4px;font-size:16px\">{}</h2>\n",
                sections::DECISION
            ));
            write(page, document, inner);
            page.push_str("</td></tr></table>\n");
        }
    }
}

fn heading(page: &mut Page, level: u8, text: &str) {
    let (tag, size) = HEADING.get(usize::from(level.saturating_sub(2))).copied().unwrap_or(("h4", "16px"));
    page.put(format_args!(
        "<{tag} style=\"margin:24px 0 8px;font-size:{size};line-height:1.3\">{text}</{tag}>\n"
    ));
}

fn paragraph(page: &mut Page, text: &str) {
    page.put(format_args!("<p style=\"margin:0 0 16px\">{text}</p>\n"));
}

/// A chart under the finding that it shows, which a heading just above may have said already.
fn picture(page: &mut Page, chart: &ChartBlock, said: bool) {
    if !said {
        heading(page, 3, &escaped(&chart.title));
    }
    if let Some(words) = chart::undrawn(chart) {
        return paragraph(page, &escaped(&words));
    }
    let cid = chart::cid(chart);
    page.put(format_args!(
        "<img src=\"cid:{}\" width=\"592\" alt=\"{}\" style=\"display:block;width:100%;max-width:592px;height:auto;border:0;\
         background:#ffffff;margin:0 0 8px\">\n",
        escaped(&cid),
        escaped(&chart.alt)
    ));
    tables::note(page, &format!("{}. The figures are in table {}.", chart.measure, chart.table));
}

fn key_figures(page: &mut Page, figures: &[KeyFigure]) {
    if figures.is_empty() {
        return;
    }
    page.push_str(
        "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
         style=\"margin:0 0 16px\">",
    );
    // Four and five figures stand in two rows, so that none is squeezed.
    let across = if figures.len() <= 3 { figures.len() } else { figures.len().div_ceil(2) };
    let size = if figures.iter().any(|figure| figure.value.chars().count() > 8) { "28px" } else { "36px" };
    for row in figures.chunks(across.max(1)) {
        page.push_str("<tr>");
        for figure in row {
            page.put(format_args!(
                "<td class=\"figure\" width=\"{}%\" valign=\"top\" style=\"border-top:4px solid #12436d;padding:8px 12px 16px 0\">\
                 <span style=\"font-size:{};font-weight:bold;line-height:1.1\">{}</span><br>{}",
                100 / across.max(1),
                size,
                escaped(&figure.value),
                escaped(&figure.label)
            ));
            if let Some(comparator) = &figure.comparator {
                let change = figure
                    .change
                    .as_ref()
                    .map(|change| format!(": <strong style=\"color:#0b0c0c\">{}</strong>", escaped(change)));
                page.put(format_args!(
                    "<br><span class=\"quiet\" style=\"color:#505a5f;font-size:14px\">{}{}</span>",
                    escaped(comparator),
                    change.unwrap_or_default()
                ));
            }
            page.push_str("</td>");
        }
        // A row without its last figures would be a row of fewer columns than the first.
        for _ in row.len()..across {
            page.push_str("<td class=\"figure\"></td>");
        }
        page.push_str("</tr>");
    }
    page.push_str("</table>\n");
}
