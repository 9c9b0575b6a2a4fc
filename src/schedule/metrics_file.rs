//! The figures for Prometheus, as a file that its node exporter reads.

use std::io::{self, Write};
use std::path::Path;

use super::entry::Entry;
use super::metrics::metrics;
use super::timetables::read_project;
use crate::job::Context;

/// Writes the figures where the settings ask for them. Figures that cannot be had or written fail no run: the line of
/// the log that says so is returned.
#[must_use]
pub fn write_metrics(context: &Context) -> Option<Entry> {
    let file = context.project().settings.metrics_file.as_ref()?;
    let path = context.project().path(file);
    let (timetables, _) = read_project(context.project());
    let written = metrics(context, &timetables, context.clock().now())
        .map_err(|failure| failure.to_string())
        .and_then(|page| write_for_all(&path, page.as_bytes()).map_err(|error| error.to_string()));
    let why = written.err()?;
    let words = format!("the figures cannot be written to `{}`: {why}", path.display());
    Some(Entry::new("warning", "metrics_unwritten", words))
}

/// Writes `bytes` at `path`, whole or not at all, for other users of the machine to read: they hold no value of the data.
fn write_for_all(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new();
    #[cfg(unix)]
    file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = file.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
