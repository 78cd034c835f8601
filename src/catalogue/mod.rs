//! Data about the world: which accounts are known machines, which words wake an agent, what a
//! leaked credential opens. The tables are TOML beside the code; each row says where it was read.
//!
//! Pure. Compiled in, parsed once. A table with a mistake fails a test, never a request.

mod actors;
mod classify;
mod heuristics;
mod secrets;
mod table;
mod triggers;

pub use actors::{ACTORS, Entry, actor};
pub use classify::{Verdict, classify};
pub use heuristics::{HEURISTICS, Heuristic, Strength, signal};
pub use secrets::{SECRET_TYPES, SecretType, secret_in, secret_type};
pub use table::{Confidence, Source, Table};
pub use triggers::{TRIGGERS, Trigger, trigger_words};
