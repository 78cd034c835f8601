//! The modules of Beholden that the fuzzers need: all of them pure. Without the database, the
//! network and the server, a fuzzer builds in minutes.

#[path = "../src/catalogue/mod.rs"]
pub mod catalogue;
#[path = "../src/commands/mod.rs"]
pub mod commands;
#[path = "../src/domain/mod.rs"]
pub mod domain;
#[path = "../src/events/mod.rs"]
pub mod events;
#[path = "../src/policy/mod.rs"]
pub mod policy;
#[path = "../src/power/mod.rs"]
pub mod power;
#[path = "../src/register/mod.rs"]
pub mod register;
#[path = "../src/rules/mod.rs"]
pub mod rules;
#[path = "../src/words/mod.rs"]
pub mod words;
