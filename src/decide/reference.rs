//! References to code of others that name another commit than before: each has its line in the
//! history, and those of one repository that deserve a look are one case.

use std::collections::BTreeSet;

use crate::decide::{Reading, Turn, Wanting};
use crate::domain::{
    Case, CaseId, CaseState, Cause, Move, MoveTold, Place, ReferenceSeen, RepoId, Taker,
};
use crate::plan;
use crate::register::{Change, Entry, NotLoaded};
use crate::rules::references::{self, Look};

impl Turn<'_> {
    /// A reference as it stands.
    pub(super) fn reference_seen(
        &mut self,
        seen: &ReferenceSeen,
        reading: &Reading,
    ) -> Result<(), Wanting> {
        if let Some(moved) = &seen.moved {
            self.reference_moved(moved, &seen.takers, reading)?;
        }
        self.slice.put_pointer(seen.pointer.clone());
        Ok(())
    }

    fn reference_moved(
        &mut self,
        moved: &Move,
        takers: &[Taker],
        reading: &Reading,
    ) -> Result<(), Wanting> {
        let takers = self.standing(takers)?;
        let repos: BTreeSet<RepoId> = takers.iter().map(|taker| taker.repo).collect();
        let change = Change::Noted { what: plan::move_noted(moved) };
        let (by, at, evidence) = (None, reading.as_of, reading.evidence.clone());
        self.entries.push(Entry { identity: None, repo: None, change, by, at, evidence });

        let cause = Cause::Moved { of: moved.reference.repo.clone(), told: Vec::new() };
        let id = CaseId::of_cause(self.setting.org, &cause);
        let known = self.slice.case(&id)?.cloned();
        let mut told = match known.as_ref().map(|case| (&case.state, &case.cause)) {
            Some((CaseState::Open, Cause::Moved { told, .. })) => told.clone(),
            _ => Vec::new(),
        };
        let before = told.iter().position(|it| it.name == moved.reference.name);
        let before = before.map(|at| told.remove(at));
        let is_back = before.as_ref().is_some_and(|before| before.from == moved.to);
        let says: Vec<_> = match is_back || takers.is_empty() {
            true => Vec::new(),
            false => references::check(Look::Moved(moved))
                .into_iter()
                .filter(|said| !self.setting.policy.ignores_in(&said.rule, None, at))
                .collect(),
        };
        let news = !says.is_empty();
        if news {
            told.push(MoveTold {
                name: moved.reference.name.clone(),
                from: before.map_or_else(|| moved.from.clone(), |before| before.from),
                to: moved.to.clone(),
                says,
                takers: takers.clone(),
            });
        } else if let Some(before) = before.filter(|_| !is_back) {
            // It moved on as it should; what was told of it before is still so.
            told.push(before);
        }
        let case = match known {
            None if !news => return Ok(()),
            Some(case) if told.is_empty() => match case.state {
                CaseState::Open => Case { state: CaseState::Settled, ..case },
                _ => return Ok(()),
            },
            Some(case) if !news => {
                Case { cause: Cause::Moved { of: moved.reference.repo.clone(), told }, ..case }
            }
            known => {
                let of = moved.reference.repo.clone();
                let place = self.place_of_move(&told, repos)?;
                let cause = Cause::Moved { of, told };
                let fresh = || Case::opened(id, cause.clone(), place.clone(), at);
                let case = known.unwrap_or_else(fresh);
                let issue = case.issue.filter(|_| place == case.place);
                Case { state: CaseState::Open, cause, place, issue, latest: at, ..case }
            }
        };
        self.slice.put_case(case);
        Ok(())
    }

    /// Those whose repository is still there.
    pub(super) fn standing(&self, takers: &[Taker]) -> Result<Vec<Taker>, NotLoaded> {
        let repos = NotLoaded::all(takers.iter().map(|taker| self.slice.repo(taker.repo)))?;
        let there = |repo: &Option<&crate::domain::Repo>| repo.is_some_and(|repo| !repo.gone);
        let all = takers.iter().zip(repos).filter(|(_, repo)| there(repo));
        Ok(all.map(|(taker, _)| taker.clone()).collect())
    }

    /// Where it is told: in the one repository that it concerns, or in home.
    fn place_of_move(
        &self,
        told: &[MoveTold],
        mut repos: BTreeSet<RepoId>,
    ) -> Result<Place, NotLoaded> {
        repos.extend(told.iter().flat_map(|told| &told.takers).map(|taker| taker.repo));
        let one = repos.first().copied().filter(|_| repos.len() == 1);
        plan::weakened_place(&self.setting.terms(), &self.slice, one)
    }
}
