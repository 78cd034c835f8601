//! Repositories and teams: what identities reach, and through whom.

use super::Observer;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    Access, Actor, Foreign, GONE, Grant, IdentityKey, Owner, Reach, Repo, RepoId, Sight, Team,
    TeamId, Through, Timestamp, Visibility, guards_before,
};
use crate::register::{Change, Need, NotLoaded, Record};

/// The most things of a group that are remembered when they are gone.
const MOST_GONE: usize = 100;

/// Groups of things with guards.
const GUARDED: &[&str] = &["branch_protection", "environment", "runner_group"];

/// Groups of switches of GitHub's own, of which some are not shown while others are off.
const SWITCHED: &[&str] = &["actions_permissions", "coding_agent", "oidc", "setting"];

/// What is kept of a thing that is gone: its guards, where it had any, and the value of a switch.
fn when_gone(group: &str, value: &str) -> Option<String> {
    let had = guards_before(value).unwrap_or(value);
    let is_kept = GUARDED.contains(&group) && had != "nothing" || SWITCHED.contains(&group);
    is_kept.then(|| format!("{GONE}{had}"))
}

impl Observer<'_> {
    pub(super) fn repo(&mut self, repo: &Repo) -> Result<(), NotLoaded> {
        let weak = |as_of: Timestamp| as_of == Timestamp::UNIX_EPOCH;
        let Some(known) = self.slice.repo(repo.id)?.cloned() else {
            self.slice.put_repo(repo.clone());
            return Ok(());
        };
        if known.gone || weak(repo.as_of) || repo.as_of < known.as_of {
            return Ok(());
        }
        // Whether the installation covers it is another question, with its own answer.
        let (hidden, switches) = (known.hidden, known.switches.clone());
        let default_branch = repo.default_branch.clone().or(known.default_branch.clone());
        self.slice.put_repo(Repo { hidden, default_branch, switches, ..repo.clone() });
        let opened = repo.visibility == Visibility::Public
            && (known.visibility != Visibility::Public || weak(known.as_of));
        if opened && (self.seen.news || !weak(known.as_of)) {
            self.log(None, Some(repo.id), Change::Published);
        }
        if known.name != repo.name {
            let from = known.name.to_string();
            self.log(None, Some(repo.id), Change::RepoRenamed { from });
        }
        Ok(())
    }

    /// Taken out of our installation, or back in it. What it holds stays as it was last seen.
    pub(super) fn selected(&mut self, id: RepoId, selected: bool) -> Result<(), NotLoaded> {
        let Some(repo) = self.slice.repo(id)?.cloned() else { return Ok(()) };
        if repo.gone || repo.hidden != selected {
            return Ok(());
        }
        self.slice.put_repo(Repo { hidden: !selected, ..repo });
        let what = if selected {
            "The repository is in the installation again: it is seen."
        } else {
            "The repository was taken out of the installation: it is not seen any more."
        };
        self.log(None, Some(id), Change::Noted { what: what.to_owned() });
        Ok(())
    }

    /// Switches and guards of a place: what differs from the last listing is a line of history.
    pub(super) fn switches(
        &mut self,
        place: Option<RepoId>,
        group: &str,
        guards: &BTreeMap<String, String>,
    ) -> Result<(), NotLoaded> {
        let repo = place.map(|repo| self.slice.repo(repo)).transpose()?.flatten().cloned();
        let sight = self.slice.sight()?.clone();
        let known = match (&repo, place) {
            (Some(repo), _) => &repo.switches,
            (None, Some(_)) => return Ok(()),
            (None, None) => &sight.switches,
        };
        let key = |name: &str| format!("{group}/{name}");
        let mut after = known.clone();
        after.retain(|name, _| !name.starts_with(&key("")));
        after.extend(guards.iter().map(|(name, value)| (key(name), value.clone())));
        // What comes back under the same name is held against what guarded it before.
        let gone = known.iter().filter(|(name, _)| name.starts_with(&key("")));
        let gone = gone.filter(|(name, _)| !guards.contains_key(&name[key("").len()..]));
        let kept = gone.filter_map(|(name, value)| Some((name.clone(), when_gone(group, value)?)));
        after.extend(kept.take(MOST_GONE).collect::<Vec<_>>());
        if after == *known {
            return Ok(());
        }
        let first = !known.keys().any(|name| name.starts_with(&key("")));
        let names: BTreeSet<&String> = known.keys().chain(after.keys()).collect();
        let told: Vec<Change> = names
            .into_iter()
            .filter(|name| !first && known.get(*name) != after.get(*name))
            .map(|name| Change::Switched {
                group: group.to_owned(),
                name: Foreign::new(name.strip_prefix(key("").as_str()).unwrap_or(name)),
                from: known.get(name).cloned(),
                to: after.get(name).filter(|value| guards_before(value).is_none()).cloned(),
            })
            .collect();
        match repo {
            Some(repo) => self.slice.put_repo(Repo { switches: after, ..repo }),
            None => self.slice.put_sight(Sight { switches: after, ..sight }),
        }
        for change in told {
            self.log(None, place, change);
        }
        Ok(())
    }

    pub(super) fn repo_gone(&mut self, id: RepoId) -> Result<(), NotLoaded> {
        let Some(repo) = self.slice.repo(id)?.cloned() else { return Ok(()) };
        if repo.gone {
            return Ok(());
        }
        let hanging: Vec<Record> =
            self.slice.set(&Need::InRepo(id))?.into_iter().cloned().collect();
        for record in hanging {
            if record.identity.repo == Some(id) {
                self.gone(&record.identity.key)?;
            } else {
                self.reaches_no_more(&record, id)?;
            }
        }
        self.slice.put_repo(Repo { gone: true, hidden: false, as_of: self.seen.as_of, ..repo });
        self.log(None, Some(id), Change::RepoGone);
        Ok(())
    }

    /// What something else may do in a repository that is gone, it may do no more. That a credential
    /// stood in it stays true.
    fn reaches_no_more(&mut self, record: &Record, id: RepoId) -> Result<(), NotLoaded> {
        let key = &record.identity.key;
        for grant in &record.grants {
            match &grant.through {
                Through::Collaborator { repo } | Through::Runner { repo } if *repo == id => {
                    self.lacks(key, &grant.through)?;
                }
                Through::Leak { .. } => {}
                Through::Team { team } => {
                    let Some(team) = self.slice.team(*team)?.cloned() else { continue };
                    let repos = BTreeMap::from([(id, Access::None)]);
                    self.team(&Team { repos, as_of: self.seen.as_of, ..team })?;
                }
                _ => {
                    let mut left: BTreeSet<RepoId> = grant.reach.repos().collect();
                    if left.remove(&id) {
                        let (reach, as_of) = (Reach::Repos { repos: left }, self.seen.as_of);
                        self.holds(&record.identity, &Grant { reach, as_of, ..grant.clone() })?;
                    }
                }
            }
        }
        Ok(())
    }

    pub(super) fn team(&mut self, team: &Team) -> Result<(), NotLoaded> {
        let known = self.slice.team(team.id)?.cloned();
        let mut merged = known.clone().unwrap_or_else(|| team.clone());
        merged.slug = team.slug.clone();
        merged.as_of = merged.as_of.max(team.as_of);
        for (repo, access) in &team.repos {
            let before = known.as_ref().and_then(|team| team.repos.get(repo)).copied();
            if known.as_ref().is_some_and(|known| known.as_of > team.as_of) && before.is_some() {
                continue;
            }
            match access {
                Access::None => merged.repos.remove(repo),
                _ => merged.repos.insert(*repo, *access),
            };
            if before.is_some_and(|before| *access > before) {
                let change = Change::TeamRaised { team: team.id, from: before, to: *access };
                self.log(None, Some(*repo), change);
            }
        }
        self.slice.put_team(merged.clone());
        if known.as_ref() == Some(&merged) {
            return Ok(());
        }
        let members: Vec<Record> =
            self.slice.set(&Need::InTeam(team.id))?.into_iter().cloned().collect();
        for record in members {
            let grant = self.team_grant(&merged);
            self.holds(&record.identity, &grant)?;
        }
        Ok(())
    }

    pub(super) fn team_gone(&mut self, id: TeamId) -> Result<(), NotLoaded> {
        let members: Vec<IdentityKey> =
            self.slice.set(&Need::InTeam(id))?.iter().map(|r| r.identity.key.clone()).collect();
        for key in members {
            self.lacks(&key, &Through::Team { team: id })?;
        }
        if let Some(team) = self.slice.team(id)?.cloned() {
            let who = Owner::Team { id, slug: team.slug.clone() };
            self.slice.put_team(Team { gone: true, as_of: self.seen.as_of, ..team });
            self.leaves(&Need::OwnedByTeam(id), &who)?;
        }
        Ok(())
    }

    pub(super) fn team_humans(&mut self, team: &Team, empty: bool) -> Result<(), NotLoaded> {
        self.team(team)?;
        if empty {
            let who = Owner::Team { id: team.id, slug: team.slug.clone() };
            self.leaves(&Need::OwnedByTeam(team.id), &who)?;
        }
        Ok(())
    }

    pub(super) fn team_membership(
        &mut self,
        team: TeamId,
        account: &Actor,
        member: bool,
    ) -> Result<(), NotLoaded> {
        let Some(identity) = self.identity_of(account) else { return Ok(()) };
        if !member {
            return self.lacks(&identity.key, &Through::Team { team });
        }
        let known = self.slice.team(team)?.cloned();
        let grant = match known {
            Some(team) => self.team_grant(&team),
            None => self.grant(Through::Team { team }, Reach::Unknown, None),
        };
        self.holds(&identity, &grant)
    }

    pub(super) fn team_grant(&self, team: &Team) -> Grant {
        let repos: BTreeSet<RepoId> = team.repos.keys().copied().collect();
        let access = team.repos.values().copied().max().unwrap_or(Access::None);
        self.grant(Through::Team { team: team.id }, Reach::Repos { repos }, Some(access))
    }
}
