//! Everything that is tested across modules: one binary, one link step.

mod architecture;
mod commands;
mod config;
mod events;
mod github;
mod manifest;
mod policy;
mod store;
mod stories;
mod support;
mod web;
mod words;
