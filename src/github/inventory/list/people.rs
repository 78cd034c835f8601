//! Who is in the organisation, in its teams, and on its repositories: people who can own, and
//! machines that were given an account.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Facts, Lister};
use crate::domain::{Access, Actor, Fact, OrgRole, Person, RepoId, Team, TeamId, TeamSlug};
use crate::github::Failure;
use crate::github::inventory::team;
use crate::github::wire::{Account, Repository, segment};

#[derive(Default, Deserialize)]
#[serde(default)]
struct WireTeam {
    id: i64,
    slug: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Collaborator {
    #[serde(flatten)]
    account: Account,
    permissions: BTreeMap<String, bool>,
    role_name: Option<String>,
}

/// Owners, then members: the list itself does not say who is which.
pub(super) async fn members(l: &Lister<'_>) -> Result<Facts, Failure> {
    let mut facts = Vec::new();
    for (word, role) in [("admin", OrgRole::Owner), ("member", OrgRole::Member)] {
        let path = format!("{}?role={word}", l.path());
        let accounts = l.rows(&path, |page: Vec<Account>| page).await?;
        facts.extend(
            accounts.iter().filter_map(Account::actor).map(|actor| person(actor, Some(role))),
        );
    }
    Ok(facts)
}

pub(super) async fn outside(l: &Lister<'_>) -> Result<Facts, Failure> {
    let accounts = l.rows(&l.path(), |page: Vec<Account>| page).await?;
    Ok(accounts.iter().filter_map(Account::actor).map(|actor| person(actor, None)).collect())
}

fn person(actor: Actor, role: Option<OrgRole>) -> super::About {
    let about = Some(actor.clone());
    (Fact::Person { person: Person { actor, role, suspended: false } }, about)
}

/// Teams, with what they reach and who is in them: two requests more for each team.
pub(super) async fn teams(l: &Lister<'_>) -> Result<Facts, Failure> {
    let path = l.path();
    let teams = l.rows(&path, |page: Vec<WireTeam>| page).await?;
    let mut facts = Vec::new();
    for wire in &teams {
        let unclear = || Failure::blind("GitHub does not name one of the teams.");
        let slug: TeamSlug = wire.slug.parse().map_err(|_| unclear())?;
        let below = format!("{path}/{}", segment(&wire.slug));
        let reached = l.rows(&format!("{below}/repos"), |page: Vec<Repository>| page).await?;
        let repos: BTreeMap<RepoId, Access> =
            reached.iter().filter_map(|it| Some((RepoId(it.id), team::access(it)?))).collect();
        let id = TeamId(wire.id);
        let members = l.rows(&format!("{below}/members"), |page: Vec<Account>| page).await?;
        let team = Team { id, slug, repos, gone: false, as_of: l.r.now };
        facts.push((Fact::Team { team }, None));
        for actor in members.iter().filter_map(Account::actor) {
            let fact = Fact::TeamMembership { team: id, user: actor.id, member: true };
            facts.push((fact, Some(actor)));
        }
    }
    Ok(facts)
}

/// Accounts that were given this repository itself. Those with a role that is not known are read one
/// by one elsewhere, so the listing says nothing of them.
pub(super) async fn collaborators(l: &Lister<'_>) -> Result<Facts, Failure> {
    let Some(repo) = l.repo() else { return Ok(Vec::new()) };
    let path = format!("{}?affiliation=direct", l.path());
    let accounts = l.rows(&path, |page: Vec<Collaborator>| page).await?;
    Ok(accounts
        .iter()
        .filter_map(|it| {
            let actor = it.account.actor()?;
            let fact = Fact::Permission { user: actor.id, repo, access: it.access()? };
            Some((fact, Some(actor)))
        })
        .collect())
}

impl Collaborator {
    fn access(&self) -> Option<Access> {
        let role = self.role_name.as_deref().and_then(Access::from_github);
        let flags = self.permissions.iter().filter(|(_, granted)| **granted);
        role.max(flags.filter_map(|(name, _)| Access::from_github(name)).max())
    }
}
