use std::path::Path;

use super::console::Console;
use crate::diagnostic::Diagnostics;
use crate::project::Project;
use crate::schedule::entry::Entry;
use crate::schedule::timetable::Timetable;
use crate::schedule::timetables::read_project;
use crate::source;

/// What is sound of a project, with its schedules.
pub(super) struct Sound {
    pub(super) project: Project,
    pub(super) timetables: Vec<Timetable>,
}

impl Sound {
    /// Loads the project in `root` without the pipelines whose files have faults.
    pub(super) fn load(root: &Path) -> Result<Self, Diagnostics> {
        let (project, _) = Project::load_sound(root)?;
        let settings = source::settings(&project);
        let (project, _) = project.leave_out(&settings)?;
        let (mut timetables, faults) = read_project(&project);
        let (project, _) = project.leave_out(&faults)?;
        timetables.retain(|timetable| project.pipelines.contains_key(timetable.pipeline()));
        Ok(Self { project, timetables })
    }

    /// Returns what is left out and why, in lines.
    pub(super) fn left_out(&self) -> Vec<String> {
        let faulty = self.project.faulty.iter();
        faulty
            .map(|(pipeline, faults)| {
                format!("`{pipeline}` is left out, and its schedule with it: its files have faults: {faults}")
            })
            .collect()
    }

    /// Says what is left out.
    pub(super) fn report(&self, console: &dyn Console) {
        for line in self.left_out() {
            console.entry(&Entry::new("error", "left_out", line));
        }
    }
}
