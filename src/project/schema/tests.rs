use serde_json::Value;

use super::FileKind;

/// Every object of a schema, with the path to it.
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
        let schema = kind.schema();
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
        let text = kind.schema().to_string().replace("\"enum\":[\"null\"]", "");
        assert!(!text.contains("\"null\"") && !text.contains(":null"), "{}: {text}", kind.name());
    }
}

#[test]
fn what_a_key_refers_to_and_what_it_may_be_is_there() {
    let source = FileKind::Source.schema();
    assert_eq!(source["properties"]["connection"]["type"], "string");
    assert_eq!(source["required"], serde_json::json!(["columns", "connection"]));
    let format = &source["definitions"]["DateType"]["properties"]["format"];
    assert_eq!(format["anyOf"][1]["items"]["type"], "string");
    assert_eq!(
        FileKind::Sufficiency.schema()["definitions"]["Parameters"]["properties"]["school_days"]["default"],
        190
    );
}
