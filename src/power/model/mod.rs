//! Power as a value: a product of partial orders, each a small type of its own.

mod axes;
mod bounds;
mod code;
mod granted;
mod ground;
mod guard;
mod keys;
mod levels;
mod pairs;
mod patterns;
mod product;
pub(in crate::power) mod remote;
mod tree;

pub use axes::{Axis, Power, Shift, Way};
pub use bounds::Bounds;
pub use code::{Code, Kind, Pin};
pub use granted::{Granted, Powers, Spot, Subject, Unknown};
pub use ground::{DefaultToken, ForkApproval, Ground, Host, Protections};
pub use guard::{Guard, Protection};
pub use keys::{
    Door, Egress, Role, Runner, Scope, Secret, Sink, Source, Taint, Trigger, Trust, UNREAD_SERVER,
};
pub use levels::{Crowd, Held, Level};
pub use patterns::{Denied, Patterns};
pub(crate) use product::Order;
pub use remote::Remote;
pub use tree::{Text, Tree};
