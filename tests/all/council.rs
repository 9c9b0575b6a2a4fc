//! A project in a folder of its own, for tests that run the whole way.

use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use sufficiency::job::{Alone, Context, Failure, Options};
use sufficiency::project::Project;
use sufficiency::run;
use sufficiency::run::{Outcome, Selection};
use tempfile::TempDir;

/// A project that a test may change.
pub(crate) struct Council {
    folder: TempDir,
}

impl Council {
    /// Copies `tests/projects/<name>`.
    pub(crate) fn of(name: &str) -> Self {
        let folder = TempDir::new().unwrap();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/projects").join(name), folder.path());
        Self { folder }
    }

    /// Makes a project of one pipeline, `share`, with one source, `rows`, that reads `extracts` by `contract`.
    pub(crate) fn with_source(contract: &str) -> Self {
        let council = Self { folder: TempDir::new().unwrap() };
        council.write(
            "sufficiency.toml",
            "[council]\nname = \"The council of one source\"\nla_code = \"336\"\nmarking = \"OFFICIAL\"\n\
             [owners]\ndata = \"data@council.example\"\n",
        );
        council.write(
            "settings.toml",
            "fixed_clock = \"2025-10-06T06:00\"\n[connections.share]\nfolder = { path = \"extracts\" }\n",
        );
        council.write("pipelines/share/pipeline.toml", "description = \"Files\"\nowner = \"data\"\n");
        council.contract(contract);
        council
    }

    /// Writes the contract of a project of one source.
    pub(crate) fn contract(&self, contract: &str) -> &Self {
        self.write(
            "pipelines/share/sources/rows.toml",
            format!("connection = \"share\"\nquarantine_limit = \"100%\"\n{contract}"),
        )
    }

    /// Returns the path of one of its files.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes one of its files.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// Removes one of its files.
    pub(crate) fn remove(&self, name: &str) -> &Self {
        std::fs::remove_file(self.path(name)).unwrap();
        self
    }

    /// Opens the project with its store.
    pub(crate) fn open(&self) -> Context {
        let (project, _) = Project::load(self.folder.path()).unwrap_or_else(|faults| panic!("{faults}"));
        Context::open(project).unwrap()
    }

    /// Runs every pipeline, and sends.
    pub(crate) fn run_all(&self) -> Outcome {
        let options = Options { send: true, trigger: "a test".to_owned(), ..Options::default() };
        run::run(&self.open(), &Selection::All, &options, &Alone, &mut |_| {}).unwrap()
    }

    /// Runs every pipeline, and returns the failure.
    pub(crate) fn failure(&self) -> Failure {
        self.run_all().result().expect_err("the run fails")
    }

    /// Returns the answer to a query over the published tables, a line a row, cells between bars.
    pub(crate) fn query(&self, sql: &str) -> Vec<String> {
        lines(&run::query(&self.open(), sql).unwrap_or_else(|failure| panic!("{failure}")))
    }

    /// Returns the reports that were sent, by file name.
    pub(crate) fn emails(&self) -> Vec<PathBuf> {
        self.mail(false)
    }

    /// Returns what owners and readers were sent besides, by file name.
    pub(crate) fn notices(&self) -> Vec<PathBuf> {
        self.mail(true)
    }

    fn mail(&self, notices: bool) -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> = std::fs::read_dir(self.path("mail"))
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
            .filter(|path| path.to_string_lossy().contains("-_notices-") == notices)
            .collect();
        found.sort();
        found
    }
}

/// Writes rows as lines.
pub(crate) fn lines(rows: &RecordBatch) -> Vec<String> {
    let options = FormatOptions::default();
    let columns: Vec<ArrayFormatter<'_>> =
        rows.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
    (0..rows.num_rows())
        .map(|row| columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join("|"))
        .collect()
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
