//! A project of which some pipelines have faults in their files: the others run all the same.

use super::loaded::Project;
use crate::diagnostic::{Diagnostics, Severity};
use std::path::Path;

impl Project {
    /// Loads what is sound of the project in `root`, with the warnings that do not stop it. A pipeline with a fault in its
    /// files, or in those of a report that it delivers, is left out, and its faults are in [`Project::faulty`].
    ///
    /// # Errors
    ///
    /// Every fault found in one pass over all files, where one of them is of the whole project.
    pub fn load_sound(root: &Path) -> Result<(Self, Diagnostics), Diagnostics> {
        match Self::read(root) {
            (Some(project), faults) => project.leave_out(&faults),
            (None, faults) => Err(faults),
        }
    }

    /// Leaves out the pipelines that `faults` are of. Returns what is left, with the warnings among them.
    ///
    /// # Errors
    ///
    /// All of `faults`, where one of them is of the whole project.
    pub fn leave_out(mut self, faults: &Diagnostics) -> Result<(Self, Diagnostics), Diagnostics> {
        let mut warnings = Diagnostics::default();
        let mut left_out = Vec::new();
        for fault in faults.iter() {
            match self.pipeline_of_fault(fault.file()) {
                _ if fault.severity() == Severity::Warning => warnings.push(fault.clone()),
                Some(pipeline) => left_out.push((pipeline, fault.clone())),
                None => return Err(faults.clone()),
            }
        }
        for (pipeline, fault) in left_out {
            if let Some(removed) = self.pipelines.remove(&pipeline) {
                for report in &removed.file.reports {
                    self.reports.remove(report.get_ref());
                }
            }
            self.faulty.entry(pipeline).or_default().push(fault);
        }
        Ok((self, warnings))
    }

    /// Returns the pipeline whose files hold `file`: in its folder, or in that of a report that it delivers.
    fn pipeline_of_fault(&self, file: Option<&str>) -> Option<String> {
        let mut parts = file?.split('/');
        match (parts.next()?, parts.next()?) {
            ("pipelines", pipeline) => Some(pipeline.to_owned()),
            ("report-templates", report) => self.pipeline_of(report).map(|pipeline| pipeline.name.clone()),
            _ => None,
        }
    }
}
