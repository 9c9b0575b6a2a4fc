use super::document::{Block, Inline, TableBlock, plain};
use super::error::ReportError;
use super::facts::Facts;
use super::frame::Frame;
use super::narrative::{Marker, Narrator, Piece, blocks};
use super::tabulate;
use super::written::written;
use crate::project::{Report, Unwritten};

/// The body as it grows; tables and charts are numbered as the reader meets them.
pub(super) struct Body<'a> {
    pub(super) report: &'a Report,
    pub(super) frames: &'a [Frame<'a>],
    pub(super) narrator: &'a Narrator,
    pub(super) facts: &'a Facts,
    pub(super) tables: Vec<TableBlock>,
    pub(super) charts: Vec<String>,
}

impl Body<'_> {
    /// Returns the blocks up to the end, or up to the end of the box that they are in.
    pub(super) fn blocks(
        &mut self,
        pieces: &mut dyn Iterator<Item = Piece>,
    ) -> Result<Vec<Block>, ReportError> {
        let mut found = Vec::new();
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Block(block) => found.push(block),
                Piece::Marker(marker) if marker.name.starts_with('/') => break,
                Piece::Marker(marker) if marker.name == "decision" => {
                    found.push(Block::Decision(self.blocks(pieces)?));
                }
                Piece::Marker(marker) if marker.name == "workbook" => {
                    found.push(Block::Workbook(self.blocks(pieces)?));
                }
                Piece::Marker(marker) => found.extend(self.block(marker)?),
            }
        }
        Ok(found)
    }

    /// Returns the block that a marker is for; none for a table, a chart or a commentary that the edition is without.
    fn block(&mut self, Marker { name, argument }: Marker) -> Result<Option<Block>, ReportError> {
        Ok(Some(match name.as_str() {
            "table" => {
                let frames = self.frames;
                let frame = frames.iter().find(|frame| frame.name == argument);
                let frame = frame.ok_or(ReportError::NoSuch { kind: "table", name: argument })?;
                if frame.is_left_out() {
                    return Ok(self.no_rows(frame));
                }
                Block::Table(self.table(frame)?)
            }
            "chart" => {
                let mut charts = self.report.file.charts.iter();
                let Some((_, spec)) = charts.find(|(chart, _)| *chart.get_ref() == argument) else {
                    return Err(ReportError::NoSuch { kind: "chart", name: argument });
                };
                let is_of = |frame: &&Frame| frame.name == spec.table.get_ref();
                if self.frames.iter().find(is_of).is_some_and(Frame::is_left_out) {
                    return Ok(None);
                }
                let place = self.charts.iter().position(|chart| *chart == argument);
                Block::Chart(place.unwrap_or_else(|| {
                    self.charts.push(argument);
                    self.charts.len() - 1
                }))
            }
            "definition" => {
                let columns = self.frames.iter().flat_map(|frame| frame.table.columns());
                let mut named = columns.filter(|column| column.name == argument);
                let definition = named.find_map(tabulate::definition);
                Block::Definition(
                    definition.ok_or(ReportError::NoSuch { kind: "indicator", name: argument })?,
                )
            }
            "commentary" => {
                let (by, words) =
                    self.facts.commentary.get(&argument).map(|text| written(text)).unwrap_or_default();
                if words.is_empty() && self.report.file.unwritten == Unwritten::LeaveOut {
                    return Ok(None);
                }
                Block::Commentary { name: argument, by, blocks: blocks(words) }
            }
            "key_figures" => Block::KeyFigures,
            "data_quality" => Block::DataQuality,
            "method" => Block::Method,
            _ => return Err(ReportError::NoSuch { kind: "block", name }),
        }))
    }

    /// Says that there is no row of the edition's period where the narrative places a table; nothing where the table is
    /// for editions of the other kind.
    fn no_rows(&self, frame: &Frame) -> Option<Block> {
        if frame.stays_away() {
            return None;
        }
        let words =
            format!("There are no figures of {} for: {}.", self.facts.period.label(), frame.table.title());
        Some(Block::Paragraph(vec![Inline::Text(words)]))
    }

    /// Returns the place of a table, which is laid out and numbered when it is first met.
    pub(super) fn table(&mut self, frame: &Frame) -> Result<usize, ReportError> {
        if let Some(place) = self.tables.iter().position(|table| table.name == frame.name) {
            return Ok(place);
        }
        let title = match &frame.spec.title {
            Some(title) => plain(&self.line(frame.name, title.get_ref())?),
            None => frame.table.title().to_owned(),
        };
        let place = self.tables.len();
        self.tables.push(TableBlock { number: place + 1, ..tabulate::table(frame, title) });
        Ok(place)
    }

    /// Returns the number of the table named `name`.
    pub(super) fn table_number(&self, name: &str) -> usize {
        self.tables.iter().find(|table| table.name == name).map_or(0, |table| table.number)
    }

    /// Returns a template of one line.
    pub(super) fn line(&self, name: &str, template: &str) -> Result<Vec<Inline>, ReportError> {
        let pieces = self.narrator.body(name, template)?;
        Ok(pieces
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Block(Block::Paragraph(text) | Block::Heading { text, .. }) => Some(text),
                _ => None,
            })
            .flatten()
            .collect())
    }

    /// Puts what every document has where the narrative did not: figures first, trust last. The method is in the
    /// workbook.
    pub(super) fn frame_by_default(&self, blocks: &mut Vec<Block>) {
        if !self.report.file.key_figures.is_empty() && !blocks.contains(&Block::KeyFigures) {
            blocks.insert(0, Block::KeyFigures);
        }
        if !blocks.contains(&Block::DataQuality) {
            blocks.push(Block::DataQuality);
        }
    }
}
