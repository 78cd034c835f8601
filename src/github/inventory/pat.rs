//! `GET /orgs/{org}/personal-access-tokens`: fine-grained tokens that reach the organisation.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::{
    Access, Class, Expiry, Fact, Foreign, Grant, Identity, IdentityKey, IdentityKind, Reach,
    RepoId, Standing, Through, Timestamp,
};
use crate::github::call::Call;
use crate::github::inventory::{Found, Reading};
use crate::github::wire::{Account, Numbered};
use crate::github::{Failure, Who};

/// The most pages of tokens or of one token's repositories; 100 rows each.
const PAGES: usize = 50;

/// A token, or a request for one: both are described alike.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Pat {
    pub(super) id: i64,
    owner: Option<Account>,
    pub(super) repository_selection: String,
    permissions: Permissions,
    access_granted_at: Option<Timestamp>,
    created_at: Option<Timestamp>,
    token_id: i64,
    token_name: String,
    token_expires_at: Option<Timestamp>,
    token_last_used_at: Option<Timestamp>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Permissions {
    organization: BTreeMap<String, String>,
    repository: BTreeMap<String, String>,
    other: BTreeMap<String, String>,
}

pub(super) async fn read(r: &Reading<'_>, token: i64) -> Result<Found, Failure> {
    let who = r.with(&[("organization_personal_access_tokens", "read")]);
    let tokens = format!("{}/personal-access-tokens", r.org_path());
    let path = format!("{tokens}?per_page=100&token_id[]={token}");
    let listing =
        r.github.pages(Call::get(&who, path.clone()), PAGES, |page: Vec<Pat>| page).await?;
    let key = IdentityKey::new(IdentityKind::FineGrainedPat, token);
    let request = format!("GET {path}");
    // The filter is GitHub's word; the number is ours.
    let Some(pat) = listing.items.into_iter().find(|pat| pat.token_id == token) else {
        return if listing.complete {
            Ok((vec![Fact::Gone { identity: key }], request))
        } else {
            Err(Failure::blind("The list of personal access tokens was not read to its end."))
        };
    };
    let reach = reach(r, &who, &pat, &format!("{tokens}/{}/repositories", pat.id)).await?;
    Ok((vec![fact(r, &pat, Through::Token, reach, &path), dated(&pat)], request))
}

/// When it was used. GitHub does not say when it was made.
pub(super) fn dated(pat: &Pat) -> Fact {
    let identity = IdentityKey::new(IdentityKind::FineGrainedPat, pat.token_id);
    Fact::Dated { identity, stored: None, used: pat.token_last_used_at }
}

/// What a token is and may do.
pub(super) fn fact(r: &Reading<'_>, pat: &Pat, through: Through, reach: Reach, path: &str) -> Fact {
    let grant = Grant {
        through,
        reach,
        access: pat.permissions.repository.values().map(|word| level(word)).max(),
        permissions: pat.permissions.flat(),
        role: None,
        expiry: pat.token_expires_at.map_or(Expiry::Never, |at| Expiry::At { at }),
        power: None,
        called: None,
        by: None,
        at: pat.access_granted_at.or(pat.created_at).unwrap_or(r.now),
        as_of: r.now,
        evidence: Reading::evidence(&format!("GET {path}")),
    };
    let identity = Identity {
        key: IdentityKey::new(IdentityKind::FineGrainedPat, pat.token_id),
        name: Foreign::new(&pat.token_name),
        login: None,
        repo: None,
        class: Class::Machine,
        fingerprint: None,
        catalogue: None,
        holder: pat.owner.as_ref().and_then(Account::actor),
        standing: Standing::Live,
    };
    Fact::Holds { identity: identity.into(), grant: grant.into() }
}

/// Which repositories. A list that was not read to its end is unknown, not short.
async fn reach(r: &Reading<'_>, who: &Who, pat: &Pat, list: &str) -> Result<Reach, Failure> {
    if pat.repository_selection != "subset" {
        return Ok(pat.reach());
    }
    let call = Call::get(who, format!("{list}?per_page=100"));
    let listing = r.github.pages(call, PAGES, |page: Vec<Numbered>| page).await?;
    Ok(if listing.complete {
        Reach::Repos { repos: listing.items.iter().map(|repo| RepoId(repo.id)).collect() }
    } else {
        Reach::Unknown
    })
}

impl Pat {
    /// What it reaches, as far as that needs no list.
    pub(super) fn reach(&self) -> Reach {
        match self.repository_selection.as_str() {
            "all" => Reach::AllRepos,
            "none" if self.permissions.organization.is_empty() => {
                Reach::Repos { repos: Default::default() }
            }
            "none" => Reach::Organization,
            _ => Reach::Unknown,
        }
    }
}

impl Permissions {
    /// All of them by GitHub's name; organisation permissions have names of their own.
    fn flat(&self) -> BTreeMap<String, Access> {
        let mut flat = BTreeMap::new();
        for (name, word) in self.organization.iter().chain(&self.repository).chain(&self.other) {
            let level = level(word);
            let held = flat.entry(name.clone()).or_insert(level);
            *held = level.max(*held);
        }
        flat
    }
}

/// A level that we do not know counts as the highest: unknown is not nothing.
fn level(word: &str) -> Access {
    Access::from_github(word).unwrap_or(Access::Admin)
}
