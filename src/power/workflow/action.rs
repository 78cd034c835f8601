//! Actions of others: what they are held to, what they receive, and where they log in.

use std::collections::BTreeSet;

use github_actions_models::common::Uses;

use crate::catalogue::{self, ActionEntry, CloudLogin, Raises};
use crate::domain::{Foreign, IdentityKind};
use crate::power::model::{Code, Held, Kind, Level, Patterns, Trust};
use crate::power::workflow::job::Job;
use crate::power::workflow::step::{self, Step};
use crate::power::workflow::{Reading, reference};

/// Owners whose actions are the platform itself.
const PLATFORM: &[&str] = &["actions", "github"];

/// Reads what a step uses.
pub(super) fn read<'a>(job: &mut Job<'a, '_>, step: &Step<'a>, reading: &mut Reading) {
    let Some(uses) = &step.uses else { return };
    let at = step.at.key("uses");
    let parsed = match Uses::parse(uses.clone()) {
        Ok(parsed) => parsed,
        Err(_) => {
            let why = "which action it uses, because the reference is none".to_owned();
            return reading.unknown(at.spot(), why, None);
        }
    };
    let (name, reference, pin) = reference::named(&parsed);
    let owner = name.split('/').next().unwrap_or_default().to_ascii_lowercase();
    let image = matches!(parsed, Uses::Docker(_));
    let entry = catalogue::action(&name);
    checkout_of_others(job, step, &name);
    if image || !PLATFORM.contains(&owner.as_str()) {
        let kind = if image { Kind::Image } else { Kind::Action };
        let code = Code::new(kind, &name);
        job.granted.references.insert(code.clone(), reference.clone());
        job.granted.code(code.clone(), pin, at.spot());
        let own = job.site.ground.repo.as_ref().and_then(|repo| repo.as_str().split('/').next());
        if own == Some(owner.as_str()) && !image {
            let what = format!("what the action `{}` does", name.replace('`', "'"));
            let remote = reference::remote(&parsed, job.site.ground);
            let files = remote.map(|folder| step::descriptions(&folder));
            let there = files.iter().flatten().find(|file| job.site.tree.get(file).is_some());
            let why = match there {
                Some(file) => reference::why_missing(job.site, file, &what),
                None => format!("{what}, because {}", reference::ELSEWHERE),
            };
            let first = files.as_ref().map(|files| files[0].as_str());
            reading.unknown(at.spot(), why, first);
        } else {
            let mut part =
                job.part(IdentityKind::ThirdPartyAction, &name.to_ascii_lowercase(), &at);
            part.references.insert(code.clone(), reference.clone());
            if !image {
                part.uses.insert((code.clone(), reference));
            }
            part.code(code, pin, at.spot());
            for secret in step.secrets(job) {
                let spot = step.at.spot_of_secret(&secret);
                part.secrets(secret, Held, spot);
            }
            reading.grants.push(part);
        }
    } else {
        // Nobody is asked about the platform's own; whether it is what its name says is looked at.
        job.granted.uses.insert((Code::new(Kind::Action, &name), reference));
    }
    if let Some(entry) = entry
        && !entry.is_ai()
    {
        widened(job, step, entry);
    }
    let inputs: Vec<&str> = step.with.keys().map(String::as_str).collect();
    if let Some(login) = catalogue::cloud_login(&name, &inputs) {
        trusted(job, step, login, reading);
    }
}

/// Another repository whose files a checkout brings in.
fn checkout_of_others(job: &mut Job<'_, '_>, step: &Step<'_>, name: &str) {
    let Some(repository) = step.input("repository", &job.site.budget) else { return };
    let own = job
        .site
        .ground
        .repo
        .as_ref()
        .is_some_and(|it| it.as_str().eq_ignore_ascii_case(&repository));
    if !name.eq_ignore_ascii_case("actions/checkout") || repository.contains("${{") || own {
        return;
    }
    let at = step.at.key("with").key("repository");
    let code = Code::new(Kind::Repository, &repository);
    let reference = step.input("ref", &job.site.budget).unwrap_or_default();
    job.granted.references.insert(code.clone(), Foreign::new(&reference));
    job.granted.code(code, reference::pin_of(&reference), at.spot());
}

/// Values of inputs that widen what an action may do.
fn widened(job: &mut Job<'_, '_>, step: &Step<'_>, entry: &ActionEntry) {
    let mut found: BTreeSet<(String, String)> = BTreeSet::new();
    for (input, value) in &step.with {
        for danger in entry.dangers(input, value) {
            // A token of another identity shows as the secret that it is.
            if !matches!(danger.raises, Raises::Credential | Raises::Reach) {
                found.insert((input.clone(), format!("{}: {}", entry.id, danger.why)));
            }
        }
    }
    if entry.id == "create-github-app-token" {
        let given = |name: &str| step.with.get(name).is_some_and(|value| !value.trim().is_empty());
        if given("owner") && !given("repositories") {
            let why = "the token of the App reaches every repository of its installation";
            found.insert(("owner".to_owned(), why.to_owned()));
        }
        if !step.with.keys().any(|input| input.starts_with("permission-")) {
            let why = "the token of the App has every permission of its installation";
            found.insert(("private-key".to_owned(), why.to_owned()));
        }
    }
    for (input, why) in found {
        let spot = step.at.key("with").key(&input).spot();
        job.granted.loosened(Foreign::new(&why), Held, spot);
    }
}

/// A login with the job's OIDC token: somebody elsewhere lets this job in.
fn trusted(job: &mut Job<'_, '_>, step: &Step<'_>, login: &CloudLogin, reading: &mut Reading) {
    let given = |input: &String| {
        let value = step.input(&input.to_ascii_lowercase(), &job.site.budget);
        value.filter(|value| !value.trim().is_empty())
    };
    let stored = login.static_inputs.iter().any(|input| given(input).is_some());
    let asks = login.oidc_inputs.iter().any(|input| given(input).is_some())
        || (login.oidc_inputs.is_empty() && !stored);
    let may = job.granted.power.token_level("id-token").most() >= Level::Write;
    if !asks || stored || !may {
        return;
    }
    let named = login.principal_inputs.iter().find_map(|input| Some((input, given(input)?)));
    let (principal, at) = match &named {
        Some((input, value)) => (value.as_str(), step.at.key("with").key(input)),
        None => (login.provider.as_str(), step.at.key("uses")),
    };
    let trust = Trust {
        provider: Foreign::new(&login.provider),
        principal: Foreign::new(principal.trim()),
    };
    let subject = Patterns::of(["this job"]);
    let name = format!("{}/{}", login.provider, principal.trim());
    let mut part = job.part(IdentityKind::OidcTrust, &name, &at);
    part.trusts(trust.clone(), subject.clone(), at.spot());
    part.power.environments = job.granted.power.environments.clone();
    reading.grants.push(part);
    job.granted.trusts(trust, subject, at.spot());
}
