//! Everything that is tested through the binary: one test program, so that it links once.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up must fail")]

#[path = "../support/mod.rs"]
mod support;

mod acme;
mod corpora;
mod fix;
mod generality;
mod pages;
mod policies;
mod readme;
mod rules;
mod standing;
mod stdin;
