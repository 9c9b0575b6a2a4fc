use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason, Renderable, ScopedJson,
};
use serde_json::{Value as Json, json};

use crate::calendar::Period;
use crate::disclosure::{Cell, Decimal};
use crate::report::escape::{END, START, UNKNOWN};
use crate::report::facts::Facts;
use crate::report::frame::Frame;
use crate::report::series::{Point, Series};
use crate::report::{describe, sentence};

/// Registers every helper of the narrative's grammar, over these figures.
pub(super) fn register(
    registry: &mut Handlebars<'static>,
    series: Vec<Series>,
    frames: &[Frame],
    facts: &Facts,
) {
    let series = Arc::new(series);
    let span = match facts.period.of {
        Period::Month(..) => "a month",
        Period::Week(..) => "a week",
        Period::HalfTerm(..) => "a half term",
        _ => "a year",
    };
    let mut phrase = |name: &str, say: fn(&Series, &str) -> Json| {
        registry.register_helper(name, Box::new(Phrase { series: Arc::clone(&series), span, say }));
    };
    phrase("value", |series, _| match series.current.cell {
        Cell::Shown(_) => json!(series.current.shown(series.format)),
        _ => json!(UNKNOWN),
    });
    phrase("more", |series, _| json!(sentence::more(series)));
    phrase("change", |series, _| json!(sentence::change(series)));
    phrase("trend", |series, span| json!(sentence::trend(series, span)));
    phrase("since_first", |series, _| json!(sentence::since_first(series)));
    phrase("rose", |series, _| json!(sentence::direction(series) == Some(Ordering::Greater)));
    phrase("fell", |series, _| json!(sentence::direction(series) == Some(Ordering::Less)));
    phrase("present", |series, _| json!(series.current.cell.number().is_some()));
    let mut two = |name: &str, say: fn(&Series, &Series) -> String| {
        registry.register_helper(name, Box::new(Two { series: Arc::clone(&series), say }));
    };
    two("share", sentence::share);
    two("variance", sentence::variance);

    let mut part = |name: &str, measure: fn(&Series) -> Option<Decimal>| {
        registry.register_helper(name, Box::new(Part { series: Arc::clone(&series), measure }));
    };
    part("largest", |series| series.current.number(series.format));
    part("largest_rise", moved);
    part("largest_fall", |series| moved(series).map(|rise| Decimal::integer(0).minus(rise)));

    let described = frames.iter().map(|frame| (frame.name.to_owned(), describe::table(frame))).collect();
    registry.register_helper("describe", Box::new(Describe { tables: described }));
    for name in ["table", "chart", "definition", "commentary", "key_figures", "data_quality", "method"] {
        registry.register_helper(name, Box::new(Mark));
    }
    registry.register_helper("decision", Box::new(Boxed("decision")));
    registry.register_helper("workbook", Box::new(Boxed("workbook")));
}

/// Returns by how much a series rose since the period before.
fn moved(series: &Series) -> Option<Decimal> {
    let previous = series.previous.as_ref()?.number(series.format)?;
    Some(series.current.number(series.format)?.minus(previous))
}

/// A helper that speaks of one series.
struct Phrase {
    series: Arc<Vec<Series>>,
    span: &'static str,
    say: fn(&Series, &str) -> Json,
}

impl HelperDef for Phrase {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let series = of(&self.series, helper, 0)?;
        Ok(ScopedJson::Derived((self.say)(series, self.span)))
    }
}

/// A helper that speaks of two series, as `{{share part whole}}`.
struct Two {
    series: Arc<Vec<Series>>,
    say: fn(&Series, &Series) -> String,
}

impl HelperDef for Two {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let (one, other) = (of(&self.series, helper, 0)?, of(&self.series, helper, 1)?);
        Ok(ScopedJson::Derived(json!((self.say)(one, other))))
    }
}

/// The part of a breakdown that leads by some measure.
struct Part {
    series: Arc<Vec<Series>>,
    measure: fn(&Series) -> Option<Decimal>,
}

impl HelperDef for Part {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let rows = helper.param(0).and_then(|rows| rows.value().as_object()).ok_or_else(|| fault(helper))?;
        let parts = rows.values().filter_map(|row| self.series.get(index(row)?)).filter(|part| !part.total);
        let path = helper.param(0).and_then(|rows| rows.relative_path()).cloned().unwrap_or_default();
        let column = path.rsplit(['.', '/']).next().unwrap_or_default().replace('_', " ");
        Ok(ScopedJson::Derived(json!(
            leader(parts, self.measure)
                .unwrap_or_else(|| format!("no single {}", column.trim_matches(['[', ']'])))
        )))
    }
}

/// Returns the label of the one part that leads; none when a part is hidden, since that might lead.
fn leader<'a>(
    parts: impl Iterator<Item = &'a Series>,
    measure: fn(&Series) -> Option<Decimal>,
) -> Option<String> {
    let (mut best, mut label): (Option<Decimal>, Option<&str>) = (None, None);
    for part in parts {
        let is_hidden = |point: &Point| point.cell == Cell::Hidden;
        if is_hidden(&part.current) || part.previous.as_ref().is_some_and(is_hidden) {
            return None;
        }
        let Some(number) = measure(part).filter(|number| !number.is_zero() && !number.is_negative()) else {
            continue;
        };
        match best.map(|best| number.minus(best)) {
            Some(ahead) if ahead.is_zero() => label = None,
            Some(ahead) if ahead.is_negative() => {}
            _ => (best, label) = (Some(number), Some(part.part.as_str())),
        }
    }
    label.map(str::to_owned)
}

/// `{{describe "table"}}`: the table's figures as a sentence.
struct Describe {
    tables: BTreeMap<String, String>,
}

impl HelperDef for Describe {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let named = helper.param(0).map(handlebars::PathAndJson::value);
        let name = named.and_then(|value| value.as_str().or_else(|| value.get("table")?.as_str()));
        let text = name.and_then(|name| self.tables.get(name)).ok_or_else(|| fault(helper))?;
        Ok(ScopedJson::Derived(json!(text)))
    }
}

/// A helper in the place of a block of the document.
struct Mark;

impl HelperDef for Mark {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let name = helper.param(0).and_then(|name| name.value().as_str()).unwrap_or_default();
        out.write(&format!("\n\n{START}{} {name}{END}\n\n", helper.name()))?;
        Ok(())
    }
}

/// Writes the markers around a block, as of `{{#decision}}…{{/decision}}`.
struct Boxed(&'static str);

impl HelperDef for Boxed {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        state: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let name = self.0;
        out.write(&format!("\n\n{START}{name}{END}\n\n"))?;
        if let Some(template) = helper.template() {
            template.render(registry, context, state, out)?;
        }
        out.write(&format!("\n\n{START}/{name}{END}\n\n"))?;
        Ok(())
    }
}

/// Returns the series that parameter `at` names.
fn of<'a>(series: &'a [Series], helper: &Helper, at: usize) -> Result<&'a Series, RenderError> {
    helper.param(at).and_then(|value| series.get(index(value.value())?)).ok_or_else(|| fault(helper))
}

fn index(node: &Json) -> Option<usize> {
    usize::try_from(node.get("series")?.as_u64()?).ok()
}

fn fault(helper: &Helper) -> RenderError {
    RenderErrorReason::Other(format!("expected a figure after `{}`, found something else", helper.name()))
        .into()
}
