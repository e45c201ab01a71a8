//! Everything that is tested through the binary: one test program, so that it links once.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up must fail")]

#[path = "../support/mod.rs"]
mod support;

mod acme;
mod adoption;
mod attacks;
mod cache;
mod changes;
mod check;
mod commit_msg;
mod configuration;
mod corpora;
mod determinism;
mod facts_command;
mod fix;
mod generality;
mod hook_table;
mod hooks;
mod hostile;
mod init;
mod judged;
mod merge_request;
mod model_change;
mod owners;
mod packaging;
mod pages;
mod pipelines;
mod policies;
mod pre_commit;
mod pre_push;
mod proposals;
mod pushes;
mod readme;
mod ref_transactions;
mod refs;
mod replay;
mod report_formats;
mod report_page;
mod reports;
mod rules;
mod rules_command;
mod runners;
mod server_hooks;
mod standing;
mod stdin;
mod trouble;
mod undecided;
mod updates;
mod weakened;
