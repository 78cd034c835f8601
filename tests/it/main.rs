//! Everything that is tested across modules: one binary, one link step.

mod config;
mod policy;
mod stories;
mod support;
