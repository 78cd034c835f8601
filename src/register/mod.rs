//! What we hold to be true: the rows, the part of them that a Turn sees, and how observations
//! change them.

mod joins;
mod observe;
mod ownership;
mod readers;
mod record;
mod slice;

pub use joins::{Bond, Hangs, answering, bearer, further, holds, is_installation, threads};
pub use observe::{Judge, Nature, account_key, observe};
pub use ownership::{Exception, add_act, exception, exception_for, ownership};
pub use readers::{
    EVERY, FOR_SERVERS, Sure, environment, in_environment, reads, secret_name, secret_names,
    secret_number,
};
pub use record::{Answered, Change, Delta, Entry, Gap, Record};
pub use slice::{Loaded, Need, NotLoaded, Slice};
