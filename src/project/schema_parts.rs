use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::{InstanceType, Schema, SchemaObject, StringValidation, SubschemaValidation};

/// Describes one of them, or a list.
pub(super) fn one_or_many<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let one = generator.subschema_for::<T>();
    let many = generator.subschema_for::<Vec<T>>();
    let choices = SubschemaValidation { any_of: Some(vec![one, many]), ..SubschemaValidation::default() };
    SchemaObject { subschemas: Some(Box::new(choices)), ..SchemaObject::default() }.into()
}

/// Describes a date of TOML, which editors pass to a schema as a text.
pub(super) fn date(_: &mut SchemaGenerator) -> Schema {
    SchemaObject { format: Some("date".to_owned()), ..text() }.into()
}

/// Describes `2026-10-05T06:00`, with or without seconds.
pub(super) fn local_minute(_: &mut SchemaGenerator) -> Schema {
    let pattern = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$".to_owned();
    let minute = StringValidation { pattern: Some(pattern), ..StringValidation::default() };
    SchemaObject { string: Some(Box::new(minute)), ..text() }.into()
}

/// Describes connections by name; what each may hold is known to the connectors.
pub(super) fn connections(_: &mut SchemaGenerator) -> Schema {
    SchemaObject { instance_type: Some(InstanceType::Object.into()), ..SchemaObject::default() }.into()
}

fn text() -> SchemaObject {
    SchemaObject { instance_type: Some(InstanceType::String.into()), ..SchemaObject::default() }
}
