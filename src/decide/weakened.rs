//! Safeguards of places: weakened, or put right. One case for each.

use crate::decide::Turn;
use crate::domain::{Case, CaseId, CaseState, Cause};
use crate::plan;
use crate::register::{Entry, NotLoaded};
use crate::rules::{Guarded, check_places};

impl Turn<'_> {
    /// What the changes of this Turn did to safeguards.
    pub(super) fn safeguards(&mut self) -> Result<(), NotLoaded> {
        let found: Vec<(&str, Entry, Guarded)> = self
            .entries
            .iter()
            .flat_map(|entry| {
                check_places(entry).map(|(rule, guarded)| (rule.id, entry.clone(), guarded))
            })
            .collect();
        for (rule, entry, guarded) in found {
            self.safeguard(rule, &entry, guarded)?;
        }
        Ok(())
    }

    fn safeguard(&mut self, rule: &str, entry: &Entry, guarded: Guarded) -> Result<(), NotLoaded> {
        let Guarded { name, weaker } = guarded;
        let (repo, by) = (entry.repo, entry.by.clone());
        let told = weaker.clone().unwrap_or_default();
        let cause = Cause::Weakened { repo, name, told, by: by.clone() };
        let id = CaseId::of_cause(self.setting.org, &cause);
        let known = self.slice.case(&id)?.cloned();
        let at = entry.at.min(self.setting.now);
        let case = match (known, weaker) {
            (None, None) => return Ok(()),
            (Some(case), None) => Case { state: CaseState::Settled, ..case },
            // The audit log says later who did what the listing saw, or the other way about.
            (Some(case), Some(_)) if case.state == CaseState::Open => {
                let cause = match (&case.cause, by) {
                    (Cause::Weakened { by: Some(_), .. }, None) => case.cause.clone(),
                    _ => cause,
                };
                Case { cause, ..case }
            }
            (known, Some(_)) => {
                let place = repo.map(|repo| self.slice.repo(repo)).transpose()?.flatten();
                let place = place.map(|repo| &repo.name);
                if self.setting.policy.ignores_in(rule, place, self.setting.now) {
                    return Ok(());
                }
                let place = plan::weakened_place(&self.setting.terms(), &self.slice, repo)?;
                let fresh = Case::opened(id, cause.clone(), place.clone(), at);
                let case = known.unwrap_or(fresh);
                let issue = case.issue.filter(|_| place == case.place);
                Case { state: CaseState::Open, cause, place, issue, latest: at, ..case }
            }
        };
        self.slice.put_case(case);
        Ok(())
    }
}
