use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::datatypes::{DataType, Schema};

use super::measure::Measure;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, Spanned, did_you_mean};
use crate::project::{DisclosurePolicy, Model};

/// Looks the policy's names up in the query's columns and keeps what it does not find.
pub(super) struct Names<'a> {
    pub(super) schema: &'a Schema,
    pub(super) file: &'a Arc<SourceFile>,
    pub(super) model: &'a str,
    pub(super) faults: Diagnostics,
}

impl Names<'_> {
    pub(super) fn position(&mut self, name: &Spanned<String>, key: &str) -> Option<usize> {
        let found = self.schema.index_of(name.get_ref()).ok();
        if found.is_none() {
            let message =
                format!("`{key}` names `{}`, which model `{}` does not return", name.get_ref(), self.model);
            let help = did_you_mean(name.get_ref(), self.schema.fields().iter().map(|field| field.name()));
            self.faults.push(Diagnostic::error(self.file, Some(name.span()), message).with_help(help));
        }
        found
    }

    /// Returns the position of a column that is counted.
    pub(super) fn count(
        &mut self,
        name: &Spanned<String>,
        key: &str,
        counts: &BTreeSet<usize>,
    ) -> Option<usize> {
        let at = self.position(name, key)?;
        if counts.contains(&at) {
            return Some(at);
        }
        let message = format!("`{key}` names `{}`, which is not in `counts`", name.get_ref());
        self.fault(Some(name), message, "only counts are held against each other");
        None
    }

    /// Returns the position of a column that the derived column `of` is worked out from.
    pub(super) fn needed(&mut self, of: &Spanned<String>, name: &str) -> Option<usize> {
        self.position(&Spanned::new(of.span(), name.to_owned()), "derived")
    }

    pub(super) fn place(
        &mut self,
        kinds: &mut BTreeMap<usize, Measure>,
        name: &Spanned<String>,
        key: &str,
        kind: Measure,
    ) {
        let Some(position) = self.position(name, key) else { return };
        let numeric = self.schema.fields().get(position).is_some_and(|field| numeric(field.data_type()));
        if !numeric {
            let message = format!("`{key}` names `{}`, which is not a number", name.get_ref());
            self.fault(Some(name), message, "whole numbers and DECIMAL are");
        }
        if kinds.insert(position, kind).is_some() {
            let message = format!("`{}` is in more than one list of the policy", name.get_ref());
            self.fault(
                Some(name),
                message,
                "keep it in the strictest: `counts`, then `derived`, then `open`",
            );
        }
    }

    /// Looks up the columns that have a total, a definition or a heading.
    pub(super) fn described(&mut self, policy: &DisclosurePolicy, model: &Model) {
        let totals = policy.hierarchies.keys().map(|name| (name, "hierarchies"));
        let indicators = model.file.indicators.keys().map(|name| (name, "indicators"));
        let headings = model.file.headings.keys().map(|name| (name, "headings"));
        for (name, key) in totals.chain(indicators).chain(headings) {
            self.position(name, key);
        }
    }

    /// Warns of keys that have a code for any of their others of which the policy says nothing.
    pub(super) fn undeclared_unions(&mut self, policy: &DisclosurePolicy, model: &Model) {
        for (key, labels) in &model.file.labels {
            let of = key.get_ref();
            let is_said =
                policy.unions.keys().chain(policy.hierarchies.keys()).any(|said| said.get_ref() == of);
            let any = labels.keys().find(|code| code.eq_ignore_ascii_case("any"));
            let Some(any) = any.filter(|_| !is_said && !policy.counts.is_empty()) else { continue };
            let message = format!(
                "`{any}` of `{of}` counts what other rows of model `{}` count, and its policy does not say so",
                self.model
            );
            let help = format!("say `unions = {{ {of} = \"{any}\" }}` under `[disclosure]`");
            self.faults.push(Diagnostic::warning(self.file, Some(key.span()), message).with_help(help));
        }
    }

    pub(super) fn fault(&mut self, name: Option<&Spanned<String>>, message: String, help: &str) {
        let fault = Diagnostic::error(self.file, name.map(Spanned::span), message);
        self.faults.push(fault.with_help(help.to_owned()));
    }
}

fn numeric(kind: &DataType) -> bool {
    kind.is_integer() || matches!(kind, DataType::Decimal128(..))
}
