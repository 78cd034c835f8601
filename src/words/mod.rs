//! Words that people read: sentences of ours, and foreign text made harmless.
//!
//! No text from outside reaches GitHub except through [`shown()`] and [`in_cell`]; titles hold none.

mod dates;
mod ending;
mod named;
mod ourselves;
mod power;
mod seen;
mod sentence;
mod shown;
mod switched;
mod triggers;
mod who;

pub use dates::{dates, habits};
pub use ending::ending;
pub use named::named;
pub use ourselves::own_power;
pub use power::{ability, door, permission, place_of};
pub use seen::seen;
pub use sentence::{a, count, date, last_day, list, long_date, moment, plural, upper};
pub use shown::{EMPTY, JOINER, LONGEST, in_cell, shown};
pub use switched::{kind_of_switch, switched};
pub use triggers::{defused, is_trigger};
pub use who::{account, mention, owner, person, repo};
