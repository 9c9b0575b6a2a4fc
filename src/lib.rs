//! From source row to inbox: alternative provision reporting for English councils.
//!
//! Scheduled jobs pull data through contracts into a Parquet store, run SQL over it, and turn the
//! result into reports that they render and email. This page is the map of the house. A floor knows
//! its own rooms and those below it, never above; the test in `tests/all/floors` keeps it so.
//!
//! | floor | rooms | do not know |
//! |---|---|---|
//! | 11 | [`cli`]: one file a verb, the only place that prints · [`export`]: files that a command writes · [`demo`]: writes extracts only | SQL, MIME, Parquet |
//! | 10 | [`schedule`]: which occurrence is due, and the daemon that watches for it · [`site`]: static pages of what was sent | what a run does inside; each other |
//! | 9 | [`run`]: the order of work, and what is asked of a project beside it | which database, format or mail server |
//! | 8 | the steps, in the order of the data's way: [`ingest`] → [`build`] → [`edition`] → [`quality`]: what owners of data have to act on → [`post`] | a later step |
//! | 7 | [`job`]: what all steps share | any step |
//! | 6 | [`inspect`]: reads back what is sent, by `mail-parser` and `html5ever` · [`deliver`]: outbox, messages, a folder, and an SMTP client of our own of about 1,400 lines | each other; where rows came from |
//! | 5 | [`sketch`]: a contract to start from, drafted from a file · [`report`]: narrative, document, charts, media (HTML, text, workbook, CSV, paper) | where rows came from; takes only what the gate cleared |
//! | 4 | [`source`]: connectors, formats and contracts to Arrow · [`measures`]: what SQL does not say well · [`disclosure`]: the gate | each other; documents, recipients |
//! | 3 | [`engine`]: DataFusion, the models' graph, faults in SQL | where rows come from or go |
//! | 2 | [`store`]: landings, commits, tables · [`ledger`]: run records | SQL, mail |
//! | 1 | [`project`]: what the user wrote · [`calendar`]: periods and the clock · [`privacy`]: pseudonyms | network, DataFusion |
//! | 0 | [`diagnostic`]: a fault in a file, at its line, with help · [`text`]: hexadecimal digits, escapes, counts | everything |
//!
//! What is deliberately absent: a database of our own, templating inside SQL, a way around
//! [`disclosure`] (a renderer takes [`disclosure::Cleared`] and nothing else), "now" anywhere but at
//! a run's start, and printing anywhere but in [`cli`].

pub mod build;
pub mod calendar;
pub mod cli;
pub mod deliver;
pub mod demo;
pub mod diagnostic;
pub mod disclosure;
pub mod edition;
pub mod engine;
pub mod export;
pub mod ingest;
pub mod inspect;
pub mod job;
pub mod ledger;
pub mod measures;
pub mod post;
pub mod privacy;
pub mod project;
pub mod quality;
pub mod report;
pub mod run;
pub mod schedule;
pub mod site;
pub mod sketch;
pub mod source;
pub mod store;
pub mod text;
