//! What people read: foreign text made harmless, and cases as issues.

mod foreign;
mod issue;
pub(crate) mod world;
