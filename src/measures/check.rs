//! The faults of `[computed]`, each at its place in the sidecar.

use std::sync::Arc;

use arrow::datatypes::{DataType, Schema};

use super::numbers::is_exact;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, Spanned, did_you_mean};
use crate::project::{Computation, IntervalColumn, Method, Model, ShareColumn};
use crate::text;

/// The most decimal places of a rate.
const MOST_PLACES: u8 = 6;

/// Finds what is wrong with the computed columns of `model`, whose query gives the columns of `query`.
pub(super) fn check(model: &Model, query: &Schema) -> Diagnostics {
    let file = model.settings.as_ref().unwrap_or(&model.sql);
    let mut checker = Checker { model, query, file, faults: Diagnostics::default() };
    for name in &model.file.working {
        let _known = checker.field(name);
    }
    let mut before: Vec<&str> = query.fields().iter().map(|field| field.name().as_str()).collect();
    for (name, computation) in model.file.computed_in_order() {
        checker.computation(name, computation, &before);
        before.push(name.get_ref());
    }
    checker.faults
}

struct Checker<'a> {
    model: &'a Model,
    query: &'a Schema,
    file: &'a Arc<SourceFile>,
    faults: Diagnostics,
}

impl Checker<'_> {
    fn computation(&mut self, name: &Spanned<String>, computation: &Computation, before: &[&str]) {
        if self.query.field_with_name(name.get_ref()).is_ok() {
            let message =
                format!("expected a name of its own, found `{}`, which the query has", name.get_ref());
            self.fault(name, message, Some("give the computed column a name of its own".to_owned()));
        }
        for column in computation.columns() {
            let Some(kind) = self.field(column) else { continue };
            if matches!(computation, Computation::FisherExact(_) | Computation::RelativeRisk(_)) {
                if kind != DataType::Int64 {
                    let counts = computation.kind();
                    let message = format!(
                        "expected a whole number for `{counts}`, found `{}` of type {kind}",
                        column.get_ref()
                    );
                    self.fault(column, message, Some("cast it to BIGINT in the query".to_owned()));
                }
            } else if !is_exact(&kind) {
                let message = format!(
                    "expected a whole number or a decimal, found `{}` of type {kind}",
                    column.get_ref()
                );
                self.fault(column, message, Some("cast it to BIGINT or DECIMAL in the query".to_owned()));
            }
        }
        if let Some(when) = computation.when()
            && let Some(kind) = self.field(when)
            && kind != DataType::Boolean
        {
            let message =
                format!("expected a column that is true or false, found `{}` of type {kind}", when.get_ref());
            let help = "write a comparison in the query, and name its column in `when`";
            self.fault(when, message, Some(help.to_owned()));
        }
        match computation {
            Computation::Rate(rate) => {
                if *rate.per.get_ref() == 0 {
                    self.fault(
                        &rate.per,
                        "expected a rate per 1 or more, found one per 0".to_owned(),
                        Some("write 1, 100 or 1000".to_owned()),
                    );
                }
                if *rate.places.get_ref() > MOST_PLACES {
                    let message =
                        format!("expected at most {MOST_PLACES} places, found {}", rate.places.get_ref());
                    self.fault(&rate.places, message, Some("write 1, say".to_owned()));
                }
            }
            Computation::Share(share) => self.share(share),
            Computation::Interval(interval) => self.interval(interval),
            Computation::Change(_) | Computation::RelativeRisk(_) | Computation::FisherExact(_) => {}
        }
        if let Some(after) = computation.after()
            && !before.contains(&after.get_ref().as_str())
        {
            let message =
                format!("expected a column that is before `{}`, found `{}`", name.get_ref(), after.get_ref());
            let near = did_you_mean(after.get_ref(), before);
            self.fault(after, message, Some(near.unwrap_or_else(|| text::known(before))));
        }
    }

    fn share(&mut self, share: &ShareColumn) {
        if share.to.is_some() != share.over.is_empty() {
            let message =
                format!("expected one whole of which `{}` is a share, found none or two", share.of.get_ref());
            let help =
                "name the column of the whole in `to`, or the keys whose total row is the whole in `over`";
            self.fault(&share.of, message, Some(help.to_owned()));
        }
        for key in &share.over {
            let file = &self.model.file;
            let is_key = file.grain.iter().any(|name| name.get_ref() == key.get_ref());
            let hierarchies = file.disclosure.as_ref().map(|policy| &policy.hierarchies);
            let has_total = hierarchies.is_some_and(|all| all.contains_key(key.get_ref().as_str()));
            if self.field(key).is_some() && !is_key {
                let message = format!("expected a column of `grain` in `over`, found `{}`", key.get_ref());
                self.fault(
                    key,
                    message,
                    did_you_mean(key.get_ref(), file.grain.iter().map(Spanned::get_ref)),
                );
            } else if is_key && !has_total {
                let message =
                    format!("expected the total of `{}` in `hierarchies`, found none", key.get_ref());
                let help =
                    format!("write `hierarchies = {{ {} = \"all\" }}` in `[disclosure]`", key.get_ref());
                self.fault(key, message, Some(help));
            }
        }
    }

    fn interval(&mut self, interval: &IntervalColumn) {
        let of = &interval.of;
        let figures = &self.model.file.computed;
        let is_figure = |figure: &Computation| {
            matches!(figure, Computation::Rate(_) | Computation::Share(_) | Computation::RelativeRisk(_))
        };
        let figure = figures.get(of.get_ref().as_str()).filter(|figure| is_figure(figure));
        let Some(figure) = figure else {
            let message =
                format!("expected a computed rate, share or relative risk, found `{}`", of.get_ref());
            let known =
                figures.iter().filter(|(_, figure)| is_figure(figure)).map(|(name, _)| name.get_ref());
            return self.fault(of, message, did_you_mean(of.get_ref(), known));
        };
        let is_risk = matches!(figure, Computation::RelativeRisk(_));
        if is_risk != (*interval.method.get_ref() == Method::RelativeRisk) {
            let message =
                format!("expected a method that gives limits of a `{}`, found another", figure.kind());
            let help = if is_risk {
                "write `method = \"relative_risk\"`"
            } else {
                "write \"wilson\" where each member counts once or not at all, \"byar\" where events are counted"
            };
            self.fault(&interval.method, message, Some(help.to_owned()));
        }
    }

    /// Returns the type of a column of the query, or adds a fault where it has none of that name.
    fn field(&mut self, name: &Spanned<String>) -> Option<DataType> {
        if let Ok(field) = self.query.field_with_name(name.get_ref()) {
            return Some(field.data_type().clone());
        }
        let known = self.query.fields().iter().map(|field| field.name());
        let message = format!("`{}` has no column `{}`", self.model.sql.shown(), name.get_ref());
        self.fault(name, message, did_you_mean(name.get_ref(), known));
        None
    }

    fn fault<T>(&mut self, place: &Spanned<T>, message: String, help: Option<String>) {
        self.faults.push(Diagnostic::error(self.file, Some(place.span()), message).with_help(help));
    }
}
