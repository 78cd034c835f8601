//! What stories stand on: the whole product against a simulated GitHub, and both databases.

pub(crate) mod alarms;
mod audit;
pub(crate) mod databases;
mod product;

pub(crate) use product::{Product, Setup};
