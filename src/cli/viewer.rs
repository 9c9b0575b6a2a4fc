//! The viewer of this machine.

use std::path::Path;
use std::time::Duration;

/// How long a viewer may take to say that it cannot show a file; one that says nothing is at work.
const PATIENCE: Duration = Duration::from_secs(2);

/// Shows a file in whatever this machine shows such files in; returns whether there is something.
pub(super) fn show(file: &Path) -> bool {
    let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    open::that_detached_with_timeout(file, PATIENCE).is_ok()
}
