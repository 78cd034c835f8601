//! Checks and statuses under our name that are not ours: one case for each repository and reporter.

use jiff::SignedDuration;

use crate::decide::{Turn, Wanting};
use crate::domain::{Case, CaseId, CaseState, Cause, Impostor, Observation, RepoId, Sha};
use crate::plan;
use crate::register::{Change, Entry};

/// A case that somebody has read and closed is opened again when it happens after this long.
const READ_FOR: SignedDuration = SignedDuration::from_hours(24);

impl Turn<'_> {
    /// Somebody else reported a check under our name.
    pub(super) fn impostor(
        &mut self,
        repo: RepoId,
        head: &Sha,
        by: &Impostor,
        seen: &Observation,
    ) -> Result<(), Wanting> {
        let cause = Cause::Impostor { repo, by: by.clone(), head: head.clone() };
        let id = CaseId::of_cause(self.setting.org, &cause);
        let known = self.slice.case(&id)?.cloned();
        let place = plan::impostor_place(&self.setting.terms(), &self.slice, repo)?;
        self.entries.push(Entry {
            identity: None,
            repo: Some(repo),
            change: Change::Noted { what: plan::impostor_noted(by, head) },
            by: seen.by.clone(),
            at: seen.as_of,
            evidence: seen.evidence.clone(),
        });
        let now = self.setting.now;
        let case = match known {
            None => Case::opened(id, cause, place, now),
            Some(case) => {
                let read = case.state == CaseState::Dismissed
                    && now.duration_since(case.latest) < READ_FOR;
                let state = if read { CaseState::Dismissed } else { CaseState::Open };
                let issue = case.issue.filter(|_| place == case.place);
                Case { state, place, issue, latest: now, ..case }
            }
        };
        self.slice.put_case(case);
        Ok(())
    }
}
