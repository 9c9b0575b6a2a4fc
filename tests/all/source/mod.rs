//! Sources read from files on disk: the ledgers, registers and broken downloads that councils really publish.

mod benchmarks;
mod corpus;
mod identities;
mod independent;
mod messy;
mod outcome;
mod payments;
mod registers;

use std::path::PathBuf;

use sufficiency::diagnostic::SourceFile;
use sufficiency::project::{SourceDefinition, SourceToml, Written};

/// Returns the folder of real published files, which is not part of the project. Without it a test says so and is done.
fn real_data(test: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "the environment says where the real files are")]
    let folder = std::env::var("SUFFICIENCY_REAL_DATA").ok();
    if folder.is_none() {
        #[expect(clippy::print_stderr, reason = "a test that did not run says so loudly")]
        {
            eprintln!("NOT RUN: {test} needs SUFFICIENCY_REAL_DATA, the folder of real published files");
        }
    }
    folder.map(PathBuf::from)
}

/// Makes a source as loading would.
fn source(toml: &str) -> SourceDefinition {
    let file = SourceFile::inline("sources/tested.toml", toml);
    SourceDefinition {
        name: "tested".to_owned(),
        file: SourceToml::parse(&file).unwrap(),
        source: file,
        sql: None,
        totals: None,
    }
}

/// Makes a connection to a folder.
fn folder(path: &str) -> Written {
    Written::inline(&format!("folder = {{ path = \"{path}\" }}")).unwrap()
}
