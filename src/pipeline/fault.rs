//! What stops a step of the workers. The step is tried again; nothing of it was saved.

use crate::store::StoreError;

/// A step could not be finished.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database.
    #[error("the database: {0}")]
    Store(#[from] StoreError),
    /// A decision kept asking, or others kept saving first.
    #[error("{0}")]
    Stuck(&'static str),
}
