//! What the bars of a chart say: their heights are numbers to whoever has a ruler.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Returns the values of the bars of a drawing whose axis counts by whole numbers, those that are hatched left out.
pub(super) fn bars(svg: &str) -> Vec<f64> {
    let Some(scale) = scale(svg) else { return Vec::new() };
    let (_, sizes) = elements(svg);
    sizes.into_iter().map(|size| size * scale).collect()
}

/// Returns how much one unit of height is worth, by the marks of the axis; `None` where they are not whole or not even.
fn scale(svg: &str) -> Option<f64> {
    let (marks, _) = elements(svg);
    let (first, rest) = marks.split_first()?;
    let (last, _) = rest.split_last()?;
    let height = first.0 - last.0;
    (height > 1.0 && last.1 > first.1 && marks.iter().all(|mark| mark.1.fract() == 0.0))
        .then(|| (last.1 - first.1) / height)
}

/// Returns the marks at the left edge with their heights, lowest first, and the heights of filled bars.
fn elements(svg: &str) -> (Vec<(f64, f64)>, Vec<f64>) {
    let mut reader = Reader::from_str(svg);
    let (mut marks, mut bars) = (Vec::new(), Vec::new());
    let mut mark: Option<f64> = None;
    let mut in_pattern = false;
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Eof => break,
            Event::Start(tag) if tag.name().as_ref() == "pattern" => in_pattern = true,
            Event::End(tag) if tag.name().as_ref() == "pattern" => in_pattern = false,
            Event::Start(tag) if tag.name().as_ref() == "text" => {
                mark = (attribute(&tag, "text-anchor").as_deref() == Some("end"))
                    .then(|| number(&tag, "y"))
                    .flatten();
            }
            Event::Text(text) => {
                let value = text.xml10_content().trim().replace(',', "").parse::<f64>().ok();
                marks.extend(mark.take().zip(value));
            }
            Event::End(_) => mark = None,
            Event::Empty(tag) if tag.name().as_ref() == "rect" && !in_pattern => {
                let fill = attribute(&tag, "fill").unwrap_or_default();
                let is_bar = fill.starts_with('#') && !fill.eq_ignore_ascii_case("#ffffff");
                bars.extend(number(&tag, "height").filter(|height| is_bar && *height > 0.0));
            }
            _ => {}
        }
    }
    (marks, bars)
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.try_get_attribute(name).ok()??;
    Some(found.value.into_owned())
}

fn number(tag: &BytesStart<'_>, name: &str) -> Option<f64> {
    attribute(tag, name)?.parse().ok()
}
