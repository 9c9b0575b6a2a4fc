//! Reads workbooks and Parquet files in a process of their own, with limits on memory and time. Their parsers take
//! memory as the file says and fail by a panic: the limits hold for that process alone. The program starts itself
//! for this.
//!
//! ```text
//! parser  what reads a file of one format
//! frame   what the two processes write to each other
//! ```

mod frame;
mod parser;

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;

use rustix::process::{Resource, Rlimit, setrlimit};

pub use parser::Parser;

use frame::Frame;

use super::error::SourceError;
use super::parser_fault::ParserFault;
use super::row::{Row, Take};
use crate::diagnostic::Cause;

/// Memory of the process that reads a file, in bytes.
const MEMORY: u64 = 512 << 20;
/// The verb with which the program is started for this.
pub const VERB: &str = "read-sandboxed";

/// The program that is started.
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Sets the program that reads from now on: with [`VERB`] it calls [`serve`]. Without it, as in a test of the
/// library, files are read in this process.
pub fn set_program(program: PathBuf) {
    // A second call changes nothing: there is one program.
    let _ = PROGRAM.set(program);
}

/// Reads `from` with `parser` for the process that started this one, and writes its rows to `to`.
///
/// # Errors
///
/// `to` cannot be written. A fault of the file is not an error: it is written to `to`.
pub fn serve(parser: &Parser, asked: &str, from: File, to: impl Write) -> std::io::Result<()> {
    let mut to = BufWriter::with_capacity(1 << 16, to);
    // A core dump would hold the data of the file.
    let limits = [(Resource::As, MEMORY), (Resource::Cpu, parser.seconds), (Resource::Core, 0)];
    if let Err(refused) = limits.into_iter().try_for_each(|(what, most)| limit(what, most)) {
        let fault = ParserFault::new("the limits of the process that reads it cannot be set");
        frame::write_fault(&mut to, &ParserFault { cause: Some(Cause::of(&refused)), ..fault })?;
        return to.flush();
    }
    let read = (parser.read)("", from, asked, &mut |row| {
        frame::write_row(&mut to, row).map_err(|error| SourceError::from_io("", &error))
    });
    match read {
        Ok(()) => frame::write_end(&mut to)?,
        Err(error) => frame::write_fault(&mut to, &within(error))?,
    }
    to.flush()
}

/// Returns what a fault says without the name of the file, which this process does not know.
fn within(error: SourceError) -> ParserFault {
    match error {
        SourceError::Unreadable { reason, help, cause, .. }
        | SourceError::Archive { reason, help, cause, .. } => ParserFault { reason, help, cause },
        SourceError::Unavailable { reason, .. } | SourceError::Denied { reason, .. } => {
            ParserFault { cause: Some(reason), ..ParserFault::default() }
        }
        other => ParserFault::of(&other),
    }
}

fn limit(what: Resource, most: u64) -> std::io::Result<()> {
    Ok(setrlimit(what, Rlimit { current: Some(most), maximum: Some(most) })?)
}

/// Reads the rows of `from` in a process of its own; in this process while no program is set.
pub(super) fn read(
    file: &str,
    mut from: File,
    (parser, asked): (&Parser, &str),
    take: Take<'_>,
) -> Result<(), SourceError> {
    let unavailable = |error: std::io::Error| SourceError::from_io(file, &error);
    from.rewind().map_err(unavailable)?;
    let Some(program) = PROGRAM.get() else { return (parser.read)(file, from, asked, take) };
    let mut command = Command::new(program);
    command.arg(VERB).arg(parser.key).arg(asked).env_clear();
    command.stdin(from).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut reader = Worker(command.spawn().map_err(unavailable)?);
    let Some(output) = reader.0.stdout.take() else {
        return Err(parser.fault(file, ParserFault::new("the process that reads it has no output")));
    };
    let (mut output, mut row) = (BufReader::with_capacity(1 << 16, output), Row::default());
    loop {
        match frame::read(&mut output, &mut row) {
            Ok(Frame::Row) => take(&row)?,
            Ok(Frame::Fault(fault)) => return Err(parser.fault(file, fault)),
            Ok(Frame::End) => return Ok(()),
            Err(_) => {
                let ended = reader.0.wait().map_err(unavailable)?;
                return Err(ended_early(file, parser, ended));
            }
        }
    }
}

/// Returns why the process ended before it had written everything.
fn ended_early(file: &str, parser: &Parser, ended: ExitStatus) -> SourceError {
    const OUT_OF_TIME: i32 = 24;
    let limit = match ended.signal() {
        Some(OUT_OF_TIME) => format!("{} seconds", parser.seconds),
        Some(_) => format!("{} MiB of memory", MEMORY >> 20),
        // A panic of the parser.
        None => return parser.fault(file, ParserFault::new("the parser failed: the file is damaged")),
    };
    SourceError::Limit { file: file.to_owned(), limit }
}

/// A process that ends when this is dropped.
struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        // An error means that it has ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
