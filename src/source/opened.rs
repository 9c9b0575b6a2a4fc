use std::fs::File;
use std::io::{Error, ErrorKind};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;

/// Opens a file to read it. Anything else that has a name, such as a pipe, is refused at once: opening one would wait for
/// whoever writes into it.
pub(super) fn open(path: &Path) -> Result<File, Error> {
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = File::options().read(true).custom_flags(flags).open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(Error::new(ErrorKind::InvalidInput, "it is not a file"))
    }
}

/// What has the name of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// A file, or a link to one.
    File,
    /// A folder, or a link to one.
    Folder,
    /// Nothing any more: it has gone since it was listed.
    Gone,
    /// Something that cannot be read as a file, in words.
    Other(&'static str),
}

/// Returns what a name in a folder stands for. Opens nothing.
pub(super) fn named(path: &Path) -> Result<Named, Error> {
    let kind = match std::fs::metadata(path) {
        Ok(found) => found.file_type(),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let is_link = path.is_symlink();
            return Ok(if is_link { Named::Other("a link that leads nowhere") } else { Named::Gone });
        }
        // A link that leads back to itself.
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            return Ok(Named::Other("a link that leads to itself"));
        }
        Err(error) => return Err(error),
    };
    Ok(if kind.is_file() {
        Named::File
    } else if kind.is_dir() {
        Named::Folder
    } else if kind.is_fifo() {
        Named::Other("a pipe")
    } else if kind.is_socket() {
        Named::Other("a socket")
    } else {
        Named::Other("a device")
    })
}

#[cfg(test)]
mod tests {
    use super::{Named, named, open};

    #[test]
    fn only_files_are_opened_and_nothing_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, path("pipe"), rustix::fs::FileType::Fifo, mode, 0).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(path("socket")).unwrap();
        std::os::unix::fs::symlink("nowhere", path("link")).unwrap();
        std::os::unix::fs::symlink("circle", path("circle")).unwrap();
        std::fs::create_dir(path("folder")).unwrap();
        std::fs::write(path("file"), "x").unwrap();
        let found = ["pipe", "socket", "link", "circle", "folder", "file", "none"]
            .map(|name| named(&path(name)).unwrap());
        assert_eq!(
            found,
            [
                Named::Other("a pipe"),
                Named::Other("a socket"),
                Named::Other("a link that leads nowhere"),
                Named::Other("a link that leads to itself"),
                Named::Folder,
                Named::File,
                Named::Gone,
            ]
        );
        assert!(open(&path("file")).is_ok());
        for name in ["pipe", "folder", "link", "circle"] {
            assert!(open(&path(name)).is_err(), "{name}");
        }
    }
}
