//! The binary. Everything it can do is in the library's `cli`, where tests reach it.

use std::process::ExitCode;

/// A delivery is made by one thread and given up by another, some of them large: what this does
/// well, and the system's own allocator does by asking the kernel for the same pages again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    beholden::cli::run()
}
