//! Changes of files on their way to a decision: what must be read of a pull request, a branch or a
//! merge group is read, weighed as a whole, and handed on as a fact.

mod branch;
mod callers;
mod default;
mod elsewhere;
mod files;
mod ground;
mod origin;

pub(in crate::pipeline) use default::Asked;
pub(in crate::pipeline) use files::matters;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;

use crate::decide::Reading;
use crate::domain::{
    Called, Entity, Evidence, Fact, Foreign, GroupSeen, InstallationId, IssueNumber, Names, Origin,
    PullSeen, PullState, Reached, RepoId, RepoName, RunSeen, Sha, Taken, Timestamp, Weighed,
};
use crate::github::{ChangedFile, Code, Failure, Files, RepoRead};
use crate::pipeline::change::branch::full_tag;
use crate::pipeline::change::callers::{Calls, of_branch};
use crate::pipeline::change::files::merged;
use crate::pipeline::change::origin::Came;
use crate::pipeline::{Engine, Fault};
use crate::power::Powers;
use crate::register::{Loaded, Need};
use crate::rules::files::taken;
use crate::store::OrgRow;

/// A fact with what it rests on, or why there is none.
type Judged = Result<Fact, Failure>;

/// How long the settings of a repository are believed.
const SETTINGS_FOR: SignedDuration = SignedDuration::from_mins(2);

/// One repository whose files are judged.
struct Judge<'a> {
    engine: &'a Engine,
    code: Code<'a>,
    repo: RepoId,
    name: RepoName,
    settings: RepoRead,
    /// The repositories whose workflows call something here.
    calls: BTreeMap<RepoId, Calls>,
    now: Timestamp,
}

/// What workflows call in other repositories of the organisation, and what they take of others.
type Uses = (Vec<Called>, Vec<Taken>);

/// The most calls of files elsewhere that are held of one repository.
const MOST_CALLS: usize = 500;

/// What merging a commit into a branch would grant.
struct Over {
    weighed: Weighed,
    /// The workflows of other repositories that it reaches through the branch.
    reached: Reached,
    /// What the branch grants as it is; `None` where nothing changes and so nothing was read.
    base: Option<Powers>,
}

impl Engine {
    /// Reads and judges what an entity about code names. `None` when it names none.
    pub(super) async fn judge(
        &self,
        org: &OrgRow,
        installation: InstallationId,
        entity: &Entity,
        names: &Names,
        now: Timestamp,
    ) -> Result<Option<Result<Reading, Failure>>, Fault> {
        let (repo, request) = match entity {
            Entity::Pull { repo, pull } => (*repo, format!("GET /repos/…/pulls/{pull}")),
            Entity::OpenPulls { repo } => (*repo, "GET /repos/…/pulls?state=open".to_owned()),
            Entity::Branch { repo, branch } => {
                (*repo, format!("GET /repos/…/branches/{}", branch.raw()))
            }
            Entity::Tag { repo, tag } => {
                (*repo, format!("GET /repos/…/commits/tags/{}", tag.raw()))
            }
            Entity::Run { repo, head, .. } => (*repo, format!("GET /repos/…/git/trees/{head}")),
            Entity::MergeGroup { repo, head, .. } => {
                (*repo, format!("GET /repos/…/git/trees/{head}"))
            }
            Entity::MergeGroups { repo } => {
                (*repo, "GET /repos/…/git/matching-refs/heads/gh-readonly-queue/".to_owned())
            }
            _ => return Ok(None),
        };
        let Some(name) = names.repo.clone() else {
            let why = "The repository's name is not known yet.".to_owned();
            return Ok(Some(Err(Failure::Blind { why })));
        };
        let request = request.replacen('…', name.as_str(), 1);
        if let Entity::Run { repo, branch, head } = entity
            && self.is_proposed(org, *repo, head).await?
        {
            let (branch, head) = (branch.clone(), head.clone());
            let run = RunSeen { repo: *repo, branch, head, weighed: None };
            let facts = vec![Fact::Run { run: Box::new(run) }];
            let evidence = Evidence::Api { request };
            return Ok(Some(Ok(Reading { facts, as_of: now, evidence })));
        }
        let code = self.github().code(installation, &name);
        let settings = match self.settings(&code, repo, now).await {
            Ok(settings) => settings,
            Err(failure) => return Ok(Some(Err(failure))),
        };
        if settings.repo.id != repo {
            let why = format!("{name} is another repository now.");
            return Ok(Some(Err(Failure::Blind { why })));
        }
        let place = Fact::Repo { repo: settings.repo.clone() };
        let calls = self.calls_of(org.org, repo, &name).await?;
        let judge = Judge { engine: self, code, repo, name: name.clone(), settings, calls, now };
        let fact = match entity {
            Entity::Pull { pull, .. } => judge.pull(*pull).await,
            Entity::OpenPulls { .. } => judge.open_pulls().await,
            Entity::Branch { branch, .. } => {
                let mut from = self.store().branch(org.org, repo, branch).await?;
                let is_new = names.before.as_ref().is_some_and(Sha::is_none);
                if from.is_none() && is_new {
                    from = self.store().any_branch(org.org, repo).await?;
                }
                judge.branch(branch, from.or(names.before.clone()), names.login.as_ref()).await
            }
            Entity::Tag { tag, .. } => {
                let from = self.store().branch(org.org, repo, &full_tag(tag)).await?;
                judge.tag(tag, from.or(names.before.clone())).await
            }
            Entity::Run { branch, head, .. } => judge.run(branch, head).await,
            Entity::MergeGroup { head, base, .. } => judge.group(head, base).await,
            Entity::MergeGroups { .. } => judge.groups().await,
            _ => return Ok(None),
        };
        let evidence = Evidence::Api { request };
        Ok(Some(fact.map(|fact| Reading { facts: vec![place, fact], as_of: now, evidence })))
    }

