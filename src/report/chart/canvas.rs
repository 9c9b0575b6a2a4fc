use std::fmt::Write;

use super::metrics;
use crate::report::document::ChartBlock;
use crate::report::escape::html;
use crate::report::facts::DRAFT;

/// Width of every chart in points of its own: shown at 592 of a page's and at 288 of a small screen's, so
/// that its text is a little larger than the page's on the one and still legible on the other.
pub(super) const WIDTH: f64 = 500.0;

/// Text that is read first.
pub(super) const INK: &str = "#0b0c0c";
/// Text that explains.
pub(super) const GREY: &str = "#505a5f";
/// Lines behind the data.
pub(super) const GRID: &str = "#d9dbdd";

/// The Analysis Function's categorical palette; each colour with the text that is legible on it.
const PALETTE: [(&str, &str); 6] = [
    ("#12436D", "#ffffff"),
    ("#28A197", INK),
    ("#801650", "#ffffff"),
    ("#F46A25", INK),
    ("#3D3D3D", "#ffffff"),
    ("#A285D1", INK),
];

/// Returns the palette, for the proof of its contrast.
#[cfg(test)]
pub(super) fn palette() -> &'static [(&'static str, &'static str)] {
    &PALETTE
}

/// Returns the colour of the series at `at`, and the colour of text upon it.
pub(super) fn colour(at: usize) -> (&'static str, &'static str) {
    PALETTE.get(at % PALETTE.len()).copied().unwrap_or(("#12436D", "#ffffff"))
}

/// Where a text is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) fill: &'static str,
    pub(super) anchor: Anchor,
}

/// The elements of a chart as they are drawn, back to front.
pub(super) struct Canvas {
    height: f64,
    body: String,
}

impl Canvas {
    pub(super) fn new(height: f64) -> Self {
        Self { height, body: String::new() }
    }

    pub(super) fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, fill: &str) {
        self.element(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{fill}\"/>",
            shown(x),
            shown(y),
            shown(width),
            shown(height)
        ));
    }

    /// Draws a hidden figure: hatched, of one size, with its symbol.
    pub(super) fn hidden(&mut self, x: f64, y: f64, width: f64, height: f64) {
        self.element(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"url(#hatch)\" stroke=\"{GREY}\" stroke-width=\"1\"/>",
            shown(x),
            shown(y),
            shown(width),
            shown(height)
        ));
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: &str, width: f64) {
        self.element(format_args!(
            "<path d=\"M{} {}L{} {}\" stroke=\"{stroke}\" stroke-width=\"{}\"/>",
            shown(from.0),
            shown(from.1),
            shown(to.0),
            shown(to.1),
            shown(width)
        ));
    }

    /// Draws a line through points; `dashes` as SVG writes them, empty for none.
    pub(super) fn curve(&mut self, points: &[(f64, f64)], stroke: &str, width: f64, dashes: &str) {
        if points.len() < 2 {
            return;
        }
        let dashes =
            if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
        self.element(format_args!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{}\" stroke-linejoin=\"round\"{dashes}/>",
            list(points),
            shown(width)
        ));
    }

    pub(super) fn polygon(&mut self, points: &[(f64, f64)], fill: &str) {
        self.element(format_args!("<polygon points=\"{}\" fill=\"{fill}\"/>", list(points)));
    }

    /// Draws an area that lets the lines behind it show.
    pub(super) fn area(&mut self, points: &[(f64, f64)], fill: &str) {
        self.element(format_args!(
            "<polygon points=\"{}\" fill=\"{fill}\" fill-opacity=\"0.18\"/>",
            list(points)
        ));
    }

    pub(super) fn dot(&mut self, x: f64, y: f64, radius: f64, fill: &str) {
        self.element(format_args!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{fill}\" stroke=\"#ffffff\" stroke-width=\"1\"/>",
            shown(x),
            shown(y),
            shown(radius)
        ));
    }

    /// Writes a text centred on a place, moved where it would not fit in the drawing.
    pub(super) fn text_within(&mut self, x: f64, y: f64, set: Type, words: &str) {
        let half = metrics::width(words, set.size, set.bold) / 2.0;
        self.text(x.min(WIDTH - half).max(half), y, Type { anchor: Anchor::Middle, ..set }, words);
    }

    pub(super) fn text(&mut self, x: f64, y: f64, set: Type, words: &str) {
        let anchor = match set.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = if set.bold { " font-weight=\"bold\"" } else { "" };
        self.element(format_args!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\" text-anchor=\"{anchor}\"{weight}>{}</text>",
            shown(x),
            shown(y),
            shown(set.size),
            set.fill,
            html(words)
        ));
    }

    /// Returns the whole drawing, named for readers who cannot see it.
    pub(super) fn finish(self, chart: &ChartBlock) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" \
             aria-labelledby=\"{id}-title {id}-description\" font-family=\"Liberation Sans, Arial, sans-serif\">\n\
             <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-description\">{}</desc>\n\
             <defs><pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
             <rect width=\"6\" height=\"6\" fill=\"#ffffff\"/><rect width=\"2\" height=\"6\" fill=\"#8a9196\"/></pattern></defs>\n\
             <rect width=\"{w}\" height=\"{h}\" fill=\"#ffffff\"/>\n{}</svg>\n",
            html(&chart.title),
            html(&chart.alt),
            self.body,
            w = shown(WIDTH),
            h = shown(self.height),
            id = chart.content_id(),
        )
    }

    fn element(&mut self, element: std::fmt::Arguments) {
        // Writing to a `String` cannot fail.
        let _ = self.body.write_fmt(element);
        self.body.push('\n');
    }
}

/// Returns a drawing with the mark of a draft across it.
pub(super) fn as_draft(svg: &str) -> String {
    let mark = format!(
        "<text x=\"50%\" y=\"55%\" font-size=\"72\" font-weight=\"bold\" fill=\"#0b0c0c\" fill-opacity=\"0.12\" \
         text-anchor=\"middle\" letter-spacing=\"12\">{DRAFT}</text>\n</svg>"
    );
    svg.replace("</svg>", &mark)
}

fn list(points: &[(f64, f64)]) -> String {
    let pairs: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", shown(*x), shown(*y))).collect();
    pairs.join(" ")
}

/// Returns a coordinate in hundredths of a point, without trailing zeros.
pub(super) fn shown(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
