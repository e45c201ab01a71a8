//! flowgate judges every change by the same Rego policies, from a developer's commit to the Argo CD sync.
//!
//! # The sentence
//!
//! A person, a Git hook, a pipeline or an Argo CD sync names a [`Target`](domain::target::Target); [`facts`] turns the Target into
//! [`Facts`](facts::Facts); [`evaluation`] lays the Facts before every enabled rule and gathers findings and failures into one
//! [`Report`](domain::report::Report); [`reporting`] writes the Report; [`cli`] turns its [`Verdict`](domain::report::Verdict) into an
//! exit code. Each room is entered once, and nobody climbs back up.
//!
//! # The floors
//!
//! ```text
//! 8  main
//! 7  cli            one file per command; alone prints and reads the environment
//! 6  evaluation     pure: no file, no Git, no clock
//! 5  facts          Target to Facts; documents are a stream: parsed, judged, reduced to rows, dropped
//! 4  delivery       documents to deliveries, edges, names, stages. Pure
//! 3  policy  config  reporting  ci  cache  wings that never import each other; policy alone knows regorus
//! 2  git  documents                        wings that never import each other; git alone knows git2 and starts git
//! 1  domain         plain types
//! ```
//!
//! A module imports lower floors and itself; `tests/architecture.rs` holds it.
//!
//! # What never happens
//!
//! - Rust does not decide whether something is wrong, and no rule is known here by name: rules are folders under `policies/rules`.
//! - A rule's error, an object that cannot be read or a fact that is missing never looks clean: each is a failure or a skip with its cause.
//! - The same Target never gives another Report: output is sorted, there is no clock below `cli`, and no order depends on a hash or a thread.
//! - Nothing in the repository that is looked at is executed, and no check fetches.
//! - Where there is Git, content is read as Git objects: the index for staged checks, trees for revisions.

pub mod domain;

pub mod documents;
pub mod git;

pub mod cache;
pub mod ci;
pub mod config;
pub mod policy;
pub mod reporting;

pub mod delivery;

pub mod facts;

pub mod evaluation;

pub mod cli;
