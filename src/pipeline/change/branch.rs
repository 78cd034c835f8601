//! Branches that moved: what stood there when they were last judged, against what stands there now.

use std::sync::Arc;

use crate::domain::{BranchSeen, Called, Fact, Foreign, Login, Origin, Reached, Sha};
use crate::github::{Failure, Files};
use crate::pipeline::change::elsewhere::Elsewhere;
use crate::pipeline::change::files::{changed, is_workflow, matters};
use crate::pipeline::change::origin::Came;
use crate::pipeline::change::{Judge, Judged, calls, ground};

impl Judge<'_> {
    /// A branch, against where it stood when it was last judged.
    pub(super) async fn branch(
        &self,
        branch: &Foreign,
        from: Option<Sha>,
        by: Option<&Login>,
    ) -> Judged {
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
        self.moved(branch, (from, &before), (to, &after), by).await
    }

    /// What a branch grants now beyond what it granted before. Without a commit before, it is what
    /// was always there: nothing moved.
    pub(super) async fn moved(
        &self,
        branch: &Foreign,
        (from, before): (Option<Sha>, &Arc<Files>),
        (to, after): (Sha, &Arc<Files>),
        by: Option<&Login>,
    ) -> Judged {
        let changed = changed(before, after);
        let (mut weighed, _, powers) = self.weigh(before, after, branch).await?;
        let reached = match &from {
            Some(_) => self.reached(before, after, branch, &mut weighed).await?,
            None => Reached::default(),
        };
        let is_default = *branch == self.settings.default_branch;
        let calls = match (is_default, changed.is_empty()) {
            (false, _) => None,
            (true, false) => Some(calls(&powers)),
            (true, true) => self.calls_in(after, from.is_none()).await?,
        };
        let pulls = match is_default && from.is_some() && weighed.grants_anything() {
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
        let matters = from.is_some()
            && (weighed.grants_anything()
                || !weighed.narrowed.is_empty()
                || !weighed.removed.is_empty()
                || changed.iter().any(|path| matters(path)));
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
            reached,
            calls,
        };
        Ok(Fact::Branch { branch: Box::new(seen) })
    }

    /// What the workflows of a branch call elsewhere that was never read before; `None` when it was.
    async fn calls_in(
        &self,
        files: &Arc<Files>,
        is_new: bool,
    ) -> Result<Option<Vec<Called>>, Failure> {
        if !is_new {
            return Ok(None);
        }
        let workflows = files.files.keys().filter(|path| is_workflow(path)).cloned().collect();
        let ground = ground::of(&self.name, &self.settings, &self.settings.default_branch);
        let side = self.side(files, workflows, &ground, &mut Elsewhere::default()).await?;
        Ok(Some(calls(&side.powers)))
    }
}
