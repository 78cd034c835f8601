//! The binary: a simulated GitHub on a fixed port, from a seed in YAML, for people who write Apps.

use anyhow::Context;
use clap::Parser;
use github_sim::{Seed, Sim};
use std::{io::Write, path::PathBuf};

/// A simulated GitHub on 127.0.0.1.
#[derive(Parser)]
#[command(version, about)]
struct Args {
    /// The port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 4010, env = "GITHUB_SIM_PORT")]
    port: u16,
    /// A YAML file with people, organizations and Apps. Without it: the organization acme with the App beholden.
    #[arg(long, env = "GITHUB_SIM_SEED")]
    seed: Option<PathBuf>,
    /// Where the webhooks of the first App go.
    #[arg(long, env = "GITHUB_SIM_WEBHOOK_URL")]
    webhook_url: Option<String>,
    /// Write the private key of the first App to this file.
    #[arg(long)]
    private_key_file: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let seed = match &args.seed {
        None => Seed::acme(),
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            Seed::from_yaml(&text).with_context(|| format!("{} is no seed", path.display()))?
        }
    };
    let sim = Sim::start_on(args.port, &seed)?;
    if let Some(url) = &args.webhook_url {
        sim.send_webhooks_to(url);
    }
    let mut out = std::io::stdout();
    writeln!(out, "A simulated GitHub answers at {}", sim.url())?;
    if !seed.apps.is_empty() {
        let app = sim.app();
        writeln!(
            out,
            "App {}: id {}, client id {}, webhook secret {}",
            app.slug, app.id, app.client_id, app.webhook_secret
        )?;
        if let Some(path) = &args.private_key_file {
            write_secret(path, &app.private_key_pem)
                .with_context(|| format!("{} cannot be written", path.display()))?;
            writeln!(out, "Private key: {}", path.display())?;
        }
    }
    writeln!(out, "Control: {}/_sim/state; Ctrl-C stops it", sim.url())?;
    tokio::signal::ctrl_c().await?;
    let complaints = sim.complaints();
    if !complaints.is_empty() {
        writeln!(out, "Complaints:\n{}", complaints.join("\n"))?;
    }
    Ok(())
}

/// Readable by its owner only, also while it is being written.
fn write_secret(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}