    /// Whether the register knows an open pull request with this newest commit: most runs on
    /// branches belong to one, and nothing has to be read for them.
    async fn is_proposed(&self, org: &OrgRow, repo: RepoId, head: &Sha) -> Result<bool, Fault> {
        let loaded = self.store().load(org.org, &[Need::PullsAt(repo, head.clone())]).await?;
        Ok(loaded.iter().any(|(_, it)| matches!(it, Loaded::Pulls(pulls) if !pulls.is_empty())))
    }

    /// The settings of a repository. A burst of changes reads them once.
    async fn settings(
        &self,
        code: &Code<'_>,
        repo: RepoId,
        now: Timestamp,
    ) -> Result<RepoRead, Failure> {
        let known = |now: Timestamp| {
            let held = self.inner.settings.lock().ok()?;
            let (at, settings) = held.get(&repo)?;
            (now.duration_since(*at) < SETTINGS_FOR).then(|| settings.clone())
        };
        if let Some(settings) = known(now) {
            return Ok(settings);
        }
        let settings = code.settings(now).await?;
        if let Ok(mut held) = self.inner.settings.lock() {
            held.retain(|_, (at, _)| now.duration_since(*at) < SETTINGS_FOR);
            held.insert(repo, (now, settings.clone()));
        }
        Ok(settings)
    }
}

