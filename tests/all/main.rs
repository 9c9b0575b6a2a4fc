//! The one integration test binary: each test binary costs six seconds of linking.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may panic, and says what it did not run"
)]

mod alarms;
mod asking;
mod audience;
mod benchmarks;
mod bursting;
mod certificates;
mod children;
mod compared;
mod council;
mod databases;
mod delivery;
mod deploy;
mod determinism;
mod documents;
mod drafts;
mod email;
mod evidence;
mod exits;
mod failures;
mod faults;
mod field;
mod files;
mod first_hour;
mod floors;
mod fuzz;
mod internal;
mod keys;
mod limits;
mod lineage;
mod mail;
mod mail_server;
mod memory;
mod mistakes;
mod mutations;
mod no_effect;
mod operation;
mod own_schedule;
mod payments;
mod periods;
mod postfix;
mod promises;
mod quality;
mod reading;
mod reference;
mod refusals;
mod returns;
mod running;
mod schema;
mod series;
mod simulation;
mod site;
mod sketch;
mod source;
mod start;
mod store;
mod tree;
mod tutorial;
mod verify;
mod way_out;
mod words;
