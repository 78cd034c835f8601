//! Findings to cases, cases to surfaces; and the words.
//!
//! Everything that will be written to GitHub is decided here, as data. Nothing foreign stands in a
//! title, and nothing is promised that this version does not do.

mod backlog;
mod blind;
mod callers;
mod cases;
mod coverage;
mod impostor;
mod issue;
mod moved;
mod place;
mod published;
mod pull;
mod reply;
mod surfaces;
mod upstream;
mod weakened;

pub use blind::{blind_place, blindness};
pub use callers::{Changed, callers};
pub use cases::{Terms, gather, mark, refresh, standing};
pub use coverage::{PartRow, Reason, coverage};
pub use impostor::{impostor_noted, impostor_place};
pub use issue::{IssueInput, issue};
pub use moved::{move_noted, moved};
pub use place::home;
pub use published::published;
pub use pull::{ask, check, gather_fleet, group_check, mode_in, review, speaks_in, unread_check};
pub(crate) use pull::{grant_of, identity_of};
pub use reply::reply;
pub use surfaces::{Voice, surface};
pub use upstream::{pin_noted, source_noted, upstream};
pub use weakened::weakened_place;
