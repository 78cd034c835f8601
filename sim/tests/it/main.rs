//! Does the simulated GitHub behave like the one its description tells of.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends, also in its helpers")]

mod access;
mod actions;
mod apps;
mod checks;
mod client;
mod control;
mod delivery;
mod faults;
mod forks;
mod git;
mod graphql;
mod issues;
mod lists;
mod orgs;
mod pulls;
mod pushes;
mod reviews;
mod rules;
mod typed;
mod webhooks;
