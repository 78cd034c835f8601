//! Branches and tags that moved: what stood there when they were last judged, against what stands there now.

use std::sync::Arc;

use crate::domain::{BranchSeen, Fact, Foreign, Login, Origin, Reached, Sha};
use crate::github::{Failure, Files};
use crate::pipeline::change::callers::{of_branch, of_tag};
use crate::pipeline::change::elsewhere::Elsewhere;
use crate::pipeline::change::files::{changed, is_workflow, matters};
use crate::pipeline::change::origin::Came;
use crate::pipeline::change::{Judge, Judged, Uses, ground};
use crate::power::Powers;
use crate::rules::files::weigh;

/// The name under which it is kept where a tag pointed, beside branches.
pub(super) fn full_tag(tag: &Foreign) -> Foreign {
    Foreign::new(&format!("refs/tags/{}", tag.raw()))
}

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
        let before = self.before(from.as_ref(), (&to, &after)).await?;
        self.moved(branch, (from, &before), (to, &after), by).await
    }

    /// A tag, against where it pointed when it was last judged. A tag grants nothing by itself: what
    /// it names matters to the workflows of other repositories that take files there.
    pub(super) async fn tag(&self, tag: &Foreign, from: Option<Sha>) -> Judged {
        let full = full_tag(tag);
        let name = Foreign::new(&format!("tags/{}", tag.raw()));
        let Some(to) = self.code.commit(&name).await? else {
            return Ok(Fact::BranchGone { repo: self.repo, branch: full });
        };
        let after = self.code.files(&to).await?;
        let before = self.before(from.as_ref(), (&to, &after)).await?;
        let none = Powers::default();
        let mut weighed = weigh(&none, &none, &[]);
        let reached = self.reached(&before, &after, &of_tag(tag), &mut weighed).await?;
        let seen = BranchSeen {
            repo: self.repo,
            branch: full,
            is_default: false,
            from,
            to,
            weighed,
            matters: false,
            pulls: Vec::new(),
            origin: Origin::default(),
            reached,
            calls: None,
            taken: None,
        };
        Ok(Fact::Branch { branch: Box::new(seen) })
    }

    /// What stood somewhere before it moved.
    async fn before(
        &self,
        from: Option<&Sha>,
        (to, after): (&Sha, &Arc<Files>),
    ) -> Result<Arc<Files>, Failure> {
        match from {
            // The first commits of a repository grant all that they hold.
            Some(from) if from.is_none() => Ok(Arc::new(Files::default())),
            Some(from) if from != to => match self.code.files(from).await {
                // Gone after a force-push: what was there cannot be told any more.
                Err(Failure::Blind { .. }) => Ok(Arc::clone(after)),
                before => before,
            },
            _ => Ok(Arc::clone(after)),
        }
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
            Some(_) => self.reached(before, after, &of_branch(branch), &mut weighed).await?,
            None => Reached::default(),
        };
        let is_default = *branch == self.settings.default_branch;
        let uses = match (is_default, changed.is_empty()) {
            (true, false) => Some(self.uses(&powers)),
            // What it calls was never read before.
            (true, true) if from.is_none() => Some(self.uses_in(after).await?),
            _ => None,
        };
        let (calls, taken) = uses.unzip();
        let pulls = match is_default && from.is_some() && weighed.grants_anything() {
            true => self.code.pulls_of(&to).await?,
            false => Vec::new(),
        };
        let origin = match &from {
            Some(base) if is_default => {
                let (weighed, head) = (&weighed, &to);
                let came = Came { weighed, base, head, branch, from: None, landed: true, by };
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
            taken,
        };
        Ok(Fact::Branch { branch: Box::new(seen) })
    }

    /// What the workflows of the default branch call elsewhere and take of others.
    async fn uses_in(&self, files: &Arc<Files>) -> Result<Uses, Failure> {
        let workflows = files.files.keys().filter(|path| is_workflow(path)).cloned().collect();
        let ground = ground::of(&self.name, &self.settings, &self.settings.default_branch);
        let side = self.side(files, workflows, &ground, &mut Elsewhere::default()).await?;
        Ok(self.uses(&side.powers))
    }
}
