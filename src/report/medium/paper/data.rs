//! What the template of the paper reads: `paper.json`, and the charts as SVG.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;
use serde_json::{Value as Json, json};

use crate::report::document::{Block, Definition, Document, Inline, OfficerPart, Paper, TableBlock};
use crate::report::medium::renderer::Content;
use crate::report::{chart, number, sections};

/// Returns the files that the template may read, by name.
pub(super) fn files(content: &Content<'_>, paper: &Paper) -> BTreeMap<String, Vec<u8>> {
    let images = content.images.iter();
    let mut files: BTreeMap<String, Vec<u8>> =
        images.map(|image| (svg(&image.name), image.svg.clone().into_bytes())).collect();
    let json = Data::new(content, paper).json();
    files.insert("paper.json".to_owned(), json.to_string().into_bytes());
    files
}

fn svg(name: &str) -> String {
    format!("charts/{name}.svg")
}

/// The report's blocks by where the paper has them.
struct Data<'a> {
    document: &'a Document,
    paper: &'a Paper,
    stem: &'a str,
    decision: Vec<&'a Block>,
    /// What stands before the first heading.
    before: Vec<&'a Block>,
    evidence: Vec<&'a Block>,
    /// The tables that the paper shows, in reading order.
    shown: Vec<usize>,
    /// What is counted, once each, in the order of its first table.
    definitions: Vec<&'a [Definition]>,
}

impl<'a> Data<'a> {
    fn new(content: &Content<'a>, paper: &'a Paper) -> Self {
        let document = content.document;
        let mut data = Self {
            document,
            paper,
            stem: content.stem,
            decision: Vec::new(),
            before: Vec::new(),
            evidence: Vec::new(),
            shown: Vec::new(),
            definitions: Vec::new(),
        };
        data.sort(&document.blocks);
        let mut shown = Vec::new();
        for block in paper.purpose.iter().chain(data.before.iter().chain(&data.evidence).copied()) {
            tables(block, &mut shown);
        }
        shown.extend(&paper.annex);
        let mut seen = BTreeSet::new();
        shown.retain(|at| seen.insert(*at));
        for at in &shown {
            let Some(table) = document.tables.get(*at) else { continue };
            if !table.definitions.is_empty() && !data.definitions.contains(&table.definitions.as_slice()) {
                data.definitions.push(&table.definitions);
            }
        }
        data.shown = shown;
        data
    }

    fn sort(&mut self, blocks: &'a [Block]) {
        for block in blocks {
            match block {
                // Each of these has a place of its own in the paper.
                Block::KeyFigures | Block::DataQuality | Block::Method => {}
                Block::Decision(inner) => self.decision.extend(inner),
                Block::Workbook(inner) => self.sort(inner),
                Block::Heading { .. } => self.evidence.push(block),
                _ if self.evidence.is_empty() => self.before.push(block),
                _ => self.evidence.push(block),
            }
        }
    }

    fn json(&self) -> Json {
        let (document, facts) = (self.document, &self.document.facts);
        let (day, known) = (facts.as_of.date_naive(), number::date(facts.as_of.date_naive()));
        let mut front = vec![json!({ "label": "Report title", "text": document.title })];
        front.extend(self.paper.front.iter().map(|(label, text)| json!({ "label": label, "text": text })));
        front.push(json!({ "label": "Figures as known on", "text": known }));
        let key_figures = document.key_figures.iter().map(|figure| {
            let compared = match (&figure.comparator, &figure.change) {
                (Some(before), Some(change)) => Some(format!("{before}: {change}")),
                (before, _) => before.clone(),
            };
            json!({ "value": figure.value, "label": figure.label, "comparator": compared })
        });
        json!({
            "title": document.title,
            "council": facts.council,
            "marking": facts.marking,
            "edition": facts.edition,
            "description": format!("{}: a committee paper of {}", document.title, facts.council),
            "date": [day.year(), day.month(), day.day()],
            "known": known,
            "period": facts.period.label(),
            "workbook": format!("{}.xlsx", self.stem),
            "board": self.paper.board,
            "front": front,
            "decision": blocks(self.decision.iter().copied()),
            "noting": self.paper.noting.iter().map(|words| inlines(words)).collect::<Vec<_>>(),
            "purpose": blocks(&self.paper.purpose),
            "headline": inlines(&document.headline),
            "key-figures": key_figures.collect::<Vec<_>>(),
            "before": blocks(self.before.iter().copied()),
            "evidence": blocks(self.evidence.iter().copied()),
            "parts": self.paper.parts.iter().map(part).collect::<Vec<_>>(),
            "background": self.paper.background,
            "definitions": self.definitions.iter().map(|list| self.definition(list)).collect::<Vec<_>>(),
            "annex": self.paper.annex,
            "method": sections::method(document),
            "symbols": self.symbols(),
            "trust": sections::trust(document),
            "tables": document.tables.iter().map(|table| self.table(table)).collect::<Vec<_>>(),
            "charts": document.charts.iter().map(|chart| json!({
                "title": chart.title,
                "alt": (!chart.alt.trim().is_empty()).then_some(&chart.alt),
                "file": svg(&chart.name),
                "words": chart::undrawn(chart),
            })).collect::<Vec<_>>(),
        })
    }

