//! Safeguards of places: weakened, or put right. One case for each.

use jiff::SignedDuration;

use crate::decide::{Turn, Weakened};
use crate::domain::{Case, CaseId, CaseState, Cause, Evidence, RepoId};
use crate::plan;
use crate::register::{Entry, NotLoaded};
use crate::rules::{Guarded, PlaceRule, check_places};

/// How long ago something happened that is news where nothing was listed yet.
const FRESH: SignedDuration = SignedDuration::from_hours(1);

impl Turn<'_> {
    /// What the changes of this Turn did to safeguards.
    pub(super) fn safeguards(&mut self) -> Result<(), NotLoaded> {
        let found: Vec<(&PlaceRule, Entry, Guarded)> = self
            .entries
            .iter()
            .flat_map(|entry| {
                check_places(entry).map(|(rule, guarded)| (rule, entry.clone(), guarded))
            })
            .collect();
        for (rule, entry, guarded) in found {
            self.safeguard(rule, &entry, guarded)?;
        }
        Ok(())
    }

    fn safeguard(
        &mut self,
        rule: &PlaceRule,
        entry: &Entry,
        guarded: Guarded,
    ) -> Result<(), NotLoaded> {
        let Guarded { name, weaker } = guarded;
        let (repo, by) = (entry.repo, entry.by.clone());
        if let Some(message) = weaker.clone()
            && !self.is_ignored(rule, repo)?
        {
            let (rule, severity) = (rule.id, rule.severity);
            self.decision.weakened.push(Weakened { rule, severity, repo, message });
        }
        if weaker.is_some() && self.is_history(entry)? {
            return Ok(());
        }
        let told = weaker.clone().unwrap_or_default();
        let cause = Cause::Weakened { repo, name, told, by: by.clone() };
        let id = CaseId::of_cause(self.setting.org, &cause);
        let known = self.slice.case(&id)?.cloned();
        let at = entry.at.min(self.setting.now);
        let case = match (known, weaker) {
            (None, None) => return Ok(()),
            // A record that came late: what happened since counts.
            (Some(case), None) if at < case.latest => case,
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
                if self.is_ignored(rule, repo)? {
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

    /// Whether the audit log tells of something that was so before we came: that is history, as what the
    /// first listing finds is. Where nothing is listed yet, news is what happened within an hour.
    fn is_history(&self, entry: &Entry) -> Result<bool, NotLoaded> {
        if !matches!(entry.evidence, Evidence::Audit { .. }) {
            return Ok(false);
        }
        Ok(match self.slice.overview()?.baseline {
            Some(baseline) => entry.at < baseline,
            None => self.setting.now.duration_since(entry.at) > FRESH,
        })
    }

    /// Whether the policy asks not to be told of it there.
    fn is_ignored(&self, rule: &PlaceRule, repo: Option<RepoId>) -> Result<bool, NotLoaded> {
        let place = repo.map(|repo| self.slice.repo(repo)).transpose()?.flatten();
        let place = place.map(|repo| &repo.name);
        Ok(self.setting.policy.ignores_in(rule.id, place, self.setting.now))
    }
}
