//! Which paths are left out unless asked for: what others wrote, and what tests feed on. Decides by whole folder names only.

use crate::domain::file::Exclusion;

/// Folders whose content is copied or generated from elsewhere.
const VENDORED: [&str; 6] = [
    ".git",
    ".terraform",
    "bower_components",
    "node_modules",
    "third_party",
    "vendor",
];

/// Folders that hold what tests read, right or wrong on purpose.
const TEST_DATA: [&str; 8] = [
    "__fixtures__",
    "__mocks__",
    "__snapshots__",
    "fixtures",
    "test-data",
    "test-fixtures",
    "test_data",
    "testdata",
];

/// Why a path (with `/`, from the repository's root) is left out; `None` when it is looked at.
pub fn default_exclusion(path: &str) -> Option<Exclusion> {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    if is_packed_chart(file) || folders.split('/').any(|folder| VENDORED.contains(&folder)) || is_in_subchart(folders) {
        return Some(Exclusion::Vendored);
    }
    let is_test_data = folders.split('/').any(|folder| TEST_DATA.contains(&folder));
    is_test_data.then_some(Exclusion::TestData)
}

fn is_packed_chart(file: &str) -> bool {
    file.ends_with(".tgz")
}

/// `charts/shop/charts/redis/values.yaml`: a dependency unpacked into the chart that wants it.
fn is_in_subchart(folders: &str) -> bool {
    let charts = folders.split('/').enumerate().filter(|(_, folder)| *folder == "charts");
    let places: Vec<usize> = charts.map(|(place, _)| place).collect();
    matches!((places.first(), places.last()), (Some(first), Some(last)) if last - first > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: Option<Exclusion>) {
        assert_eq!(default_exclusion(path), expected, "{path}");
    }

    #[test]
    fn what_others_wrote_is_left_out() {
        check("vendor/a/b.yaml", Some(Exclusion::Vendored));
        check("web/node_modules/x/package.json", Some(Exclusion::Vendored));
        check("infra/.terraform/modules/modules.json", Some(Exclusion::Vendored));
        check("charts/shop/charts/redis/values.yaml", Some(Exclusion::Vendored));
        check("deploy/redis-1.2.3.tgz", Some(Exclusion::Vendored));
    }

    #[test]
    fn test_data_is_left_out() {
        check("testdata/a.yaml", Some(Exclusion::TestData));
        check("pkg/test/fixtures/deep/a.yaml", Some(Exclusion::TestData));
        check("src/__fixtures__/a.json", Some(Exclusion::TestData));
    }

    #[test]
    fn only_whole_folder_names_count() {
        check("vendors/a.yaml", None);
        check("apps/vendor.yaml", None);
        check("my-fixtures/a.yaml", None);
        check("fixtures.yaml", None);
        check("test/values.yaml", None);
        check("charts/shop/values.yaml", None);
        check("charts/charts/values.yaml", None);
        check("a.yaml", None);
        check("", None);
    }
}
