"""Whether the files of projects keep the JSON Schemas that `sufficiency schema` wrote.

    schemas.py SCHEMAS PROJECT...

Every file must be valid. Then each of its keys is misspelt in turn, and every such file must be refused:
a schema that takes anything would pass the first test too.
"""
import copy, datetime, json, pathlib, sys, tomllib

import jsonschema

KINDS = {
    "sufficiency": "sufficiency.toml",
    "settings": "settings.toml",
    "recipients": "recipients.toml",
    "pipeline": "pipelines/*/pipeline.toml",
    "source": "pipelines/*/sources/*.toml",
    "model": "pipelines/*/models/*.toml",
    "report": "report-templates/*/report.toml",
}


def as_json(value):
    """TOML's values as editors hand them to a schema: dates are texts."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return value


def is_free(schema, root):
    """Whether keys are names of the user's own here, such as those of columns."""
    if "$ref" in schema:
        return is_free(root["definitions"][schema["$ref"].rsplit("/", 1)[1]], root)
    parts = schema.get("allOf", []) + schema.get("oneOf", []) + schema.get("anyOf", [])
    return isinstance(schema.get("additionalProperties"), dict) or any(is_free(part, root) for part in parts)


def at(schema, key, root):
    """The schemas that may hold for the value of `key`."""
    if "$ref" in schema:
        return at(root["definitions"][schema["$ref"].rsplit("/", 1)[1]], key, root)
    found = []
    for part in schema.get("allOf", []) + schema.get("oneOf", []) + schema.get("anyOf", []):
        found += at(part, key, root)
    if isinstance(key, int):
        found += [schema["items"]] if "items" in schema else []
    elif key in schema.get("properties", {}):
        found.append(schema["properties"][key])
    elif isinstance(schema.get("additionalProperties"), dict):
        found.append(schema["additionalProperties"])
    return found


def fixed_keys(value, schemas, root, path=()):
    """Paths to the keys that the schema names."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not any(is_free(schema, root) for schema in schemas):
                yield path + (key,)
            below = [found for schema in schemas for found in at(schema, key, root)]
            yield from fixed_keys(inner, below, root, path + (key,))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            below = [found for schema in schemas for found in at(schema, index, root)]
            yield from fixed_keys(inner, below, root, path + (index,))


def misspelt(value, path):
    changed = copy.deepcopy(value)
    table = changed
    for step in path[:-1]:
        table = table[step]
    table[path[-1] + "x"] = table.pop(path[-1])
    return changed


def main():
    folder, projects = pathlib.Path(sys.argv[1]), [pathlib.Path(name) for name in sys.argv[2:]]
    faults, files, keys = [], dict.fromkeys(KINDS, 0), 0
    for kind, pattern in KINDS.items():
        schema = json.loads((folder / f"{kind}.schema.json").read_text())
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        for path in sorted(path for project in projects for path in project.glob(pattern)):
            value = as_json(tomllib.loads(path.read_text()))
            files[kind] += 1
            for error in validator.iter_errors(value):
                faults.append(f"{path}: {error.json_path}: {error.message[:200]}")
            for key in fixed_keys(value, [schema], schema):
                keys += 1
                if validator.is_valid(misspelt(value, key)):
                    faults.append(f"{path}: `{'.'.join(map(str, key))}` may be misspelt")
    faults += [f"no {kind} file was looked at" for kind, count in files.items() if count == 0]
    for fault in faults:
        print(fault)
    print(f"{sum(files.values())} files, {keys} keys misspelt, {len(faults)} faults")
    return 1 if faults else 0


sys.exit(main())
