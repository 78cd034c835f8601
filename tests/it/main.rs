//! Everything that is tested across modules: one binary, one link step.

#![expect(clippy::unwrap_used, reason = "a story that cannot be set up has failed")]

mod architecture;
mod cli;
mod commands;
mod config;
mod corpora;
mod events;
mod github;
mod manifest;
mod policy;
mod power;
mod rules_files;
mod rules_flows;
mod scan;
mod served;
mod store;
mod stories;
mod support;
mod web;
mod words;
