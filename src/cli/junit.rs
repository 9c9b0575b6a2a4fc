//! Checks and tests as CI servers read them: `JUnit` XML.

use std::io;
use std::path::Path;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::export;
use crate::job::Failure;

/// A suite of cases under way.
#[derive(Debug)]
pub(super) struct Suite {
    suite: TestSuite,
}

impl Suite {
    pub(super) fn new(name: &str) -> Self {
        Self { suite: TestSuite::new(name) }
    }

    /// Adds a case of `class`; `wrong` says what is wrong with it, first line first.
    pub(super) fn add(&mut self, class: &str, name: &str, wrong: Option<&str>) {
        let status = match wrong {
            None => TestCaseStatus::success(),
            Some(text) => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_message(text.lines().next().unwrap_or_default()).set_description(text);
                status
            }
        };
        let mut case = TestCase::new(name, status);
        case.set_classname(class);
        self.suite.add_test_case(case);
    }

    /// Returns the suite as a file.
    fn text(self) -> Result<String, Failure> {
        let mut report = Report::new("sufficiency");
        report.add_test_suite(self.suite);
        report.to_string().map_err(Failure::bug)
    }
}

/// A file that the results go into.
#[derive(Debug)]
pub(super) struct JunitFile<'a> {
    path: &'a Path,
}

impl<'a> JunitFile<'a> {
    /// Returns the file at `path`; a failure before anything is done, where its folder refuses it.
    pub(super) fn new(path: &'a Path) -> Result<Self, Failure> {
        export::try_folder(path).map_err(|error| unwritable(path, error))?;
        Ok(Self { path })
    }

    /// Writes the file, whole or not at all.
    pub(super) fn write(&self, suite: Suite) -> Result<(), Failure> {
        export::write(self.path, suite.text()?.as_bytes()).map_err(|error| unwritable(self.path, error))
    }
}

/// Returns the failure to write a file that an argument names.
pub(super) fn unwritable(path: &Path, error: io::Error) -> Failure {
    Failure::usage("the file cannot be written")
        .at(path.display().to_string())
        .because(error)
        .help("name a file in a folder that is there and may be written to")
}
