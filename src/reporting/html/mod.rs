//! The report as one page that opens from disk: what was decided, every finding with its lines, and what goes where.
//!
//! Everything stands in the page as markup; the script only hides what a filter leaves out, so that without it all is shown. What
//! comes from a repository reaches the page through `Markup` alone, which escapes it.

mod deliveries;
mod excerpt;
mod filters;
mod findings;
mod head;
mod lists;
mod markup;
mod page;
mod picture;
mod versions;

#[cfg(test)]
mod tests;

pub(super) use page::write;
