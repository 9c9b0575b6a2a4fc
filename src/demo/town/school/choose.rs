//! Which school takes a pupil.

use super::super::district::Town;
use super::super::phase::Phase;
use super::super::pupil::{Meals, PupilId, Sen};
use super::{LARGEST, SchoolId};
use crate::demo::random::Stream;

impl Town {
    /// Chooses a school of `phase` for a pupil: larger ones more often, and those that take pupils of the kind.
    pub(in crate::demo::town) fn some_school(
        &self,
        chance: &mut Stream,
        phase: Phase,
        pupil: PupilId,
    ) -> SchoolId {
        let first = self.schools.partition_point(|school| school.phase < phase);
        let count = self.schools.partition_point(|school| school.phase <= phase) - first;
        let pupil = self.pupil(pupil);
        loop {
            let id = SchoolId(first + chance.index(count));
            let school = self.school(id);
            let by_meals = match pupil.meals {
                Meals::Eligible => school.intake.eligible,
                Meals::Once => school.intake.once,
                Meals::Never => school.intake.never,
            };
            let by_need = if pupil.sen == Sen::None { school.intake.no_sen } else { school.intake.sen };
            if chance.below(LARGEST * 1000) < school.weight * by_meals / 1000 * by_need {
                return id;
            }
        }
    }
}
