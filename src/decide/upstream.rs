//! Code of others that is not what its name says: a commit that does not belong, a repository in other
//! hands. Each has its line in the history; what deserves a look is one case for each repository.

use crate::decide::{Reading, Turn, Wanting};
use crate::domain::{
    Case, CaseId, CaseState, Cause, Fate, MoveSaid, PinSeen, RepoName, Sha, SourceSeen, Taker,
    Timestamp, UpstreamTold,
};
use crate::plan;
use crate::register::{Change, Entry};
use crate::rules::references::{self, Look};

impl Turn<'_> {
    /// A commit as it stands. One that was there when the files were first read opens no case.
    pub(super) fn pin_seen(&mut self, seen: &PinSeen, reading: &Reading) -> Result<(), Wanting> {
        let PinSeen { pinned, was, used, takers } = seen;
        let kept = used.then(|| pinned.clone());
        self.slice.put_pin(&pinned.repo, &pinned.commit, kept);
        let is_odd = |belongs: Option<bool>| belongs == Some(false);
        if !is_odd(pinned.belongs) && !is_odd(*was) {
            return Ok(());
        }
        if is_odd(pinned.belongs) != is_odd(*was) {
            self.note_upstream(plan::pin_noted(pinned), reading);
        }
        let says = match *used && pinned.news {
            true => references::check(Look::Pinned(pinned)),
            false => Vec::new(),
        };
        self.upstream_told(&pinned.repo, Some(&pinned.commit), says, takers, reading.as_of)
    }

    /// A repository as it stands.
    pub(super) fn source_seen(
        &mut self,
        seen: &SourceSeen,
        reading: &Reading,
    ) -> Result<(), Wanting> {
        let SourceSeen { source, was, used, takers } = seen;
        self.slice.put_source(&source.repo, used.then(|| source.clone()));
        if source.fate == Fate::Same && *was == Fate::Same {
            return Ok(());
        }
        if source.fate != *was {
            self.note_upstream(plan::source_noted(source), reading);
        }
        let says = match used {
            true => references::check(Look::Source(source)),
            false => Vec::new(),
        };
        self.upstream_told(&source.repo, None, says, takers, reading.as_of)
    }

    fn note_upstream(&mut self, what: String, reading: &Reading) {
        let (at, evidence) = (reading.as_of, reading.evidence.clone());
        let change = Change::Noted { what };
        self.entries.push(Entry { identity: None, repo: None, change, by: None, at, evidence });
    }

    /// What is told of a repository or of one of its commits, in place of what was. It opens the
    /// case again only when it says something else than before.
    fn upstream_told(
        &mut self,
        of: &RepoName,
        commit: Option<&Sha>,
        mut says: Vec<MoveSaid>,
        takers: &[Taker],
        at: Timestamp,
    ) -> Result<(), Wanting> {
        let takers = self.standing(takers)?;
        let policy = self.setting.policy;
        says.retain(|said| !takers.is_empty() && !policy.ignores_in(&said.rule, None, at));
        let cause = Cause::Upstream { of: of.clone(), told: Vec::new() };
        let id = CaseId::of_cause(self.setting.org, &cause);
        let known = self.slice.case(&id)?.cloned();
        let told_before = match known.as_ref().map(|case| &case.cause) {
            Some(Cause::Upstream { told, .. }) => told.clone(),
            _ => Vec::new(),
        };
        let (mut told, others): (Vec<_>, Vec<_>) =
            told_before.iter().cloned().partition(|told| told.commit.as_ref() == commit);
        let news = !says.is_empty() && told.first().is_none_or(|before| before.says != says);
        told.clear();
        if !says.is_empty() {
            told.push(UpstreamTold { commit: commit.cloned(), says, takers });
        }
        told.extend(others);
        told.sort();
        if told == told_before && !news {
            return Ok(());
        }
        // Of the organisation: repositories come and go among those that take it.
        let place = plan::home(&self.setting.terms(), &self.slice)?;
        let is_over = told.is_empty();
        let cause = Cause::Upstream { of: of.clone(), told };
        let fresh = || Case::opened(id, cause.clone(), place.clone(), at);
        let case = known.unwrap_or_else(fresh);
        let case = match case.state {
            _ if news => {
                let issue = case.issue.filter(|_| place == case.place);
                Case { state: CaseState::Open, cause, place, issue, latest: at, ..case }
            }
            CaseState::Open if is_over => Case { state: CaseState::Settled, cause, ..case },
            _ => Case { cause, ..case },
        };
        self.slice.put_case(case);
        Ok(())
    }
}
