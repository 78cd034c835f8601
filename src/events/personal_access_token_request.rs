//! `personal_access_token_request`: somebody asks that their fine-grained token may act in the
//! organisation, and an organisation owner answers.
//!
//! Tokens of organisation owners, and all tokens where approval is off, never show here.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::domain::{
    Access, Class, Entity, Expiry, Fact, Foreign, Grant, Identity, IdentityKey, IdentityKind,
    Reach, RepoId, Standing, Through, Timestamp,
};
use crate::events::envelope::{Account, Repository};
use crate::events::told::{Told, date};
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "personal_access_token_request",
    delivered: Delivered::Subscribed {
        permission: "organization_personal_access_token_requests",
        level: Access::Read,
    },
    reads: Reads::Actions(&["approved", "cancelled", "created", "denied"]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    personal_access_token_request: Option<Request>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Request {
    id: Option<i64>,
    owner: Option<Account>,
    permissions_added: Option<Permissions>,
    permissions_upgraded: Option<Permissions>,
    permissions_result: Option<Permissions>,
    repository_selection: Option<String>,
    repository_count: Option<i64>,
    repositories: Option<Vec<Repository>>,
    created_at: Option<String>,
    token_id: Option<i64>,
    token_name: Option<Foreign>,
    token_expires_at: Option<String>,
}

/// Permissions by GitHub's name: `read`, `write`, `admin`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Permissions {
    organization: Option<BTreeMap<String, String>>,
    repository: Option<BTreeMap<String, String>>,
    other: Option<BTreeMap<String, String>>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let request = told.read::<Payload>()?.personal_access_token_request.unwrap_or_default();
    let number = request.id.ok_or(BadPayload::Lacks("personal_access_token_request.id"))?;
    // Older hosts do not name the token. GitHub's numbers are positive, so the request's own
    // number below zero can never be taken for another token's.
    let key = IdentityKey::new(
        IdentityKind::FineGrainedPat,
        request.token_id.unwrap_or(number.wrapping_neg()),
    );
    let asked = Through::TokenRequest { request: number };
    let closed = Fact::Lacks { identity: key.clone(), through: asked.clone() };
    let mut heard = told.heard();
    match told.action() {
        "created" => {
            let at = date(request.created_at.as_deref()).unwrap_or(told.received());
            heard.observations.push(told.observe(holds(told, request, key, asked, at)?, true));
        }
        "approved" => {
            let token = request.token_id;
            let holds = holds(told, request, key, Through::Token, told.received())?;
            heard.observations.push(told.observe(closed, false));
            heard.observations.push(told.observe(holds, true));
            heard.hints.extend(token.map(|token| told.hint(Entity::Pat { token }, true)));
        }
        _ => heard.observations.push(told.observe(closed, false)),
    }
    Ok(heard)
}

fn holds(
    told: &Told<'_>,
    request: Request,
    key: IdentityKey,
    through: Through,
    at: Timestamp,
) -> Result<Fact, BadPayload> {
    let reach = request.reach();
    let (access, permissions) = request.power();
    let expiry = match request.token_expires_at.as_deref() {
        None => Expiry::Never,
        some => Expiry::At {
            at: date(some)
                .ok_or(BadPayload::Unclear("personal_access_token_request.token_expires_at"))?,
        },
    };
    let identity = Identity {
        key,
        name: request.token_name.unwrap_or_default(),
        login: None,
        repo: None,
        class: Class::Machine,
        catalogue: None,
        fingerprint: None,
        holder: request.owner.as_ref().and_then(Account::actor),
        standing: Standing::Live,
    };
    let grant = Grant {
        through,
        reach,
        access,
        permissions,
        role: None,
        expiry,
        power: None,
        called: None,
        by: told.by(),
        at,
        as_of: told.received(),
        evidence: told.evidence(),
    };
    Ok(Fact::Holds { identity: Box::new(identity), grant: Box::new(grant) })
}

impl Request {
    /// What the token may do after the answer is yes, with the highest access to repositories.
    /// Permissions of an unknown level count as `admin`: unknown is not nothing.
    fn power(&self) -> (Option<Access>, BTreeMap<String, Access>) {
        let whole = match &self.permissions_result {
            Some(result) => vec![result],
            None => [&self.permissions_added, &self.permissions_upgraded]
                .into_iter()
                .flatten()
                .collect(),
        };
        let level = |text: &String| Access::from_github(text).unwrap_or(Access::Admin);
        let access = whole
            .iter()
            .flat_map(|it| it.repository.iter().flatten())
            .map(|(_, it)| level(it))
            .max();
        let mut permissions = BTreeMap::new();
        for given in whole {
            let maps = [&given.organization, &given.repository, &given.other];
            for (name, text) in maps.into_iter().flatten().flatten() {
                let known = permissions.entry(Foreign::new(name).raw().to_owned());
                let known = known.or_insert(Access::None);
                *known = level(text).max(*known);
            }
        }
        (access, permissions)
    }

    /// The repositories; unknown when the payload lists fewer than it counts.
    fn reach(&self) -> Reach {
        let listed: Vec<_> =
            self.repositories.iter().flatten().filter_map(|it| it.id.map(RepoId)).collect();
        let counted = self.repository_count.and_then(|count| usize::try_from(count).ok());
        let organization = [&self.permissions_result, &self.permissions_added]
            .into_iter()
            .flatten()
            .any(|it| it.organization.as_ref().is_some_and(|map| !map.is_empty()));
        match self.repository_selection.as_deref() {
            Some("all") => Reach::AllRepos,
            Some("subset") if counted.unwrap_or(1) <= listed.len() => {
                Reach::Repos { repos: listed.into_iter().collect() }
            }
            Some("none") if organization => Reach::Organization,
            Some("none") => Reach::Repos { repos: BTreeSet::new() },
            _ => Reach::Unknown,
        }
    }
}
