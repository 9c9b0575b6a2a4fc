//! Runs: one pipeline, from source to inbox, and what is asked of a project beside them.
//!
//! ```text
//! pipeline   the order of work: ingest → build → edition → post
//! order      which pipeline runs after which      outcome  what runs came to
//! plan       what a run would do                  check    what is wrong with a project's files
//! doctor     whether this machine can do it       catalogue, dictionary, question, records  what is published
//! lineage    where figures come from            damage   what of the store is damaged, and the way on
//! remembered what the records of runs know of and the store no longer has
//! draft      a report as it would be, of which nothing is kept
//! ```
//!
//! Which database, format or mail server is at the ends is not known here.

mod catalogue;
mod check;
mod check_audiences;
mod check_effect;
mod check_layout;
mod check_parameters;
mod damage;
mod dictionary;
mod doctor;
mod draft;
mod lineage;
mod order;
mod outcome;
mod pipeline;
mod plan;
mod pseudonyms;
mod question;
mod records;
mod remembered;

pub use catalogue::{TableDescription, TableLine, describe, tables};
pub use check::{Unreached, check, unreached};
pub use damage::{Done, Whole, repair, verify};
pub use dictionary::{Dictionary, PipelineEntry, TableEntry, dictionary};
pub use doctor::{Finding, Health, doctor, next_steps};
pub use draft::{DraftOf, Drafted, draft};
pub use lineage::{ColumnLineage, LineageMap, ShownIn, TableLineage, lineage};
pub use order::Selection;
pub use outcome::{Outcome, PipelineOutcome};
pub use pipeline::{run, run_one};
pub use plan::{Plan, plan};
pub use pseudonyms::{Ask as PseudonymAsk, pseudonyms};
pub use question::{Answer, ask, names, query};
pub use records::deliveries_by_state;
