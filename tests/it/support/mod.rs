//! What stories stand on: the whole product against a simulated GitHub, and both databases.

pub(crate) mod alarms;
mod audit;
pub(crate) mod databases;
mod product;

use std::process::Command;

pub(crate) use product::{Product, Setup};

/// What a command prints about the database of a story.
pub(crate) fn prints(base: &databases::Base, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_beholden"))
        .args(args)
        .args(["--database", &base.url])
        .env_clear()
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
