//! The reference of commands, written from what the parser itself knows.

use std::fmt::Write;

use clap::{Arg, Command, CommandFactory};

use super::Cli;

/// Returns every command with its arguments and options, as Markdown.
#[must_use]
pub fn reference() -> String {
    let mut page = String::new();
    let mut program = Cli::command();
    program.build();
    for command in program.get_subcommands().filter(|command| command.get_name() != "help") {
        describe(command, "sufficiency", &mut page);
    }
    page
}

fn describe(command: &Command, before: &str, page: &mut String) {
    let name = format!("{before} {}", command.get_name());
    let nested: Vec<&Command> =
        command.get_subcommands().filter(|command| command.get_name() != "help").collect();
    if nested.is_empty() {
        let arguments: Vec<&Arg> = command
            .get_arguments()
            .filter(|argument| !argument.is_global_set() && !is_help(argument))
            .collect();
        let _fits = writeln!(page, "### `{name}{}`\n\n{}\n", usage(&arguments), about(command));
        for argument in &arguments {
            let _fits = writeln!(page, "- {}", line(argument));
        }
        if !arguments.is_empty() {
            page.push('\n');
        }
    }
    for command in nested {
        describe(command, &name, page);
    }
}

fn is_help(argument: &Arg) -> bool {
    matches!(argument.get_id().as_str(), "help" | "version")
}

fn about(command: &Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default() + "."
}

/// Returns the arguments that have a place, as they are typed.
fn usage(arguments: &[&Arg]) -> String {
    arguments
        .iter()
        .filter(|argument| argument.is_positional())
        .map(|argument| {
            let many = argument.get_num_args().is_some_and(|count| count.max_values() > 1);
            let shown = format!("{}{}", value(argument), if many { "…" } else { "" });
            if argument.is_required_set() { format!(" {shown}") } else { format!(" [{shown}]") }
        })
        .collect()
}

/// Returns the name in place of an argument's value.
fn value(argument: &Arg) -> String {
    argument.get_value_names().and_then(|names| names.first()).map(ToString::to_string).unwrap_or_default()
}

/// Returns one argument: how it is typed, what it does, what it is when left out.
fn line(argument: &Arg) -> String {
    let takes = argument.get_action().takes_values();
    let typed = match argument.get_long() {
        Some(long) if takes => format!("`--{long} {}`", value(argument)),
        Some(long) => format!("`--{long}`"),
        None => format!("`{}`", value(argument)),
    };
    let mut line = format!("{typed}: {}", argument.get_help().map(ToString::to_string).unwrap_or_default());
    let choices: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|_| takes)
        .map(|choice| format!("`{}`", choice.get_name()))
        .collect();
    if !choices.is_empty() {
        let _fits = write!(line, "; one of {}", choices.join(", "));
    }
    let usual: Vec<String> =
        argument.get_default_values().iter().map(|value| format!("`{}`", value.to_string_lossy())).collect();
    if takes && !usual.is_empty() {
        let _fits = write!(line, "; {} when left out", usual.join(", "));
    }
    line
}
