//! The audit log: how records are framed, where they belong, and what is heard.

#![no_main]

#[allow(dead_code)] // it has the checks of all targets
#[path = "../checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::audit(data));
