//! A machine that left the organisation: what it held through teams, roles and repositories goes with its
//! membership, and no event of its own tells so.

use crate::decide::{Turn, Wanting};
use crate::domain::{Entity, Evidence, Fact, IdentityKey, Names, Through};

impl Turn<'_> {
    /// The machine that a fact shows to be a member no more, if it was one.
    pub(super) fn departs(&self, fact: &Fact) -> Result<Option<IdentityKey>, Wanting> {
        let Fact::Person { person } = fact else { return Ok(None) };
        let Some(key) = self.machine_of(&person.actor).filter(|_| person.role.is_none()) else {
            return Ok(None);
        };
        let was_in = self.slice.record(&key)?.is_some_and(|record| {
            record.identity.is_live() && record.grant(&Through::OrgMembership).is_some()
        });
        Ok(was_in.then_some(key))
    }

    /// Asks for everything that it was given besides.
    pub(super) fn departed(
        &mut self,
        key: &IdentityKey,
        evidence: &Evidence,
    ) -> Result<(), Wanting> {
        let Some(record) = self.slice.record(key)?.cloned() else { return Ok(()) };
        let Some(user) = key.account() else { return Ok(()) };
        for grant in &record.grants {
            let mut names = Names { login: record.identity.login.clone(), ..Names::default() };
            let entity = match grant.through {
                Through::Collaborator { repo } => {
                    names.repo = self.slice.repo(repo)?.map(|repo| repo.name.clone());
                    Entity::Collaborator { repo, user }
                }
                Through::Team { team } => {
                    names.team = self.slice.team(team)?.map(|team| team.slug.clone());
                    Entity::TeamMember { team, user }
                }
                Through::OrgRole { role, team } => {
                    Entity::OrgRole { identity: key.clone(), role, team }
                }
                _ => continue,
            };
            self.ask_for(entity, names, evidence);
        }
        Ok(())
    }
}
