//! The second step: what landed, the seeds, the models over them, and the checks that let them be published.
//!
//! ```text
//! session  where a pipeline is built: tables are brought in as they are asked for
//! tables   every table of a pipeline, each after those that it reads      checks  queries for rows that are wrong
//!          and publish: what was built, current in one commit
//! lineage  where each column comes from, read off the SQL
//! schemas  every table's columns without a row      model_tests  small tables in, the exact table out
//!                                                   difference   what the two differ by
//! ```

pub(crate) mod checks;
mod difference;
pub(crate) mod lineage;
pub(crate) mod model_tests;
pub(crate) mod schemas;
mod session;
mod tables;

pub use model_tests::{ModelTest, model_tests};

pub(crate) use checks::has_checks;
pub(crate) use tables::{Built, build, check_what_moved, publish, read_elsewhere, rests_on};
