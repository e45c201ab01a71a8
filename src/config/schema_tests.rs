//! The committed schema is the table's, and the table is whole.

use std::fs;
use std::path::PathBuf;

use super::keys::ROOT;
use super::schema::json_schema;
use super::shape::{Object, Shape};

#[test]
#[expect(clippy::disallowed_methods, reason = "UPDATE=1 cargo test writes generated files anew")]
fn the_committed_schema_is_fresh() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas/flowgate.schema.json");
    let fresh = format!("{}\n", serde_json::to_string_pretty(&json_schema()).unwrap());
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &fresh).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == fresh,
        "schemas/flowgate.schema.json is stale: UPDATE=1 cargo test"
    );
}

#[test]
fn the_schema_is_one_of_its_draft() {
    let schema = json_schema();
    assert!(jsonschema::meta::is_valid(&schema));
    assert!(jsonschema::validator_for(&schema).is_ok());
}

#[test]
fn every_key_has_a_sentence_and_stands_once() {
    let mut objects = Vec::new();
    collect(Shape::Object(&ROOT), &mut objects);
    assert!(objects.len() > 10, "the walk reaches all objects");
    for object in objects {
        for (index, key) in object.keys.iter().enumerate() {
            assert!(
                key.doc.ends_with('.'),
                "{}.{} is not explained by a sentence",
                object.name,
                key.name
            );
            let is_first = object.keys.iter().position(|k| k.name == key.name) == Some(index);
            assert!(is_first, "{}.{} stands twice", object.name, key.name);
        }
    }
}

#[test]
fn every_branch_role_and_level_of_the_domain_is_a_word_of_the_schema() {
    let schema = json_schema().to_string();
    for role in crate::domain::flow::BranchRole::ALL {
        assert!(schema.contains(&format!("\"{}\"", role.as_str())), "{}", role.as_str());
    }
    for level in crate::domain::rule::Level::ALL {
        assert!(schema.contains(&format!("\"{}\"", level.as_str())), "{}", level.as_str());
    }
}

fn collect(shape: Shape, objects: &mut Vec<&'static Object>) {
    match shape {
        Shape::Nullable(inner) | Shape::List(inner) => collect(*inner, objects),
        Shape::Map(map) => collect(map.value, objects),
        Shape::MapOrList { map, item, .. } => {
            collect(map.value, objects);
            collect(Shape::Object(item), objects);
        }
        Shape::Object(object) | Shape::Short { object, .. } => {
            objects.push(object);
            object.keys.iter().for_each(|key| collect(key.shape, objects));
        }
        _ => {}
    }
}
