//! The table of keys as JSON Schema (draft 2020-12), for editors; committed under `schemas/`, where a test keeps it fresh.

use std::collections::BTreeMap;

use serde_json::{Map as Json, Value, json};

use super::keys::ROOT;
use super::shape::{Map, MapKey, Need, Object, Shape};

/// The schema of `flowgate.yaml`.
pub fn json_schema() -> Value {
    let mut definitions = BTreeMap::new();
    let root = object(&ROOT, &mut definitions);
    let mut schema = Json::new();
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".to_owned(), json!("flowgate.yaml"));
    schema.insert(
        "description".to_owned(),
        json!("Configuration of flowgate for one repository."),
    );
    if let Value::Object(root) = root {
        schema.extend(root);
    }
    schema.insert("$defs".to_owned(), json!(definitions));
    Value::Object(schema)
}

type Definitions = BTreeMap<&'static str, Value>;

fn of(shape: Shape, definitions: &mut Definitions) -> Value {
    match shape {
        Shape::Text | Shape::VersionRange | Shape::DateOrCommit => {
            json!({"type": ["string", "number", "boolean"], "minLength": 1})
        }
        Shape::File => json!({"type": "string", "minLength": 1}),
        Shape::Word => json!({"type": ["string", "number", "boolean"], "pattern": WORD}),
        Shape::Bool => json!({"type": "boolean"}),
        Shape::Date => json!({"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
        Shape::Regex => json!({"type": ["string", "number"], "format": "regex"}),
        Shape::Glob => json!({"type": ["string", "number"], "minLength": 1}),
        Shape::RuleId => json!({"type": "string", "pattern": RULE_ID}),
        Shape::Choice(words) => json!({"enum": words}),
        Shape::Any => json!(true),
        Shape::Nullable(inner) => json!({"anyOf": [of(*inner, definitions), {"type": "null"}]}),
        Shape::List(item) => json!({"type": ["array", "null"], "items": of(*item, definitions)}),
        Shape::Map(inner) => map(inner, definitions),
        Shape::Object(inner) => reference(inner, definitions),
        Shape::Short { key, object } => {
            let scalar = object.key(key).map_or(Shape::Any, |k| k.shape);
            json!({"anyOf": [of(scalar, definitions), reference(object, definitions)]})
        }
        Shape::MapOrList { map: inner, item, .. } => {
            json!({"anyOf": [map(inner, definitions), {"type": "array", "items": reference(item, definitions)}]})
        }
        Shape::Reserved => json!({"not": {}}),
    }
}

fn map(inner: &'static Map, definitions: &mut Definitions) -> Value {
    let names = match inner.key {
        MapKey::Word => json!({"pattern": WORD}),
        MapKey::Text | MapKey::Glob => json!({"minLength": 1}),
        MapKey::Rule => json!({"pattern": RULE_KEY}),
    };
    let value = match inner.value {
        Shape::Nullable(_) | Shape::Any => of(inner.value, definitions),
        shape => json!({"anyOf": [of(shape, definitions), {"type": "null"}]}),
    };
    json!({"type": ["object", "null"], "propertyNames": names, "additionalProperties": value})
}

fn reference(inner: &'static Object, definitions: &mut Definitions) -> Value {
    if !definitions.contains_key(inner.name) {
        // The place is taken first, so that an object that held itself would end.
        definitions.insert(inner.name, Value::Null);
        let definition = object(inner, definitions);
        definitions.insert(inner.name, definition);
    }
    json!({"$ref": format!("#/$defs/{}", inner.name)})
}

fn object(inner: &'static Object, definitions: &mut Definitions) -> Value {
    let mut properties = Json::new();
    for key in inner.keys {
        let mut schema = Json::new();
        schema.insert("description".to_owned(), json!(key.doc));
        if let Value::Object(shape) = of(key.shape, definitions) {
            schema.extend(shape);
        }
        properties.insert(key.name.to_owned(), Value::Object(schema));
    }
    let required: Vec<&str> = inner.keys.iter().filter(|k| k.need == Need::Here).map(|k| k.name).collect();
    // What must have a key cannot be left empty.
    let kind = if required.is_empty() {
        json!(["object", "null"])
    } else {
        json!("object")
    };
    let mut schema = json!({"type": kind, "properties": properties, "additionalProperties": false});
    if let (Value::Object(schema), false) = (&mut schema, required.is_empty()) {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

const WORD: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";
const RULE_ID: &str = "^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*$";
const RULE_KEY: &str = "^(\\*|[a-z][a-z0-9-]*(/[a-z][a-z0-9-]*)?)$";
