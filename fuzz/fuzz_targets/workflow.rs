//! Workflows, and the actions and scripts that they start.

#![no_main]

#[allow(dead_code)] // it has the checks of all targets
#[path = "../checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::workflow(data));
