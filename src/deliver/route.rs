use std::path::{Path, PathBuf};

use super::folder::FolderTransport;
use super::smtp::{SmtpError, SmtpTransport};
use super::transport::Transport;
use crate::project::MailSettings;

/// The folder into which mail goes until a mail server is set up.
const FOLDER: &str = "mail";

/// Why no transport can be made of the settings.
#[derive(Debug, thiserror::Error)]
pub enum RouteError {
    /// There are two ways, and only one can be meant.
    #[error("`[mail]` has both `folder` and `smtp`: leave one out")]
    Both,
    /// The mail server's settings cannot be used.
    #[error(transparent)]
    Smtp(#[from] SmtpError),
}

/// Returns the way by which mail leaves the project in the folder `project`. Nothing is connected or made yet.
///
/// # Errors
///
/// [`RouteError`] when the settings name two ways, or a mail server that could not be used safely.
pub fn route(mail: &MailSettings, project: &Path) -> Result<Box<dyn Transport>, RouteError> {
    match (&mail.folder, &mail.smtp) {
        (Some(_), Some(_)) => Err(RouteError::Both),
        (None, Some(smtp)) => Ok(Box::new(SmtpTransport::new(smtp, project)?)),
        (Some(folder), None) => Ok(Box::new(FolderTransport::new(below(project, &folder.path)))),
        (None, None) => Ok(Box::new(FolderTransport::new(below(project, FOLDER.as_ref())))),
    }
}

/// Returns a path that is written as seen from `project`, without `/./` within it.
fn below(project: &Path, written: &Path) -> PathBuf {
    project.join(written).components().collect()
}

#[cfg(test)]
mod tests;
