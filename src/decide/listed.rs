//! Whole listings: what they show is observed, what they do not show any more is looked for by itself,
//! and what was there before we came is counted.

use std::collections::BTreeSet;

use crate::decide::{Inventory, Reading, Turn, Wanting};
use crate::domain::{
    Backlog, Case, CaseId, CaseState, Cause, Entity, Fact, IdentityKey, IdentityKind, Names,
    Observation, Part, Place, RepoId, TeamId, Through, UserId,
};
use crate::plan;
use crate::register::{Need, NotLoaded, Record};

impl Turn<'_> {
    /// One listing. Only a whole one gets here.
    pub(super) fn listed(&mut self, inventory: &Inventory) -> Result<(), Wanting> {
        let mut missing = BTreeSet::new();
        for (fact, about) in &inventory.facts {
            let seen = Observation {
                fact: fact.clone(),
                as_of: inventory.as_of,
                by: None,
                news: inventory.news,
                evidence: inventory.evidence.clone(),
            };
            let taken =
                self.observe(&seen, about.as_ref()).and_then(|()| self.is_back(fact, inventory));
            match taken {
                // The others are asked too, so that a listing is loaded at once.
                Err(Wanting::Load(needs)) => missing.extend(needs),
                taken => taken?,
            }
        }
        if !missing.is_empty() {
            return Err(Wanting::Load(missing));
        }
        self.absent(inventory)
    }

    /// A repository that was out of sight is in the installation again.
    fn is_back(&mut self, fact: &Fact, inventory: &Inventory) -> Result<(), Wanting> {
        let Fact::Repo { repo } = fact else { return Ok(()) };
        if !self.slice.repo(repo.id)?.is_some_and(|repo| repo.hidden) {
            return Ok(());
        }
        let fact = Fact::Selected { repo: repo.id, selected: true };
        let missed = self.misses(&fact)?;
        let (as_of, evidence) = (inventory.as_of, inventory.evidence.clone());
        let reading = Reading { facts: Vec::new(), as_of, evidence: evidence.clone() };
        let seen = Observation { fact: fact.clone(), as_of, by: None, news: false, evidence };
        self.observe(&seen, None)?;
        self.sees_repo(&fact, missed, &reading)
    }

    /// What the register holds of this place and the listing does not show: asked about one by one,
    /// because a list may lag, and gone is only what answers so itself.
    fn absent(&mut self, inventory: &Inventory) -> Result<(), Wanting> {
        let mut asked = match (inventory.part, inventory.repo) {
            (Part::Repositories, _) => self.repos_absent(inventory),
            (Part::Members, _) => self.people_absent(inventory)?,
            (Part::Teams, _) => self.team_members_absent(inventory)?,
            (Part::OrgRoles, _) => self.roles_absent(inventory)?,
            (Part::Collaborators, Some(repo)) => self.collaborators_absent(inventory, repo)?,
            _ => self.identities_absent(inventory)?,
        };
        if let Some(repo) = inventory.repo {
            let name = self.slice.repo(repo)?.map(|repo| repo.name.clone());
            for (_, names) in &mut asked {
                names.repo = names.repo.take().or(name.clone());
            }
        }
        for (entity, names) in asked {
            self.ask_for(entity, names, &inventory.evidence);
        }
        Ok(())
    }

    fn repos_absent(&self, inventory: &Inventory) -> Vec<(Entity, Names)> {
        let listed: BTreeSet<RepoId> = inventory
            .facts
            .iter()
            .filter_map(|(fact, _)| match fact {
                Fact::Repo { repo } => Some(repo.id),
                _ => None,
            })
            .collect();
        let gone = inventory.expected.iter().filter(|(repo, _)| !listed.contains(repo));
        gone.map(|(repo, name)| {
            let names = Names { repo: Some(name.clone()), ..Names::default() };
            (Entity::Selected { repo: *repo }, names)
        })
        .collect()
    }

    fn identities_absent(&self, inventory: &Inventory) -> Result<Vec<(Entity, Names)>, Wanting> {
        let (part, repo) = (inventory.part, inventory.repo);
        let listed: BTreeSet<&IdentityKey> = inventory
            .facts
            .iter()
            .filter_map(|(fact, _)| match fact {
                Fact::Holds { identity, .. } => Some(&identity.key),
                Fact::Stands { identity } => Some(identity),
                _ => None,
            })
            .collect();
        let sets = part.kinds().iter().map(|kind| {
            let need = repo.map_or(Need::OfKind(*kind), Need::InRepo);
            Ok(self.slice.set(&need)?.into_iter().filter(|it| it.identity.key.kind() == *kind))
        });
        let held = NotLoaded::all(sets)?.into_iter().flatten();
        Ok(held
            .filter(|record| stands_in(record, part, repo))
            .filter(|record| record.as_of < inventory.as_of)
            .map(|record| record.identity.key.clone())
            .filter(|key| !listed.contains(key))
            .map(|key| (entity(part, repo, key), Names::default()))
            .collect())
    }

    fn collaborators_absent(
        &self,
        inventory: &Inventory,
        repo: RepoId,
    ) -> Result<Vec<(Entity, Names)>, Wanting> {
        let listed: BTreeSet<UserId> = inventory.accounts().collect();
        let held = self.slice.set(&Need::InRepo(repo))?;
        let through = Through::Collaborator { repo };
        Ok(held
            .into_iter()
            .filter(|record| record.grant(&through).is_some_and(|it| it.as_of < inventory.as_of))
            .filter_map(|record| Some((record.identity.key.account()?, record)))
            .filter(|(user, _)| !listed.contains(user))
            .map(|(user, record)| {
                let names = Names { login: record.identity.login.clone(), ..Names::default() };
                (Entity::Collaborator { repo, user }, names)
            })
            .collect())
    }

    fn people_absent(&self, inventory: &Inventory) -> Result<Vec<(Entity, Names)>, Wanting> {
        let listed: BTreeSet<UserId> = inventory.accounts().collect();
        let held = self.slice.everybody()?;
        Ok(held
            .into_iter()
            .filter(|(person, as_of)| person.role.is_some() && *as_of < inventory.as_of)
            .filter(|(person, _)| !listed.contains(&person.actor.id))
            .map(|(person, _)| {
                let names = Names { login: Some(person.actor.login.clone()), ..Names::default() };
                (Entity::Person { user: person.actor.id }, names)
            })
            .collect())
    }

    fn team_members_absent(&self, inventory: &Inventory) -> Result<Vec<(Entity, Names)>, Wanting> {
        let listed: BTreeSet<(TeamId, UserId)> = inventory
            .facts
            .iter()
            .filter_map(|(fact, _)| match fact {
                Fact::TeamMembership { team, user, .. } => Some((*team, *user)),
                _ => None,
            })
            .collect();
        let mut asked = self.team_repos_absent(inventory)?;
        for record in self.accounts()? {
            let Some(user) = record.identity.key.account() else { continue };
            for grant in record.grants.iter().filter(|grant| grant.as_of < inventory.as_of) {
                let Through::Team { team } = grant.through else { continue };
                if listed.contains(&(team, user)) {
                    continue;
                }
                let slug = self.slice.team(team)?.map(|team| team.slug.clone());
                let login = record.identity.login.clone();
                let names = Names { login, team: slug, ..Names::default() };
                asked.push((Entity::TeamMember { team, user }, names));
            }
        }
        Ok(asked)
    }

    /// Repositories that a team reached and is not listed with any more. What is gone or out of sight
    /// itself says nothing of the team.
    fn team_repos_absent(&self, inventory: &Inventory) -> Result<Vec<(Entity, Names)>, Wanting> {
        let mut asked = Vec::new();
        for (fact, _) in &inventory.facts {
            let Fact::Team { team: listed } = fact else { continue };
            let Some(known) = self.slice.team(listed.id)? else { continue };
            for repo in known.repos.keys().filter(|repo| !listed.repos.contains_key(repo)) {
                if self.slice.repo(*repo)?.is_none_or(|repo| repo.gone || repo.hidden) {
                    continue;
                }
                let names = Names { team: Some(listed.slug.clone()), ..Names::default() };
                asked.push((Entity::TeamRepo { team: listed.id, repo: *repo }, names));
            }
        }
        Ok(asked)
    }

    fn roles_absent(&self, inventory: &Inventory) -> Result<Vec<(Entity, Names)>, Wanting> {
        let listed: BTreeSet<(UserId, &Through)> = inventory
            .facts
            .iter()
            .filter_map(|(fact, _)| match fact {
                Fact::Given { user, grant } => Some((*user, &grant.through)),
                _ => None,
            })
            .collect();
        let mut asked = Vec::new();
        for record in self.accounts()? {
            let key = &record.identity.key;
            let Some(user) = key.account() else { continue };
            for grant in record.grants.iter().filter(|grant| grant.as_of < inventory.as_of) {
                let Through::OrgRole { role, team } = grant.through else { continue };
                if listed.contains(&(user, &grant.through)) {
                    continue;
                }
                let names = Names { login: record.identity.login.clone(), ..Names::default() };
                asked.push((Entity::OrgRole { identity: key.clone(), role, team }, names));
            }
        }
        Ok(asked)
    }

    /// Every identity that is an account.
    fn accounts(&self) -> Result<Vec<&Record>, Wanting> {
        let kinds =
            [IdentityKind::MachineUser, IdentityKind::AiAgent, IdentityKind::AppInstallation];
        let sets = kinds.map(|kind| self.slice.set(&Need::OfKind(kind)));
        Ok(NotLoaded::all(sets)?.into_iter().flatten().collect())
    }

    /// What was there before we came, counted anew: one issue in home, edited in place.
    pub(super) fn backlog(&mut self, backlog: &Backlog) -> Result<(), Wanting> {
        if !self.setting.policy.writes_anywhere() {
            return Ok(());
        }
        let cause = Cause::Baseline;
        let id = CaseId::of_cause(self.setting.org, &cause);
        let known = self.slice.case(&id)?.cloned();
        if known.is_none() && backlog.waiting == 0 {
            return Ok(());
        }
        let before = known.as_ref().and_then(|case| case.backlog.as_deref());
        let backlog = backlog.clone().after(before, self.setting.now);
        let place = plan::home(&self.setting.terms(), &self.slice)?;
        let state = match &known {
            _ if backlog.waiting == 0 => CaseState::Settled,
            Some(known) if known.state == CaseState::Dismissed => CaseState::Dismissed,
            _ => CaseState::Open,
        };
        let now = self.setting.now;
        let fresh = || Case::opened(id.clone(), cause.clone(), place.clone(), now);
        let known_or_fresh = known.clone().unwrap_or_else(fresh);
        let issue = match &place {
            Place::Repo { .. } if place != known_or_fresh.place => None,
            _ => known_or_fresh.issue,
        };
        let backlog = Some(Box::new(backlog));
        let case = Case { state, place, issue, backlog, ..known_or_fresh };
        if known.as_ref() != Some(&case) {
            self.slice.put_case(Case { latest: now, ..case });
        }
        Ok(())
    }
}

