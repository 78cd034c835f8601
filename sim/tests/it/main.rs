//! Does the simulated GitHub behave like the one its description tells of.

mod access;
mod apps;
mod client;
mod faults;
mod issues;
mod lists;
mod orgs;
mod typed;
mod webhooks;
