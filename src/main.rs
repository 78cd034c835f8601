//! The binary. Everything it can do is in the library's `cli`, where tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    beholden::cli::run()
}
