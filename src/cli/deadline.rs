//! How long a judgement may take: a host kills a hook that takes too long, and nobody is told why.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::domain::report::{Failure, FailureKind};

/// The moment after which nothing more is begun. What is running then is let finish: a file, a batch of commits, one rule.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    end: Option<Instant>,
    seconds: u64,
}

impl Deadline {
    /// Work may take as long as it takes.
    pub const NONE: Self = Self { end: None, seconds: 0 };

    /// This many seconds from now.
    pub fn after(seconds: u64) -> Self {
        Self {
            // A number beyond what a clock can count is no limit.
            end: Instant::now().checked_add(Duration::from_secs(seconds)),
            seconds,
        }
    }

    /// Once it is, it stays so.
    pub fn is_over(&self) -> bool {
        self.end.is_some_and(|end| Instant::now() >= end)
    }

    /// Whether the next piece of work is begun.
    pub fn go_on(&self) -> ControlFlow<()> {
        if self.is_over() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// What stands in the report when it is over.
    pub fn failure(&self) -> Option<Failure> {
        self.is_over().then(|| Failure {
            kind: FailureKind::Limit,
            message: format!(
                "not everything was judged within {} seconds (--time-limit)\n\
                 push in smaller parts, such as `git push origin <commit>:<branch>` for commits on the way; \
                 or ask who runs the server for a higher limit",
                self.seconds
            ),
            location: None,
        })
    }
}