/// Whether an identity is one that the listing of this part and place would show.
fn stands_in(record: &Record, part: Part, repo: Option<RepoId>) -> bool {
    let identity = &record.identity;
    let named = |place: &str| identity.key.id().split(':').nth(1) == Some(place);
    match part {
        Part::Apps => identity.key.number().is_some(),
        Part::Tokens | Part::Credentials => record.grant(&Through::Token).is_some(),
        Part::OrgActionsSecrets | Part::OrgDependabotSecrets | Part::OrgAgentsSecrets => {
            named("org")
        }
        Part::ActionsSecrets | Part::DependabotSecrets | Part::AgentsSecrets => {
            identity.repo == repo && named("repo")
        }
        Part::Environments => identity.repo == repo && named("env"),
        Part::BranchProtections => identity.repo == repo && named("branch"),
        Part::Rulesets => identity.repo == repo && !named("branch"),
        Part::CodingAgent => identity.repo == repo && named("coding_agent"),
        Part::OrgRunners | Part::Runners => {
            let registered = record.grant(&Through::Registration);
            // Those of the organisation are in a group, whatever that may run jobs of.
            registered.is_some_and(|grant| match repo {
                Some(repo) => grant.called.is_none() && grant.reach.repos().any(|it| it == repo),
                None => grant.called.is_some() || grant.reach.is_wide(),
            })
        }
        _ => identity.repo == repo,
    }
}

/// What is read to know whether something is gone.
fn entity(part: Part, repo: Option<RepoId>, identity: IdentityKey) -> Entity {
    match (part, repo, identity.number()) {
        (Part::DeployKeys, Some(repo), Some(key)) => Entity::DeployKey { repo, key },
        (Part::Tokens, _, Some(token)) => Entity::Pat { token },
        (Part::Rulesets, Some(repo), _) => {
            let number = identity.id().split(':').nth(1).and_then(|number| number.parse().ok());
            Entity::Ruleset { repo, ruleset: number.unwrap_or_default() }
        }
        _ => Entity::Item { part, repo, identity },
    }
}
