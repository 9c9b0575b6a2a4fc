//! Checks and tests as CI servers read them: `JUnit` XML.

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

    /// Writes the file, whole or not at all.
    pub(super) fn write(self, path: &Path) -> Result<(), Failure> {
        let mut report = Report::new("sufficiency");
        report.add_test_suite(self.suite);
        let text = report.to_string().map_err(Failure::bug)?;
        export::write(path, text.as_bytes())
            .map_err(|error| Failure::usage(format!("`{}` cannot be written", path.display())).because(error))
    }
}
