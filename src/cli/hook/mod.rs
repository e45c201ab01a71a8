//! `flowgate hook <name>`: what Git starts. One file per hook; what they share is in `run`, `context` and `conclusion`.

pub mod arrival;
pub mod chain;
pub mod commit_msg;
pub mod conclusion;
pub mod configuration;
pub mod context;
pub mod host;
pub mod message;
pub mod objects;
pub mod post_checkout;
pub mod pre_commit;
pub mod pre_push;
pub mod prepare_commit_msg;
pub mod question;
pub mod reference_transaction;
pub mod run;
pub mod server;
pub mod trust;

pub use run::run;
