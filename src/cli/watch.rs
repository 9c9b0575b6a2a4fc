//! Waits until a file changes that a draft is made from.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::job::{Failure, Stop};

/// The folders of a project that a report is made from.
const FOLDERS: [&str; 3] = ["report-templates", "pipelines", "commentary"];

/// Endings of the files in them; an editor's own files beside them end otherwise.
const ENDINGS: [&str; 7] = ["toml", "sql", "hbs", "md", "csv", "css", "typ"];

/// How long no further change must come, for one change to be taken for whole: editors write in several steps.
const QUIET: Duration = Duration::from_millis(80);

/// How long changes may go on before they are taken for whole all the same.
const LONGEST: Duration = Duration::from_secs(2);

/// How soon a signal is noticed.
const STEP: Duration = Duration::from_millis(100);

/// The files of a project, watched.
#[derive(Debug)]
pub(super) struct Watch {
    root: PathBuf,
    watcher: RecommendedWatcher,
    changes: Receiver<notify::Result<Event>>,
    followed: BTreeSet<PathBuf>,
    /// Where the store's commits are, once it is known.
    commits: Option<PathBuf>,
}

impl Watch {
    /// Begins to watch the project in `root`: what changes from here on is noticed.
    pub(super) fn over(root: &Path) -> Result<Self, Failure> {
        let root = root.canonicalize().map_err(|error| {
            Failure::usage("expected the folder of a project").at(root.display().to_string()).because(error)
        })?;
        let (to, changes) = channel();
        let refused = |error: notify::Error| {
            Failure::usage("the files of the project cannot be watched")
                .because(error)
                .help("make the draft without `--watch`, each time again")
        };
        let mut watcher = notify::recommended_watcher(to).map_err(refused)?;
        watcher.watch(&root, RecursiveMode::NonRecursive).map_err(refused)?;
        let mut watch = Self { root, watcher, changes, followed: BTreeSet::new(), commits: None };
        watch.follow();
        Ok(watch)
    }

    /// Watches the commits of the store too: a run elsewhere has published.
    pub(super) fn follow_store(&mut self, store: &Path) {
        self.commits = store.join("commits").canonicalize().ok();
        self.follow();
    }

    /// Watches those of the folders that are there by now.
    fn follow(&mut self) {
        let folders = FOLDERS.iter().map(|folder| self.root.join(folder)).chain(self.commits.clone());
        for folder in folders.collect::<Vec<_>>() {
            let is_new = folder.is_dir() && !self.followed.contains(&folder);
            // A folder that cannot be watched is one whose changes are not noticed; the others are.
            if is_new && self.watcher.watch(&folder, RecursiveMode::Recursive).is_ok() {
                self.followed.insert(folder);
            }
        }
    }

    /// Waits for the next change that a draft could show; returns what changed, or nothing once a signal came.
    pub(super) fn next(&mut self, stop: &Stop) -> Option<String> {
        let mut first: Option<(String, Instant)> = None;
        loop {
            if stop.is_now() {
                return None;
            }
            match (self.changes.recv_timeout(if first.is_some() { QUIET } else { STEP }), &first) {
                (Ok(Ok(event)), _) => {
                    if let Some(changed) = self.relevant(&event) {
                        first.get_or_insert_with(|| (changed, Instant::now()));
                    }
                }
                (Ok(Err(_)) | Err(RecvTimeoutError::Timeout), None) => {}
                (Ok(Err(_)) | Err(RecvTimeoutError::Timeout), Some(_)) => break,
                (Err(RecvTimeoutError::Disconnected), _) => return None,
            }
            if first.as_ref().is_some_and(|(_, begun)| begun.elapsed() > LONGEST) {
                break;
            }
        }
        self.follow();
        first.map(|(changed, _)| changed)
    }

    /// Returns the file of an event, within the project, where a draft could show its change.
    fn relevant(&self, event: &Event) -> Option<String> {
        // Our own reading is an event too.
        if matches!(event.kind, EventKind::Access(_)) {
            return None;
        }
        let path = event.paths.iter().find(|path| self.is_read(path))?;
        if self.commits.as_ref().is_some_and(|commits| path.starts_with(commits)) {
            return Some("The published tables".to_owned());
        }
        Some(path.strip_prefix(&self.root).unwrap_or(path).display().to_string())
    }

    fn is_read(&self, path: &Path) -> bool {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if self.commits.as_ref().is_some_and(|commits| path.starts_with(commits)) {
            return ending == "json";
        }
        let Ok(within) = path.strip_prefix(&self.root) else { return false };
        let mut parts = within.components();
        let first = parts.next().map(|part| part.as_os_str().to_string_lossy().into_owned());
        let in_folder = first.is_some_and(|first| FOLDERS.contains(&first.as_str()));
        match parts.next() {
            // A file of the project itself, or one of its folders that was made or removed.
            None => ending == "toml" || in_folder,
            // A folder that was made has files in it before it is watched.
            Some(_) => in_folder && (ENDINGS.contains(&ending) || path.is_dir()),
        }
    }
}
