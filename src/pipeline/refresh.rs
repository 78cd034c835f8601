//! The refresh lane: objects that events hinted at are read from GitHub, then decided about.

use jiff::SignedDuration;

use crate::decide::{Input, Reading};
use crate::domain::{
    Entity, Evidence, Fact, Hint, IdentityKey, JobRunner, Names, RepoId, Through, Timestamp,
};
use crate::github::Failure;
use crate::pipeline::turn::{Turned, Work};
use crate::pipeline::{Engine, Fault};
use crate::register::Gap;
use crate::store::{Lease, OrgRow, Refresh};

/// How many objects are taken at once.
const BATCH: usize = 32;

/// How often what is needed for a person's words is read before they are put aside.
const ROUNDS: usize = 6;

/// How long a commit waits for its verdict in silence.
const PATIENCE: SignedDuration = SignedDuration::from_mins(2);

/// How long a run on a branch may wait for a pull request that carries its commit.
const UNASKED: SignedDuration = SignedDuration::from_mins(10);

/// How often a reading that makes no sense yet is tried: for about a day.
const TRIES: i64 = 24;

impl Engine {
    /// Works on an organisation's objects until none is due.
    pub(super) async fn refresh(&self, lease: &mut Lease) -> Result<(), Fault> {
        loop {
            let mut due = self.store().due_refreshes(lease.org, BATCH, self.clock().now()).await?;
            let Some(org) = self.store().org(lease.org).await? else { break };
            if due.is_empty() {
                break;
            }
            // What somebody speaks about is read before their words are judged.
            due.sort_by_key(|refresh| matches!(refresh.entity, Entity::Command { .. }));
            let Some(due) = self.burst(&org, lease, due).await? else { return Ok(()) };
            for refresh in due {
                if !self.store().renew(lease, super::workers::LEASE).await? {
                    return Ok(());
                }
                if !self.refresh_one(&org, lease, refresh).await? {
                    return Ok(());
                }
            }
        }
        let next = self.store().next_in_lane(lease.org, lease.lane).await?;
        self.store().finish(lease, next).await?;
        Ok(())
    }

    /// Reads one object and decides. `false` when the lease is lost.
    async fn refresh_one(
        &self,
        org: &OrgRow,
        lease: &Lease,
        refresh: Refresh,
    ) -> Result<bool, Fault> {
        let turned = match &refresh.entity {
            Entity::Command { .. } => self.hear_out(org, lease, &refresh).await?,
            _ => self.reread(org, lease, &refresh).await?,
        };
        match turned {
            Ok(Turned::Saved) => Ok(true),
            Ok(Turned::Overtaken) => Ok(false),
            Ok(Turned::Later(why)) => {
                self.postpone(lease, &refresh, None, why).await.map(|()| true)
            }
            Ok(Turned::Fetch(_)) => {
                let why = "What it needs could not be read from GitHub.";
                self.postpone(lease, &refresh, None, why).await.map(|()| true)
            }
            Err(failure) => self.failed(lease, &refresh, failure).await,
        }
    }

    /// An object: read, then decided about.
    async fn reread(
        &self,
        org: &OrgRow,
        lease: &Lease,
        refresh: &Refresh,
    ) -> Result<Result<Turned, Failure>, Fault> {
        if let Some(until) = not_before(refresh).filter(|until| *until > self.clock().now()) {
            let why = match refresh.entity {
                Entity::Exception { .. } => "its date has not come",
                _ => "a pull request may still bring it",
            };
            let why = why.to_owned();
            return Ok(Err(Failure::Later { until, why, maybe_done: false }));
        }
        let read = match &refresh.entity {
            Entity::Exception { identity, until } => Ok(over(identity, *until)),
            Entity::Runner { repo, runner } => {
                match self.runs_again(org, refresh, *repo, runner).await? {
                    Some(reading) => Ok(reading),
                    None => self.reading(org, refresh).await?,
                }
            }
            _ => self.reading(org, refresh).await?,
        };
        let reading = match read {
            Ok(reading) => reading,
            Err(Failure::Gone) if is_deleted(refresh) => gone(refresh, self.clock().now()),
            Err(failure) => return Ok(Err(failure)),
        };
        let input = Input::Read { hints: refresh.hints.clone(), reading };
        let work = Work {
            cleared: vec![(refresh.entity.clone(), refresh.generation)],
            seen_again: vec![refresh.entity.key()],
            ..Work::new(lease, std::slice::from_ref(&input))
        };
        self.turn(work).await.map(Ok)
    }

