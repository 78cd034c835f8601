//! Settings of agents, editors and bots, in JSON, TOML and YAML.

#![no_main]

#[allow(dead_code)] // it has the checks of all targets
#[path = "../checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::document(data));
