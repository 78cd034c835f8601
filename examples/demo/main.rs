//! The whole product in one command, without an account and without a network: a simulated GitHub,
//! Beholden on embedded SQLite, and a short story between them over real HTTP.
//!
//! `cargo run --release --example demo` plays it and stays up until Ctrl-C; `-- --exit` ends with
//! the story.

#![expect(clippy::print_stdout, reason = "the story is told on the terminal")]

mod change;
mod product;
mod story;
mod terminal;

use anyhow::Context;
use beholden::cli::log;
use beholden::config::Log;
use clap::Parser;

use crate::product::Product;
use crate::terminal::Terminal;

/// Play a short story on a simulated GitHub, and show what Beholden makes of it.
#[derive(Parser)]
#[command(name = "demo")]
struct Options {
    /// Where the register is shown on this machine; a free port when this one is taken
    #[arg(long, value_name = "PORT", default_value_t = 3000)]
    port: u16,

    /// End when the story ends
    #[arg(long)]
    exit: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    // Quiet unless asked: the story is what should be read.
    if std::env::var_os("RUST_LOG").is_some() {
        log::start(Log::Text);
    }
    let terminal = Terminal::new();
    let product = Product::start(options.port).await?;
    let told = story::tell(&product, &terminal).await;
    told.context("the story stopped; RUST_LOG=beholden=debug shows more")?;
    if !options.exit {
        terminal.say(&format!("The register stays at {} until you press Ctrl-C.", product.pages));
        tokio::signal::ctrl_c().await?;
    }
    product.stop().await;
    Ok(())
}
