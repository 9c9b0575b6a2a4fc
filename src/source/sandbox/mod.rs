//! Reads workbooks and Parquet files in a process of their own, with limits on memory and time. Their parsers take
//! memory as the file says and fail by a panic: the limits hold for that process alone. The program starts itself
//! for this.
//!
//! ```text
//! task   what is read, and by which parser
//! frame  what the two processes write to each other
//! ```

mod frame;
mod task;

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;

use rustix::process::{Resource, Rlimit, setrlimit};

pub use task::Task;

use frame::Frame;

use super::error::SourceError;
use super::row::{Row, Take};

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

/// Reads `from` for the process that started this one, and writes its rows to `to`.
///
/// # Errors
///
/// `to` cannot be written. A fault of the file is not an error: it is written to `to`.
pub fn serve(task: Task<'_>, from: File, to: impl Write) -> std::io::Result<()> {
    let mut to = BufWriter::with_capacity(1 << 16, to);
    // A core dump would hold the data of the file.
    let limits = [(Resource::As, MEMORY), (Resource::Cpu, task.seconds()), (Resource::Core, 0)];
    if let Err(refused) = limits.into_iter().try_for_each(|(what, most)| limit(what, most)) {
        frame::write_fault(
            &mut to,
            &format!("the limits of the process that reads it cannot be set: {refused}"),
        )?;
        return to.flush();
    }
    let read = task.read("", from, &mut |row| {
        frame::write_row(&mut to, row).map_err(|error| SourceError::from_io("", &error))
    });
    match read {
        Ok(()) => frame::write_end(&mut to)?,
        Err(SourceError::Workbook { reason, .. } | SourceError::Parquet { reason, .. }) => {
            frame::write_fault(&mut to, &reason)?;
        }
        Err(other) => frame::write_fault(&mut to, &other.to_string())?,
    }
    to.flush()
}

fn limit(what: Resource, most: u64) -> std::io::Result<()> {
    Ok(setrlimit(what, Rlimit { current: Some(most), maximum: Some(most) })?)
}

/// Reads the rows of `from` in a process of its own; in this process while no program is set.
pub(super) fn read(file: &str, mut from: File, task: Task<'_>, take: Take<'_>) -> Result<(), SourceError> {
    let unavailable = |error: std::io::Error| SourceError::from_io(file, &error);
    from.rewind().map_err(unavailable)?;
    let Some(program) = PROGRAM.get() else { return task.read(file, from, take) };
    let mut command = Command::new(program);
    command.arg(VERB).env_clear();
    command.args(task.arguments());
    command.stdin(from).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut reader = Worker(command.spawn().map_err(unavailable)?);
    let Some(output) = reader.0.stdout.take() else {
        return Err(task.fault(file, "the process that reads it has no output"));
    };
    let (mut output, mut row) = (BufReader::with_capacity(1 << 16, output), Row::default());
    loop {
        match frame::read(&mut output, &mut row) {
            Ok(Frame::Row) => take(&row)?,
            Ok(Frame::Fault(reason)) => return Err(task.fault(file, reason)),
            Ok(Frame::End) => return Ok(()),
            Err(_) => {
                let ended = reader.0.wait().map_err(unavailable)?;
                return Err(ended_early(file, task, ended));
            }
        }
    }
}

/// Returns why the process ended before it had written everything.
fn ended_early(file: &str, task: Task<'_>, ended: ExitStatus) -> SourceError {
    const OUT_OF_TIME: i32 = 24;
    let limit = match ended.signal() {
        Some(OUT_OF_TIME) => format!("{} seconds", task.seconds()),
        Some(_) => format!("{} MiB of memory", MEMORY >> 20),
        // A panic of the parser.
        None => return task.fault(file, "the parser failed: the file is damaged"),
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
