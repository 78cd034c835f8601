//! Runs on other branches: a branch's own workflows run before anybody was asked. What they could do
//! that the default branch does not grant, and that no pull request asks about, is asked about here.

use std::collections::BTreeSet;

use crate::decide::elsewhere::full;
use crate::decide::{Reading, Turn, Wanting};
use crate::domain::{
    Actor, Fact, Finding, FindingKey, Foreign, Identity, IdentityKey, RepoId, RunSeen,
};
use crate::plan;
use crate::register::Need;
use crate::words::shown;

impl Turn<'_> {
    /// A commit whose workflows run elsewhere than on the default branch, judged.
    pub(super) fn run_seen(
        &mut self,
        seen: &RunSeen,
        reading: &Reading,
        by: Option<&Actor>,
    ) -> Result<(), Wanting> {
        let RunSeen { repo, branch, .. } = seen;
        let stood = self.on_branch(*repo, branch)?;
        let grants = || seen.weighed.iter().flat_map(|weighed| &weighed.grants);
        let asked = || grants().filter(|grant| !grant.remarks.is_empty());
        let stands: BTreeSet<IdentityKey> =
            asked().map(|grant| grant.subject.branch_key(*repo, branch)).collect();
        // A pull request asks from now on, or the branch grants it no more.
        for identity in stood.into_iter().filter(|key| !stands.contains(key)) {
            self.observe_file(Fact::Gone { identity }, false, reading, by)?;
        }
        let at = reading.as_of;
        for grant in asked() {
            let key = grant.subject.branch_key(*repo, branch);
            let held = plan::grant_of(grant, *repo, by.cloned(), at, &reading.evidence);
            let found = plan::identity_of(grant, &key, *repo);
            let name = Foreign::new(&format!("{} on {}", found.name.raw(), branch.raw()));
            let identity = Box::new(Identity { name, ..found });
            let fact = Fact::Holds { identity, grant: Box::new(held) };
            self.observe_file(fact, true, reading, by)?;
            self.findings.extend(grant.remarks.iter().map(|remark| Finding {
                key: FindingKey::new(&remark.rule, &key, &grant.power.digest.0),
                rule: remark.rule.clone(),
                severity: remark.severity,
                identity: key.clone(),
                repo: Some(*repo),
                message: format!(
                    "On the branch {}, which no pull request brings and where a workflow ran: {}",
                    shown(branch),
                    remark.message
                ),
                by: by.cloned(),
                at,
                news: true,
            }));
        }
        Ok(())
    }

    /// A branch is gone, and with it what its files granted.
    pub(super) fn branch_gone(
        &mut self,
        repo: RepoId,
        branch: &Foreign,
        reading: &Reading,
    ) -> Result<(), Wanting> {
        let mut gone = self.on_branch(repo, branch)?;
        gone.extend(self.on_branch(repo, &full(branch))?);
        for identity in gone {
            self.observe_file(Fact::Gone { identity }, false, reading, None)?;
        }
        Ok(())
    }

    /// What the register holds of a branch that is not the default one.
    fn on_branch(&self, repo: RepoId, branch: &Foreign) -> Result<Vec<IdentityKey>, Wanting> {
        let records = self.slice.set(&Need::InRepo(repo))?;
        let keys = records.iter().map(|record| &record.identity.key);
        Ok(keys.filter(|key| key.is_on_branch(branch)).cloned().collect())
    }
}
