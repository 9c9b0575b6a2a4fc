//! Where a sketch has its place in a project: the connection that holds the files, and the files that are written.

use std::io;
use std::path::{Path, PathBuf};

use super::draft::quoted;
use super::names::snake_case;
use super::outcome::Sketch;
use crate::project::{FolderConnection, Project, Written};

/// The name of the connection of files that are in no project.
const NOWHERE: &str = "files";

/// The connection that holds some files.
#[derive(Debug)]
pub struct Home {
    /// Its name.
    pub connection: String,
    /// What it is, to read from.
    pub written: Written,
    /// The files, by their names below it.
    pub files: Vec<String>,
    /// What `settings.toml` gains, where no connection of the project holds the files.
    pub gains: Option<String>,
}

/// Why files have no home.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// A file cannot be found or read.
    #[error("expected a file that can be read, found none")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file's name is not text.
    #[error("expected a path of letters that can be written into a contract")]
    Name {
        /// The file.
        path: PathBuf,
    },
}

impl Home {
    /// Finds the connection of `project` whose folder holds all of `files`, the nearest where there are several; a new one
    /// where none does.
    ///
    /// # Errors
    ///
    /// A file that is not there.
    pub fn of(project: Option<&Project>, files: &[PathBuf]) -> Result<Self, HomeError> {
        let mut paths = Vec::new();
        for path in files {
            let found = path.canonicalize().and_then(|found| {
                if found.is_file() { Ok(found) } else { Err(io::Error::other("it is not a file")) }
            });
            paths.push(found.map_err(|source| HomeError::File { path: path.clone(), source })?);
        }
        let below = |folder: &Path| -> Option<Vec<String>> {
            let name = |path: &PathBuf| {
                let name = path.strip_prefix(folder).ok()?.to_str()?.replace('\\', "/");
                Some(name)
            };
            paths.iter().map(name).collect()
        };
        let mut best: Option<(usize, String, Vec<String>)> = None;
        for (name, written) in project.into_iter().flat_map(|project| &project.settings.connections) {
            let Some(project) = project.filter(|_| written.kind() == "folder") else { continue };
            let Ok(folder) = written.read::<FolderConnection>() else { continue };
            let Ok(folder) = project.root.join(&folder.path).canonicalize() else { continue };
            let depth = folder.components().count();
            if let Some(names) = below(&folder)
                && best.as_ref().is_none_or(|(known, ..)| depth > *known)
            {
                best = Some((depth, name.clone(), names));
            }
        }
        let folder = common_folder(&paths);
        let unwritable = || HomeError::Name { path: folder.clone() };
        let shown = folder.to_str().ok_or_else(unwritable)?;
        let names = below(&folder).ok_or_else(unwritable)?;
        let absolute = format!("folder = {{ path = {} }}", quoted(shown));
        if let Some((_, connection, files)) = best {
            let written = project.and_then(|project| project.settings.connections.get(&connection)).cloned();
            if let Some(written) = written {
                return Ok(Self { connection, written, files, gains: None });
            }
        }
        let written = Written::inline(&absolute).map_err(|_| unwritable())?;
        let Some(project) = project else {
            return Ok(Self { connection: NOWHERE.to_owned(), written, files: names, gains: None });
        };
        let own = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let plain = snake_case(&own, NOWHERE);
        let mut connection = plain.clone();
        for number in 2.. {
            if !project.settings.connections.contains_key(&connection) {
                break;
            }
            connection = format!("{plain}_{number}");
        }
        // A path within the project stays right when the project moves.
        let within = project
            .root
            .canonicalize()
            .ok()
            .and_then(|root| folder.strip_prefix(root).ok().map(Path::to_owned));
        let place = match within.as_deref().and_then(Path::to_str) {
            Some("") => quoted("."),
            Some(within) => quoted(&format!("./{within}")),
            None => quoted(shown),
        };
        let gains = format!("\n[connections.{connection}]\nfolder = {{ path = {place} }}\n");
        Ok(Self { connection, written, files: names, gains: Some(gains) })
    }
}

/// Returns the deepest folder that holds all of `paths`.
fn common_folder(paths: &[PathBuf]) -> PathBuf {
    let mut folder = paths.first().and_then(|path| path.parent()).map(Path::to_owned).unwrap_or_default();
    while !paths.iter().all(|path| path.starts_with(&folder)) {
        if !folder.pop() {
            break;
        }
    }
    folder
}

/// Writes a sketch into `project` as the source `pipeline.source`, with what it needs beside it. Returns the files that
/// were written, as users are shown them. A file that is there is left as it is.
///
/// # Errors
///
/// A file that is there already, or cannot be written.
pub fn write(
    project: &Project,
    pipeline: &str,
    source: &str,
    sketch: &Sketch,
    gains: Option<&str>,
) -> io::Result<Vec<String>> {
    let folder = format!("pipelines/{pipeline}");
    let contract = format!("{folder}/sources/{source}.toml");
    let query = format!("{folder}/sources/{source}.sql");
    let path = |name: &str| project.root.join(name);
    for name in [&contract].into_iter().chain(sketch.query.as_ref().map(|_| &query)) {
        if path(name).exists() {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, name.clone()));
        }
    }
    let mut written = Vec::new();
    let mut write = |name: &str, text: &str| -> io::Result<()> {
        let path = path(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, text)?;
        written.push(name.to_owned());
        Ok(())
    };
    let own = format!("{folder}/pipeline.toml");
    if !path(&own).exists() {
        let owner = project.council.owners.keys().next().map_or("data", String::as_str);
        write(
            &own,
            &format!(
                "description = {}\nowner = {}\n",
                quoted(&format!("Sources of {pipeline}")),
                quoted(owner)
            ),
        )?;
    }
    write(&contract, &sketch.text)?;
    if let Some(text) = &sketch.query {
        write(&query, text)?;
    }
    if let Some(gains) = gains {
        let settings =
            std::fs::read_to_string(path("settings.toml")).or_else(|error| match error.kind() {
                io::ErrorKind::NotFound => Ok(String::new()),
                _ => Err(error),
            })?;
        write("settings.toml", &format!("{}{gains}", settings.trim_end().to_owned() + "\n"))?;
    }
    Ok(written)
}
