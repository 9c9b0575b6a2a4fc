//! Workbooks and Parquet, read in a process of its own, which may have so much memory and time and no more.
//! Their parsers are the ones that take memory as a file tells them to and that give up by a panic; what a
//! file does to them, it does there. The program starts itself again for it.

mod frame;

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;

use rustix::process::{Resource, Rlimit, setrlimit};

use super::row::Row;
use super::{SourceError, columnar, workbook};
use frame::Frame;

/// Memory of the process that reads a file, in bytes.
const MEMORY: u64 = 512 << 20;
/// Processor time for a workbook, in seconds.
const WORKBOOK_SECONDS: u64 = 120;
/// Processor time for a Parquet file, which may have many more rows, in seconds.
const PARQUET_SECONDS: u64 = 3600;
/// The verb by which the program is started for this.
pub const VERB: &str = "read-apart";

/// The program that is started.
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// What is read.
#[derive(Debug, Clone, Copy)]
pub enum Task<'a> {
    /// The one sheet of a workbook whose name fits this pattern.
    Workbook(&'a str),
    /// A Parquet file.
    Parquet,
}

impl Task<'_> {
    fn seconds(self) -> u64 {
        match self {
            Self::Workbook(_) => WORKBOOK_SECONDS,
            Self::Parquet => PARQUET_SECONDS,
        }
    }

    fn fault(self, file: &str, reason: impl Into<String>) -> SourceError {
        let (file, reason) = (file.to_owned(), reason.into());
        match self {
            Self::Workbook(_) => SourceError::Workbook { file, reason },
            Self::Parquet => SourceError::Parquet { file, reason },
        }
    }

    /// Reads in this very process.
    fn read_here(
        self,
        file: &str,
        from: File,
        take: &mut dyn FnMut(&Row) -> Result<(), SourceError>,
    ) -> Result<(), SourceError> {
        match self {
            Self::Workbook(sheet) => workbook::read(file, from, sheet, take),
            Self::Parquet => columnar::read(file, from, take),
        }
    }
}

/// From now on `program` reads, which answers to [`VERB`] by calling [`serve`]. Before this, as in a
/// library's test, files are read in this very process.
pub fn by(program: PathBuf) {
    // The first to say so is right: there is one program.
    let _ = PROGRAM.set(program);
}

/// Reads `from` on behalf of the process that started this one, and says what it holds to `to`.
///
/// # Errors
///
/// Nobody listens. What is wrong with the file is no error: it is said.
pub fn serve(task: Task<'_>, from: File, to: impl Write) -> std::io::Result<()> {
    let mut to = BufWriter::with_capacity(1 << 16, to);
    // A core would hold what the file holds.
    let limits = [(Resource::As, MEMORY), (Resource::Cpu, task.seconds()), (Resource::Core, 0)];
    if let Err(refused) = limits.into_iter().try_for_each(|(what, most)| limit(what, most)) {
        frame::write_fault(
            &mut to,
            &format!("the process that reads it cannot be given its limits: {refused}"),
        )?;
        return to.flush();
    }
    let read = task.read_here("", from, &mut |row| {
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

/// Hands over the rows of `from`, read in a process of its own where there is a program for it.
pub(super) fn read(
    file: &str,
    mut from: File,
    task: Task<'_>,
    take: &mut dyn FnMut(&Row) -> Result<(), SourceError>,
) -> Result<(), SourceError> {
    let unavailable = |error: std::io::Error| SourceError::from_io(file, &error);
    from.rewind().map_err(unavailable)?;
    let Some(program) = PROGRAM.get() else { return task.read_here(file, from, take) };
    let mut command = Command::new(program);
    command.arg(VERB).env_clear();
    if let Task::Workbook(sheet) = task {
        command.arg(format!("--sheet={sheet}"));
    }
    command.stdin(from).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut reader = Worker(command.spawn().map_err(unavailable)?);
    let Some(said) = reader.0.stdout.take() else {
        return Err(task.fault(file, "the process that reads it says nothing"));
    };
    let (mut said, mut row) = (BufReader::with_capacity(1 << 16, said), Row::default());
    loop {
        match frame::read(&mut said, &mut row) {
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

/// Why the process ended before it had said all.
fn ended_early(file: &str, task: Task<'_>, ended: ExitStatus) -> SourceError {
    const OUT_OF_TIME: i32 = 24;
    let limit = match ended.signal() {
        Some(OUT_OF_TIME) => format!("{} seconds", task.seconds()),
        Some(_) => format!("{} MiB of memory", MEMORY >> 20),
        // A panic of the parser.
        None => return task.fault(file, "its parser gave up: the file is damaged"),
    };
    SourceError::Limit { file: file.to_owned(), limit }
}

/// A process that ends with whoever asked.
struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
