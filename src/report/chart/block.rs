//! Charts from tables: which cells become which points.

use std::collections::{BTreeMap, BTreeSet};

use super::{bridge, finding};
use crate::diagnostic::Spanned;
use crate::disclosure::{Cell, Decimal};
use crate::project::{
    BandSpec, BarSpec, BridgeSpec, ChartSpec, DotSpec, FunnelSpec, LimitSpec, LineSpec, ReferenceSpec,
};
use crate::report::body::Body;
use crate::report::describe;
use crate::report::document::{
    Bounds, ChartBlock, ChartKind, ChartPoint, ChartSeries, Funnel, Limit, Reference, plain,
};
use crate::report::error::ReportError;
use crate::report::frame::Frame;
use crate::report::number::Format;

/// Returns the chart named `name`, with its points taken from its table.
pub(in crate::report) fn block(body: &Body, name: &str) -> Result<ChartBlock, ReportError> {
    let no_chart = || ReportError::NoSuch { kind: "chart", name: name.to_owned() };
    let (_, spec) =
        body.report.file.charts.iter().find(|(known, _)| known.get_ref() == name).ok_or_else(no_chart)?;
    let table = spec.table.get_ref();
    let frame = body.frames.iter().find(|frame| frame.name == table);
    let frame = frame.ok_or_else(|| ReportError::NoSuch { kind: "table", name: table.clone() })?;
    let drawn = Drawn::new(name, frame, spec)?.ok_or_else(no_chart)?;
    let measure = frame.table.columns().get(drawn.y).map(|column| column.label.clone()).unwrap_or_default();
    let title = plain(&body.line(name, spec.title.get_ref())?);
    // A finding without its figure makes a poor title.
    let title = if title.is_empty() { measure.clone() } else { title };
    let alt = match (&spec.alt, &drawn.kind) {
        (Some(alt), _) => plain(&body.line(name, alt.get_ref())?),
        (None, ChartKind::Funnel(funnel)) => describe::funnel(&drawn.categories, &drawn.series, funnel),
        (None, _) => {
            let over_time = frame.heads_by_period() || frame.so_far;
            let drawing = finding::Drawing {
                measure: &measure,
                format: frame.format(drawn.y),
                categories: &drawn.categories,
                series: &drawn.series,
                over_time,
            };
            finding::of(&drawn.kind, &drawing).unwrap_or_else(|| describe::table(frame))
        }
    };
    Ok(ChartBlock {
        name: name.to_owned(),
        title,
        alt: shortened(&alt),
        kind: drawn.kind,
        categories: drawn.categories,
        series: drawn.series,
        format: frame.format(drawn.y),
        measure,
        table: body.table_number(table),
    })
}

/// Returns an alt text no longer than screen readers take in one breath.
fn shortened(alt: &str) -> String {
    if alt.chars().count() <= describe::LONGEST {
        return alt.to_owned();
    }
    alt.chars().take(describe::LONGEST - 1).chain(['…']).collect()
}

/// What a chart's own kind makes of its table.
struct Drawn {
    kind: ChartKind,
    y: usize,
    categories: Vec<String>,
    series: Vec<ChartSeries>,
}

impl Drawn {
    /// Reads the chart's kind; `None` for a chart without one.
    fn new(name: &str, frame: &Frame, spec: &ChartSpec) -> Result<Option<Self>, ReportError> {
        let columns = Columns { frame };
        Ok(Some(if let Some(axes) = &spec.stacked_bar {
            columns.stacked(axes)?
        } else if let Some(BarSpec { x, y, series }) = &spec.bar {
            columns.split(ChartKind::Bar, x, y, series.as_ref(), None)?
        } else if let Some(LineSpec { x, y, series, beside, lower, upper }) = &spec.line {
            let band = lower.as_ref().zip(upper.as_ref());
            let drawn = columns.split(ChartKind::Line, x, y, series.as_ref(), band)?;
            match beside {
                Some(second) => columns.beside(drawn, x, second)?,
                None => drawn,
            }
        } else if let Some(axes) = &spec.dot {
            columns.dots(name, axes)?
        } else if let Some(axes) = &spec.funnel {
            columns.funnel(axes)?
        } else if let Some(axes) = &spec.bridge {
            columns.bridge(name, axes)?
        } else if let Some(axes) = &spec.band {
            columns.band(axes)?
        } else {
            return Ok(None);
        }))
    }
}

