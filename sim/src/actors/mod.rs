//! What happens in a test's story, as methods whose names read like sentences. Each one changes the
//! world and sends the webhooks that GitHub would send.
//!
//! Repositories are named in full (`acme/api`), people by login. A name that does not exist ends the
//! test with a message that names it.

mod audit_log;
mod checks;
mod faults;
mod forks;
mod holdings;
mod issues;
mod orgs;
mod pats;
mod pulls;
mod pushes;
mod repos;
mod reviews;
mod rules;
mod runs;
mod trust;

pub use pats::PatSpec;
pub use pulls::{MergeMethod, PullSpec};
pub use pushes::Push;
pub use reviews::LineSpec;
pub use runs::{RunSpec, Runner};

use crate::{sim::Sim, world::World};

impl Sim {
    #[track_caller]
    pub(crate) fn repo_no(world: &World, repo: &str) -> u64 {
        world.repo_id(repo).unwrap_or_else(|| panic!("there is no repository {repo}"))
    }

    #[track_caller]
    pub(crate) fn org_no(world: &World, organization: &str) -> u64 {
        world
            .org(organization)
            .map(|org| org.id)
            .unwrap_or_else(|| panic!("there is no organization {organization}"))
    }

    #[track_caller]
    pub(crate) fn user_no(world: &World, login: &str) -> u64 {
        world.user(login).map(|user| user.id).unwrap_or_else(|| panic!("there is no user {login}"))
    }

    #[track_caller]
    pub(crate) fn team_no(world: &World, team: &str) -> (u64, u64) {
        let found = team.split_once('/').and_then(|(org, slug)| {
            let org = world.org(org)?;
            Some((org.id, org.team(slug)?.id))
        });
        found.unwrap_or_else(|| panic!("there is no team {team}: write organization/team"))
    }
}
