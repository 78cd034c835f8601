//! `GET /orgs/{org}/credential-authorizations`: classic tokens that people let into an organisation with
//! single sign-on. It is the only list that shows them; others answer 404.
//!
//! A person's SSH keys are the person. Tokens of OAuth apps stand in it without the name of the app,
//! so nothing can be said of whose they are.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Facts, Lister};
use crate::domain::{
    Access, Actor, ActorType, Expiry, Fact, IdentityKey, IdentityKind, Reach, Through, Timestamp,
    UserId,
};
use crate::github::Failure;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::github::inventory) struct Credential {
    pub(in crate::github::inventory) credential_id: i64,
    login: String,
    credential_type: String,
    token_last_eight: Option<String>,
    scopes: Vec<String>,
    credential_authorized_at: Option<Timestamp>,
    credential_accessed_at: Option<Timestamp>,
    authorized_credential_note: Option<String>,
    authorized_credential_expires_at: Option<Timestamp>,
}

pub(super) async fn list(l: &Lister<'_>) -> Result<Facts, Failure> {
    let credentials = l.rows(&l.path(), |page: Vec<Credential>| page).await?;
    let tokens = credentials.iter().filter(|it| it.credential_type == "personal access token");
    Ok(tokens.flat_map(|token| [holds(l, token), (dated(token), None)]).collect())
}

/// What it is and may do. Whose it is, GitHub says by login alone.
fn holds(l: &Lister<'_>, token: &Credential) -> super::About {
    let key = IdentityKey::new(IdentityKind::ClassicPat, token.credential_id);
    let last = token.token_last_eight.as_deref().unwrap_or_default();
    let note = token.authorized_credential_note.as_deref().filter(|note| !note.is_empty());
    let name = note.map_or_else(|| format!("…{last}"), str::to_owned);
    // What it reaches is what the person reaches.
    let mut grant = l.grant(Through::Token, Reach::Unknown, token.credential_authorized_at);
    grant.permissions =
        token.scopes.iter().map(|it| (it.clone(), level(it))).collect::<BTreeMap<_, _>>();
    grant.expiry =
        token.authorized_credential_expires_at.map_or(Expiry::Never, |at| Expiry::At { at });
    let login = token.login.parse().ok();
    let holder = login.map(|login| Actor { id: UserId(0), login, kind: ActorType::Unknown });
    (l.holds(key, &name, grant).0, holder)
}

/// How far a scope goes. Source: "Scopes for OAuth apps".
fn level(scope: &str) -> Access {
    match scope.split_once(':') {
        Some(("read", _)) => Access::Read,
        Some(("admin" | "manage_billing", _)) => Access::Admin,
        _ if scope == "delete_repo" || scope == "site_admin" => Access::Admin,
        _ => Access::Write,
    }
}

fn dated(token: &Credential) -> Fact {
    let identity = IdentityKey::new(IdentityKind::ClassicPat, token.credential_id);
    let used = token.credential_accessed_at;
    Fact::Dated { identity, stored: token.credential_authorized_at, used }
}
