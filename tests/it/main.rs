//! Everything that is tested across modules: one binary, one link step.

mod events;
mod manifest;
mod policy;