/// The columns of a table, as a chart's settings name them.
struct Columns<'a> {
    frame: &'a Frame<'a>,
}

impl Columns<'_> {
    fn at(&self, column: &Spanned<String>) -> Result<usize, ReportError> {
        self.frame.table.position(column.get_ref()).ok_or_else(|| ReportError::NoColumn {
            table: self.frame.name.to_owned(),
            model: self.frame.table.model().to_owned(),
            column: column.get_ref().clone(),
        })
    }

    fn stacked(&self, axes: &BarSpec) -> Result<Drawn, ReportError> {
        let kind = ChartKind::StackedBar { totals: Vec::new() };
        let drawn = self.split(kind, &axes.x, &axes.y, axes.series.as_ref(), None)?;
        let split = axes.series.as_ref().map(|column| self.at(column)).transpose()?;
        let total = split.and_then(|at| self.frame.table.columns().get(at)?.total.clone());
        let points = Points::new(self.frame, self.at(&axes.x)?, split);
        let totals = total.map(|total| points.of(&total, drawn.y)).unwrap_or_default();
        Ok(Drawn { kind: ChartKind::StackedBar { totals }, ..drawn })
    }

    /// Returns a chart of one measure along a column, split by another.
    fn split(
        &self,
        kind: ChartKind,
        x: &Spanned<String>,
        y: &Spanned<String>,
        series: Option<&Spanned<String>>,
        band: Option<(&Spanned<String>, &Spanned<String>)>,
    ) -> Result<Drawn, ReportError> {
        let (x, y) = (self.at(x)?, self.at(y)?);
        let split = series.map(|column| self.at(column)).transpose()?;
        let both = |(lower, upper)| Ok::<_, ReportError>((self.at(lower)?, self.at(upper)?));
        let band = band.map(both).transpose()?;
        let points = Points::new(self.frame, x, split);
        Ok(Drawn { kind, y, categories: points.labels(), series: points.series(split, y, band) })
    }

    /// Returns the same with a second measure as a line of its own, each named by its label.
    fn beside(
        &self,
        drawn: Drawn,
        x: &Spanned<String>,
        second: &Spanned<String>,
    ) -> Result<Drawn, ReportError> {
        let (x, second) = (self.at(x)?, self.at(second)?);
        let label = |at: usize| {
            self.frame.table.columns().get(at).map(|column| column.label.clone()).unwrap_or_default()
        };
        let other = ChartSeries {
            label: label(second),
            points: Points::new(self.frame, x, None).of("", second),
            bounds: Vec::new(),
        };
        let named = drawn.series.into_iter().map(|series| match series.label.as_str() {
            "" => ChartSeries { label: label(drawn.y), ..series },
            _ => series,
        });
        Ok(Drawn { series: named.chain([other]).collect(), ..drawn })
    }

    fn dots(&self, name: &str, axes: &DotSpec) -> Result<Drawn, ReportError> {
        let reference = |spec: &ReferenceSpec| {
            let at = Decimal::parse(spec.at.get_ref()).ok_or_else(|| ReportError::Chart {
                name: name.to_owned(),
                reason: format!("expected a number as its reference, found `{}`", spec.at.get_ref()).into(),
            })?;
            Ok::<_, ReportError>(Reference { at, label: spec.label.clone() })
        };
        let kind = ChartKind::Dot { reference: axes.reference.as_ref().map(reference).transpose()? };
        self.split(kind, &axes.x, &axes.y, None, axes.lower.as_ref().zip(axes.upper.as_ref()))
    }

    fn funnel(&self, axes: &FunnelSpec) -> Result<Drawn, ReportError> {
        let (x, y, size) = (self.at(&axes.x)?, self.at(&axes.y)?, self.at(&axes.size)?);
        let points = Points::new(self.frame, x, None);
        let centre = axes.centre.as_ref().map(|column| self.at(column)).transpose()?;
        let limit = |spec: &LimitSpec| {
            let bounds = points.bounds("", self.at(&spec.lower)?, self.at(&spec.upper)?, None);
            Ok(Limit { label: spec.label.clone(), bounds })
        };
        let funnel = Funnel {
            sizes: points.of("", size),
            format: self.frame.format(size),
            measure: self
                .frame
                .table
                .columns()
                .get(size)
                .map(|column| column.label.clone())
                .unwrap_or_default(),
            centre: centre.map(|column| points.exact("", column)).unwrap_or_default(),
            limits: axes.limits.iter().map(limit).collect::<Result<_, ReportError>>()?,
        };
        // Not as written: whether a point lies beyond a limit is not a matter of its second decimal.
        let all = ChartSeries { label: String::new(), points: points.exact("", y), bounds: Vec::new() };
        Ok(Drawn { kind: ChartKind::Funnel(funnel), y, categories: points.labels(), series: vec![all] })
    }

    fn band(&self, axes: &BandSpec) -> Result<Drawn, ReportError> {
        let drawn = self.split(ChartKind::Line, &axes.x, &axes.y, None, Some((&axes.lower, &axes.upper)))?;
        let points = Points::new(self.frame, self.at(&axes.x)?, None);
        let middle = axes.middle.as_ref().map(|column| self.at(column)).transpose()?;
        let middle = middle.map(|column| points.of("", column)).unwrap_or_default();
        Ok(Drawn { kind: ChartKind::Band { middle }, ..drawn })
    }

    fn bridge(&self, name: &str, axes: &BridgeSpec) -> Result<Drawn, ReportError> {
        let (x, y) = (self.at(&axes.x)?, self.at(&axes.y)?);
        let points = Points::with_totals(self.frame, x);
        let is_level =
            |category: &Category| axes.totals.iter().any(|total| *total.get_ref() == category.code);
        let levels: Vec<bool> = points.categories.iter().map(is_level).collect();
        let fault = bridge::fault(&points.exact("", y), &levels);
        if let Some(reason) = fault {
            return Err(ReportError::Chart { name: name.to_owned(), reason: reason.into() });
        }
        let series = points.series(None, y, None);
        Ok(Drawn { kind: ChartKind::Bridge { levels }, y, categories: points.labels(), series })
    }
}

