//! Everything that is tested across modules: one binary, one link step.

mod commands;
mod policy;
mod words;
