//! What was learnt from a blob or a commit, by object id: found again by the next run, and never needed by any.
//!
//! Whoever can write the cache folder decides what is found in it: against them there is no defence. That is why a folder that others may
//! write, and one that a repository could bring along, is refused.

pub mod codec;
pub mod digest;
pub mod domain_codec;
pub mod folder;
pub mod layout;
pub mod segment;

#[cfg(test)]
mod tests;

pub use codec::Codec;
pub use digest::{Digest, Key};
pub use folder::Folder;
pub use segment::Segment;

/// Why a cache folder is not used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("it lies inside of the repository that is looked at")]
    InRepository,
    #[error("it belongs to another user")]
    Foreign,
    #[error("other users may write there")]
    Open,
    #[error("it is no folder")]
    NoFolder,
    #[error("it cannot be made or looked at: {0}")]
    Io(#[from] std::io::Error),
}
