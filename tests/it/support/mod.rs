//! What stories stand on: the whole product against a simulated GitHub.

mod product;

pub(crate) use product::{Product, Setup};
