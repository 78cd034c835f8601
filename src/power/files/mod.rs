//! Files other than workflows that grant: agents' and editors' start-up settings, bots that merge,
//! registries, trust policies, infrastructure code. One file of this folder for each family.
//!
//! Each reader is a function from text to grants. What cannot be read is an unknown with its reason,
//! never nothing; the value of a credential never leaves its reader.

mod agent_config;
mod automerge;
mod codeowners;
mod credential;
mod dependabot;
mod devcontainer;
mod document;
mod editor_tasks;
mod hooks;
mod iac;
mod instructions;
mod kubernetes;
mod manifest;
mod mcp;
mod package_registry;
mod pre_commit;
mod reading;
mod safety;
mod terraform;
mod trust_policy;

pub use codeowners::{Guarded, LostOwner, lost_owners};
pub(super) use manifest::scripts_of_manifest;

use crate::catalogue::{ConfigFile, Family, config_file};
use crate::power::files::document::{Format, Node};
use crate::power::files::reading::Reading;
use crate::power::model::{Powers, Remote, Text, Tree};

/// What all files of a tree but workflows and actions grant.
pub(super) fn read_tree(tree: &Tree) -> Powers {
    let (mut grants, mut unknowns) = (Vec::new(), Vec::new());
    for (path, contents) in tree.iter().filter(|(path, _)| !Remote::is_key(path)) {
        if let Some(reading) = reading_of(path, contents) {
            let (granted, unknown) = reading.parts();
            grants.extend(granted);
            unknowns.extend(unknown);
        }
    }
    // A file that is here and has a reader of its own answers for itself.
    unknowns.retain(|unknown| {
        let wants = unknown.wants.as_ref().map(|file| file.raw());
        !wants.is_some_and(|file| matters(file) && tree.get(file).is_some())
    });
    Powers::new(grants, unknowns)
}

/// What one file grants, read by whoever reads its place. `None` if no reader here is for it:
/// workflows and actions have their own.
pub fn read(path: &str, contents: &Text) -> Option<Powers> {
    reading_of(path, contents).map(Reading::done)
}

fn reading_of<'a>(path: &'a str, contents: &Text) -> Option<Reading<'a>> {
    let file = config_file(path);
    if file.is_some_and(|file| is_elsewhere(file.family)) || file.is_none() && !is_yaml(path) {
        return None;
    }
    let mut reading = Reading::new(path);
    match contents.text() {
        Some(text) => match file {
            Some(file) => read_as(file, text, &mut reading),
            None => kubernetes::read(text, &mut reading),
        },
        None => {
            let why = contents.why_not().unwrap_or_default();
            reading.unknown_at(1, format!("what the file grants cannot be told: it {why}"));
        }
    }
    Some(reading)
}

/// Whether a file's place says that its contents may grant something here.
pub fn matters(path: &str) -> bool {
    config_file(path).is_some_and(|file| !is_elsewhere(file.family))
}

fn is_elsewhere(family: Family) -> bool {
    matches!(family, Family::Workflow | Family::AgenticWorkflow | Family::Action)
}

fn is_yaml(path: &str) -> bool {
    Format::of(path) == Format::Yaml
}

fn read_as(file: &'static ConfigFile, text: &str, reading: &mut Reading<'_>) {
    match file.family {
        Family::Instructions => instructions::read(text, reading),
        Family::HookScript => hooks::read_script(text, reading),
        Family::Codeowners => {}
        Family::PackageRegistry => package_registry::read(text, reading),
        Family::Terraform => terraform::read(text, reading),
        Family::Agent | Family::Hooks | Family::EditorTasks | Family::Devcontainer => {
            for document in documents(text, reading) {
                match file.family {
                    Family::Hooks => hooks::read(file, &document, reading),
                    Family::EditorTasks => editor_tasks::read(file, &document, reading),
                    Family::Devcontainer => devcontainer::read(file, &document, reading),
                    _ => agent_config::read(file, &document, reading),
                }
                if let Some(schema) = file.mcp_schema() {
                    mcp::read(schema, &document, reading);
                }
            }
            if file.family == Family::Agent && reading.format() == Format::FrontMatter {
                instructions::read(text, reading);
            }
        }
        Family::Dependabot => each(text, reading, dependabot::read),
        Family::Automerge => {
            for document in documents(text, reading) {
                automerge::read(file, &document, reading);
            }
        }
        Family::TrustPolicy => each(text, reading, trust_policy::read),
        Family::PreCommit => each(text, reading, pre_commit::read),
        Family::RepositorySettings => {
            // Who is given access by a bot that applies this file is not read yet: it is said.
            let why = "to whom this file gives access cannot be told: its settings are not read";
            reading.unknown_at(1, why);
        }
        Family::Workflow | Family::AgenticWorkflow | Family::Action => {}
    }
}

fn each(text: &str, reading: &mut Reading<'_>, reader: fn(&Node, &mut Reading<'_>)) {
    for document in documents(text, reading) {
        reader(&document, reading);
    }
}

/// The documents of the file; an unknown if it cannot be read.
fn documents(text: &str, reading: &mut Reading<'_>) -> Vec<Node> {
    match document::parse(reading.format(), text) {
        Ok(documents) => documents,
        Err(refusal) => {
            reading.refused(&refusal);
            Vec::new()
        }
    }
}
