//! `GET /orgs/{org}/actions/runners`, `GET /repos/{owner}/{repo}/actions/runners`: machines that may
//! run jobs. One that is thrown away after its first job is no lasting identity, and is left out.

use serde::Deserialize;

use super::{Facts, Lister};
use crate::domain::{Class, Fact, Foreign, Identity, IdentityKey, IdentityKind, Standing, Through};
use crate::github::Failure;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Page {
    runners: Vec<Runner>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Runner {
    id: i64,
    name: String,
    ephemeral: bool,
}

pub(super) async fn list(l: &Lister<'_>) -> Result<Facts, Failure> {
    let runners = l.rows(&l.path(), |page: Page| page.runners).await?;
    let lasting = runners.iter().filter(|runner| !runner.ephemeral);
    Ok(lasting.map(|runner| (fact(l, runner), None)).collect())
}

/// The key is the one that a job's event gives: the same machine is the same identity. It belongs to
/// no repository, because jobs of several may reach it.
fn fact(l: &Lister<'_>, runner: &Runner) -> Fact {
    let name = Foreign::new(&runner.name);
    let short: String = name.raw().chars().take(64).collect();
    let number = runner.id.to_string();
    let identity = Identity {
        key: IdentityKey::scoped(IdentityKind::SelfHostedRunner, l.whole.org.0, &[&number, &short]),
        name,
        login: None,
        repo: None,
        class: Class::Machine,
        fingerprint: None,
        catalogue: None,
        holder: None,
        standing: Standing::Live,
    };
    let grant = l.grant(Through::Registration, l.own_reach(), None);
    Fact::Holds { identity: identity.into(), grant: grant.into() }
}
