//! Agentic workflows and agent files: YAML at the top of Markdown.

#![no_main]

#[allow(dead_code)] // it has the checks of all targets
#[path = "../checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::front_matter(data));
