//! The commands: one file a verb, and the only place that prints.
//!
//! A verb reads its arguments, calls one function of a lower floor and shows what came back, for people or,
//! with `--json`, for programs. What it cannot do becomes a [`Failure`] with an exit code; the
//! code is decided in [`crate::run`], never here.

mod arguments;
mod check;
mod complete;
mod completions;
mod demo;
mod describe;
mod doctor;
mod draft;
mod history;
mod init;
mod junit;
mod lineage;
mod locked;
mod log;
mod output;
mod plan;
mod progress;
mod pseudonym;
mod quality;
mod quarantine;
mod query;
mod read_sandboxed;
mod reference;
mod repair;
mod replay;
mod report;
mod run;
mod schedule;
mod schema;
mod serve;
mod shell;
mod show;
mod site;
mod sketch;
mod tables;
mod test;
mod tick;
mod trial;
mod usage;
mod values;
mod verify;
mod viewer;
mod watch;

use std::ffi::OsString;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::job::{Context, Failure, Kept, Kind};
use crate::project::Project;
use crate::schedule::daemon;
use crate::source::sandbox;
use arguments::{Cli, Verb};
use log::LogFormat;
use output::Output;
pub use reference::reference;

/// Runs the program with these arguments, the first of which is its name.
///
/// A panic is a fault of the program: the output names its place and never its message, which may hold a value of
/// the data.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if complete::answer(&arguments, Cli::command) {
        return ExitCode::SUCCESS;
    }
    let (json, form) = asked(&arguments);
    std::panic::set_hook(Box::new(output::panicked));
    std::panic::catch_unwind(AssertUnwindSafe(|| answer(arguments, json, form)))
        .unwrap_or_else(|_payload| output::bug(json))
}

/// Returns whether programs read the answer, and the form of the log, also of arguments that cannot be read.
fn asked(arguments: &[OsString]) -> (bool, LogFormat) {
    let options: Vec<&str> = arguments
        .iter()
        .filter_map(|argument| argument.to_str())
        .take_while(|argument| *argument != "--")
        .collect();
    let json_log = options.contains(&"--log-format=json")
        || options.windows(2).any(|two| two == ["--log-format", "json"]);
    (options.contains(&"--json"), if json_log { LogFormat::Json } else { LogFormat::Text })
}

fn answer(arguments: Vec<OsString>, json: bool, form: LogFormat) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(said) if matches!(said.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            return output::answer(&said, json);
        }
        Err(fault) => {
            // People who name no command see the commands in full.
            if fault.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && !json {
                let _closed = fault.print();
                return ExitCode::from(Kind::Usage.code());
            }
            let mut program = Cli::command();
            program.build();
            let out = Output::new(json, form);
            let code = out.failure(&usage::failure(&fault, &program));
            out.end();
            return code;
        }
    };
    sandbox::set_program(own_program());
    let out = Output::new(cli.json, cli.log_format).preserving(preserved_by(&cli.verb));
    if ends_at_once(&cli.verb)
        && let Err(failure) = daemon::end_at_once(&out)
    {
        return out.failure(&failure);
    }
    let done = match cli.verb {
        Verb::Demo(verb) => verb.run(&out),
        Verb::Init(verb) => verb.run(&out),
        Verb::Sketch(verb) => verb.run(&cli.project, &out),
        Verb::Try(verb) => verb.run(&cli.project, &out),
        Verb::Check(verb) => verb.run(&cli.project, &out),
        Verb::Test(verb) => verb.run(&cli.project, &out),
        Verb::Plan(verb) => verb.run(&cli.project, &out),
        Verb::Run(verb) => open(&cli.project, &out).and_then(|context| verb.run(context, &out)),
        Verb::Report(verb) => match verb.draft() {
            Ok(draft) => draft.run(&cli.project, &out),
            Err(verb) => {
                let opened =
                    if verb.is_reading() { look(&cli.project, &out) } else { open(&cli.project, &out) };
                opened.and_then(|context| verb.run(context, &out))
            }
        },
        Verb::Schedule(verb) => Project::load(&cli.project)
            .map_err(Failure::from)
            .and_then(|(project, _)| verb.run(&project, &out)),
        Verb::Doctor(_) => doctor::Doctor::run(&cli.project, &out),
        Verb::Tick(_) => tick::Tick::run(&cli.project, &out),
        Verb::Serve(verb) => verb.run(&cli.project, &out),
        Verb::Quality(verb) => {
            let opened = if verb.is_reading() { look(&cli.project, &out) } else { open(&cli.project, &out) };
            opened.and_then(|context| verb.run(context, &out))
        }
        Verb::Quarantine(verb) => {
            let opened = if verb.is_reading() { look(&cli.project, &out) } else { open(&cli.project, &out) };
            opened.and_then(|context| verb.run(context, &out))
        }
        Verb::Pseudonym(verb) => open(&cli.project, &out).and_then(|context| verb.run(&context, &out)),
        Verb::Query(verb) => look(&cli.project, &out).and_then(|context| verb.run(&context, &out)),
        Verb::Tables(verb) => look(&cli.project, &out).and_then(|context| verb.run(&context, &out)),
        Verb::Describe(verb) => look(&cli.project, &out).and_then(|context| verb.run(&context, &out)),
        Verb::Lineage(verb) => Project::load(&cli.project)
            .map_err(Failure::from)
            .and_then(|(project, _)| verb.run(&project, &out)),
        Verb::Site(verb) => look(&cli.project, &out).and_then(|context| verb.run(&context, &out)),
        Verb::History(verb) => look(&cli.project, &out).and_then(|context| verb.run(&context, &out)),
        Verb::Show(verb) => look(&cli.project, &out).and_then(|context| verb.run(&context, &out)),
        Verb::Verify(verb) => verb.run(|| look(&cli.project, &out), &out),
        Verb::Replay(verb) => look(&cli.project, &out).and_then(|context| verb.run(&context, &out)),
        Verb::Repair(verb) => Context::look_sound(&cli.project)
            // Opening would make a store where there is none.
            .and_then(|(looked, _)| looked.there())
            .and_then(|()| open(&cli.project, &out))
            .and_then(|context| verb.run(&context, &out)),
        Verb::Schema(verb) => verb.run(&out),
        Verb::Completions(verb) => verb.run(&out),
        Verb::ReadSandboxed(verb) => verb.run(),
    };
    let code = match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => match failure.kind() {
            // The verb has printed why it ended.
            Kind::Ended(code) => ExitCode::from(code),
            _ => out.failure(&failure),
        },
    };
    out.end();
    code
}

