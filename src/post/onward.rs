//! What a person can say next about an edition, by its state. The verbs of this step name one another here and in the hints of
//! [`super::trouble`], and nowhere else: two that are refused for the same state never point at each other.

use std::collections::BTreeSet;

use super::holders::holders_of_earlier;
use super::trouble;
use crate::deliver::{Deliveries, History};
use crate::edition::Edition;
use crate::job::{Context, Failure};
use crate::project::Report;

/// Returns what leads from here to the inboxes of those who are to have `editions`.
pub(super) fn onward(
    context: &Context,
    report: &Report,
    editions: &[Edition],
) -> Result<Vec<String>, Failure> {
    let name = &report.name;
    let objects = context.store().objects();
    let deliveries = Deliveries::of(objects.as_ref());
    let mut steps = Vec::new();
    let mut is_planned = false;
    for edition in editions {
        let histories = deliveries.edition(name, &edition.id)?;
        is_planned |= !histories.is_empty();
        let states: Vec<_> = histories.iter().map(History::state).collect();
        if let Some(step) = trouble::worst_hint(&states, name) {
            steps.push(step);
        } else if histories.is_empty() {
            let held = holders_of_earlier(context, edition)?;
            if held.iter().any(|holder| !holder.has_same_as(edition)) {
                steps.push(format!(
                    "`sufficiency report correct {name} --by YOUR-NAME --reason WHY` sends it to those who have the old one"
                ));
            }
            steps.push(format!(
                "`sufficiency report send {name} --by YOUR-NAME` sends it to everybody on the list"
            ));
        }
    }
    if steps.is_empty() && is_planned {
        steps.push("everybody on the list has it: there is nothing to be done".to_owned());
    }
    let mut seen = BTreeSet::new();
    steps.retain(|step| seen.insert(step.clone()));
    Ok(steps)
}
