//! `GET /orgs/{org}/organization-roles`: who holds a role of the organisation. Two requests more for
//! each role, and one for each team whose members are not named with it.

use super::{About, Facts, Lister};
use crate::domain::{Actor, Fact, Foreign, Reach, TeamId, Through};
use crate::github::Failure;
use crate::github::inventory::org_role::{Holder, HoldingTeam, Role, Roles};
use crate::github::wire::{Account, segment};

pub(super) async fn list(l: &Lister<'_>) -> Result<Facts, Failure> {
    let path = l.path();
    let all: Roles = l.one(&path).await?;
    let mut facts = Vec::new();
    for role in &all.roles {
        let below = format!("{path}/{}", role.id);
        let holders = l.rows(&format!("{below}/users"), |page: Vec<Holder>| page).await?;
        for holder in &holders {
            let Some(actor) = holder.account.actor() else { continue };
            facts.extend(holder.doors().into_iter().map(|team| given(l, role, team, &actor)));
        }
        let teams = l.rows(&format!("{below}/teams"), |page: Vec<HoldingTeam>| page).await?;
        for team in teams.iter().filter(|team| team.is_apart(&holders)) {
            let path = format!("{}/teams/{}/members", l.base(), segment(&team.slug));
            let members = l.rows(&path, |page: Vec<Account>| page).await?;
            let members = members.iter().filter_map(Account::actor);
            facts.extend(members.map(|actor| given(l, role, Some(TeamId(team.id)), &actor)));
        }
    }
    Ok(facts)
}

/// What the role allows, as a grant of the account.
fn given(l: &Lister<'_>, role: &Role, team: Option<TeamId>, actor: &Actor) -> About {
    let through = Through::OrgRole { role: role.id, team };
    let mut grant = l.grant(through, Reach::Organization, None);
    grant.access = Some(role.access());
    grant.permissions = role.permissions();
    grant.called = Some(Foreign::new(&role.name));
    (Fact::Given { user: actor.id, grant: Box::new(grant) }, Some(actor.clone()))
}
