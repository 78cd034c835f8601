//! Branches that moved: what the default branch grants is what is so, and who accepted it in a pull
//! request owns it.

use std::collections::BTreeSet;

use crate::decide::{Reading, Turn, Wanting};
use crate::domain::{
    Act, Actor, BranchSeen, Came, Deed, Digest, Evidence, Fact, FileGrant, Finding, FindingKey,
    Grant, IdentityKey, IssueNumber, Observation, Ownership,
};
use crate::plan::{self, Changed};
use crate::register::{Need, NotLoaded, add_act, exception_for};

impl Turn<'_> {
    /// A branch that moved, judged. What the default branch grants is what is so; what others
    /// build on is judged again when it changes what they grant.
    pub(super) fn branch_seen(
        &mut self,
        seen: &BranchSeen,
        reading: &Reading,
        by: Option<&Actor>,
        senders: &[Actor],
    ) -> Result<(), Wanting> {
        if seen.matters {
            let onto = self.slice.pulls(&Need::PullsOnto(seen.repo, seen.branch.clone()))?;
            let numbers: Vec<IssueNumber> = onto.iter().map(|pull| pull.number).collect();
            for number in numbers {
                self.ask_for_pull(seen.repo, number, &reading.evidence);
            }
        }
        self.slice.put_branch(seen.repo, seen.branch.clone(), seen.to.clone());
        if !seen.is_default {
            return self.reached_elsewhere(seen, reading, by);
        }
        let weighed = self.remarked(&seen.weighed, &seen.origin, true, senders);
        let seen = &BranchSeen { weighed, ..seen.clone() };
        if let Some(calls) = &seen.calls {
            self.slice.put_calls(seen.repo, calls.clone());
        }
        if let Some(taken) = &seen.taken {
            let came = if seen.from.is_some() { Came::Since } else { Came::Before };
            self.slice.put_taken(seen.repo, taken.clone(), came);
        }
        let news = seen.from.is_some();
        for grant in seen.weighed.grants.iter().chain(&seen.weighed.quiet) {
            self.granted(seen, grant, news, reading, by)?;
        }
        for grant in &seen.weighed.narrowed {
            self.granted(seen, grant, false, reading, by)?;
        }
        for (from, grant) in &seen.weighed.moved {
            self.granted(seen, grant, false, reading, by)?;
            let from = from.key(seen.repo);
            let acts = self.slice.record(&from)?.map(|record| record.acts.clone());
            self.inherits(&grant.subject.key(seen.repo), acts.unwrap_or_default())?;
            self.observe_file(Fact::Gone { identity: from }, false, reading, by)?;
        }
        for removed in &seen.weighed.removed {
            let identity = removed.key(seen.repo);
            self.observe_file(Fact::Gone { identity }, false, reading, by)?;
        }
        self.callers_reached(seen)
    }

    /// Home is told which private repositories it reaches, where somebody is asked about it.
    fn callers_reached(&mut self, seen: &BranchSeen) -> Result<(), Wanting> {
        let through = seen.weighed.grants.iter().filter(|grant| grant.subject.is_for_callers());
        let keys: Vec<IdentityKey> = through.map(|grant| grant.subject.key(seen.repo)).collect();
        if !self.findings.iter().any(|finding| keys.contains(&finding.identity)) {
            return Ok(());
        }
        let terms = self.setting.terms();
        let change = Changed::Landed { repo: seen.repo, at: None };
        Ok(plan::callers(&terms, &mut self.slice, &change, &seen.reached, true)?)
    }

    /// A power that the default branch gives now. Who accepted it in the pull request that brought
    /// it owns it; else it is found.
    fn granted(
        &mut self,
        seen: &BranchSeen,
        grant: &FileGrant,
        news: bool,
        reading: &Reading,
        by: Option<&Actor>,
    ) -> Result<(), Wanting> {
        let key = grant.subject.key(seen.repo);
        let at = reading.as_of;
        let held = plan::grant_of(grant, seen.repo, by.cloned(), at, &reading.evidence);
        let digest = Grant::digest([&held]);
        let accepted = match self.accepted(seen, grant, &digest)? {
            None if !asked_about(seen, grant) => {
                self.accepted_with(seen, grant, &digest, &reading.evidence)?
            }
            accepted => accepted,
        };
        let asked = news && !grant.remarks.is_empty();
        let identity = Box::new(plan::identity_of(grant, &key, seen.repo));
        let fact = Fact::Holds { identity, grant: Box::new(held) };
        self.observe_file(fact, asked && accepted.is_none(), reading, by)?;
        match accepted {
            Some(acts) => self.inherits(&key, acts)?,
            None if asked => self.findings.extend(grant.remarks.iter().map(|remark| Finding {
                key: FindingKey::new(&remark.rule, &key, &grant.power.digest.0),
                rule: remark.rule.clone(),
                severity: remark.severity,
                identity: key.clone(),
                repo: Some(seen.repo),
                message: remark.message.clone(),
                by: by.cloned(),
                at,
                news: true,
            })),
            None => {}
        }
        Ok(())
    }

    /// What people said about this very power in the pull requests that brought it, if somebody
    /// answers for it there or left it as it is.
    pub(super) fn accepted(
        &mut self,
        seen: &BranchSeen,
        grant: &FileGrant,
        digest: &Digest,
    ) -> Result<Option<Vec<Act>>, Wanting> {
        // A queue merges several at once, and GitHub names only that of the newest commit.
        let asking = self.slice.pulls(&Need::PullsAsking(seen.repo))?;
        let asking = asking.iter().map(|pull| pull.number);
        let numbers: BTreeSet<IssueNumber> = seen.pulls.iter().copied().chain(asking).collect();
        let keys = numbers.iter().map(|number| grant.subject.proposed_key(seen.repo, *number));
        let held = NotLoaded::all(keys.clone().map(|key| self.slice.record(&key).map(|_| ())));
        held?;
        for number in &numbers {
            let key = grant.subject.proposed_key(seen.repo, *number);
            let Some(record) = self.slice.record(&key)? else { continue };
            let owned =
                matches!(&record.ownership, Ownership::Owned { digest: of, .. } if of == digest);
            if owned || exception_for(record, digest).is_some() {
                return Ok(Some(record.acts.clone()));
            }
        }
        Ok(None)
    }

    /// The same for what nobody was asked about by itself: a job whose agent somebody answers for,
    /// or an action inside it. The sentence that was accepted told of its power.
    fn accepted_with(
        &mut self,
        seen: &BranchSeen,
        grant: &FileGrant,
        digest: &Digest,
        evidence: &Evidence,
    ) -> Result<Option<Vec<Act>>, Wanting> {
        for told in seen.weighed.grants.iter().filter(|told| told.subject.is_beside(&grant.subject))
        {
            let of_told = plan::grant_of(told, seen.repo, None, self.setting.now, evidence);
            let Some(mut acts) = self.accepted(seen, told, &Grant::digest([&of_told]))? else {
                continue;
            };
            for act in &mut acts {
                if let Deed::Own { digest: of, .. } | Deed::Except { digest: of, .. } =
                    &mut act.deed
                {
                    of.clone_from(digest);
                }
            }
            return Ok(Some(acts));
        }
        Ok(None)
    }

    /// Takes over what people said about the same thing under another key.
    pub(super) fn inherits(&mut self, key: &IdentityKey, acts: Vec<Act>) -> Result<(), Wanting> {
        let Some(mut record) = self.slice.record(key)?.cloned() else { return Ok(()) };
        let mut changed = false;
        for act in acts {
            if add_act(&mut record, act.clone()) {
                changed = true;
                self.waits_for_date(key, &act);
                self.asks_for_task(&act);
            }
        }
        if changed {
            self.slice.put_record(record);
        }
        Ok(())
    }

    pub(super) fn observe_file(
        &mut self,
        fact: Fact,
        news: bool,
        reading: &Reading,
        by: Option<&Actor>,
    ) -> Result<(), Wanting> {
        let seen = Observation {
            fact,
            as_of: reading.as_of,
            by: by.cloned(),
            news,
            evidence: reading.evidence.clone(),
        };
        self.observe(&seen, None)
    }
}

/// Whether a rule minds a grant, so that somebody was asked about it.
fn asked_about(seen: &BranchSeen, grant: &FileGrant) -> bool {
    seen.weighed.grants.iter().any(|asked| asked.subject == grant.subject)
}
