use std::collections::HashMap;

use quick_xml::events::BytesStart;

use super::attributes::{attribute, number};
use crate::source::format::workbook::number_format::Shown;

/// Styles that may rest on each other, one on the next, before a circle is supposed.
const DEEPEST: usize = 32;

/// The styles of a workbook, as far as they say what a number shows.
#[derive(Default)]
pub(super) struct Styles {
    /// What each number format shows, by its name.
    formats: HashMap<String, Shown>,
    /// The code of each, as a spreadsheet would write it.
    codes: HashMap<String, String>,
    /// The number format of each style of cells, and the style that it rests on.
    cells: HashMap<String, (Option<String>, Option<String>)>,
    /// The number format being read.
    current: Option<Current>,
}

struct Current {
    name: String,
    element: String,
    shown: Shown,
    /// Least figures before the point, and whether anything else is shown.
    figures: u32,
    has_more: bool,
    /// The format as a spreadsheet would write it: texts in quotes, a figure for the number.
    code: String,
    /// The format of numbers above zero, where it is another one.
    above_zero: Option<String>,
    /// The style of numbers below zero, where it is another.
    below_zero: Option<String>,
}

impl Styles {
    /// Takes the beginning of an element.
    pub(super) fn begin(&mut self, name: &str, of: &BytesStart<'_>) {
        let shown = match name {
            "number:percentage-style" => Shown::Percent,
            "number:date-style" => Shown::Date,
            "number:time-style" => {
                let overflows = attribute(of, "number:truncate-on-overflow");
                if overflows.as_deref() == Some("false") { Shown::Length } else { Shown::Time }
            }
            "number:number-style" | "number:currency-style" => Shown::Number,
            "number:scientific-number" | "number:fraction" => {
                if let Some(current) = &mut self.current {
                    current.code.push('0');
                }
                return;
            }
            "number:number" => {
                if let Some(current) = &mut self.current {
                    let divides = attribute(of, "number:display-factor").is_some_and(|by| by != "1");
                    current.code.push_str(if divides { "0," } else { "0" });
                    current.figures = number(of, "number:min-integer-digits");
                    let places = attribute(of, "number:decimal-places");
                    current.has_more |= places.is_some_and(|places| places != "0");
                    current.has_more |= attribute(of, "number:grouping").as_deref() == Some("true");
                }
                return;
            }
            "style:map" => {
                // The style itself is for what no condition fits: numbers below zero, where there is one for the others.
                let is_of_others =
                    attribute(of, "style:condition").is_some_and(|when| when.starts_with("value()>"));
                let is_below =
                    attribute(of, "style:condition").is_some_and(|when| when.starts_with("value()<"));
                if let Some(current) = &mut self.current {
                    let other = attribute(of, "style:apply-style-name");
                    if is_of_others {
                        current.above_zero = other;
                    } else if is_below {
                        current.below_zero = other;
                    }
                }
                return;
            }
            "style:text-properties" if attribute(of, "fo:color").is_some() => {
                if let Some(current) = &mut self.current {
                    current.code.insert_str(0, "[Color]");
                }
                return;
            }
            "style:style" if attribute(of, "style:family").as_deref() == Some("table-cell") => {
                if let Some(own) = attribute(of, "style:name") {
                    let format = attribute(of, "style:data-style-name");
                    self.cells.insert(own, (format, attribute(of, "style:parent-style-name")));
                }
                return;
            }
            _ => return,
        };
        if let Some(own) = attribute(of, "style:name") {
            let element = name.to_owned();
            self.current = Some(Current {
                name: own,
                element,
                shown,
                figures: 1,
                has_more: false,
                code: String::new(),
                above_zero: None,
                below_zero: None,
            });
        }
    }

    /// Takes a text, which a number format may show beside the figures.
    pub(super) fn text(&mut self, text: &str) {
        if let Some(current) = &mut self.current {
            current.has_more |= !text.trim().is_empty();
            current.code.extend(["\"", &text.replace('"', ""), "\""]);
        }
    }

    /// Takes the end of an element.
    pub(super) fn end(&mut self, name: &str) {
        let Some(Current { name, shown, figures, has_more, code, above_zero, below_zero, .. }) =
            self.current.take_if(|current| current.element == name)
        else {
            return;
        };
        let code_of = |name: &Option<String>| name.as_ref().and_then(|name| self.codes.get(name));
        let whole = match (code_of(&above_zero), code_of(&below_zero)) {
            (Some(above), _) => format!("{above};{code}"),
            (None, Some(below)) => format!("{code};{below}"),
            (None, None) => code.clone(),
        };
        let by_code = Shown::of_code(&whole);
        let above_zero = above_zero.and_then(|name| self.formats.get(&name).copied());
        self.codes.insert(name.clone(), code);
        let shown = match (shown, figures) {
            (Shown::Number, _)
                if matches!(by_code, Shown::Otherwise | Shown::OtherwiseBelowZero | Shown::Foreign) =>
            {
                by_code
            }
            (Shown::Number, _) if above_zero.is_some() => above_zero.unwrap_or_default(),
            (Shown::Number, 2..) if has_more => Shown::Code,
            (Shown::Number, 2..) => Shown::Padded(figures as usize),
            (shown, _) => shown,
        };
        self.formats.insert(name, shown);
    }

    /// Returns what the style of a name shows.
    pub(super) fn shown(&self, name: &str) -> Shown {
        let mut style = Some(name);
        for _ in 0..DEEPEST {
            let Some((format, parent)) = style.and_then(|style| self.cells.get(style)) else { break };
            if let Some(format) = format {
                return self.formats.get(format).copied().unwrap_or_default();
            }
            style = parent.as_deref();
        }
        Shown::Number
    }
}
