use std::collections::{BTreeMap, BTreeSet};

use arrow::datatypes::Schema;

use super::cleared::{Column, Role};
use super::links::Links;
use super::measure::{Copied, Measure, Money};
use super::names::Names;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::project::{Computation, DisclosurePolicy, Model};

/// A model's columns with what the gate does with each; `None` for a key.
pub(super) struct Plan {
    pub(super) columns: Vec<Column>,
    pub(super) measures: Vec<Option<Measure>>,
    /// Positions of the columns that name a row.
    pub(super) grain: Vec<usize>,
    pub(super) links: Links,
    /// The columns from which the program works out a computed one.
    pub(super) inputs: BTreeMap<usize, Vec<usize>>,
    /// Columns that are shares of a whole.
    pub(super) shares: BTreeSet<usize>,
}

/// Checks a model's disclosure policy against the columns of its query, before any row.
///
/// A number that is neither a key nor in `counts`, `derived` or `open` is a fault, as is every name
/// of the policy that the query does not return.
#[must_use]
pub fn check(schema: &Schema, model: &Model) -> Diagnostics {
    plan(schema, model).1
}

/// Returns the columns that a model's rows will have once cleared, known before any row.
#[must_use]
pub fn columns(schema: &Schema, model: &Model) -> Vec<Column> {
    plan(schema, model).0.columns
}

/// Makes the plan, and returns it with every fault found on the way. The plan is whole only when there is no fault.
pub(super) fn plan(schema: &Schema, model: &Model) -> (Plan, Diagnostics) {
    let file = model.settings.as_ref().unwrap_or(&model.sql);
    let mut faults = Diagnostics::default();
    let none = DisclosurePolicy::default();
    let policy = model.file.disclosure.as_ref().unwrap_or_else(|| {
        let message =
            format!("model `{}` has no `[disclosure]`: what may leave of it is not said", model.name);
        faults.push(Diagnostic::error(file, None, message));
        &none
    });
    let mut names = Names { schema, file, model: &model.name, faults };

    let grain: Vec<usize> =
        model.file.grain.iter().filter_map(|name| names.position(name, "grain")).collect();
    let mut kinds: BTreeMap<usize, Measure> = BTreeMap::new();
    for name in &policy.counts {
        names.place(&mut kinds, name, "counts", Measure::Count);
    }
    for name in &policy.open {
        names.place(&mut kinds, name, "open", Measure::Open);
    }
    for (name, counts) in &policy.derived {
        let needs = counts.iter().filter_map(|count| names.needed(name, count)).collect();
        names.place(&mut kinds, name, "derived", Measure::Derived(needs));
    }
    for (name, money) in &policy.money {
        let children = names.needed(name, money.children.get_ref());
        if children.is_some_and(|at| !matches!(kinds.get(&at), Some(Measure::Count))) {
            let message = format!("`money` names `{}`, which is not in `counts`", money.children.get_ref());
            names.fault(
                Some(&money.children),
                message,
                "money is hidden where the count of children behind it is",
            );
        }
        let placements = money.placements.as_ref().map(|of| names.position(of, "money"));
        let [firms, largest, second] =
            [&money.firms, &money.largest, &money.second].map(|of| names.position(of, "money"));
        if let (Some(children), Some(firms), Some(largest), Some(second)) = (children, firms, largest, second)
        {
            let placements = placements.flatten();
            for of in [&money.largest, &money.second] {
                names.place(&mut kinds, of, "money", Measure::Firm(vec![children]));
            }
            let money = Money { needs: vec![children], placements, firms, largest, second };
            names.place(&mut kinds, name, "money", Measure::Money(money));
        }
    }
    for (name, copied) in &policy.copies {
        let [of, key, code_in] =
            [&copied.of, &copied.key, &copied.code_in].map(|column| names.position(column, "copies"));
        if let (Some(of), Some(key), Some(code_in)) = (of, key, code_in) {
            if !matches!(kinds.get(&of), Some(Measure::Count)) {
                let message = format!("`copies` names `{}`, which is not in `counts`", copied.of.get_ref());
                names.fault(Some(&copied.of), message, "only a count of another row can be repeated");
            }
            names.place(&mut kinds, name, "copies", Measure::Copy(Copied { of, key, code_in }));
        }
    }
    names.described(policy, model);
    let counts: BTreeSet<usize> =
        kinds.iter().filter(|(_, kind)| matches!(kind, Measure::Count)).map(|(&at, _)| at).collect();
    let links = Links::new(policy, &counts, &mut names);
    names.undeclared_unions(policy, model);

    let (inputs, shares) = computed(schema, model);
    let mut plan = Plan { columns: Vec::new(), measures: Vec::new(), grain, links, inputs, shares };
    for (position, field) in schema.fields().iter().enumerate() {
        let numeric = field.data_type().is_numeric();
        let kind = kinds.remove(&position);
        if field.data_type().is_floating() {
            let message = format!("column `{}` of model `{}` is floating point", field.name(), model.name);
            names.fault(
                None,
                message,
                "cast it to DECIMAL in the query, so that the same rows give the same digits",
            );
        } else if kind.is_none() && numeric && !plan.grain.contains(&position) {
            let message = format!(
                "number `{}` of model `{}` is not in its disclosure policy",
                field.name(),
                model.name
            );
            let help =
                "name it in `counts`, `derived` or `open`; a number that names a row belongs in `grain`";
            names.fault(None, message, help);
        }
        plan.columns.push(column(field.name(), kind.is_some(), policy, model));
        plan.measures.push(kind);
    }
    if plan.grain.is_empty() {
        plan.grain = (0..plan.columns.len())
            .filter(|&at| plan.measures.get(at).is_some_and(Option::is_none))
            .collect();
    }
    (plan, names.faults)
}

