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
    #[error("expected `folder` or `smtp` in `[mail]`, found both")]
    Both,
    /// The mail server's settings cannot be used.
    #[error(transparent)]
    Smtp(#[from] SmtpError),
}

impl RouteError {
    /// Returns the file that it is about.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::Both => "settings.toml".to_owned(),
            Self::Smtp(error) => error.place(),
        }
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Both => "leave one of them out".to_owned(),
            Self::Smtp(error) => error.help(),
        }
    }
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
