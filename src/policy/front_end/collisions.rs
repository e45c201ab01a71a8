//! Refuses data that would replace what a package defines: regorus lets the data win without a word.

use regorus::Value;

use crate::policy::loading::Loaded;
use crate::policy::package::PackagePath;
use crate::policy::problem::{PolicyError, Problem};

/// Every package whose place in `data` is taken by a value that is handed in.
pub(crate) fn check(loaded: &Loaded<'_>, data: &Value) -> Vec<PolicyError> {
    let modules = loaded.modules.iter().map(|(module, _)| module);
    let collide = modules.filter_map(|module| Some((module, collision(&module.package.0, data)?)));
    collide
        .map(|(module, at)| {
            let problem = Problem::DataCollision {
                data: "flowgate".to_owned(),
                at: format!("data.{at}"),
                package: module.package.to_string(),
            };
            PolicyError::of_file(&module.path, problem)
        })
        .collect()
}

/// The path at which a value stands in the way of a package: the package's own, or a shorter one that holds no object.
fn collision(package: &[String], data: &Value) -> Option<PackagePath> {
    let mut value = data;
    for (index, part) in package.iter().enumerate() {
        let Value::Object(fields) = value else {
            return Some(PackagePath(package.get(..index)?.to_vec()));
        };
        value = fields.get(&Value::from(part.as_str()))?;
    }
    Some(PackagePath(package.to_vec()))
}
