//! `GET /users/{login}` and `GET /orgs/{org}/memberships/{login}`.

use serde::Deserialize;

use crate::domain::{Actor, ActorType, Fact, OrgRole, Person, UserId};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::inventory::{Found, Reading};
use crate::github::wire::{Account, segment};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Membership {
    pub(super) state: String,
    role: String,
    user: Option<Account>,
}

/// An account that GitHub does not show any more, by name or by number, is reported as suspended
/// and without a role: deleted and flagged accounts answer 404 alike, and neither can act.
pub(super) async fn read(r: &Reading<'_>, id: UserId) -> Result<Found, Failure> {
    let who = r.with(&[("members", "read")]);
    let Some((account, request)) = r.find_account(&who, id).await? else {
        return gone(r, id).await;
    };
    let id = UserId(account.id);
    let actor = account
        .actor()
        .ok_or_else(|| Failure::blind(format!("The login of account {id} cannot be read.")))?;
    let path = format!("{}/memberships/{}", r.org_path(), segment(actor.login.as_str()));
    let role = match r.find(Call::get(&who, path), &r.org_path()).await? {
        None => None,
        Some(answer) => role(&answer.json()?, id),
    };
    let person = Person { suspended: account.suspended_at.is_some(), actor, role };
    Ok((vec![Fact::Person { person }], request))
}

/// Invited is not in; billing managers are no members.
fn role(membership: &Membership, id: UserId) -> Option<OrgRole> {
    let other = membership.user.as_ref().is_some_and(|user| UserId(user.id) != id);
    match (membership.state.as_str(), membership.role.as_str()) {
        _ if other => None,
        ("active", "admin") => Some(OrgRole::Owner),
        ("active", "member") => Some(OrgRole::Member),
        _ => None,
    }
}

async fn gone(r: &Reading<'_>, id: UserId) -> Result<Found, Failure> {
    let who = r.with(&[("members", "read")]);
    let login = r.names.login.clone().ok_or_else(|| {
        Failure::blind(format!("Account {id} answers 404, and nothing tells its name."))
    })?;
    r.github.send(Call::get(&who, r.org_path())).await?.success()?;
    if r.find_account(&who, id).await?.is_some() {
        return Err(Failure::blind(format!("Account {id} is there and not there.")));
    }
    let actor = Actor { id, login, kind: ActorType::Unknown };
    let person = Person { actor, suspended: true, role: None };
    Ok((vec![Fact::Person { person }], format!("GET /user/{id}")))
}
