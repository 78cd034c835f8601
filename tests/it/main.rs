//! Everything that is tested across modules: one binary, one link step.

mod architecture;
mod commands;
mod config;
mod events;
mod manifest;
mod policy;
mod stories;
mod support;
mod words;
