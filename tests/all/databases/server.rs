use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::certificates;
use crate::council::Council;

/// A `PostgreSQL` of our own in a folder of its own; it ends with the test.
pub(super) struct Postgres {
    folder: TempDir,
    port: u16,
}

/// The password of the account that reads.
pub(super) const PASSWORD: &str = "pass word";

impl Postgres {
    /// Starts `PostgreSQL`; `None`, said loudly, where there is none or nobody who may start one. In CI that is a failure.
    pub(super) fn start() -> Option<Self> {
        let root = Command::new("id").arg("-u").output().unwrap().stdout.trim_ascii() == b"0";
        if !root || !Path::new("/usr/lib/postgresql").is_dir() {
            eprintln!(
                "NOT RUN: sources in PostgreSQL, because it is not installed or this is not root (tests/run install)"
            );
            assert!(std::env::var_os("CI").is_none(), "nothing may be left out here");
            return None;
        }
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        certificates::write(folder.path());
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { folder, port };
        let path = |name: &str| server.folder.path().join(name).display().to_string();
        script(&["start", &path("data"), &port.to_string(), &path("server.pem"), &path("server.key")], "");
        Some(server)
    }

    /// Runs `sql` as the administrator, and returns what it prints.
    pub(super) fn sql(&self, sql: &str) -> String {
        self.sql_in("casework", sql)
    }

    /// Runs `sql` in `database` as the administrator.
    pub(super) fn sql_in(&self, database: &str, sql: &str) -> String {
        script(&["sql", &self.data(), database], sql)
    }

    /// Stops it at once, as a power cut does.
    pub(super) fn stop(&self) {
        script(&["stop", &self.data()], "");
    }

    /// Returns a council whose one source asks `query` of this server by `columns`.
    pub(super) fn council(&self, query: &str, columns: &str) -> Council {
        let council = Council::with_source(columns);
        self.connect(&council, "");
        council.write("password", format!("{PASSWORD}\n"));
        std::fs::set_permissions(council.path("password"), std::fs::Permissions::from_mode(0o600)).unwrap();
        council.write("pipelines/share/sources/rows.sql", query);
        council
    }

    /// Writes the settings of the connection, with `more` among them.
    pub(super) fn connect(&self, council: &Council, more: &str) {
        let host = if more.contains("host =") { String::new() } else { "host = \"localhost\"\n".to_owned() };
        let database = if more.contains("database =") { "" } else { "database = \"casework\"\n" };
        let trusted = if more.contains("ca_file =") {
            String::new()
        } else {
            format!("ca_file = {:?}\n", self.folder.path().join("ca.pem").display().to_string())
        };
        council.write(
            "settings.toml",
            format!(
                "fixed_clock = \"2025-10-06T06:00\"\n[connections.share.postgres]\n{host}port = {}\n{database}\
                 user = \"ap\"\npassword_file = \"password\"\n{trusted}{more}",
                self.port
            ),
        );
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }
}

/// Runs `tests/postgres`, and returns what it prints.
fn script(arguments: &[&str], input: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postgres");
    let mut child = Command::new(script)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postgres"))
            .args(["stop", &self.data()])
            .status();
    }
}
