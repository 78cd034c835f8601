//! Does the simulated GitHub behave like the one its description tells of.

mod access;
mod apps;
mod client;
mod control;
mod faults;
mod issues;
mod lists;
mod orgs;
mod pulls;
mod typed;
mod webhooks;
