//! Findings to cases, cases to surfaces; and the words.
//!
//! Everything that will be written to GitHub is decided here, as data. Nothing foreign stands in a
//! title, and nothing is promised that this version does not do.

mod cases;
mod issue;
mod place;
mod reply;
mod surfaces;

pub use cases::{Terms, gather, mark, refresh, standing};
pub use issue::{IssueInput, issue};
pub use place::home;
pub use reply::reply;
pub use surfaces::{Voice, surface};