    /// That a runner does what it is known for: GitHub is asked once, and not for each job.
    async fn runs_again(
        &self,
        org: &OrgRow,
        refresh: &Refresh,
        repo: RepoId,
        runner: &JobRunner,
    ) -> Result<Option<Reading>, Fault> {
        let Some(hint) = refresh.hints.iter().max_by_key(|hint| hint.at) else { return Ok(None) };
        let (as_of, evidence) = (hint.at, hint.evidence.clone());
        let [machine, passing] = [runner.machine(), runner.passing()];
        for key in [&machine, &passing] {
            let known = self.store().record(org.org, key).await?;
            let known = known.filter(|it| {
                it.identity.is_live() && it.grant(&Through::Runner { repo }).is_some()
            });
            let Some(known) = known else { continue };
            let fact = if *key == machine {
                runner.machine_runs(repo, as_of, evidence.clone())
            } else {
                // What was read of one of them holds for the next.
                let class = known.identity.class.min(runner.class);
                runner.group_runs(class, repo, as_of, evidence.clone())
            };
            return Ok(Some(Reading { facts: vec![fact], as_of, evidence }));
        }
        Ok(None)
    }

    /// What GitHub says of an object, by the newest names that its hints give.
    pub(super) async fn reading(
        &self,
        org: &OrgRow,
        refresh: &Refresh,
    ) -> Result<Result<Reading, Failure>, Fault> {
        self.read(org, &refresh.entity, &names(&refresh.hints)).await
    }

    /// A person's words: what judging them needs is read, round by round. Each comment is one
    /// object, and every version of it that was heard is decided about, oldest first.
    async fn hear_out(
        &self,
        org: &OrgRow,
        lease: &Lease,
        refresh: &Refresh,
    ) -> Result<Result<Turned, Failure>, Fault> {
        let mut known: Vec<Fact> = Vec::new();
        let mut asked: Vec<(Entity, Names)> = Vec::new();
        let mut said: Vec<&Hint> = refresh.hints.iter().filter(|h| h.command.is_some()).collect();
        said.sort_by_key(|hint| hint.command.as_ref().map(|command| command.written));
        for _ in 0..ROUNDS {
            let inputs: Vec<Input> = said
                .iter()
                .map(|hint| Input::Said {
                    hint: Box::new((*hint).clone()),
                    known: known.clone(),
                    asked: asked.clone(),
                })
                .collect();
            let work = Work {
                cleared: vec![(refresh.entity.clone(), refresh.generation)],
                seen_again: vec![refresh.entity.key()],
                ..Work::new(lease, &inputs)
            };
            match self.turn(work).await? {
                Turned::Fetch(wanted) => {
                    for (entity, names) in wanted {
                        match self.read(org, &entity, &names).await? {
                            Ok(reading) => known.extend(reading.facts),
                            // There is nobody of that name, or nobody who can be seen.
                            Err(Failure::Gone | Failure::Blind { .. }) => {}
                            Err(failure) => return Ok(Err(failure)),
                        }
                        asked.push((entity, names));
                    }
                }
                turned => return Ok(Ok(turned)),
            }
        }
        Ok(Ok(Turned::Fetch(Vec::new())))
    }

