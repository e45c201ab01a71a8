//! SARIF 2.1.0, within the limits of GitHub's upload.
//!
//! After <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html> and
//! <https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support>.
//!
//! GitHub refuses a whole file when one result has no file in it. What lies in none therefore has two places: the logical one (branch,
//! tag, commit, repository), and the first line of the configuration, where those look who could change what is asked of it.

mod limits;
mod location;
mod log;
mod notification;
mod result;
mod rule;

#[cfg(test)]
mod tests;

pub(super) use log::write;
