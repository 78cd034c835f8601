//! What a command is judged by besides the register: what was read for it, and the policy's terms.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use crate::domain::{
    Access, Actor, Class, Entity, Fact, Login, Names, Person, RepoId, Team, TeamSlug, UserId,
};
use crate::register::NotLoaded;

/// Facts read for one command. A missing key was not asked for; `None` was asked for and GitHub
/// has no such thing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// Accounts and their place in the organisation.
    pub people: BTreeMap<Login, Option<Person>>,
    /// Effective permissions.
    pub permissions: BTreeMap<(UserId, RepoId), Option<Access>>,
    /// Teams with their active members of type User.
    pub teams: BTreeMap<TeamSlug, Option<(Team, Vec<Actor>)>>,
}

/// What the policy says about who may accept.
pub struct Terms<'a> {
    /// The organisation's login: teams of any other are refused.
    pub org: Login,
    /// People who may accept anything.
    pub approvers: BTreeSet<Login>,
    /// Teams whose members may accept anything.
    pub approver_teams: BTreeSet<TeamSlug>,
    /// Whether somebody other than the granter must accept.
    pub require: bool,
    /// Whether the granter may accept all the same.
    pub self_accept: bool,
    /// What an account is, by catalogue and policy.
    pub is_machine: &'a dyn Fn(&Actor) -> Class,
    /// The zone in which dates end.
    pub zone: TimeZone,
}

/// What has to be had before a command can be judged. Never an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanting {
    /// Objects of GitHub to read. A person whose number is unknown is `Person { user: 0 }` with
    /// the login among the names, a team likewise `Team { team: 0 }` with its slug.
    Fetch(Vec<(Entity, Names)>),
    /// Rows of the register to load.
    Load(NotLoaded),
}

impl From<&[Fact]> for Known {
    fn from(facts: &[Fact]) -> Self {
        let mut known = Self::default();
        for fact in facts {
            match fact {
                Fact::Person { person } => {
                    known.people.insert(person.actor.login.clone(), Some(person.clone()));
                }
                Fact::Permission { user, repo, access } => {
                    known.permissions.insert((*user, *repo), Some(*access));
                }
                Fact::TeamHumans { team, humans } => {
                    let found = (!team.gone).then(|| (team.clone(), humans.clone()));
                    known.teams.insert(team.slug.clone(), found);
                }
                _ => {}
            }
        }
        known
    }
}

impl Known {
    /// Marks what was asked for and answered with nothing, so that it is not asked for again.
    pub fn absent(mut self, asked: &[(Entity, Names)]) -> Self {
        for (entity, names) in asked {
            match (entity, names) {
                (Entity::Person { .. }, Names { login: Some(login), .. }) => {
                    self.people.entry(login.clone()).or_insert(None);
                }
                (Entity::Collaborator { repo, user }, _) => {
                    self.permissions.entry((*user, *repo)).or_insert(None);
                }
                (Entity::Team { .. }, Names { team: Some(slug), .. }) => {
                    self.teams.entry(slug.clone()).or_insert(None);
                }
                _ => {}
            }
        }
        self
    }
}

impl From<NotLoaded> for Wanting {
    fn from(missing: NotLoaded) -> Self {
        Self::Load(missing)
    }
}
