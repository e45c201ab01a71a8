//! Names the other branches of a finding: a file that several branches hold in the same form was judged for the first of them only.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::file::FileFacts;
use crate::domain::finding::{Finding, Related};
use crate::domain::location::Location;

/// Adds to each finding the branches that share its file and are not named yet.
pub fn name_all(findings: &mut [Finding], files: &[FileFacts]) {
    let mut forms: BTreeMap<&str, Vec<&[String]>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.branches.len() > 1) {
        forms.entry(&file.path).or_default().push(&file.branches);
    }
    for finding in findings {
        let Some(forms) = finding.location.path.as_deref().and_then(|path| forms.get(path)) else {
            continue;
        };
        let named = branches_of(finding);
        // A branch has one form of a file, so each branch that is named brings those that share its form.
        let of_named = forms.iter().filter(|branches| branches.iter().any(|b| named.contains(b)));
        let all: BTreeSet<String> = of_named.flat_map(|branches| branches.iter().cloned()).collect();
        for branch in all.difference(&named) {
            finding.related.push(Related {
                message: format!("also on branch {branch}"),
                location: Location {
                    branch: Some(branch.clone()),
                    ..finding.location.clone()
                },
            });
        }
    }
}

/// The branches on which a finding is told already.
fn branches_of(finding: &Finding) -> BTreeSet<String> {
    let same_path = |location: &&Location| location.path == finding.location.path;
    let related = finding.related.iter().map(|related| &related.location);
    let places = std::iter::once(&finding.location).chain(related).filter(same_path);
    places.filter_map(|location| location.branch.clone()).collect()
}
