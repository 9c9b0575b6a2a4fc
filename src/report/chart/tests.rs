use resvg::usvg::{Node, Options, Rect, Tree};

use super::axis::{Axis, tick};
use super::canvas::{GREY, INK, palette};
use super::image::{svg, undrawn};
use super::{bridge, raster};
use crate::disclosure::Decimal;
use crate::report::document::{
    Bounds, ChartBlock, ChartKind, ChartPoint, ChartSeries, Funnel, Limit, Reference,
};
use crate::report::number::Format;

/// Returns the eight kinds of drawing, by the name of what they are asked for.
fn kinds(points: &[ChartPoint]) -> Vec<(&'static str, ChartBlock)> {
    let bounds = |spread: i64| -> Vec<Bounds> {
        let around = |point: &ChartPoint, by: i64| match point.number() {
            Some(number) => ChartPoint::Shown(number.plus(Decimal::integer(by))),
            None => *point,
        };
        points
            .iter()
            .map(|point| Bounds { lower: around(point, -spread), upper: around(point, spread) })
            .collect()
    };
    let chart = |kind: ChartKind, series: Vec<ChartSeries>| ChartBlock {
        name: "chart".to_owned(),
        title: "A finding".to_owned(),
        alt: "What it shows.".to_owned(),
        kind,
        categories: (0..points.len()).map(|at| format!("Part {}", at + 1)).collect(),
        series,
        format: Format::Whole,
        measure: "Exclusions".to_owned(),
        table: 1,
    };
    let one = |label: &str, bounds: Vec<Bounds>| ChartSeries {
        label: label.to_owned(),
        points: points.to_vec(),
        bounds,
    };
    let sizes: Vec<ChartPoint> =
        (0..points.len()).map(|at| shown(100 + 7 * i64::try_from(at).unwrap())).collect();
    let funnel = Funnel {
        sizes,
        format: Format::Whole,
        measure: "Pupils".to_owned(),
        centre: points.iter().map(|_| shown(6)).collect(),
        limits: vec![Limit { label: "95%".to_owned(), bounds: bounds(3) }],
    };
    let mut levels = vec![false; points.len()];
    levels.first_mut().into_iter().for_each(|level| *level = true);
    let reference = Reference { at: Decimal::integer(1), label: "the same risk".to_owned() };
    vec![
        (
            "stacked",
            chart(
                ChartKind::StackedBar { totals: Vec::new() },
                vec![one("Primary", Vec::new()), one("Secondary", Vec::new())],
            ),
        ),
        ("bar", chart(ChartKind::Bar, vec![one("", Vec::new())])),
        ("grouped", chart(ChartKind::Bar, vec![one("Boys", Vec::new()), one("Girls", Vec::new())])),
        ("line", chart(ChartKind::Line, vec![one("Primary", bounds(2))])),
        ("dot", chart(ChartKind::Dot { reference: Some(reference) }, vec![one("", bounds(2))])),
        ("funnel", chart(ChartKind::Funnel(funnel), vec![one("", Vec::new())])),
        ("bridge", chart(ChartKind::Bridge { levels }, vec![one("", Vec::new())])),
        ("band", chart(ChartKind::Band { middle: points.to_vec() }, vec![one("", bounds(2))])),
    ]
}

fn shown(number: i64) -> ChartPoint {
    ChartPoint::Shown(Decimal::integer(number))
}

/// Returns the words of a drawing and where they are.
fn words(svg: &str) -> Vec<(String, Rect)> {
    fn walk(group: &resvg::usvg::Group, found: &mut Vec<(String, Rect)>) {
        for node in group.children() {
            match node {
                Node::Group(inner) => walk(inner, found),
                Node::Text(text) => {
                    let said = text.chunks().iter().map(resvg::usvg::TextChunk::text).collect();
                    found.push((said, text.abs_bounding_box()));
                }
                _ => {}
            }
        }
    }
    let tree = Tree::from_str(svg, &raster::options()).unwrap();
    let mut found = Vec::new();
    walk(tree.root(), &mut found);
    found
}

/// Finds every word that is outside the drawing or covers another.
fn unreadable(svg: &str) -> Vec<String> {
    let tree = Tree::from_str(svg, &Options::default()).unwrap();
    let words = words(svg);
    let mut faults = Vec::new();
    for (at, (said, place)) in words.iter().enumerate() {
        let within = place.left() >= -0.5
            && place.right() <= tree.size().width() + 0.5
            && place.top() >= 0.0
            && place.bottom() <= tree.size().height();
        if !within {
            faults.push(format!("`{said}` is outside the drawing: {place:?}"));
        }
        for (other, there) in words.iter().skip(at + 1) {
            // The box of a text has the height of its font; two lines may share a point or two of it.
            let separate = place.right() <= there.left() + 0.5
                || there.right() <= place.left() + 0.5
                || place.bottom() <= there.top() + 3.0
                || there.bottom() <= place.top() + 3.0;
            if !separate {
                faults.push(format!("`{said}` covers `{other}`: {place:?} {there:?}"));
            }
        }
    }
    faults
}

