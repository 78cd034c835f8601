//! Everything that is tested across modules: one binary, one link step.

mod commands;
mod config;
mod events;
mod manifest;
mod policy;
mod store;
mod stories;
mod support;
mod words;
