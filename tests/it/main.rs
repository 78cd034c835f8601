//! Everything that is tested across modules: one binary, one link step.

mod policy;
mod store;
mod support;
