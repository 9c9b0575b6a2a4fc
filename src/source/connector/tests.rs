use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::Connector;
use super::list::{Kind, kind, of};
use super::query::Query;
use crate::diagnostic::{Diagnostics, SourceFile};
use crate::project::{SourceDefinition, SourceToml, Written};
use crate::source::error::SourceError;
use crate::source::extraction::Extraction;
use crate::source::found::Found;
use crate::source::inputs::Inputs;
use crate::source::receiver::Receiver;
use crate::source::row::Row;

/// A server that is asked by a query, with a secret in a file: all that a connector needs is in its own file.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Server {
    host: String,
    password_file: PathBuf,
}

const SERVER: Kind = kind::<Server>("server");

impl Connector for Server {
    fn place(&self) -> String {
        self.host.clone()
    }

    fn is_missing(&self, _root: &Path) -> bool {
        false
    }

    fn holds_files(&self) -> bool {
        false
    }

    fn check(&self, source: &SourceDefinition) -> Diagnostics {
        let mut faults = Diagnostics::default();
        if let Err(SourceError::Contract(fault)) = Query::of(source) {
            faults.push(*fault);
        }
        faults
    }

    fn reads_snapshot(&self) -> bool {
        true
    }

    fn discover(&self, source: &SourceDefinition, _root: &Path) -> Result<Vec<Found>, SourceError> {
        let (name, query) = (source.name.clone(), Query::of(source)?);
        let sha256 = query.rows.text().to_owned();
        Ok(vec![Found { identity: name.clone(), name, bytes: 0, sha256, path: PathBuf::new(), member: None }])
    }

    fn look(
        &self,
        _: &SourceDefinition,
        _: &Path,
        _: &Found,
        _: &mut dyn Receiver,
    ) -> Result<(), SourceError> {
        Ok(())
    }

    fn extract(
        &self,
        source: &SourceDefinition,
        root: &Path,
        _found: &Found,
        inputs: &Inputs,
    ) -> Result<Extraction, SourceError> {
        let secret = std::fs::read_to_string(root.join(&self.password_file))
            .map_err(|error| SourceError::from_io(&self.place(), &error))?;
        assert_eq!(secret, "open sesame");
        Query::of(source)?.extract(inputs, |take| {
            let mut row = Row::default();
            for (number, cell) in (0..).zip(["place", "north", "south"]) {
                row.clear();
                row.number = number;
                row.push(cell);
                take(&row)?;
            }
            Ok(Vec::new())
        })
    }
}

fn source() -> SourceDefinition {
    let text = "connection = \"c\"\n[[columns]]\nname = \"place\"\ntype = \"text\"\n";
    let file = SourceFile::inline("sources/places.toml", text);
    SourceDefinition {
        name: "places".to_owned(),
        file: SourceToml::parse(&file).unwrap(),
        source: file,
        sql: Some(SourceFile::inline("places.sql", "SELECT place FROM places")),
        totals: None,
    }
}

#[test]
fn a_connector_is_one_file_with_its_settings_its_faults_and_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), "open sesame").unwrap();
    let written = "server = { host = \"db.council.example\", password_file = \"secret\" }";
    let connector = (SERVER.read)(&Written::inline(written).unwrap()).unwrap();
    let source = source();
    let found = connector.discover(&source, folder.path()).unwrap();
    let read = connector.extract(&source, folder.path(), &found[0], &Inputs::default()).unwrap();
    assert_eq!(read.counts.published, 2);

    let secret = Written::inline("server = { host = \"db\", password = \"open sesame\" }").unwrap();
    let fault = (SERVER.read)(&secret).err().unwrap();
    assert_eq!(fault.message(), "expected a key that is known here, found `password`");
    assert!(!fault.to_string().contains("sesame"), "{fault}");
    let schema = schemars::r#gen::SchemaGenerator::default().into_root_schema_for::<Server>();
    assert_eq!(SERVER.schema.0, "server");
    assert!(schema.schema.object.is_some_and(|object| object.properties.contains_key("password_file")));
}

#[test]
fn a_kind_that_is_not_there_and_two_kinds_are_faults_at_their_line() {
    let unknown = of(&Written::inline("foldr = { path = \".\" }").unwrap()).err().unwrap();
    assert_eq!(unknown.help(), Some("did you mean `folder`?"));
    assert_eq!(unknown.location().as_deref(), Some("settings.toml:1:1"));
    let two = Written::inline("folder = { path = \".\" }\nsqlite = { path = \"a.db\" }").unwrap_err();
    assert_eq!(two.message(), "expected one kind of place, found `folder` and `sqlite`");
    let beside = Written::inline("folder = { path = \".\" }\nsecret = \"x\"").unwrap_err();
    assert_eq!(beside.message(), "expected one kind of place, found `folder` and `secret`");
    let none = Written::inline("").unwrap_err();
    assert_eq!(none.message(), "expected a kind of place with its settings, found none");
}