/// Returns whether a point leaves nothing to see.
fn is_nothing(point: ChartPoint) -> bool {
    match point {
        ChartPoint::Shown(number) => number.is_zero(),
        ChartPoint::Hidden => false,
        ChartPoint::NotApplicable | ChartPoint::Unreliable | ChartPoint::Missing => true,
    }
}

/// One place along the axis.
struct Category {
    /// What distinguishes it: its code, or the codes of the keys that it is the name of.
    key: Vec<String>,
    /// What stands in the axis's column.
    code: String,
}

/// The rows of a table by category and series.
struct Points<'a> {
    frame: &'a Frame<'a>,
    x: usize,
    categories: Vec<Category>,
    rows: BTreeMap<(Vec<String>, String), &'a [Cell]>,
}

impl<'a> Points<'a> {
    /// Takes every category but the total of the others.
    fn new(frame: &'a Frame<'a>, x: usize, split: Option<usize>) -> Self {
        let mut points = Self::of_rows(frame, x, split);
        let column = frame.table.columns().get(x);
        points.categories.retain(|category| !column.is_some_and(|column| column.is_total(&category.code)));
        points
    }

    /// Takes every category, the total of the others among them.
    fn with_totals(frame: &'a Frame<'a>, x: usize) -> Self {
        Self::of_rows(frame, x, None)
    }

