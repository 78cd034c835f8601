//! The client against answers that a test writes down: credentials, pages, failures, facts, writes.

#![expect(clippy::unwrap_used, reason = "in a test, failing is how things are said")]

mod acting;
mod credentials;
mod people;
mod reading;
mod simulated;
mod stand_in;
mod wire;
