//! Everything that is tested across modules: one binary, one link step.

mod architecture;
mod config;
mod events;
mod manifest;
mod policy;
