//! Changes of files on their way to a decision: what must be read of a pull request, a branch or a
//! merge group is read, weighed as a whole, and handed on as a fact.

mod files;
mod ground;
mod origin;

use std::sync::Arc;

use jiff::SignedDuration;

use crate::decide::Reading;
use crate::domain::{
    BranchSeen, Entity, Evidence, Fact, Foreign, GroupSeen, InstallationId, IssueNumber, Login,
    Names, Origin, PullSeen, PullState, RepoId, RepoName, RunSeen, Sha, Timestamp, Weighed,
};
use crate::github::{ChangedFile, Code, Failure, Files, RepoRead};
use crate::pipeline::change::files::{changed, matters, merged};
use crate::pipeline::change::origin::Came;
use crate::pipeline::{Engine, Fault};
use crate::register::{Loaded, Need};
use crate::store::OrgRow;

/// A fact with what it rests on, or why there is none.
type Judged = Result<Fact, Failure>;

/// How long the settings of a repository are believed.
const SETTINGS_FOR: SignedDuration = SignedDuration::from_mins(2);

/// One repository whose files are judged.
struct Judge<'a> {
    code: Code<'a>,
    repo: RepoId,
    name: RepoName,
    settings: RepoRead,
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
        let judge = Judge { code, repo, name: name.clone(), settings };
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
        let mut weighed = self.over(&base_head, &pull.head, &pull.base).await?;
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
                    let over_default = self.over(&tip, &pull.head, default).await?;
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
        };
        Ok(Fact::Pull { pull: Box::new(seen) })
    }

    async fn open_pulls(&self) -> Judged {
        let (pulls, _) = self.code.open_pulls().await?;
        Ok(Fact::OpenPulls { repo: self.repo, pulls })
    }

    /// A branch, against where it stood when it was last judged.
    async fn branch(&self, branch: &Foreign, from: Option<Sha>, by: Option<&Login>) -> Judged {
        let Some(to) = self.code.branch(branch).await? else {
            return Ok(Fact::BranchGone { repo: self.repo, branch: branch.clone() });
        };
        let after = self.code.files(&to).await?;
        let before = match &from {
            // The first commits of a repository grant all that they hold.
            Some(from) if from.is_none() => Arc::new(Files::default()),
            Some(from) if *from != to => match self.code.files(from).await {
                Ok(before) => before,
                // Gone after a force-push: what was there cannot be told any more.
                Err(Failure::Blind { .. }) => Arc::clone(&after),
                Err(failure) => return Err(failure),
            },
            _ => Arc::clone(&after),
        };
        let changed = changed(&before, &after);
        let weighed = self.weigh(&before, &after, branch).await?;
        let is_default = *branch == self.settings.default_branch;
        let pulls = match is_default && weighed.grants_anything() {
            true => self.code.pulls_of(&to).await?,
            false => Vec::new(),
        };
        let origin = match &from {
            Some(base) if is_default => {
                let (weighed, head) = (&weighed, &to);
                let came = Came { weighed, base, head, branch, landed: true, by };
                self.origin(&came).await?
            }
            _ => Origin::default(),
        };
        let matters = weighed.grants_anything()
            || !weighed.narrowed.is_empty()
            || !weighed.removed.is_empty()
            || changed.iter().any(|path| matters(path));
        let seen = BranchSeen {
            repo: self.repo,
            branch: branch.clone(),
            is_default,
            from,
            to,
            weighed,
            matters,
            pulls,
            origin,
        };
        Ok(Fact::Branch { branch: Box::new(seen) })
    }

    /// A commit whose workflows run, against the default branch.
    async fn run(&self, branch: &Foreign, head: &Sha) -> Judged {
        let default = &self.settings.default_branch;
        let weighed = match self.code.branch(default).await? {
            Some(tip) if !self.code.is_carried(head).await? => {
                Some(self.over(&tip, head, branch).await?)
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
        let weighed = self.over(&tip, head, base).await?;
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
    async fn over(&self, tip: &Sha, head: &Sha, branch: &Foreign) -> Result<Weighed, Failure> {
        let parted = self.code.merge_base(tip, head).await?;
        let (ours, theirs) = (self.code.files(tip).await?, self.code.files(head).await?);
        let parted = match parted {
            Some(parted) => self.code.files(&parted).await?,
            None => Arc::new(Files::default()),
        };
        let after = Arc::new(merged(&ours, &parted, &theirs));
        self.weigh(&ours, &after, branch).await
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