/// Returns the column `name` with what its model says of it.
fn column(name: &str, measure: bool, policy: &DisclosurePolicy, model: &Model) -> Column {
    let indicator = model.file.indicators.get(name).cloned();
    let label = indicator
        .as_ref()
        .and_then(|indicator| indicator.label.clone())
        .or_else(|| model.file.headings.get(name).cloned())
        .unwrap_or_else(|| words(name));
    Column {
        name: name.to_owned(),
        role: if measure { Role::Measure } else { Role::Key },
        in_grain: !measure
            && (model.file.grain.is_empty() || model.file.grain.iter().any(|key| key.get_ref() == name)),
        label,
        labels: model.file.labels.get(name).cloned().unwrap_or_default(),
        total: policy.hierarchies.get(name).cloned(),
        indicator,
    }
}

/// Words of column names that are initials.
const INITIALS: [&str; 7] = ["ap", "fte", "ks", "la", "sen", "urn", "ukprn"];

/// Writes `academic_year` as `Academic year`, `ap_population` as `AP population`.
pub(super) fn words(name: &str) -> String {
    let word = |word: &str| if INITIALS.contains(&word) { word.to_uppercase() } else { word.to_owned() };
    let spaced = name.split('_').map(word).collect::<Vec<_>>().join(" ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Returns the computed columns with what each is worked out from, and those that are shares.
fn computed(schema: &Schema, model: &Model) -> (BTreeMap<usize, Vec<usize>>, BTreeSet<usize>) {
    let (mut inputs, mut shares) = (BTreeMap::new(), BTreeSet::new());
    for (name, computation) in &model.file.computed {
        let Ok(at) = schema.index_of(name.get_ref()) else { continue };
        let columns = computation.columns();
        let columns = columns.iter().filter_map(|column| schema.index_of(column.get_ref()).ok());
        inputs.insert(at, columns.collect());
        if matches!(computation, Computation::Share(_)) {
            shares.insert(at);
        }
    }
    (inputs, shares)
}
