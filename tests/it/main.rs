//! Integration tests.

mod events;
mod manifest;
