//! The editions that went to their readers, and for whom each is.

use std::collections::BTreeSet;

use crate::deliver::{Deliveries, Event, Outcome};
use crate::edition::{self, Correction, Edition};
use crate::job::{Context, Failure, Kind};
use crate::project::{Audience, Report};

/// An edition that at least one reader has.
#[derive(Debug)]
pub(super) struct Sent<'a> {
    pub(super) report: &'a Report,
    pub(super) edition: Edition,
    /// What a person said who sent it as a correction.
    pub(super) correction: Option<Correction>,
    pub(super) audience: Audience,
}

/// Returns the editions of the project's reports that were sent, by report, the newest period and revision first. What waits
/// for approval, is held, or was never taken by anybody is not among them, and neither is an edition of a report that the
/// project has no more: for whom it was is not known.
pub(super) fn sent(context: &Context) -> Result<Vec<Sent<'_>>, Failure> {
    let project = context.project();
    let objects = context.store().objects();
    let deliveries = Deliveries::of(objects.as_ref());
    let mut found = Vec::new();
    for report in project.reports.values() {
        let histories = deliveries.report(&report.name).map_err(|error| Failure::of(Kind::Store, error))?;
        let was_taken = |event: &Event| matches!(event, Event::Tried(Outcome::Accepted { .. }));
        let taken: BTreeSet<&str> = histories
            .iter()
            .filter(|history| history.records().iter().any(|record| was_taken(&record.event)))
            .filter_map(|history| history.edition().map(|(_, edition)| edition))
            .collect();
        let mut own = edition::all(context, &report.name, None)?;
        own.retain(|edition| taken.contains(edition.id.as_str()));
        own.sort_by(|one, other| {
            let place =
                |edition: &Edition| (edition.period.clone(), edition.version.clone(), edition.revision);
            place(other).cmp(&place(one))
        });
        for edition in own {
            let audience = project.audience_of(report, edition.models.keys().map(String::as_str));
            let correction = Correction::of(context, &edition)?;
            found.push(Sent { report, edition, correction, audience });
        }
    }
    Ok(found)
}
