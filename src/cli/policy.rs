//! `beholden policy`: reads a policy file as the server would, and prints its schema.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;

use crate::cli::refuse;
use crate::config::PolicyArgs;
use crate::domain::Login;
use crate::policy::{BadPolicy, Policy, schema};

/// Look at the policy file
#[derive(Subcommand, Debug)]
pub(super) enum PolicyCommand {
    /// Read a policy file as the server would, and say what is wrong with it
    #[command(after_help = "\
Examples:
  beholden policy check beholden.yml
  beholden policy check beholden.yml --mode require --approvers octocat
        with the operator's flags that the server has

The exit code is 0 for a good file and 1 for a bad one.")]
    Check {
        /// The file
        file: PathBuf,
        /// The flags that the server has.
        #[command(flatten)]
        flags: Box<PolicyArgs>,
    },
    /// Print the file's JSON schema, for editors
    Schema,
}

/// Runs `beholden policy`.
pub(super) fn run(command: PolicyCommand) -> ExitCode {
    match command {
        PolicyCommand::Check { file, flags } => check(&file, &flags),
        PolicyCommand::Schema => {
            println!("{:#}", schema());
            ExitCode::SUCCESS
        }
    }
}

fn check(file: &Path, flags: &PolicyArgs) -> ExitCode {
    let wanted = match flags.resolve() {
        Ok(wanted) => wanted,
        Err(refused) => return refuse(&refused),
    };
    // The lists and the least mode are the same for every organisation; only home differs.
    let floor = wanted.orgs().first().map(|org: &Login| wanted.floor(org)).unwrap_or_default();
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{}: {error}", file.display());
            return ExitCode::FAILURE;
        }
    };
    match Policy::read(&text, &floor) {
        Ok(policy) => {
            println!("{}: a good policy", file.display());
            print!("{}", describe(&policy));
            ExitCode::SUCCESS
        }
        Err(BadPolicy { line, column, message }) => {
            // The form that editors and terminals turn into a link.
            eprintln!("{}:{line}:{column}: {message}", file.display());
            ExitCode::FAILURE
        }
    }
}

/// The policy in a few lines. A new setting does not compile until it is shown.
fn describe(policy: &Policy) -> String {
    let Policy {
        home: _, // named by the operator, and not read from this file
        default_mode,
        floor,
        modes,
        machine_users,
        humans,
        approvers,
        approver_teams,
        owner,
        ignores,
        self_accept,
        zone,
        limits,
    } = policy;
    let own = if *self_accept { "may" } else { "may not" };
    format!(
        "  mode {default_mode}, never below {floor}, {} exceptions\n  \
         {} machine users, {} people named as people\n  \
         {} approvers and {} approving teams\n  \
         {} answers for Beholden itself\n  \
         {} ignores\n  \
         at require, people {own} accept what they granted themselves\n  \
         dates end in {}\n  \
         after days: {} not replaced, {} not used, {} silent\n  \
         unusual: a place of more than {} days ago, {} uses within nine minutes\n",
        modes.len(),
        machine_users.len(),
        humans.len(),
        approvers.len(),
        approver_teams.len(),
        owner.as_ref().map_or("nobody", |owner| owner.as_str()),
        ignores.len(),
        zone.iana_name().unwrap_or("UTC"),
        limits.rotate_days,
        limits.unused_days,
        limits.silent_days,
        limits.place_days,
        limits.burst_uses,
    )
}
