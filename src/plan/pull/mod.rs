//! What a pull request shows: one review with comments on the lines that grant, and the check run
//! of its newest commit.
//!
//! Everything here repeats only what the files say, so it may stand where everybody reads.

mod check;
mod fleet;
mod group;
mod review;
mod rows;
mod unread;

pub use check::{check, mode_in, speaks_in};
pub use fleet::gather_fleet;
pub use group::group_check;
pub use review::review;
pub use rows::ask;
pub(crate) use rows::{grant_of, identity_of};
pub use unread::unread_check;