    fn table(&self, table: &TableBlock) -> Json {
        let note = self.definitions.iter().position(|list| *list == table.definitions.as_slice());
        let rows = table.rows.iter().map(|row| {
            let cells: Vec<&str> = row.cells.iter().map(|cell| cell.text.as_str()).collect();
            json!({ "cells": cells, "total": row.total })
        });
        json!({
            "number": table.number,
            "title": table.title,
            "headings": table.headings,
            "row-headings": table.row_headings,
            "rows": rows.collect::<Vec<_>>(),
            "notes": table.notes,
            "note": note.map(|at| at + 1),
        })
    }

    /// Returns what is counted in the tables that share these measures.
    fn definition(&self, list: &[Definition]) -> Json {
        if let [one] = list {
            return json!({ "label": one.label, "text": one.text });
        }
        let mut of = self.shown.iter().filter_map(|at| self.document.tables.get(*at));
        let title =
            of.find(|table| table.definitions.as_slice() == list).map_or("", |table| table.title.as_str());
        let texts: Vec<String> = list.iter().map(sections::definition).collect();
        json!({ "label": title, "text": texts.join(" ") })
    }

    /// Returns the symbols that the paper's tables hold, with what they mean.
    fn symbols(&self) -> Vec<(&str, &str)> {
        let mut found: Vec<(&str, &str)> = Vec::new();
        for table in self.shown.iter().filter_map(|at| self.document.tables.get(*at)) {
            for symbol in table.symbols() {
                if !found.contains(&symbol) {
                    found.push(symbol);
                }
            }
        }
        found.sort_unstable();
        found
    }
}

fn part(part: &OfficerPart) -> Json {
    json!({
        "heading": part.heading,
        "post": part.by.post.as_ref().unwrap_or(&part.post),
        "date": part.by.date.map(number::date),
        "asks": part.asks,
        "facts": inlines(&part.facts),
        "blocks": blocks(&part.blocks),
        "says": part.says,
        "open": part.is_open(),
    })
}

/// Adds the places of the tables of a block.
fn tables(block: &Block, to: &mut Vec<usize>) {
    match block {
        Block::Table(at) => to.push(*at),
        Block::List { items, .. } => items.iter().flatten().for_each(|block| tables(block, to)),
        Block::Quote(inner)
        | Block::Commentary { blocks: inner, .. }
        | Block::Decision(inner)
        | Block::Workbook(inner) => inner.iter().for_each(|block| tables(block, to)),
        Block::Heading { .. }
        | Block::Paragraph(_)
        | Block::Chart(_)
        | Block::KeyFigures
        | Block::Definition(_)
        | Block::DataQuality
        | Block::Method => {}
    }
}

fn blocks<'a>(list: impl IntoIterator<Item = &'a Block>) -> Vec<Json> {
    list.into_iter().filter_map(block).collect()
}

/// Returns a block; none for those that have a place of their own.
fn block(block: &Block) -> Option<Json> {
    Some(match block {
        Block::Heading { level, text } => json!({ "kind": "heading", "level": level, "text": inlines(text) }),
        Block::Paragraph(text) => json!({ "kind": "paragraph", "text": inlines(text) }),
        Block::List { ordered, items } => {
            let items: Vec<Vec<Json>> = items.iter().map(blocks).collect();
            json!({ "kind": "list", "ordered": ordered, "items": items })
        }
        Block::Quote(inner) => json!({ "kind": "quote", "blocks": blocks(inner) }),
        Block::Table(at) => json!({ "kind": "table", "at": at }),
        Block::Chart(at) => json!({ "kind": "chart", "at": at }),
        Block::Definition(one) => json!({ "kind": "definition", "label": one.label, "text": one.text }),
        Block::Commentary { name, by, blocks: inner } => json!({
            "kind": "commentary",
            "words": sections::placeholder(name),
            "post": by.post,
            "date": by.date.map(number::date),
            "blocks": blocks(inner),
        }),
        Block::KeyFigures | Block::DataQuality | Block::Method | Block::Decision(_) | Block::Workbook(_) => {
            return None;
        }
    })
}

fn inlines(list: &[Inline]) -> Vec<Json> {
    list.iter()
        .map(|piece| match piece {
            Inline::Text(text) => json!({ "kind": "text", "text": text }),
            Inline::Code(text) => json!({ "kind": "code", "text": text }),
            Inline::Strong(inner) => json!({ "kind": "strong", "text": inlines(inner) }),
            Inline::Emphasis(inner) => json!({ "kind": "emphasis", "text": inlines(inner) }),
            Inline::Link { href, text } => json!({ "kind": "link", "href": href, "text": inlines(text) }),
        })
        .collect()
}
