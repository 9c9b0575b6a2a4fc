//! What is done about one occurrence that is due.

use super::Rounds;
use crate::project::Overlap;
use crate::schedule::claim::Claim;
use crate::schedule::event::Event;
use crate::schedule::holder::Holder;
use crate::schedule::lease::beating;
use crate::schedule::lease::may_have_published;
use crate::schedule::lease::{Acquired, Patience, acquire};
use crate::schedule::lease::{Lease, LeaseError};
use crate::schedule::misfire::due;
use crate::schedule::occurrence::Occurrence;
use crate::schedule::record::{Attempt, End, State, state};
use crate::schedule::record::{begin, end};
use crate::schedule::starter::Hold;
use crate::schedule::timetable::Timetable;
use crate::store::StoreError;

/// A run that broke off is tried so often in all.
const MOST_ATTEMPTS: u32 = 3;

/// Reports its end.
type Tell<'a> = &'a mut dyn FnMut(&Event<'_>);

impl Rounds<'_> {
    /// Runs one occurrence, unless it has been, is being, or may not be.
    pub(super) fn attend(
        &self,
        timetable: &Timetable,
        occurrence: &Occurrence,
        tell: Tell<'_>,
    ) -> Result<(), StoreError> {
        let holder = self.process.holder(Some(occurrence), self.time.now());
        let open = || Ok(!matches!(state(self.objects, occurrence)?, State::Ended(_)));
        match acquire(
            self.objects,
            self.time,
            self.timing,
            &holder,
            occurrence.pipeline(),
            Patience::UntilSilent,
            open,
        )? {
            Acquired::Stopped => Ok(()),
            Acquired::Busy(other) => self.yield_to(&other, timetable, occurrence, tell),
            Acquired::Held(lease, silent) => {
                if let Some(silent) = silent {
                    tell(&Event::TookOver { pipeline: occurrence.pipeline(), from: &silent.token });
                }
                let worked = self.work(&lease, &holder, timetable, occurrence, tell);
                let released = lease.release();
                worked.and(released)
            }
        }
    }

    /// Leaves the pipeline to the run that is going.
    fn yield_to(
        &self,
        other: &Holder,
        timetable: &Timetable,
        occurrence: &Occurrence,
        tell: Tell<'_>,
    ) -> Result<(), StoreError> {
        if other.occurrence.as_deref() == Some(occurrence.to_string().as_str()) {
            tell(&Event::Running { occurrence });
            return Ok(());
        }
        match timetable.policy().overlap {
            Overlap::Queue => tell(&Event::Waiting { occurrence }),
            Overlap::Skip => {
                let skipped = End::Skipped { during: other.occurrence.clone() };
                if let End::Skipped { .. } = end(self.objects, occurrence, skipped)? {
                    tell(&Event::Skipped { occurrence });
                }
            }
        }
        Ok(())
    }

    /// Runs the occurrence under the lease of its pipeline.
    fn work(
        &self,
        lease: &Lease<'_>,
        holder: &Holder,
        timetable: &Timetable,
        occurrence: &Occurrence,
        tell: Tell<'_>,
    ) -> Result<(), StoreError> {
        // Somebody may have run it while this process waited for the lease.
        let number = match state(self.objects, occurrence)? {
            State::Ended(_) => return Ok(()),
            State::Open => 1,
            State::Started(attempt) => match self.resume(&attempt, timetable, occurrence, tell)? {
                Some(number) => number,
                None => return Ok(()),
            },
        };
        let started = self.time.now();
        let attempt = Attempt { number, epoch: lease.epoch(), holder: holder.token.clone(), at: started };
        if begin(self.objects, occurrence, &attempt)? != Claim::Mine {
            tell(&Event::Running { occurrence });
            return Ok(());
        }
        let late = started - occurrence.due();
        tell(&Event::Started { occurrence, timetable, attempt: number, late });
        let ended =
            beating(lease, self.time, self.timing, || self.starter.start(occurrence, &Hold::new(lease)));
        // Whoever has been succeeded has no say in how the occurrence ended.
        match lease.permit() {
            Ok(()) => {}
            Err(LeaseError::Lost { .. }) => {
                tell(&Event::LeaseLost { occurrence });
                return Ok(());
            }
            Err(LeaseError::Store(error)) => return Err(error),
        }
        end(self.objects, occurrence, End::Ran(ended.clone()))?;
        tell(&Event::Ended { occurrence, timetable, ended: &ended });
        self.skip_what_came(timetable, occurrence, started, tell)
    }

    /// Returns the number of the attempt that follows one that broke off; `None` when none may.
    fn resume(
        &self,
        broken: &Attempt,
        timetable: &Timetable,
        occurrence: &Occurrence,
        tell: Tell<'_>,
    ) -> Result<Option<u32>, StoreError> {
        let attempt = broken.number;
        if may_have_published(self.objects, occurrence.pipeline(), broken.epoch)? {
            end(self.objects, occurrence, End::Uncertain { attempt })?;
            tell(&Event::Uncertain { occurrence, timetable });
            return Ok(None);
        }
        if attempt >= MOST_ATTEMPTS {
            end(self.objects, occurrence, End::GivenUp { attempts: attempt })?;
            tell(&Event::GivenUp { occurrence, timetable });
            return Ok(None);
        }
        Ok(Some(attempt + 1))
    }

    /// Records as skipped what came while this process was busy with the run, as any other process that
    /// looked meanwhile has done.
    fn skip_what_came(
        &self,
        timetable: &Timetable,
        ran: &Occurrence,
        started: chrono::DateTime<chrono::Utc>,
        tell: Tell<'_>,
    ) -> Result<(), StoreError> {
        if timetable.policy().overlap == Overlap::Queue || timetable.follows().is_some() {
            return Ok(());
        }
        let now = self.time.now();
        let from = started + chrono::TimeDelta::seconds(1);
        let came = due(timetable, from, from, now);
        for occurrence in came.missed.iter().chain(&came.start).filter(|came| *came != ran) {
            let skipped = End::Skipped { during: Some(ran.to_string()) };
            if end(self.objects, occurrence, skipped.clone())? == skipped {
                tell(&Event::Skipped { occurrence });
            }
        }
        Ok(())
    }
}
