//! The JSON Schemas that editors complete from, against files that are in use.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use sufficiency::project::FileKind;
use sufficiency::source::schema_parts;
use tempfile::TempDir;

#[test]
fn real_files_keep_their_schemas_and_a_misspelt_key_never_does() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = TempDir::new().unwrap();
    let schemas = folder.path().join("schemas");
    let done = Command::new(env!("CARGO_BIN_EXE_sufficiency"))
        .args(["schema", "--into"])
        .arg(&schemas)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let rules = String::from_utf8(done.stdout).unwrap();
    assert!(rules.contains("include = [\"pipelines/*/sources/*.toml\"]"), "{rules}");

    let settings = folder.path().join("settings.toml");
    std::fs::write(&settings, SETTINGS).unwrap();
    let checked = Command::new("python3")
        .arg(root.join("tests/python/schemas.py"))
        .arg(&schemas)
        .args([root, &root.join("tests/projects/payments"), folder.path()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(checked.status.success(), "{said}{}", String::from_utf8_lossy(&checked.stderr));
    assert!(said.ends_with(" 0 faults\n"), "{said}");
}

/// One of each that `settings.toml` may hold: the file is a machine's own, so the repository has none.
const SETTINGS: &str = r#"
store = "./store"
fixed_clock = "2026-10-05T06:00"

[pseudonym]
key_file = "./secret/pseudonym.key"

[connections.finance_share]
folder = { path = "./extracts/finance" }

[connections.casework]
sqlite = { path = "./extracts/casework.sqlite" }

[mail]
from = "AP commissioning <ap.reports@demo-city.example>"
reply_to = "commissioning@demo-city.example"
allow_domains = ["demo-city.example"]

[mail.smtp]
host = "smtp.demo-city.example"
port = 587
tls = "starttls"
auth = { xoauth2 = { user = "ap.reports@demo-city.example", token_file = "/run/sufficiency/token" } }
ca_file = "/etc/ssl/council.pem"
per_minute = 20
"#;

/// Finds every object of a schema, with the path to it.
fn objects<'a>(at: &str, value: &'a Value, found: &mut Vec<(String, &'a serde_json::Map<String, Value>)>) {
    match value {
        Value::Object(object) => {
            found.push((at.to_owned(), object));
            for (key, inner) in object {
                objects(&format!("{at}/{key}"), inner, found);
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                objects(&format!("{at}/{index}"), inner, found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_key_of_every_file_is_explained_and_no_other_is_taken() {
    for kind in FileKind::ALL {
        let schema = kind.schema(&schema_parts());
        let mut all = Vec::new();
        objects("", &schema, &mut all);
        let mut keys = 0;
        for (at, object) in all {
            let Some(Value::Object(properties)) = object.get("properties") else { continue };
            assert_eq!(object.get("additionalProperties"), Some(&Value::Bool(false)), "{}{at}", kind.name());
            for (key, property) in properties.iter().filter(|_| !at.contains("/oneOf/")) {
                assert!(property.get("description").is_some(), "{}{at}: `{key}`", kind.name());
                keys += 1;
            }
        }
        assert!(keys > 0, "{} has no keys", kind.name());
    }
}

#[test]
fn nothing_is_ever_null_because_toml_has_no_null() {
    for kind in FileKind::ALL {
        // The word that a user writes for a blank cell is a text.
        let text = kind.schema(&schema_parts()).to_string().replace("\"enum\":[\"null\"]", "");
        assert!(!text.contains("\"null\"") && !text.contains(":null"), "{}: {text}", kind.name());
    }
}

#[test]
fn what_a_key_refers_to_and_what_it_may_be_is_there() {
    let source = FileKind::Source.schema(&schema_parts());
    assert_eq!(source["properties"]["connection"]["type"], "string");
    assert_eq!(source["required"], serde_json::json!(["columns", "connection"]));
    let format = &source["definitions"]["DateType"]["properties"]["format"];
    assert_eq!(format["anyOf"][1]["items"]["type"], "string");
    assert_eq!(
        FileKind::Sufficiency.schema(&schema_parts())["definitions"]["Parameters"]["properties"]["school_days"]
            ["default"],
        190
    );
}