/// Returns whether a signal ends a verb at once: one that publishes and sends nothing, or does each step whole. The others
/// hear it between two steps, and the sandbox's own process belongs to the one that started it.
fn ends_at_once(verb: &Verb) -> bool {
    match verb {
        Verb::Demo(_) | Verb::Run(_) | Verb::Tick(_) | Verb::Serve(_) | Verb::ReadSandboxed(_) => false,
        Verb::Report(verb) => verb.is_reading(),
        Verb::Quality(verb) => verb.is_reading(),
        Verb::Quarantine(verb) => verb.is_reading(),
        _ => true,
    }
}

/// Returns what is as it was when a verb fails and does not say itself what is.
fn preserved_by(verb: &Verb) -> Kept {
    match verb {
        Verb::Demo(_) | Verb::Init(_) | Verb::Sketch(_) | Verb::Schema(_) => Kept::Written,
        Verb::Run(_)
        | Verb::Report(_)
        | Verb::Tick(_)
        | Verb::Serve(_)
        | Verb::Quarantine(_)
        | Verb::Pseudonym(_)
        | Verb::Repair(_) => Kept::Published,
        _ => Kept::Everything,
    }
}

/// Returns this very program, by a name that stays right when a newer one has been put in its place.
fn own_program() -> PathBuf {
    let running = PathBuf::from("/proc/self/exe");
    if running.exists() { running } else { std::env::current_exe().unwrap_or(running) }
}

/// Opens the project in `root` with its store.
fn open(root: &Path, out: &Output) -> Result<Context, Failure> {
    Context::open_sound(root).map(|opened| with_warnings(opened, out))
}

/// Opens the project in `root` with its store as it is, to be read: whoever may read it need not be able to write it.
fn look(root: &Path, out: &Output) -> Result<Context, Failure> {
    Context::look_sound(root).map(|opened| with_warnings(opened, out))
}

fn with_warnings((context, warnings): (Context, Diagnostics), out: &Output) -> Context {
    out.warnings(&warnings);
    for pipeline in context.project().faulty.keys() {
        let message = format!("`{pipeline}` is left out: its files have faults");
        let help = "`sufficiency check` shows them".to_owned();
        let folder = format!("pipelines/{pipeline}");
        out.warnings(&Diagnostic::of_path(&folder, message).as_warning().with_help(help).into());
    }
    context
}
