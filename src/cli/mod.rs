//! The command line: one file per command.
//!
//! Exit codes: 0 done, 1 it did not work or the answer is no, 2 something needed was not given.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command answers on its streams")]

mod coverage;
mod doctor;
pub mod log;
mod policy;
mod register;
mod replay;
mod running;
mod scan;
mod serve;
mod settings;
mod setup;
mod sync;
mod vendor;
mod withdraw;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::config::Refused;

/// Every bot, token and AI agent in your GitHub organisation answers to a human.
#[derive(Parser, Debug)]
#[command(name = "beholden", version, after_help = FIRST_STEPS, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const FIRST_STEPS: &str = "\
First steps:
  beholden setup --org acme --url https://beholden.example.com
        registers the App with your organisation and keeps its credentials in a folder
  beholden doctor --credentials credentials
        says whether everything that is needed is there
  beholden serve --credentials credentials
        listens and looks; writes nothing to GitHub until --mode says so
  beholden register
        lists what can act, and who owns it
  beholden coverage
        says what is seen and what is not, why, and what would widen it
  beholden policy check beholden.yml
        reads a policy file as the server would

Without a server:
  beholden scan
        says what the files of a checkout grant to bots, tokens and agents

Every setting is a flag and a variable: --app-id is BEHOLDEN_APP_ID. `beholden COMMAND --help`
explains them.";

#[derive(Subcommand, Debug)]
enum Command {
    Serve(Box<serve::Serve>),
    Doctor(Box<doctor::Doctor>),
    Register(register::Register),
    Coverage(coverage::Coverage),
    Settings(settings::Settings),
    Sync(Box<sync::Sync>),
    Explain(register::Explain),
    Scan(Box<scan::Scan>),
    Replay(replay::Replay),
    Withdraw(Box<withdraw::Withdraw>),
    Setup(setup::SetupArgs),
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table, for people.
    Table,
    /// JSON, in the form that the API has.
    Json,
}

/// Runs the command that was typed.
pub fn run() -> ExitCode {
    match Cli::parse().command {
        Command::Serve(command) => serve::run(&command),
        Command::Doctor(command) => doctor::run(&command),
        Command::Register(command) => register::run(&command),
        Command::Coverage(command) => coverage::run(&command),
        Command::Settings(command) => settings::run(&command),
        Command::Sync(command) => sync::run(&command),
        Command::Explain(command) => register::explain(&command),
        Command::Scan(command) => scan::run(&command),
        Command::Replay(command) => replay::run(&command),
        Command::Withdraw(command) => withdraw::run(&command),
        Command::Setup(args) => setup::run(args),
        Command::Policy(command) => policy::run(command),
    }
}

/// Says what is missing, all of it at once.
fn refuse(refused: &Refused) -> ExitCode {
    eprintln!("Beholden cannot start:");
    for sentence in &refused.sentences {
        eprintln!("- {sentence}");
    }
    ExitCode::from(2)
}

/// Runs a command that waits for others.
fn block_on<T>(work: impl Future<Output = T>) -> std::io::Result<T> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
