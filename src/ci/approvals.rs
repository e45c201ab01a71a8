//! Who approved a change: the answer of the host's API, which the pipeline was given as a file.
//!
//! GitLab: `GET /projects/:id/merge_requests/:iid/approvals` (`approved_by[].user.username`) and `.../approval_state`
//! (`rules[].approved_by[].username`). GitHub: `GET /repos/{owner}/{repo}/pulls/{number}/reviews`, one review after another: the last one of
//! an account that is no mere comment counts.

use std::collections::BTreeMap;

use serde_json::Value;

/// Why the file tells of no approvals.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalsError {
    #[error("line {line}, column {column}: not JSON: {cause}")]
    NotJson { line: usize, column: usize, cause: String },
    #[error(
        "neither GitLab's answer about approvals (`approved_by` or `rules`) nor GitHub's list of reviews (`user` and `state` of each); \
         hand over the answer of the API as it is"
    )]
    Unknown,
}

/// Accounts that approve the change as it stands, sorted, each once.
///
/// # Errors
/// When the text is no JSON, or not the answer of a host.
pub fn read(text: &str) -> Result<Vec<String>, ApprovalsError> {
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| ApprovalsError::NotJson {
        line: error.line(),
        column: error.column(),
        cause: error.to_string(),
    })?;
    let mut accounts = match &value {
        Value::Array(reviews) => of_reviews(reviews)?,
        Value::Object(answer) => match (answer.get("approved_by"), answer.get("rules")) {
            (Some(Value::Array(by)), _) => usernames(by)?,
            (None, Some(Value::Array(rules))) => {
                let by = rules.iter().filter_map(|rule| rule.get("approved_by")?.as_array());
                let names: Result<Vec<Vec<String>>, ApprovalsError> = by.map(|by| usernames(by)).collect();
                names?.into_iter().flatten().collect()
            }
            _ => return Err(ApprovalsError::Unknown),
        },
        _ => return Err(ApprovalsError::Unknown),
    };
    accounts.sort();
    accounts.dedup();
    Ok(accounts)
}

/// `{"user": {"username": "ada"}}` or `{"username": "ada"}`.
fn usernames(by: &[Value]) -> Result<Vec<String>, ApprovalsError> {
    let name = |one: &Value| {
        let user = one.get("user").unwrap_or(one);
        user.get("username").and_then(Value::as_str).map(str::to_owned)
    };
    by.iter().map(|one| name(one).ok_or(ApprovalsError::Unknown)).collect()
}

fn of_reviews(reviews: &[Value]) -> Result<Vec<String>, ApprovalsError> {
    let mut last: BTreeMap<String, bool> = BTreeMap::new();
    for review in reviews {
        let state = review.get("state").and_then(Value::as_str).ok_or(ApprovalsError::Unknown)?;
        // The account of a review may be gone; nobody vouches for it then.
        let Some(login) = review.pointer("/user/login").and_then(Value::as_str) else {
            continue;
        };
        match state {
            "APPROVED" => last.insert(login.to_owned(), true),
            "CHANGES_REQUESTED" | "DISMISSED" => last.insert(login.to_owned(), false),
            _ => None,
        };
    }
    Ok(last
        .into_iter()
        .filter(|(_, approves)| *approves)
        .map(|(login, _)| login)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(
            read(text),
            Ok(expected.iter().map(|name| (*name).to_owned()).collect()),
            "{text}"
        );
    }

    #[test]
    fn the_answers_of_both_hosts_are_read() {
        check(
            r#"{"approved_by": [{"user": {"username": "grace"}}, {"user": {"username": "ada"}}]}"#,
            &["ada", "grace"],
        );
        check(r#"{"approved_by": []}"#, &[]);
        check(
            r#"{"rules": [{"name": "x", "approved_by": [{"username": "ada"}]}, {"approved_by": [{"username": "ada"}]}]}"#,
            &["ada"],
        );
        check(
            r#"[{"user": {"login": "ada"}, "state": "APPROVED"}, {"user": {"login": "bob"}, "state": "COMMENTED"}]"#,
            &["ada"],
        );
    }

    #[test]
    fn the_last_review_of_an_account_counts() {
        let review = |state: &str| format!(r#"{{"user": {{"login": "ada"}}, "state": "{state}"}}"#);
        let reviews = |states: &[&str]| format!("[{}]", states.iter().map(|s| review(s)).collect::<Vec<_>>().join(","));
        check(&reviews(&["APPROVED", "COMMENTED"]), &["ada"]);
        check(&reviews(&["APPROVED", "CHANGES_REQUESTED"]), &[]);
        check(&reviews(&["APPROVED", "DISMISSED"]), &[]);
        check(&reviews(&["CHANGES_REQUESTED", "APPROVED"]), &["ada"]);
        check(r#"[{"user": null, "state": "APPROVED"}]"#, &[]);
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for text in [
            "{}",
            "1",
            r#"{"message": "401 Unauthorized"}"#,
            r#"[{"user": {"login": "ada"}}]"#,
            r#"{"approved_by": ["ada"]}"#,
        ] {
            assert_eq!(read(text), Err(ApprovalsError::Unknown), "{text}");
        }
        assert!(matches!(read("{"), Err(ApprovalsError::NotJson { line: 1, .. })));
    }
}
