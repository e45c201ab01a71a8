//! `flowgate.refs.lock`: what `flowgate refs update` learnt of other repositories, so that a check knows tags from branches without fetching.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The lock's name at the repository's root.
pub const FILE_NAME: &str = "flowgate.refs.lock";
const SCHEMA: &str = "flowgate/refs-lock/v1";

/// Refs of one repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownRefs {
    /// The URL that was asked.
    pub url: String,
    /// Short name of the default branch.
    pub default_branch: Option<String>,
    /// Short names, sorted.
    pub branches: Vec<String>,
    /// Short names, sorted.
    pub tags: Vec<String>,
}

/// Reads the lock's text: repository (as `github.com/acme/phippy`) to its refs.
///
/// # Errors
/// One sentence that says what is wrong with the text and how to renew it.
pub fn parse(text: &str) -> Result<BTreeMap<String, KnownRefs>, String> {
    let renew = "flowgate refs update writes it anew";
    let root: Value =
        serde_json::from_str(text).map_err(|e| format!("line {}, column {}: not valid JSON; {renew}", e.line(), e.column()))?;
    let schema = root.get("schema").and_then(Value::as_str).unwrap_or("");
    if schema != SCHEMA {
        return Err(format!("schema is {schema:?}, this flowgate reads {SCHEMA:?}; {renew}"));
    }
    let Some(repositories) = root.get("repositories").and_then(Value::as_object) else {
        return Err(format!("`repositories` is missing; {renew}"));
    };
    Ok(repositories.iter().map(|(name, refs)| (name.clone(), known(refs))).collect())
}

fn known(refs: &Value) -> KnownRefs {
    let text = |key: &str| refs.get(key).and_then(Value::as_str).map(str::to_owned);
    let list = |key: &str| {
        let items = refs.get(key).and_then(Value::as_array);
        items
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    KnownRefs {
        url: text("url").unwrap_or_default(),
        default_branch: text("default"),
        branches: list("branches"),
        tags: list("tags"),
    }
}

/// The lock's text; the same refs give the same bytes.
pub fn write(repositories: &BTreeMap<String, KnownRefs>) -> String {
    let entries: serde_json::Map<String, Value> = repositories
        .iter()
        .map(|(name, refs)| {
            let entry = json!({"url": refs.url, "default": refs.default_branch, "branches": refs.branches, "tags": refs.tags});
            (name.clone(), entry)
        })
        .collect();
    let root = json!({"schema": SCHEMA, "repositories": entries});
    serde_json::to_string_pretty(&root).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let refs = KnownRefs {
            url: "https://github.com/acme/phippy.git".into(),
            default_branch: Some("main".into()),
            branches: vec!["dev".into(), "main".into()],
            tags: vec!["1.2.0".into()],
        };
        let lock = BTreeMap::from([("github.com/acme/phippy".to_owned(), refs)]);
        assert_eq!(parse(&write(&lock)), Ok(lock));
    }

    #[test]
    fn a_lock_of_another_schema_says_how_to_renew_it() {
        let error = parse(r#"{"schema": "x", "repositories": {}}"#).unwrap_err();
        assert!(error.contains("flowgate refs update"), "{error}");
    }
}