#[test]
fn f59_charts_of_none_one_many_equal_negative_and_hidden_points_can_be_read_or_say_why_not() {
    let cases: [(&str, Vec<ChartPoint>); 9] = [
        ("none", Vec::new()),
        ("one", vec![shown(7)]),
        ("zero", vec![shown(0), shown(0)]),
        ("five hundred", (0..500).map(|at| shown(at % 90)).collect()),
        ("equal", vec![shown(12); 6]),
        ("negative", vec![shown(-8), shown(-3), shown(-20)]),
        ("both", vec![shown(14), shown(-9), shown(3), shown(-1)]),
        ("hidden", vec![shown(14), ChartPoint::Hidden, shown(9), ChartPoint::Hidden]),
        ("all hidden", vec![ChartPoint::Hidden; 3]),
    ];
    let mut faults = Vec::new();
    for (case, points) in cases {
        for (kind, chart) in kinds(&points) {
            let name = format!("{kind} of {case}");
            if let Some(statement) = undrawn(&chart) {
                let nothing = points.iter().all(|point| *point == ChartPoint::Hidden);
                assert!(nothing || points.len() == 500, "{name} is not drawn: {statement}");
                assert!(statement.contains("able 1"), "{name}: {statement}");
                continue;
            }
            let svg = svg(&chart);
            for impossible in ["NaN", "inf", "width=\"-", "height=\"-"] {
                assert!(!svg.contains(impossible), "{name}: {svg}");
            }
            faults.extend(unreadable(&svg).into_iter().take(3).map(|fault| format!("{name}: {fault}")));
            let hidden = points.contains(&ChartPoint::Hidden);
            assert_eq!(svg.contains("url(#hatch)"), hidden, "{name}: hidden points are drawn as hidden");
            assert!(raster::png(&svg).unwrap().len() < 300_000, "{name} is too large");
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_drawing_is_named_and_described_for_who_cannot_see_it() {
    for (kind, chart) in kinds(&[shown(9), shown(7)]) {
        let svg = svg(&chart);
        assert!(svg.contains("role=\"img\"") && svg.contains("aria-labelledby=\""), "{kind}");
        assert!(svg.contains(">A finding</title>") && svg.contains(">What it shows.</desc>"), "{kind}");
    }
}

#[test]
fn f60_the_fonts_of_charts_are_in_the_program_and_no_other_is_looked_for() {
    let fonts = raster::options().fontdb;
    let families: Vec<String> =
        fonts.faces().flat_map(|face| &face.families).map(|(name, _)| name.clone()).collect();
    assert_eq!(families, ["Liberation Sans", "Liberation Sans"], "one family, regular and bold");
    // A letter that the family lacks makes a gap and breaks nothing.
    let (_, mut chart) = kinds(&[shown(9), shown(7)]).swap_remove(1);
    chart.categories = vec!["漢字 🙂".to_owned(), "Oak".to_owned()];
    let (one, two) = (raster::png(&svg(&chart)).unwrap(), raster::png(&svg(&chart)).unwrap());
    assert!(one.starts_with(b"\x89PNG") && one == two);
}

/// Returns the relative luminance of a colour, as WCAG 2.2 defines it.
fn luminance(colour: &str) -> f64 {
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn q9_colours_of_charts_differ_enough_from_paper_from_neighbours_and_from_the_text_on_them() {
    assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 0.01);
    assert!((contrast("#767676", "#ffffff") - 4.54).abs() < 0.01, "the known edge of AA");
    for text in [INK, GREY] {
        assert!(contrast(text, "#ffffff") >= 4.5, "{text} on white");
    }
    let palette = palette();
    for (colour, ink) in palette {
        assert!(contrast(colour, "#ffffff") >= 3.0, "{colour} on white: {}", contrast(colour, "#ffffff"));
        assert!(contrast(colour, ink) >= 4.5, "{ink} on {colour}: {}", contrast(colour, ink));
    }
    for pair in palette.windows(2) {
        let found = contrast(pair[0].0, pair[1].0);
        assert!(found >= 3.0, "{} beside {}: {found}", pair[0].0, pair[1].0);
    }
}

#[test]
fn a_point_beyond_the_widest_limits_is_named_and_has_a_form_of_its_own() {
    let (_, mut chart) = kinds(&[shown(6), shown(25), shown(5)]).swap_remove(5);
    chart.categories = ["Ash", "Birch", "Cedar"].map(str::to_owned).to_vec();
    if let ChartKind::Funnel(funnel) = &mut chart.kind {
        let wide = Bounds { lower: shown(1), upper: shown(20) };
        funnel.limits.push(Limit { label: "99.8%".to_owned(), bounds: vec![wide; 3] });
    }
    let svg = svg(&chart);
    let words: Vec<String> = words(&svg).into_iter().map(|(said, _)| said).collect();
    assert!(words.contains(&"Birch".to_owned()), "{words:?}");
    assert!(!words.contains(&"Ash".to_owned()) && !words.contains(&"Cedar".to_owned()), "{words:?}");
    assert_eq!((svg.matches("<polygon").count(), svg.matches("<circle").count()), (1, 2));
    assert!(words.contains(&"99.8%".to_owned()) && words.contains(&"Pupils".to_owned()));
}

#[test]
fn a_dot_stands_in_its_interval_and_both_are_written_beside_it() {
    let (_, chart) = kinds(&[shown(9), ChartPoint::Hidden]).swap_remove(4);
    let svg = svg(&chart);
    let words: Vec<String> = words(&svg).into_iter().map(|(said, _)| said).collect();
    assert!(words.contains(&"9 (7 to 11)".to_owned()) && words.contains(&"[c]".to_owned()), "{words:?}");
    assert!(words.contains(&"the same risk".to_owned()));
}

#[test]
fn a_value_at_a_lines_end_covers_no_point_of_another_line() {
    let ends = [(265, 372), (144, 163), (98, 140), (14, 14)];
    let (_, mut chart) = kinds(&[]).swap_remove(3);
    chart.categories = vec!["2022/23".to_owned(), "2023/24".to_owned()];
    chart.series = ends
        .map(|(first, last)| ChartSeries {
            label: format!("From {first}"),
            points: vec![shown(first), shown(last)],
            bounds: Vec::new(),
        })
        .to_vec();
    let svg = svg(&chart);
    let words = words(&svg);
    let values: Vec<&(String, Rect)> = words.iter().filter(|(_, place)| place.left() > 300.0).collect();
    let dots: Vec<(f32, f32)> = svg
        .split("<circle cx=\"")
        .skip(1)
        .filter_map(|rest| {
            let (x, rest) = rest.split_once("\" cy=\"")?;
            Some((x.parse().ok()?, rest.split_once('"')?.0.parse().ok()?))
        })
        .collect();
    assert_eq!(dots.len(), 8);
    for said in ["372", "163", "140"] {
        assert!(values.iter().any(|(word, _)| word == said), "{said} is not shown: {words:?}");
    }
    for (said, place) in &words {
        let covered = dots.iter().find(|(x, y)| {
            (place.left()..place.right()).contains(x) && (place.top() + 2.0..place.bottom() - 2.0).contains(y)
        });
        assert_eq!(covered, None, "`{said}` covers a point: {place:?}");
    }
}

#[test]
fn a_long_value_at_the_last_of_many_places_stays_on_the_picture() {
    let (_, mut chart) = kinds(&[]).swap_remove(3);
    chart.categories = (1..=12).map(|month| format!("{month:02}")).collect();
    chart.series = vec![ChartSeries {
        label: String::new(),
        points: (1..=12).map(|month| shown(month * 12_345_678)).collect(),
        bounds: Vec::new(),
    }];
    let svg = svg(&chart);
    for (said, place) in words(&svg) {
        assert!(place.left() >= 0.0 && place.right() <= 500.5, "`{said}` runs over the edge: {place:?}");
    }
}

#[test]
fn a_bridge_that_does_not_add_up_is_not_a_bridge() {
    let levels = [true, false, false, true];
    assert_eq!(bridge::fault(&[shown(100), shown(20), shown(-5), shown(115)], &levels), None);
    let wrong = bridge::fault(&[shown(100), shown(20), shown(-5), shown(120)], &levels).unwrap();
    assert_eq!(wrong, "its changes lead to 115, not to the level 120 that follows them");
    let gap = [shown(100), ChartPoint::Hidden, ChartPoint::Hidden, shown(120)];
    assert_eq!(bridge::fault(&gap, &levels), None, "what is hidden cannot be added up");
    assert!(bridge::fault(&[shown(1)], &[false]).unwrap().contains("none of its steps is a level"));
}

#[test]
fn a_bridge_reaches_what_stands_behind_a_hidden_step_from_the_other_side() {
    let points = [shown(100), ChartPoint::Hidden, shown(-5), shown(120)];
    let (_, mut chart) = kinds(&points).swap_remove(6);
    chart.kind = ChartKind::Bridge { levels: vec![true, false, false, true] };
    let svg = svg(&chart);
    // 100 and 120 from zero, and −5 from 125 to 120: three bars of colour, one hatched.
    assert_eq!(svg.matches("fill=\"#12436D\"").count(), 2);
    assert_eq!(svg.matches("fill=\"#28A197\"").count(), 1);
    assert_eq!(svg.matches("url(#hatch)").count(), 1);
    assert_eq!(unreadable(&svg), Vec::<String>::new());
}

#[test]
fn no_two_ticks_of_an_axis_are_written_alike() {
    let formats = [
        Format::Whole,
        Format::Places,
        Format::Pounds,
        Format::OneDecimal,
        Format::Percent,
        Format::Rate,
        Format::Probability,
    ];
    for format in formats {
        for most in [0.0004, 0.003, 0.02, 0.18, 0.9, 1.0, 7.0, 34.0, 1_234.0, 5_904_266.0] {
            let ticks: Vec<String> =
                Axis::new(0.0, most, format).ticks.iter().map(|at| tick(*at, format)).collect();
            let mut distinct = ticks.clone();
            distinct.dedup();
            assert!(ticks.len() >= 2 && distinct == ticks, "{format:?} to {most}: {ticks:?}");
        }
    }
}

/// Returns two years that were counted, of which the second is hidden where `hides`, and two that are forecast.
fn forecast(hides: bool) -> ChartBlock {
    let missing = ChartPoint::NotApplicable;
    let second = if hides { ChartPoint::Hidden } else { shown(196) };
    let ends = |lower: i64, upper: i64| Bounds { lower: shown(lower), upper: shown(upper) };
    let none = Bounds { lower: missing, upper: missing };
    let series = ChartSeries {
        label: String::new(),
        points: vec![shown(210), second, missing, missing],
        bounds: vec![none, none, ends(184, 217), ends(171, 244)],
    };
    ChartBlock {
        name: "forecast".to_owned(),
        title: "A finding".to_owned(),
        alt: String::new(),
        kind: ChartKind::Band { middle: vec![missing, missing, shown(200), shown(205)] },
        categories: ["2024/25", "2025/26", "2026/27", "2027/28"].map(str::to_owned).into(),
        series: vec![series],
        format: Format::Whole,
        measure: "Children".to_owned(),
        table: 1,
    }
}

#[test]
fn a_band_is_drawn_beyond_an_upright_that_no_line_crosses() {
    let drawn = svg(&forecast(false));
    assert!(drawn.contains(">Forecast</text>"), "{drawn}");
    for value in ["210", "196", "184", "217", "171", "244"] {
        assert!(drawn.contains(&format!(">{value}</text>")), "{value} is not written");
    }
    let lines: Vec<Vec<f64>> = drawn
        .lines()
        .filter(|line| line.starts_with("<polyline"))
        .map(|line| {
            let points = line.split('"').nth(1).unwrap();
            points.split(' ').map(|point| point.split(',').next().unwrap().parse().unwrap()).collect()
        })
        .collect();
    let upright = lines.iter().find(|line| (line[0] - line[1]).abs() < 0.01).unwrap()[0];
    assert_eq!(lines.len(), 5, "the upright, two edges, the middle and what was counted");
    for line in lines.iter().filter(|line| (line[0] - line[1]).abs() > 0.01) {
        let is_before = line.iter().all(|x| *x < upright);
        assert!(is_before || line.iter().all(|x| *x > upright), "{line:?} crosses {upright}");
    }
}

#[test]
fn a_hidden_count_before_a_band_is_hatched_and_the_forecast_begins_after_it() {
    let drawn = svg(&forecast(true));
    assert!(drawn.contains(">[c]</text>") && !drawn.contains(">196</text>"), "{drawn}");
    assert_eq!(drawn.matches("<polygon").count(), 1);
}

#[test]
fn a_band_says_what_was_counted_and_between_what_it_is_expected_to_lie() {
    let chart = forecast(false);
    let drawing = super::finding::Drawing {
        measure: "Children counted",
        format: chart.format,
        categories: &chart.categories,
        series: &chart.series,
        over_time: true,
    };
    assert_eq!(
        super::finding::of(&chart.kind, &drawing).unwrap(),
        "Children counted fell from 210 in 2024/25 to 196 in 2025/26; forecast: between 184 and 217 in 2026/27, \
         between 171 and 244 in 2027/28."
    );
}