    /// Asks GitHub for one object, by the names that the hints or the register give.
    async fn read(
        &self,
        org: &OrgRow,
        entity: &Entity,
        names: &Names,
    ) -> Result<Result<Reading, Failure>, Fault> {
        let (Some(installation), Some(login)) = (org.installation, &org.login) else {
            let why = "The App is not installed on this organisation.".to_owned();
            return Ok(Err(Failure::Refused { why, permission: None }));
        };
        let names = self.named(org, entity, names).await?;
        let now = self.clock().now();
        if let Some(judged) = self.judge(org, installation, entity, &names, now).await? {
            return Ok(judged);
        }
        let read = self.github().reader().read(installation, login, entity, &names, now).await;
        let mut reading = match read {
            Ok(read) => Reading { facts: read.facts, as_of: read.as_of, evidence: read.evidence },
            Err(failure) => return Ok(Err(failure)),
        };
        if let (Entity::PolicyFile, Some(home)) = (entity, &names.repo) {
            // Home itself is read with its file: cases need its number and who can read it.
            match self.github().effects().place(installation, home).await {
                Ok(repo) => reading.facts.push(Fact::Repo { repo }),
                Err(failure) => return Ok(Err(failure)),
            }
        }
        if let Entity::TeamMember { team, .. } = entity
            && reading
                .facts
                .iter()
                .any(|fact| matches!(fact, Fact::TeamMembership { member: true, .. }))
        {
            // What the team reaches comes first: a member's grant is made of it.
            let reader = self.github().reader();
            match reader.team_reach(installation, login, *team, &names, now).await {
                Ok(facts) => reading.facts.splice(0..0, facts).for_each(drop),
                Err(failure) => return Ok(Err(failure)),
            }
        }
        Ok(Ok(reading))
    }

    /// Names that are missing are taken from the register; home's from the operator.
    async fn named(&self, org: &OrgRow, entity: &Entity, names: &Names) -> Result<Names, Fault> {
        let mut names = names.clone();
        if matches!(entity, Entity::PolicyFile) {
            names.repo = self.floor(org).home;
        } else if names.repo.is_none()
            && let Some(repo) = entity.repo()
        {
            names.repo = self.repo(org.org, repo).await?.map(|repo| repo.name);
        }
        Ok(names)
    }

    /// What a failure means for the object: wait, or say that it cannot be seen.
    pub(super) async fn failed(
        &self,
        lease: &Lease,
        refresh: &Refresh,
        failure: Failure,
    ) -> Result<bool, Fault> {
        let why = failure.to_string();
        let is_final = !matches!(failure, Failure::Later { .. });
        self.tell_unread(lease, refresh, &why, is_final).await?;
        if let Failure::Later { until, .. } = failure {
            let due = until.max(self.clock().now() + backoff(refresh.attempts));
            self.postpone(lease, refresh, Some(due), &why).await?;
            return Ok(true);
        }
        tracing::warn!(entity = %refresh.entity, why, "cannot be read");
        let what = refresh.entity.key();
        let gap = Gap { what, why: why.clone(), since: self.clock().now() };
        let work = Work { gaps: vec![gap], ..Work::new(lease, &[]) };
        if matches!(self.turn(work).await?, Turned::Overtaken) {
            return Ok(false);
        }
        // Put aside until a new hint comes; words of a person are tried again for a while.
        let due = matches!(refresh.entity, Entity::Command { .. })
            .then(|| self.clock().now() + backoff(refresh.attempts));
        let due = due.filter(|_| refresh.attempts < TRIES);
        self.store()
            .postpone_refresh(lease.org, &refresh.entity, refresh.generation, due, &why)
            .await?;
        Ok(true)
    }

