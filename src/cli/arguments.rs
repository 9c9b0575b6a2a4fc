//! What the command line may say: the options of all verbs, and the verbs.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::check::Check;
use super::completions::Completions;
use super::demo::Demo;
use super::describe::Describe;
use super::doctor::Doctor;
use super::history::History;
use super::init::Init;
use super::lineage::Lineage;
use super::log::LogFormat;
use super::plan::Plan;
use super::pseudonym::Pseudonym;
use super::quality::QualityVerb;
use super::quarantine::Quarantine;
use super::query::Query;
use super::read_sandboxed::ReadSandboxed;
use super::repair::Repair;
use super::replay::Replay;
use super::report::Report;
use super::run::Run;
use super::schedule::Schedule;
use super::schema::Schema;
use super::serve::Serve;
use super::show::Show;
use super::site::Site;
use super::sketch::Sketch;
use super::tables::Tables;
use super::test::Test;
use super::tick::Tick;
use super::trial::Try;
use super::verify::Verify;
use crate::source::sandbox;

/// Alternative provision reporting for English councils, from source row to inbox.
#[derive(Debug, Parser)]
#[command(name = "sufficiency", version, propagate_version = true, max_term_width = 100)]
pub(super) struct Cli {
    /// The folder of the project.
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub(super) project: PathBuf,
    /// Print JSON.
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// The form of the log on standard error.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORM")]
    pub(super) log_format: LogFormat,
    #[command(subcommand)]
    pub(super) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    Demo(Demo),
    Init(Init),
    Sketch(Sketch),
    Try(Try),
    Check(Check),
    Test(Test),
    Plan(Plan),
    Run(Run),
    Report(Report),
    Schedule(Schedule),
    Doctor(Doctor),
    Tick(Tick),
    Serve(Serve),
    Quality(QualityVerb),
    Quarantine(Quarantine),
    Pseudonym(Pseudonym),
    Query(Query),
    Tables(Tables),
    Describe(Describe),
    Lineage(Lineage),
    History(History),
    Show(Show),
    Site(Site),
    Verify(Verify),
    Replay(Replay),
    Repair(Repair),
    Schema(Schema),
    Completions(Completions),
    #[command(name = sandbox::VERB, hide = true)]
    ReadSandboxed(ReadSandboxed),
}
