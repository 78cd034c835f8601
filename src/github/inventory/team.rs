//! Teams: `GET /orgs/{org}/teams/{slug}`, its members, its repositories.
//!
//! A slug changes with the team's name, so the number is found again in the list of all teams
//! before a team is called gone.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::{Access, ActorType, Fact, RepoId, Team, TeamId, TeamSlug, UserId};
use crate::github::call::Call;
use crate::github::inventory::person::Membership;
use crate::github::inventory::{Found, Permissions, Reading};
use crate::github::wire::{Account, Repository, segment};
use crate::github::{Failure, Who};

const NEEDS: Permissions = &[("members", "read")];

/// The most pages of teams that are searched; 100 teams each.
const PAGES: usize = 50;

/// Stands for the number of a team of which only the slug is known.
const ANY: TeamId = TeamId(0);

#[derive(Default, Deserialize)]
#[serde(default)]
struct WireTeam {
    id: i64,
    slug: String,
}

/// The members that count: the first hundred, humans by GitHub's type. A team that was asked for
/// by slug alone and is not there comes back as one that is gone, with nobody in it.
pub(super) async fn read(r: &Reading<'_>, id: TeamId) -> Result<Found, Failure> {
    let who = r.with(NEEDS);
    let Some((id, slug)) = find(r, &who, id).await? else {
        return Ok(match &r.names.team {
            Some(slug) if id == ANY => {
                let team = Team { gone: true, ..team(r, id, slug.clone(), BTreeMap::new()) };
                (vec![Fact::TeamHumans { team, humans: Vec::new() }], gone(r, id).1)
            }
            _ => gone(r, id),
        });
    };
    let path = format!("{}/members?per_page=100", path(r, &slug));
    let answer = r.github.send(Call::get(&who, path)).await?.success()?;
    let request = answer.request.clone();
    let members: Vec<Account> = answer.json()?;
    let humans = members
        .iter()
        .filter_map(Account::actor)
        .filter(|actor| actor.kind == ActorType::User)
        .collect();
    let team = team(r, id, slug, BTreeMap::new());
    Ok((vec![Fact::TeamHumans { team, humans }], request))
}

/// The team's permission on one repository; [`Access::None`] when it has none.
pub(super) async fn read_repo(r: &Reading<'_>, id: TeamId, repo: RepoId) -> Result<Found, Failure> {
    let who = r.with(NEEDS);
    let Some((_, slug)) = find(r, &who, id).await? else { return Ok(gone(r, id)) };
    let name = r.repo_name(&who, repo).await?;
    let path = format!("{}/repos/{name}", path(r, &slug));
    // Without this media type the answer is an empty 204.
    let call = Call::get(&who, path.clone()).accept("application/vnd.github.v3.repository+json");
    let access = match r.find(call, &format!("/repos/{name}")).await? {
        None => Access::None,
        Some(answer) => access(&answer.json()?).ok_or_else(|| {
            Failure::blind(format!("GitHub does not say what team {slug} may do with {name}."))
        })?,
    };
    let team = team(r, id, slug, BTreeMap::from([(repo, access)]));
    Ok((vec![Fact::Team { team }], format!("GET {path}")))
}

/// Whether an account is in the team; invited is not in.
pub(super) async fn read_member(
    r: &Reading<'_>,
    id: TeamId,
    user: UserId,
) -> Result<Found, Failure> {
    let who = r.with(NEEDS);
    let Some((_, slug)) = find(r, &who, id).await? else { return Ok(gone(r, id)) };
    let mut login = r.login(&who, user).await?;
    let membership = |login: &crate::domain::Login| {
        let path = format!("{}/memberships/{}", path(r, &slug), segment(login.as_str()));
        Call::get(&who, path)
    };
    let mut found = r.find(membership(&login), &path(r, &slug)).await?;
    if found.is_none()
        && let Some((account, _)) = r.find_account(&who, user).await?
        && let Ok(current) = account.login.parse()
        && current != login
    {
        login = current;
        found = r.find(membership(&login), &path(r, &slug)).await?;
    }
    let member = match found {
        None => false,
        Some(answer) => answer.json::<Membership>()?.state == "active",
    };
    let request = format!("GET {}", membership(&login).path);
    Ok((vec![Fact::TeamMembership { team: id, user, member }], request))
}

/// What the team may do where. Repositories with a role that we do not know are left out, and so
/// are those that the App is not installed on: it says what is there, never what is not.
pub(super) async fn read_reach(r: &Reading<'_>, id: TeamId) -> Result<Found, Failure> {
    let who = r.with(NEEDS);
    let Some((_, slug)) = find(r, &who, id).await? else { return Ok(gone(r, id)) };
    let path = format!("{}/repos?per_page=100", path(r, &slug));
    let call = Call::get(&who, path.clone());
    let repos = r.github.pages(call, PAGES, |page: Vec<Repository>| page).await?;
    let repos = repos.items.iter().filter_map(|it| Some((RepoId(it.id), access(it)?))).collect();
    let team = team(r, id, slug, repos);
    Ok((vec![Fact::Team { team }], format!("GET {path}")))
}

/// The team with this number, or whichever has the slug, and its slug now; `None` when it is gone for certain: its old slug
/// answers 404 or belongs to another team, and a complete list of all teams does not have it.
async fn find(
    r: &Reading<'_>,
    who: &Who,
    id: TeamId,
) -> Result<Option<(TeamId, TeamSlug)>, Failure> {
    let unreadable = || Failure::blind(format!("The slug of team {id} cannot be read."));
    if let Some(slug) = &r.names.team {
        let answer = r.github.send(Call::get(who, path(r, slug))).await?;
        if !answer.is_missing() {
            let team: WireTeam = answer.json()?;
            if id == ANY || TeamId(team.id) == id {
                let slug = team.slug.parse().map_err(|_| unreadable())?;
                return Ok(Some((TeamId(team.id), slug)));
            }
        }
    }
    let call = Call::get(who, format!("{}/teams?per_page=100", r.org_path()));
    let teams = r.github.pages(call, PAGES, |page: Vec<WireTeam>| page).await?;
    match teams.items.into_iter().find(|team| TeamId(team.id) == id) {
        Some(team) => Ok(Some((id, team.slug.parse().map_err(|_| unreadable())?))),
        None if teams.complete && r.names.team.is_some() => Ok(None),
        None => Err(Failure::blind(format!("Team {id} cannot be found."))),
    }
}

fn gone(r: &Reading<'_>, id: TeamId) -> Found {
    (vec![Fact::TeamGone { team: id }], format!("GET {}/teams", r.org_path()))
}

fn path(r: &Reading<'_>, slug: &TeamSlug) -> String {
    format!("{}/teams/{}", r.org_path(), segment(slug.as_str()))
}

fn team(r: &Reading<'_>, id: TeamId, slug: TeamSlug, repos: BTreeMap<RepoId, Access>) -> Team {
    Team { id, slug, repos, gone: false, as_of: r.now }
}

/// The highest of the flags, or the role where it is one that we know.
pub(super) fn access(repository: &Repository) -> Option<Access> {
    let flags = repository
        .permissions
        .iter()
        .filter(|(_, granted)| **granted)
        .filter_map(|(name, _)| Access::from_github(name))
        .max();
    let role = repository.role_name.as_deref().and_then(Access::from_github);
    flags.max(role)
}