    /// A commit that waits for a verdict says so, once it has waited for long or for nothing.
    async fn tell_unread(
        &self,
        lease: &Lease,
        refresh: &Refresh,
        why: &str,
        is_final: bool,
    ) -> Result<(), Fault> {
        let Entity::Pull { repo, pull } = refresh.entity else { return Ok(()) };
        let now = self.clock().now();
        let since = refresh.hints.iter().map(|hint| hint.at).min().unwrap_or(now);
        if !is_final && now.duration_since(since) < PATIENCE {
            return Ok(());
        }
        let fact = Fact::PullUnread { repo, pull, why: why.to_owned(), is_final };
        let evidence = Evidence::Api { request: refresh.entity.key() };
        let reading = Reading { facts: vec![fact], as_of: now, evidence };
        let input = Input::Read { hints: Vec::new(), reading };
        let work = Work::new(lease, std::slice::from_ref(&input));
        self.turn(work).await.map(|_| ())
    }

    async fn postpone(
        &self,
        lease: &Lease,
        refresh: &Refresh,
        due: Option<Timestamp>,
        why: &str,
    ) -> Result<(), Fault> {
        let due = due.unwrap_or_else(|| self.clock().now() + backoff(refresh.attempts));
        let due = (refresh.attempts < TRIES).then_some(due);
        self.store()
            .postpone_refresh(lease.org, &refresh.entity, refresh.generation, due, why)
            .await?;
        Ok(())
    }
}

/// When an object is read at the earliest. Who pushes a branch often opens a pull request for it a
/// little later, and is asked there. Where only a listing shows that a branch moved, its push may
/// still come, and says who pushed.
fn not_before(refresh: &Refresh) -> Option<Timestamp> {
    if let Entity::Exception { until, .. } = refresh.entity {
        return Some(until);
    }
    let oldest = refresh.hints.iter().map(|hint| hint.at).min()?;
    let is_listed = |hint: &Hint| matches!(hint.evidence, Evidence::Api { .. });
    let waits = match refresh.entity {
        Entity::Run { .. } => true,
        Entity::Branch { .. } | Entity::Tag { .. } => refresh.hints.iter().all(is_listed),
        _ => false,
    };
    waits.then(|| oldest + UNASKED)
}

/// A date that came. Nobody has to be asked about that.
fn over(identity: &IdentityKey, until: Timestamp) -> Reading {
    let request = Entity::Exception { identity: identity.clone(), until }.key();
    let facts = vec![Fact::ExceptionOver { identity: identity.clone(), until }];
    Reading { facts, as_of: until, evidence: Evidence::Api { request } }
}

/// Waits that grow from two seconds to an hour.
fn backoff(attempts: i64) -> SignedDuration {
    let power = u32::try_from(attempts.clamp(0, 11)).unwrap_or(0);
    SignedDuration::from_secs((2_i64 << power).min(3_600))
}

/// The newest names that any hint gives.
fn names(hints: &[Hint]) -> Names {
    let newest = |pick: &dyn Fn(&Names) -> bool| {
        hints.iter().filter(|hint| pick(&hint.names)).max_by_key(|hint| hint.at)
    };
    Names {
        repo: newest(&|names| names.repo.is_some()).and_then(|hint| hint.names.repo.clone()),
        login: newest(&|names| names.login.is_some()).and_then(|hint| hint.names.login.clone()),
        team: newest(&|names| names.team.is_some()).and_then(|hint| hint.names.team.clone()),
        // Several pushes are judged as one: from where the first of them began.
        before: hints
            .iter()
            .filter(|hint| hint.names.before.is_some())
            .min_by_key(|hint| hint.at)
            .and_then(|hint| hint.names.before.clone()),
    }
}

/// Whether a signed event said that the repository was deleted. One that was only deselected
/// from the installation answers the same 404.
fn is_deleted(refresh: &Refresh) -> bool {
    matches!(refresh.entity, Entity::Repo { .. })
        && refresh.hints.iter().any(|hint| {
            matches!(&hint.evidence, Evidence::Webhook { event, .. } if event == "repository.deleted")
        })
}

fn gone(refresh: &Refresh, now: Timestamp) -> Reading {
    let facts = match refresh.entity {
        Entity::Repo { repo } => vec![Fact::RepoGone { repo }],
        _ => Vec::new(),
    };
    Reading { facts, as_of: now, evidence: Evidence::Api { request: refresh.entity.key() } }
}
