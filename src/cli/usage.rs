//! Faults of the arguments, as failures: what was expected, what was found and what to write, as of every other fault.

use std::error::Error;

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::diagnostic::did_you_mean;
use crate::job::Failure;
use crate::job::context::no_such;
use crate::privacy::pupil_numbers;
use crate::text;

/// Returns what the parser found wrong with the arguments of `program` as a failure of usage.
pub(super) fn failure(error: &clap::Error, program: &Command) -> Failure {
    let fault = Fault { error, verb: Verb::of(error, program) };
    fault.failure()
}

/// What the parser found, and of which command.
struct Fault<'a> {
    error: &'a clap::Error,
    verb: Verb<'a>,
}

/// A command of the program, and how it is written.
struct Verb<'a> {
    command: &'a Command,
    name: String,
    usage: Option<String>,
}

impl<'a> Verb<'a> {
    /// Finds the command whose usage `error` shows; the program itself where it shows none.
    fn of(error: &clap::Error, program: &'a Command) -> Self {
        let rendered = error.to_string();
        let shown = rendered.lines().find_map(|line| line.trim().strip_prefix("Usage: "));
        // The first word is the program, by the name that it was called by.
        let written = shown.map(|usage| usage.split_whitespace().skip(1).collect::<Vec<_>>());
        let mut verb = Self { command: program, name: "sufficiency".to_owned(), usage: None };
        for word in written.iter().flatten() {
            let Some(command) = verb.command.find_subcommand(word) else { break };
            verb.command = command;
            verb.name = format!("{} {word}", verb.name);
        }
        verb.usage = written.map(|words| format!("sufficiency {}", words.join(" ")));
        verb
    }

    /// Returns the commands below it that people may use.
    fn commands(&self) -> Vec<&'a str> {
        let shown = self.command.get_subcommands().filter(|command| !command.is_hide_set());
        shown.map(Command::get_name).collect()
    }
}

impl Fault<'_> {
    fn failure(&self) -> Failure {
        let found = self.text(ContextKind::InvalidValue);
        let argument = self.texts(ContextKind::InvalidArg);
        let failure = match self.error.kind() {
            ErrorKind::InvalidSubcommand => {
                let name = self.text(ContextKind::InvalidSubcommand).unwrap_or_default();
                no_such("command", &name, self.verb.commands())
            }
            ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                let commands = text::known(self.verb.commands());
                Failure::usage(format!("expected a command of `{}`, found none", self.verb.name))
                    .help(commands)
            }
            ErrorKind::InvalidValue => self.not_one_of(&argument, found.as_deref().unwrap_or_default()),
            ErrorKind::ValueValidation => {
                let expected =
                    self.error.source().map_or_else(|| "another value".to_owned(), ToString::to_string);
                let found = shown(found.as_deref().unwrap_or_default());
                Failure::usage(format!("expected {expected} for {}, found {found}", named(&argument, ", ")))
            }
            ErrorKind::UnknownArgument => self.unknown(&argument),
            ErrorKind::MissingRequiredArgument => {
                let none = match argument.len() {
                    0 | 1 => "nothing",
                    2 => "neither",
                    _ => "none of them",
                };
                Failure::usage(format!("expected {}, found {none}", named(&argument, " and ")))
            }
            ErrorKind::ArgumentConflict => {
                let others = self.texts(ContextKind::PriorArg);
                if argument == others {
                    let once = named(&argument, " and ");
                    Failure::usage(format!("expected {once} once, found it twice"))
                } else {
                    let either = named(&argument.iter().chain(&others).collect::<Vec<_>>(), " or ");
                    Failure::usage(format!("expected {either}, found both"))
                }
            }
            ErrorKind::TooManyValues => {
                let flag = named(&argument, ", ");
                let found = shown(found.as_deref().unwrap_or_default());
                let what = format!("expected {flag} without a value, found {found}");
                return Failure::usage(what).help(format!("write {flag} alone"));
            }
            _ => {
                let rendered = self.error.to_string();
                let first = rendered.lines().next().unwrap_or_default();
                Failure::usage(first.trim_start_matches("error: ").replace('\'', "`"))
            }
        };
        match &self.verb.usage {
            Some(usage) => failure.help(format!("write `{usage}`; `{} --help` says more", self.verb.name)),
            None => failure,
        }
    }

    /// Returns the failure of a value that is none of those that `argument` may have.
    fn not_one_of(&self, argument: &[String], found: &str) -> Failure {
        let valid = self.texts(ContextKind::ValidValue);
        let of = named(argument, ", ");
        if found.is_empty() {
            let failure = Failure::usage(format!("expected a value of {of}, found none"));
            return if valid.is_empty() { failure } else { failure.help(text::known(&valid)) };
        }
        let nearest = did_you_mean(found, &valid);
        let what = format!("expected a value that {of} takes, found {}", shown(found));
        nearest.into_iter().chain([text::known(&valid)]).fold(Failure::usage(what), Failure::help)
    }

    /// Returns the failure of an argument that the command does not take.
    fn unknown(&self, argument: &[String]) -> Failure {
        let found = argument.first().map(String::as_str).unwrap_or_default();
        if !found.starts_with('-') {
            return Failure::usage(format!("expected no further argument, found {}", shown(found)));
        }
        let options: Vec<String> = self
            .verb
            .command
            .get_arguments()
            .filter(|known| !known.is_hide_set())
            .filter_map(|known| known.get_long().map(|long| format!("--{long}")))
            .collect();
        let nearest = did_you_mean(found, &options);
        let failure = Failure::usage(format!("expected an option of `{}`, found `{found}`", self.verb.name));
        nearest.into_iter().chain([text::known(&options)]).fold(failure, Failure::help)
    }

    /// Returns one text that the parser knows of the fault.
    fn text(&self, kind: ContextKind) -> Option<String> {
        self.texts(kind).into_iter().next()
    }

    /// Returns the texts that the parser knows of the fault.
    fn texts(&self, kind: ContextKind) -> Vec<String> {
        match self.error.get(kind) {
            Some(ContextValue::String(text)) => vec![text.clone()],
            Some(ContextValue::Strings(texts)) => texts.clone(),
            _ => Vec::new(),
        }
    }
}

/// Returns what was written, but never a pupil's number.
fn shown(written: &str) -> String {
    if written.is_empty() {
        "nothing".to_owned()
    } else if pupil_numbers(written).alike > 0 {
        "a pupil number".to_owned()
    } else {
        format!("`{written}`")
    }
}

/// Returns names as a list in a sentence.
fn named<S: AsRef<str>>(names: &[S], between: &str) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(between)
}
