//! What the files of a repository grant to what is not human, and the difference that a change makes.
//!
//! [`of`] reads a [`Tree`] on a [`Ground`]; [`subtract()`] takes one reading from another. Contents are
//! parsed and never run, nothing is fetched, and what cannot be resolved is an [`Unknown`] with its
//! reason: nothing is ever left out as if it were harmless.

mod files;
mod lines;
mod model;
mod subtract;
mod workflow;

pub use files::{Guarded, LostOwner, lost_owners, matters, read as read_file};
pub use model::{
    Axis, Bounds, Code, Crowd, DefaultToken, Denied, Door, Egress, ForkApproval, Granted, Ground,
    Guard, Held, Host, Kind, Level, Patterns, Pin, Power, Powers, Protection, Protections, Remote,
    Role, Runner, Scope, Secret, Shift, Sink, Source, Spot, Subject, Taint, Text, Tree, Trigger,
    Trust, UNREAD_SERVER, Unknown, Way,
};
pub use subtract::{Difference, Moved, Referred, Widened, subtract};

/// What the files of `tree` grant.
///
/// The order of files plays no part. The work is linear in what the tree holds, within the bounds
/// of [`Tree`]; beyond them a file is an [`Unknown`].
pub fn of(tree: &Tree, ground: &Ground) -> Powers {
    workflow::read(tree, ground).and(files::read_tree(tree))
}
