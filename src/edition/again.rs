//! The gates of an edition that is there, asked again before a person sends it: what was fresh, whole and right when it
//! was made may be so no more.

use super::holds::hold_if_stale;
use super::record::Edition;
use super::{freshness, series};
use crate::build;
use crate::calendar::{self, Reported};
use crate::job::{Context, Failure, Job, Kept, Period};
use crate::project::Report;

/// What an edition is asked before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Whether its sources are fresh and whole, and whether the checks still find nothing.
    All,
    /// The same but for the age of the sources: whoever gets a correction has something worse.
    AllButAge,
}

/// Asks the gates of an edition as things are now, or as they were when its data was known.
///
/// # Errors
///
/// A gate's failure when a source is too old or lacks a part, or when a check finds a row in what has moved since the
/// tables were published.
pub(crate) fn ask(
    job: &mut Job<'_>,
    report: &Report,
    edition: &Edition,
    asked: Asked,
) -> Result<(), Failure> {
    let context = job.context;
    let pipeline = context.pipeline_of(report)?;
    let period = of_sources(context, report, edition)?.pass(asked)?;
    if period.as_of.is_none() {
        build::check_what_moved(job, pipeline, &period)?;
    }
    Ok(())
}

/// What the gates of an edition's sources say, asked once for whoever has something worse and for whoever has nothing.
pub(crate) struct Sources {
    period: Period,
    /// Why a source is too old.
    too_old: Option<Failure>,
    /// Why a source lacks a part.
    lacking: Option<Failure>,
}

impl Sources {
    /// Returns why they do not pass, as far as they are `asked`.
    pub(crate) fn held(&self, asked: Asked) -> Option<&Failure> {
        self.too_old.as_ref().filter(|_| asked == Asked::All).or(self.lacking.as_ref())
    }

    /// Returns the period of the edition; a failure where they do not pass.
    fn pass(self, asked: Asked) -> Result<Period, Failure> {
        self.held(asked).cloned().map_or(Ok(self.period), Err)
    }
}

/// Asks the gates of an edition's sources alone, as before each attempt to send it.
///
/// # Errors
///
/// A gate's failure when the period of the edition cannot be read, since then nothing can be asked; any other failure on the
/// way.
pub(crate) fn of_sources(context: &Context, report: &Report, edition: &Edition) -> Result<Sources, Failure> {
    let pipeline = context.pipeline_of(report)?;
    let period = period(context, edition)?;
    let inputs = build::rests_on(context, pipeline)?;
    let ages = freshness::of(context, pipeline, report, inputs.iter().cloned(), period.as_of)?;
    let too_old = hold_if_stale(report, &ages).err();
    let series = series::behind(context, pipeline, inputs.into_iter(), &period, None)?;
    let lacking = series::hold_if_missing(report, &series).err();
    Ok(Sources { period, too_old, lacking })
}

/// Returns the period of an edition, whole or so far.
fn period(context: &Context, edition: &Edition) -> Result<Period, Failure> {
    let like = calendar::Period::academic_year_of(context.clock().today());
    let reported = Reported::parse(&edition.period, like).map_err(|error| {
        Failure::gate("the gates of this edition cannot be asked: its period cannot be read")
            .at(&edition.id)
            .kept(Kept::LastEditions)
            .because(error)
    })?;
    Ok(Period::made_before(context, reported, edition.as_of))
}
