//! Pull requests and merge groups: what was judged becomes rows, reviews and checks.

use crate::decide::{Reading, Turn, Wanting};
use crate::domain::{
    Act, Actor, Came, Class, Deed, Entity, Evidence, Fact, Force, Foreign, GroupSeen, Hint,
    IssueNumber, Names, Order, Origin, Owner, Ownership, Pull, PullSeen, PullState, Reason, Repo,
    RepoId, Sha, Standing, Timestamp, Weighed,
};
use crate::plan::{self, Changed};
use crate::register::{Change, Entry, NotLoaded, add_act};
use crate::rules::origins::{Scene, remarked};

/// The most people whose pushes to one pull request are held.
const MOST_PUSHERS: usize = 100;

impl Turn<'_> {
    /// Somebody opened a pull request or pushed to it.
    pub(super) fn pull_pushed(
        &mut self,
        repo: RepoId,
        number: IssueNumber,
        by: &Actor,
        head: Option<&Sha>,
    ) -> Result<(), Wanting> {
        let mut pull = self.pull(repo, number)?;
        let known = pull.pushers.iter().any(|pusher| pusher.id == by.id);
        if !known && pull.pushers.len() < MOST_PUSHERS {
            pull.pushers.push(by.clone());
        }
        pull.newest = head.cloned().or(pull.newest);
        self.slice.put_pull(pull);
        Ok(())
    }

    /// A pull request that cannot be read: its newest commit says so, and holds nothing up.
    pub(super) fn pull_unread(
        &mut self,
        (repo, number): (RepoId, IssueNumber),
        why: &str,
        is_final: bool,
    ) -> Result<(), Wanting> {
        let pull = self.pull(repo, number)?;
        let (terms, voice) = (self.setting.terms(), self.setting.voice);
        let unread = plan::unread_check(&terms, &voice, &self.slice, &pull, why, is_final)?;
        self.surfaces.extend(unread);
        Ok(())
    }

    /// Somebody approved it: they are proposed as owner of what it grants, and accept nothing.
    pub(super) fn pull_approved(
        &mut self,
        (repo, number): (RepoId, IssueNumber),
        by: &Actor,
        at: Timestamp,
        evidence: &Evidence,
    ) -> Result<(), Wanting> {
        let pull = self.pull(repo, number)?;
        let Some(case) = pull.case else { return Ok(()) };
        if self.setting.nature(by).class != Class::Human {
            return Ok(());
        }
        let rows = self.slice.case(&case)?.map(|case| case.rows.clone()).unwrap_or_default();
        for row in rows {
            let Some(mut record) = self.slice.record(&row.identity)?.cloned() else { continue };
            let nobody = Ownership::Unowned { why: Reason::Never, proposed: None };
            if record.identity.is_gone() || record.ownership != nobody {
                continue;
            }
            let owner = Owner::Person { id: by.id, login: by.login.clone() };
            let act = Act {
                order: Order { at, id: 0 },
                by: by.clone(),
                deed: Deed::Propose { owner, terms: None },
                evidence: evidence.clone(),
            };
            if add_act(&mut record, act) {
                self.slice.put_record(record);
            }
        }
        Ok(())
    }

    /// Somebody wants the check of a commit once more: GitHub shows the old one as outdated.
    pub(super) fn rerequested(&mut self, repo: RepoId, head: &Sha) {
        self.heads.insert((repo, head.clone()), Force::Recreate);
    }

    /// What our installation covers. Where the policy speaks, the open pull requests are looked at.
    pub(super) fn repositories(
        &mut self,
        repos: &[Repo],
        reading: &Reading,
    ) -> Result<(), Wanting> {
        let known: Vec<_> = repos.iter().map(|repo| self.slice.repo(repo.id).map(|_| ())).collect();
        NotLoaded::all(known)?;
        for repo in repos {
            self.observe_file(Fact::Repo { repo: repo.clone() }, false, reading, None)?;
            if !repo.archived {
                self.ask_for_open_pulls(repo, &reading.evidence);
            }
        }
        Ok(())
    }

    /// Asks for the open pull requests of a repository, where the policy writes there.
    pub(super) fn ask_for_open_pulls(&mut self, repo: &Repo, evidence: &Evidence) {
        if plan::speaks_in(self.setting.policy, Some(&repo.name)) {
            let names = Names { repo: Some(repo.name.clone()), ..Names::default() };
            self.ask_for(Entity::OpenPulls { repo: repo.id }, names, evidence);
        }
    }

    /// The open pull requests of a repository: those that were not judged as they are now are read.
    pub(super) fn open_pulls(
        &mut self,
        repo: RepoId,
        pulls: &[(IssueNumber, Sha)],
        reading: &Reading,
    ) -> Result<(), Wanting> {
        let name = self.slice.repo(repo)?.map(|repo| repo.name.clone());
        let mode = plan::mode_in(self.setting.policy, name.as_ref());
        for (number, head) in pulls {
            let known = self.slice.pull(repo, *number)?;
            let judged = known.is_some_and(|pull| {
                let same = pull.mode.as_deref() == Some(mode);
                same && pull.head.as_ref() == Some(head) && pull.is_open()
            });
            if !judged {
                self.ask_for_pull(repo, *number, &reading.evidence);
            }
        }
        Ok(())
    }

    /// A pull request as it stands, judged.
    pub(super) fn pull_seen(&mut self, seen: &PullSeen, reading: &Reading) -> Result<(), Wanting> {
        let known = self.pull(seen.repo, seen.number)?;
        if known.as_of > reading.as_of {
            return Ok(());
        }
        let name = self.slice.repo(seen.repo)?.map(|repo| repo.name.clone());
        // Who pushed before the pull request was opened pushed to it too.
        let mut pushers = known.pushers.clone();
        for pusher in &seen.origin.pushers {
            let is_new = pushers.iter().all(|it| it.id != pusher.id);
            if is_new && pushers.len() < MOST_PUSHERS {
                pushers.push(pusher.clone());
            }
        }
        let author = seen.author.iter().filter(|it| pushers.iter().all(|by| by.id != it.id));
        let senders: Vec<Actor> = author.chain(&pushers).cloned().collect();
        let weighed = self.remarked(&seen.weighed, &seen.origin, false, &senders);
        let mut pull = Pull {
            state: seen.state,
            author: seen.author.clone(),
            pushers,
            head: Some(seen.head.clone()),
            base: seen.base.clone(),
            base_head: Some(seen.base_head.clone()),
            weighed: Some(weighed),
            beyond: seen.beyond.clone(),
            mode: Some(plan::mode_in(self.setting.policy, name.as_ref()).to_owned()),
            as_of: reading.as_of,
            ..known.clone()
        };
        let news = known.head != pull.head || known.state != pull.state;
        if news {
            self.note_pull(&pull, reading);
        }
        plan::ask(&self.setting.terms(), &mut self.slice, &mut pull, &reading.evidence)?;
        self.slice.put_pull(pull.clone());
        plan::gather_fleet(&self.setting.terms(), &mut self.slice, &pull)?;
        if let Some(calls) = &seen.calls {
            self.slice.put_calls(seen.repo, calls.clone());
        }
        if let Some(taken) = &seen.taken {
            self.slice.put_taken(seen.repo, taken.clone(), Came::ByTheWay);
        }
        let change = Changed::Proposed { repo: seen.repo, pull: seen.number };
        let terms = self.setting.terms();
        plan::callers(&terms, &mut self.slice, &change, &seen.reached, pull.is_open())?;
        Ok(())
    }

    /// What a change grants, with what is odd about how it came.
    pub(super) fn remarked(
        &self,
        weighed: &Weighed,
        origin: &Origin,
        landed: bool,
        senders: &[Actor],
    ) -> Weighed {
        let is_machine = |actor: &Actor| self.setting.nature(actor).class == Class::Machine;
        remarked(&Scene { weighed, origin, landed, senders, is_machine: &is_machine })
    }

    /// Its line in the history: it may be opened, run and closed within a minute.
    fn note_pull(&mut self, pull: &Pull, reading: &Reading) {
        let state = match pull.state {
            PullState::Open => "is open",
            PullState::Closed => "was closed without a merge",
            PullState::Merged => "was merged",
        };
        let weighed = pull.weighed.as_ref();
        let grants = weighed.map_or(0, |weighed| weighed.grants.len());
        let grants = match grants {
            0 => "nothing that somebody must answer for".to_owned(),
            n => crate::words::count(n, "thing"),
        };
        let head = pull.head.as_ref().map_or("", |head| head.short());
        let mut what =
            format!("Pull request {} {state}; at {head} it grants {grants}.", pull.number);
        for moved in weighed.iter().flat_map(|weighed| &weighed.references).take(5) {
            what.push(' ');
            what.push_str(moved);
        }
        self.entries.push(Entry {
            identity: None,
            repo: Some(pull.repo),
            change: Change::Noted { what },
            by: pull.author.clone(),
            at: reading.as_of,
            evidence: reading.evidence.clone(),
        });
    }

    /// The head of a merge group, judged.
    pub(super) fn group_seen(&mut self, seen: &GroupSeen) -> Result<(), Wanting> {
        let (terms, voice) = (self.setting.terms(), self.setting.voice);
        self.surfaces.extend(plan::group_check(&terms, &voice, &self.slice, seen)?);
        Ok(())
    }

    /// The commits whose checks may look different after this Turn.
    pub(super) fn heads_touched(&mut self) -> Result<(), Wanting> {
        let mut pulls = self.slice.touched_pulls();
        for key in self.slice.touched() {
            let record = self.slice.record(&key)?;
            let Some(record) = record else { continue };
            if let (Standing::Proposed { pull }, Some(repo)) =
                (record.identity.standing, record.identity.repo)
            {
                pulls.push((repo, pull));
            }
        }
        let heads = NotLoaded::all(pulls.iter().map(|(repo, number)| {
            let pull = self.slice.pull(*repo, *number)?;
            Ok(pull.and_then(|pull| Some((*repo, pull.head.clone()?))))
        }))?;
        for head in heads.into_iter().flatten() {
            self.heads.entry(head).or_insert(Force::No);
        }
        Ok(())
    }

    /// Merge groups may wait with what somebody answered for until this Turn: they are looked for.
    pub(super) fn groups_touched(&mut self) -> Result<(), Wanting> {
        let lost = |change: &Change| match change {
            Change::Acted { act, .. } => {
                matches!(act.deed, Deed::Disown { .. } | Deed::Lapse { .. })
            }
            Change::Orphaned { .. } => true,
            _ => false,
        };
        let entries = self.entries.iter().filter(|entry| lost(&entry.change));
        let lost: Vec<_> = entries
            .filter_map(|entry| Some((entry.identity.clone()?, entry.evidence.clone())))
            .collect();
        let mut asked: Vec<RepoId> = Vec::new();
        for (key, evidence) in lost {
            let Some(record) = self.slice.record(&key)? else { continue };
            let Standing::Proposed { .. } = record.identity.standing else { continue };
            if let Some(repo) = record.identity.repo.filter(|repo| !asked.contains(repo)) {
                asked.push(repo);
                self.ask_for(Entity::MergeGroups { repo }, Names::default(), &evidence);
            }
        }
        Ok(())
    }

    /// The merge groups that wait in a repository: each is judged again.
    pub(super) fn groups_wait(
        &mut self,
        repo: RepoId,
        groups: &[(Sha, Foreign)],
        reading: &Reading,
    ) {
        for (head, base) in groups {
            let entity = Entity::MergeGroup { repo, head: head.clone(), base: base.clone() };
            self.ask_for(entity, Names::default(), &reading.evidence);
        }
    }

    /// A pull request as the register holds it, or one that was just heard of.
    fn pull(&self, repo: RepoId, number: IssueNumber) -> Result<Pull, Wanting> {
        let known = self.slice.pull(repo, number)?.cloned();
        Ok(known.unwrap_or_else(|| Pull::heard_of(repo, number, self.setting.now)))
    }

    pub(super) fn ask_for_pull(&mut self, repo: RepoId, pull: IssueNumber, evidence: &Evidence) {
        self.ask_for(Entity::Pull { repo, pull }, Names::default(), evidence);
    }

    /// Has an object read.
    pub(super) fn ask_for(&mut self, entity: Entity, names: Names, evidence: &Evidence) {
        self.decision.delta.hints.push(Hint {
            entity,
            names,
            by: None,
            about: None,
            news: false,
            with: None,
            at: self.setting.now,
            evidence: evidence.clone(),
            command: None,
        });
    }
}