    fn of_rows(frame: &'a Frame<'a>, x: usize, split: Option<usize>) -> Self {
        // A name beside the key that it is the name of, as that of a school beside its number, distinguishes rows as well.
        let columns = frame.table.columns();
        let is_name = columns.get(x).is_some_and(|column| !column.in_grain);
        let named = if is_name { frame.open_keys() } else { Vec::new() };
        let free: Vec<usize> = [x].into_iter().chain(split).chain(named.iter().copied()).collect();
        let is_total = |row: &[Cell], key: usize| {
            let code = row.get(key).map(Cell::code).unwrap_or_default();
            columns.get(key).is_some_and(|column| column.is_total(&code))
        };
        let code = |row: &[Cell], at: usize| row.get(at).map(Cell::code).unwrap_or_default();
        let shown = frame.shown_periods();
        let in_period = |row: &[Cell]| frame.period.is_none_or(|at| shown.contains(&code(row, at).as_str()));
        let rows: Vec<&[Cell]> =
            frame.select(&BTreeMap::new(), &free).into_iter().filter(|row| in_period(row)).collect();
        let rows: Vec<&[Cell]> =
            rows.into_iter().filter(|row| !named.iter().any(|&key| is_total(row, key))).collect();
        // Two schools may have one name: what a name is of distinguishes them, and the name does not.
        let own = |row: &[Cell]| -> Vec<String> {
            if named.is_empty() {
                vec![code(row, x)]
            } else {
                named.iter().map(|&at| code(row, at)).collect()
            }
        };
        let mut categories: Vec<Category> = Vec::new();
        let mut seen = BTreeSet::new();
        for row in &rows {
            if seen.insert(own(row)) {
                categories.push(Category { key: own(row), code: code(row, x) });
            }
        }
        let order = frame.codes(x);
        categories.sort_by_key(|category| order.iter().position(|wanted| *wanted == category.code));
        let key = |row: &[Cell]| (own(row), split.map_or_else(String::new, |at| code(row, at)));
        Self { frame, x, categories, rows: rows.iter().map(|row| (key(row), *row)).collect() }
    }

    /// Returns the categories as written; a name that several have with what distinguishes them.
    fn labels(&self) -> Vec<String> {
        let is_shared = |code: &str| self.categories.iter().filter(|other| other.code == code).count() > 1;
        let label = |category: &Category| {
            let name = self.frame.code_label(self.x, &category.code);
            if is_shared(&category.code) { format!("{name} ({})", category.key.join(", ")) } else { name }
        };
        self.categories.iter().map(label).collect()
    }

    /// Returns the points of one series in a column, each rounded as `format` writes it.
    fn rounded(&self, series: &str, column: usize, format: Option<Format>) -> Vec<ChartPoint> {
        let point = |category: &Category| {
            let row = self.rows.get(&(category.key.clone(), series.to_owned()));
            match row.and_then(|row| row.get(column)) {
                Some(Cell::Hidden) => ChartPoint::Hidden,
                Some(Cell::NotApplicable) => ChartPoint::NotApplicable,
                Some(Cell::Unreliable) => ChartPoint::Unreliable,
                Some(cell) => cell.number().map_or(ChartPoint::Missing, |number| {
                    ChartPoint::Shown(format.map_or(number, |format| format.rounded(number)))
                }),
                None => ChartPoint::Missing,
            }
        };
        self.categories.iter().map(point).collect()
    }

    /// Returns the points of one series in a column, rounded as the column is written.
    fn of(&self, series: &str, column: usize) -> Vec<ChartPoint> {
        self.rounded(series, column, Some(self.frame.format(column)))
    }

    /// Returns the same with every decimal that the cells have.
    fn exact(&self, series: &str, column: usize) -> Vec<ChartPoint> {
        self.rounded(series, column, None)
    }

    fn bounds(&self, series: &str, lower: usize, upper: usize, format: Option<Format>) -> Vec<Bounds> {
        let upper = self.rounded(series, upper, format);
        let pairs = self.rounded(series, lower, format).into_iter().zip(upper);
        pairs.map(|(lower, upper)| Bounds { lower, upper }).collect()
    }

    fn series(&self, split: Option<usize>, y: usize, band: Option<(usize, usize)>) -> Vec<ChartSeries> {
        let format = self.frame.format(y);
        let one = |label: String, code: &str| ChartSeries {
            label,
            points: self.of(code, y),
            bounds: band
                .map(|(lower, upper)| self.bounds(code, lower, upper, Some(format)))
                .unwrap_or_default(),
        };
        let Some(split) = split else { return vec![one(String::new(), "")] };
        let is_total =
            |code: &String| self.frame.table.columns().get(split).is_some_and(|column| column.is_total(code));
        let codes = self.frame.codes(split).into_iter().filter(|code| !is_total(code));
        codes
            .map(|code| one(self.frame.code_label(split, &code), &code))
            .filter(|series| series.points.iter().any(|point| !is_nothing(*point)))
            .collect()
    }
}
