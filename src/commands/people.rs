//! What is known of people and teams for one command, and what must be read first.

use crate::commands::known::{Known, Terms, Wanting};
use crate::commands::run::Speech;
use crate::domain::{
    Access, Actor, ActorType, Case, Class, Entity, Login, Names, Person, RepoId, Team, TeamId,
    TeamSlug, UserId,
};
use crate::register::{NotLoaded, Slice};

/// The most permissions that are asked for at once.
const MOST_ASKED: usize = 20;

/// Everything that one command is judged by.
pub(super) struct Talk<'a> {
    pub(super) speech: &'a Speech,
    pub(super) case: &'a Case,
    pub(super) slice: &'a Slice,
    pub(super) known: &'a Known,
    pub(super) terms: &'a Terms<'a>,
}

/// A team that exists, and the humans in it.
pub(super) struct Humans<'a> {
    pub(super) team: &'a Team,
    pub(super) humans: Vec<&'a Actor>,
}

impl<'a> Talk<'a> {
    /// The account of this login; `None` when there is none, or when the login is somebody
    /// else's by now. `id` is 0 when only the login is known.
    pub(super) fn person(&self, login: &Login, id: UserId) -> Result<Option<&'a Person>, Wanting> {
        match self.known.people.get(login) {
            Some(found) => {
                Ok(found.as_ref().filter(|found| id == UserId(0) || found.actor.id == id))
            }
            None => Err(Wanting::Fetch(vec![(
                Entity::Person { user: id },
                Names { login: Some(login.clone()), ..Names::default() },
            )])),
        }
    }

    /// A team of the organisation; `None` when there is none.
    pub(super) fn team(&self, slug: &TeamSlug) -> Result<Option<Humans<'a>>, Wanting> {
        match self.known.teams.get(slug) {
            Some(found) => Ok(found.as_ref().map(|(team, members)| Humans {
                team,
                humans: members.iter().filter(|member| self.is_human(member)).collect(),
            })),
            None => Err(Wanting::Fetch(vec![(
                Entity::Team { team: TeamId(0) },
                Names { team: Some(slug.clone()), ..Names::default() },
            )])),
        }
    }

    /// Whether the account has at least maintain on every one of these repositories, and there
    /// is one. Deleted repositories do not count.
    pub(super) fn maintains_all(&self, who: &Actor, repos: &[RepoId]) -> Result<bool, Wanting> {
        let mut any = false;
        for id in repos {
            let repo = self.slice.repo(*id)?;
            if repo.is_some_and(|repo| repo.gone) {
                continue;
            }
            any = true;
            match self.known.permissions.get(&(who.id, *id)) {
                Some(access) if *access >= Some(Access::Maintain) => {}
                Some(_) => return Ok(false),
                None => {}
            }
        }
        self.reads_permissions(who, repos)?;
        Ok(any)
    }

    /// Has the account's permission on every one of these repositories read, many at once.
    pub(super) fn reads_permissions(&self, who: &Actor, repos: &[RepoId]) -> Result<(), Wanting> {
        let mut unread = Vec::new();
        for id in repos {
            let repo = self.slice.repo(*id)?;
            let known = self.known.permissions.contains_key(&(who.id, *id));
            if !known && !repo.is_some_and(|repo| repo.gone) {
                unread.push((
                    Entity::Collaborator { repo: *id, user: who.id },
                    Names {
                        repo: repo.map(|repo| repo.name.clone()),
                        login: Some(who.login.clone()),
                        team: None,
                        before: None,
                    },
                ));
            }
        }
        if unread.is_empty() {
            return Ok(());
        }
        // A stranger costs one question, not one for every repository.
        let member = self
            .known
            .people
            .get(&who.login)
            .is_some_and(|known| known.as_ref().is_some_and(|person| person.role.is_some()));
        unread.truncate(if member { MOST_ASKED } else { 1 });
        Err(Wanting::Fetch(unread))
    }

    /// Whether the account is a person's, as far as GitHub, the catalogue and the policy say.
    pub(super) fn is_human(&self, who: &Actor) -> bool {
        who.kind == ActorType::User
            && !who.is_ghost()
            && (self.terms.is_machine)(who) == Class::Human
    }

    /// The name of a repository as it may stand in a reply.
    pub(super) fn repo_name(&self, id: RepoId) -> Result<Option<String>, NotLoaded> {
        Ok(self.slice.repo(id)?.map(|repo| crate::words::repo(&repo.name)))
    }
}
