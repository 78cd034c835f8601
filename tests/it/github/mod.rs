//! The client against answers that a test writes down: credentials, pages, failures, facts, writes.

mod acting;
mod credentials;
mod reading;
mod stand_in;
mod wire;
