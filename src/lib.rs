//! From source row to inbox: alternative provision reporting for English councils.
//!
//! Scheduled jobs pull data through contracts into a Parquet store, run SQL over it, and turn the
//! result into reports that they render and email. This page is the map of the house. A floor knows
//! its own rooms and those below it, never above; `tests/all/floors.rs` keeps it so.
//!
//! | floor | rooms | do not know |
//! |---|---|---|
//! | 9 | [`cli`]: one file a verb, the only place that prints · [`demo`]: writes extracts only | SQL, MIME, Parquet |
//! | 8 | [`schedule`]: which occurrence is due | what a run does inside |
//! | 7 | [`run`]: one pipeline, source to inbox | which database, format or mail server |
//! | 6 | [`inspect`]: reads rendered files back · [`deliver`]: outbox, message, transports | each other; where rows came from |
//! | 5 | [`report`]: narrative, document, charts, HTML, text, workbook | where rows came from; takes only what the gate cleared |
//! | 4 | [`source`]: connectors, formats and contracts to Arrow · [`measures`]: what SQL does not say well · [`disclosure`]: the gate | each other; documents, recipients |
//! | 3 | [`engine`]: DataFusion, the models' graph, faults in SQL | where rows come from or go |
//! | 2 | [`store`]: landings, commits, tables · [`ledger`]: run records | SQL, mail |
//! | 1 | [`project`]: what the user wrote · [`calendar`]: periods and the clock · [`privacy`]: pseudonyms | network, DataFusion |
//! | 0 | [`diagnostic`]: a fault in a file, at its line, with help | everything |
//!
//! What is deliberately absent: a database of our own, templating inside SQL, a way around
//! [`disclosure`] (a renderer takes [`disclosure::Cleared`] and nothing else), "now" anywhere but at
//! a run's start, and printing anywhere but in [`cli`].

pub mod calendar;
pub mod cli;
pub mod deliver;
pub mod demo;
pub mod diagnostic;
pub mod disclosure;
pub mod engine;
pub mod inspect;
pub mod ledger;
pub mod measures;
pub mod privacy;
pub mod project;
pub mod report;
pub mod run;
pub mod schedule;
pub mod source;
pub mod store;