impl Judge<'_> {
    async fn pull(&self, number: IssueNumber) -> Judged {
        let (pull, place) = self.code.pull(number).await?;
        if place != self.repo {
            let why = format!("Pull request {number} is in another repository.");
            return Err(Failure::Blind { why });
        }
        let base_head = match self.code.branch(&pull.base).await? {
            // A merged one is judged against what was there before it.
            Some(tip) if pull.state != PullState::Merged => tip,
            _ => pull.base_sha.clone(),
        };
        let Over { mut weighed, reached, base } =
            self.over(&base_head, &pull.head, &pull.base).await?;
        // What the branch calls is known by the way, also of one that nobody has pushed to yet.
        let is_default = pull.base == self.settings.default_branch;
        let uses = base.filter(|_| is_default).map(|base| self.uses(&base));
        let (calls, taken) = uses.unzip();
        if weighed.grants.iter().any(|grant| !grant.remarks.is_empty()) {
            let changed = self.code.changed_files(number).await?;
            show(&mut weighed, &changed);
        }
        let default = &self.settings.default_branch;
        let beyond = if pull.base == *default || pull.state != PullState::Open {
            Vec::new()
        } else {
            match self.code.branch(default).await? {
                Some(tip) => {
                    let over_default = self.over(&tip, &pull.head, default).await?.weighed;
                    let known = |grant: &&crate::domain::FileGrant| {
                        !weighed.grants.iter().any(|own| {
                            own.subject == grant.subject && own.power.digest == grant.power.digest
                        })
                    };
                    over_default.grants.iter().filter(known).cloned().collect()
                }
                None => Vec::new(),
            }
        };
        let came = Came {
            weighed: &weighed,
            base: &base_head,
            head: &pull.head,
            branch: &pull.base,
            from: pull.branch.as_ref(),
            landed: false,
            by: pull.author.as_ref().map(|author| &author.login),
        };
        // What was merged is asked about where it landed.
        let origin = match pull.state {
            PullState::Open => self.origin(&came).await?,
            PullState::Closed | PullState::Merged => Origin::default(),
        };
        let seen = PullSeen {
            repo: self.repo,
            number,
            state: pull.state,
            author: pull.author,
            merged_by: pull.merged_by,
            head: pull.head,
            base: pull.base,
            base_head,
            weighed,
            beyond,
            origin,
            reached,
            calls,
            taken,
        };
        Ok(Fact::Pull { pull: Box::new(seen) })
    }

    async fn open_pulls(&self) -> Judged {
        let (pulls, _) = self.code.open_pulls().await?;
        Ok(Fact::OpenPulls { repo: self.repo, pulls })
    }

    /// A commit whose workflows run, against the default branch.
    async fn run(&self, branch: &Foreign, head: &Sha) -> Judged {
        let default = &self.settings.default_branch;
        let weighed = match self.code.branch(default).await? {
            Some(tip) if !self.code.is_carried(head).await? => {
                Some(self.over(&tip, head, branch).await?.weighed)
            }
            _ => None,
        };
        let (repo, branch, head) = (self.repo, branch.clone(), head.clone());
        let run = RunSeen { repo, branch, head, weighed };
        Ok(Fact::Run { run: Box::new(run) })
    }

    async fn group(&self, head: &Sha, base: &Foreign) -> Judged {
        let Some(tip) = self.code.branch(base).await? else {
            let why = "The branch of a merge group is gone.".to_owned();
            return Err(Failure::Blind { why });
        };
        let weighed = self.over(&tip, head, base).await?.weighed;
        let (head, base) = (head.clone(), base.clone());
        let group = GroupSeen { repo: self.repo, head, base, weighed };
        Ok(Fact::MergeGroup { group: Box::new(group) })
    }

    async fn groups(&self) -> Judged {
        let groups = self.code.waiting_groups().await?;
        Ok(Fact::MergeGroups { repo: self.repo, groups })
    }

    /// What merging `head` into a branch that stands at `tip` would grant: the branch as it is,
    /// with the files that the head changed since both parted. Where both changed one, the head's.
    /// Also what it would grant in workflows of others that take it from that branch.
    async fn over(&self, tip: &Sha, head: &Sha, branch: &Foreign) -> Result<Over, Failure> {
        let parted = self.code.merge_base(tip, head).await?;
        let (ours, theirs) = (self.code.files(tip).await?, self.code.files(head).await?);
        let parted = match parted {
            Some(parted) => self.code.files(&parted).await?,
            None => Arc::new(Files::default()),
        };
        let after = Arc::new(merged(&ours, &parted, &theirs));
        let (mut weighed, base, _) = self.weigh(&ours, &after, branch).await?;
        let reached = self.reached(&ours, &after, &of_branch(branch), &mut weighed).await?;
        let base = (ours != after).then_some(base);
        Ok(Over { weighed, reached, base })
    }

    /// What workflows call in other repositories, and what they take of others at references that
    /// can be moved.
    fn uses(&self, powers: &Powers) -> Uses {
        let calls = powers.calls().into_iter().take(MOST_CALLS);
        let calls = calls.map(|(workflow, remote)| Called {
            workflow: workflow.clone(),
            repo: remote.repo,
            file: Foreign::new(&remote.path),
            reference: remote.reference,
        });
        (calls.collect(), taken(powers, &self.name))
    }
}

/// Notes which sentences stand on lines that the diff shows.
fn show(weighed: &mut Weighed, changed: &[ChangedFile]) {
    for remark in weighed.grants.iter_mut().flat_map(|grant| &mut grant.remarks) {
        let file = changed.iter().find(|file| file.path == remark.lines.path.raw());
        remark.in_diff = file.is_some_and(|file| {
            let whole = |(first, last): &(u32, u32)| {
                *first <= remark.lines.first && remark.lines.last <= *last
            };
            file.hunks.iter().any(whole)
        });
    }
}
