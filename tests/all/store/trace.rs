//! What a program asked of the file system, as `strace` saw it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Output;

use super::program::Order;

/// The calls by which the store changes a file system.
pub(super) const CALLS: [&str; 7] = ["openat", "write", "fsync", "renameat2", "rename", "mkdir", "unlink"];

/// One call that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) name: String,
    /// Its how manieth call of that name it was, as `strace` counts for `when=`: from 1.
    pub(super) index: usize,
    /// Its arguments, descriptors with their paths.
    pub(super) arguments: String,
}

impl Call {
    /// Returns the paths in the arguments, descriptors and quoted alike.
    pub(super) fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for (open, close) in [('<', '>'), ('"', '"')] {
            let mut rest = self.arguments.as_str();
            while let Some((_, after)) = rest.split_once(open) {
                let Some((path, after)) = after.split_once(close) else { break };
                if path.starts_with('/') {
                    paths.push(path.trim_end_matches("(deleted)").to_owned());
                }
                rest = after;
            }
        }
        paths
    }

    pub(super) fn touches(&self, folder: &Path) -> bool {
        self.paths().iter().any(|path| Path::new(path).starts_with(folder))
    }
}

/// Runs `order` under `strace` and gives its calls in order.
pub(super) fn trace(order: &Order) -> (Vec<Call>, Output) {
    let log = tempfile::NamedTempFile::new().unwrap();
    let calls = format!("trace={}", CALLS.join(","));
    let path = log.path().to_str().unwrap();
    let tool = ["strace", "-f", "-y", "-s", "64", "-e", "signal=none", "-e", &calls, "-o", path];
    let output = order.command_under(&tool).output().expect("`strace` is needed for this test");
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut calls = Vec::new();
    for line in std::fs::read_to_string(log.path()).unwrap().lines() {
        let (thread, call) = line.split_once(' ').unwrap();
        let Some((name, arguments)) = call.trim_start().split_once('(') else { continue };
        let call = Call { name: name.to_owned(), index: 0, arguments: arguments.to_owned() };
        assert!(!line.contains("unfinished") || !call.touches(&order.folder), "by two threads: {line}");
        let index = counts.entry((thread.to_owned(), name.to_owned())).or_default();
        *index += 1;
        if !arguments.contains(" = -1 ") {
            calls.push(Call { index: *index, ..call });
        }
    }
    let threads = counts.keys().map(|(thread, _)| thread).collect::<BTreeSet<_>>().len();
    assert_eq!(threads, 2, "the harness and the program");
    (calls, output)
}
