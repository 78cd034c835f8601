//! Integration tests.

mod github;
