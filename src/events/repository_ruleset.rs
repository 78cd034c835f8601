//! `repository_ruleset`: who may bypass a ruleset. One identity per ruleset: its list.
//!
//! `changes` never names the bypass actors, so each payload is taken whole and compared with what
//! was held before. Its own `updated_at` orders the payloads of one ruleset.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::{
    Access, Class, Entity, Expiry, Fact, Foreign, Grant, Identity, IdentityKey, IdentityKind,
    Observation, Reach, RepoId, Standing, Through,
};
use crate::events::told::{Told, date};
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "repository_ruleset",
    delivered: Delivered::Subscribed { permission: "administration", level: Access::Read },
    reads: Reads::Actions(&["created", "deleted", "edited"]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    repository_ruleset: Option<Ruleset>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Ruleset {
    id: Option<i64>,
    name: Option<Foreign>,
    source_type: Option<String>,
    bypass_actors: Option<Vec<Bypass>>,
    created_at: Option<String>,
    updated_at: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Bypass {
    actor_id: Option<i64>,
    actor_type: Option<String>,
    bypass_mode: Option<String>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let ruleset = told.read::<Payload>()?.repository_ruleset.unwrap_or_default();
    let number = ruleset.id.ok_or(BadPayload::Lacks("repository_ruleset.id"))?;
    let repo = ruleset.repo(told)?;
    let key = IdentityKey::scoped(
        IdentityKind::RulesetBypass,
        repo.map_or(told.org.0, |repo| repo.0),
        &[&number.to_string()],
    );
    let mut heard = told.heard();
    match (told.action(), repo) {
        ("deleted", Some(repo)) => {
            heard.hints.push(told.hint(Entity::Ruleset { repo, ruleset: number }, false));
        }
        // A ruleset of the organisation hangs on no repository to read it through.
        ("deleted", None) => {
            let through = Through::Ruleset { ruleset: number };
            heard.observations.push(told.observe(Fact::Lacks { identity: key, through }, false));
        }
        (_, repo) => match ruleset.bypass() {
            Some(power) => heard.observations.push(holds(told, ruleset, key, repo, power)),
            // The list is left out, not empty: it must be read.
            None => heard.hints.extend(
                repo.map(|repo| told.hint(Entity::Ruleset { repo, ruleset: number }, true)),
            ),
        },
    }
    Ok(heard)
}

fn holds(
    told: &Told<'_>,
    ruleset: Ruleset,
    key: IdentityKey,
    repo: Option<RepoId>,
    permissions: BTreeMap<String, Access>,
) -> Observation {
    // A list that lets nobody pass grants nothing that somebody should answer for.
    let news = !permissions.is_empty();
    let as_of = date(ruleset.updated_at.as_deref()).unwrap_or(told.received());
    let grant = Grant {
        through: Through::Ruleset { ruleset: ruleset.id.unwrap_or_default() },
        // Which repositories a ruleset of the organisation covers, its conditions say by patterns.
        reach: repo.map_or(Reach::Unknown, Reach::one),
        access: Some(permissions.values().copied().max().unwrap_or(Access::None)),
        permissions,
        role: None,
        expiry: Expiry::NotApplicable,
        power: None,
        called: None,
        by: told.by(),
        at: match told.action() {
            "created" => date(ruleset.created_at.as_deref()).unwrap_or(as_of),
            _ => as_of,
        },
        as_of,
        evidence: told.evidence(),
    };
    let identity = Identity {
        key,
        name: ruleset.name.unwrap_or_default(),
        login: None,
        repo,
        class: Class::Machine,
        catalogue: None,
        fingerprint: None,
        holder: None,
        standing: Standing::Live,
    };
    let fact = Fact::Holds { identity: Box::new(identity), grant: Box::new(grant) };
    Observation { as_of, ..told.observe(fact, news) }
}

impl Ruleset {
    /// The repository whose own ruleset it is; `None` for one of the organisation.
    fn repo(&self, told: &Told<'_>) -> Result<Option<RepoId>, BadPayload> {
        match self.source_type.as_deref() {
            Some("Repository") => told.must_repo().map(Some),
            Some(_) => Ok(None),
            None => Ok(told.repo()),
        }
    }

    /// Who may bypass it, and how far; `None` when the payload does not say.
    fn bypass(&self) -> Option<BTreeMap<String, Access>> {
        let mut power = BTreeMap::new();
        for bypass in self.bypass_actors.as_ref()? {
            let known = power.entry(bypass.name()).or_insert(Access::None);
            *known = bypass.access().max(*known);
        }
        Some(power)
    }
}

impl Bypass {
    /// The actor as a permission's name: `integration:15368`, `deploy_key`, `team:5`.
    fn name(&self) -> String {
        let (kind, numbered) = match self.actor_type.as_deref().unwrap_or_default() {
            "Integration" => ("integration", true),
            "DeployKey" => ("deploy_key", false),
            "OrganizationAdmin" => ("organization_admin", false),
            "EnterpriseOwner" => ("enterprise_owner", false),
            "EnterpriseRole" => ("enterprise_role", true),
            "RepositoryRole" => ("repository_role", true),
            "Team" => ("team", true),
            "User" => ("user", true),
            _ => ("unknown", true),
        };
        match self.actor_id.filter(|_| numbered) {
            Some(id) => format!("{kind}:{id}"),
            None => kind.to_owned(),
        }
    }

    /// How far: only through a pull request, or at any time. A mode that we do not know counts as
    /// the widest.
    fn access(&self) -> Access {
        match self.bypass_mode.as_deref() {
            Some("pull_request") => Access::Triage,
            _ => Access::Write,
        }
    }
}
