//! The command line: arguments in, exit code out; the only room that prints and reads the environment.

pub mod args;
pub mod baseline;
pub mod cache;
pub mod check;
pub mod commit_msg;
pub mod deadline;
pub mod demo;
pub mod editor;
pub mod edits;
pub mod facts;
pub mod hook;
pub mod hooks;
pub mod init;
pub mod judge;
pub mod merge_request;
pub mod output;
pub mod prepare;
pub mod refs;
pub mod replay;
pub mod report;
pub mod reproduce;
pub mod rules;
pub mod run;
pub mod survey;
pub mod target;
pub mod terminal;
pub mod trust;

pub use run::run;
