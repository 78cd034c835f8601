//! `GET /orgs/{org}/actions/runners`, `GET /repos/{owner}/{repo}/actions/runners`: machines that may
//! run jobs. One that is thrown away after its first job is no lasting identity, and is left out. What
//! a runner of the organisation may run jobs of, its group says.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Facts, Lister, groups};
use crate::domain::{
    Class, Fact, Foreign, Identity, IdentityKey, IdentityKind, Reach, Standing, Through,
};
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
    runner_group_id: Option<i64>,
}

/// What runners of each group may run jobs of, with the group's name.
type Groups = BTreeMap<i64, (String, Reach)>;

pub(super) async fn list(l: &Lister<'_>) -> Result<Facts, Failure> {
    let runners = l.rows(&l.path(), |page: Page| page.runners).await?;
    let lasting: Vec<&Runner> = runners.iter().filter(|runner| !runner.ephemeral).collect();
    let groups = match l.repo() {
        None if !lasting.is_empty() => groups::reaches(l).await?,
        _ => BTreeMap::new(),
    };
    Ok(lasting.into_iter().map(|runner| (fact(l, runner, &groups), None)).collect())
}

/// The key is the one that a job's event gives: the same machine is the same identity. It belongs to
/// no repository, because jobs of several may reach it.
fn fact(l: &Lister<'_>, runner: &Runner, groups: &Groups) -> Fact {
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
    let mut grant = l.grant(Through::Registration, l.own_reach(), None);
    if let Some((group, reach)) = runner.runner_group_id.and_then(|group| groups.get(&group)) {
        (grant.called, grant.reach) = (Some(Foreign::new(group)), reach.clone());
    }
    Fact::Holds { identity: identity.into(), grant: grant.into() }
}
