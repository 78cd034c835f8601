//! The binary: a simulated GitHub on a fixed port, from a seed in YAML.
fn main() {}
