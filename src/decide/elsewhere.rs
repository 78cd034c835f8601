//! Branches and tags that are not the default branch: what they hold acts for workflows of other
//! repositories that take it there.

use crate::decide::heard::said_by;
use crate::decide::{Reading, Turn, Wanting};
use crate::domain::{
    Actor, BranchSeen, Entity, Fact, Finding, FindingKey, Foreign, Grant, Hint, Identity,
};
use crate::plan::{self, Changed};
use crate::register::{Need, NotLoaded};
use crate::words::shown;

impl Turn<'_> {
    /// What a branch or tag that moved does to those who call its files there. Somebody is asked in the
    /// repository, unless they answered in the pull request that brought it.
    pub(super) fn reached_elsewhere(
        &mut self,
        seen: &BranchSeen,
        reading: &Reading,
        by: Option<&Actor>,
    ) -> Result<(), Wanting> {
        let (place, at) = (full(&seen.branch), reading.as_of);
        let mut asked = false;
        let grants = seen.weighed.grants.iter().filter(|grant| grant.subject.is_for_callers());
        for grant in grants {
            let key = grant.subject.branch_key(seen.repo, &place);
            let held = plan::grant_of(grant, seen.repo, by.cloned(), at, &reading.evidence);
            let accepted = self.accepted(seen, grant, &Grant::digest([&held]))?;
            let found = plan::identity_of(grant, &key, seen.repo);
            let name = Foreign::new(&format!("{} at {}", found.name.raw(), short(&place)));
            let identity = Box::new(Identity { name, ..found });
            let fact = Fact::Holds { identity, grant: Box::new(held) };
            self.observe_file(fact, accepted.is_none(), reading, by)?;
            if let Some(acts) = accepted {
                self.inherits(&key, acts)?;
                continue;
            }
            asked = true;
            self.findings.extend(grant.remarks.iter().map(|remark| Finding {
                key: FindingKey::new(&remark.rule, &key, &grant.power.digest.0),
                rule: remark.rule.clone(),
                severity: remark.severity,
                identity: key.clone(),
                repo: Some(seen.repo),
                message: format!("{} was moved. {}", of(&place), remark.message),
                by: by.cloned(),
                at,
                news: true,
            }));
        }
        if !asked {
            return Ok(());
        }
        let change = Changed::Landed { repo: seen.repo, at: Some(place) };
        let terms = self.setting.terms();
        Ok(plan::callers(&terms, &mut self.slice, &change, &seen.reached, true)?)
    }

    /// Whether a branch or tag that moved is of no consequence: not the default branch, nothing is
    /// proposed onto it, and nobody calls its files there.
    pub(super) fn is_idle(&self, hint: &Hint) -> Result<bool, Wanting> {
        if hint.news || !said_by(&hint.evidence, "push") {
            return Ok(false);
        }
        let (repo, name, full) = match &hint.entity {
            Entity::Branch { repo, branch } => {
                (*repo, branch, format!("refs/heads/{}", branch.raw()))
            }
            Entity::Tag { repo, tag } => (*repo, tag, format!("refs/tags/{}", tag.raw())),
            _ => return Ok(false),
        };
        let Some(place) = &hint.names.repo else { return Ok(false) };
        let onto = match &hint.entity {
            Entity::Branch { .. } => {
                let onto = self.slice.pulls(&Need::PullsOnto(repo, name.clone()));
                onto.map(|pulls| !pulls.is_empty())
            }
            _ => Ok(false),
        };
        let matters = NotLoaded::all([onto, self.slice.is_called(place, name, &full)])?;
        Ok(!matters.contains(&true))
    }
}

/// A branch or tag by its whole name, so that what hangs on it is told apart from what its own
/// workflows may do.
pub(super) fn full(branch: &Foreign) -> Foreign {
    match branch.raw().starts_with("refs/tags/") {
        true => branch.clone(),
        false => Foreign::new(&format!("refs/heads/{}", branch.raw())),
    }
}

fn short(full: &Foreign) -> &str {
    let name = full.raw();
    name.strip_prefix("refs/tags/").or(name.strip_prefix("refs/heads/")).unwrap_or(name)
}

/// "The tag `v1`".
fn of(full: &Foreign) -> String {
    let what = if full.raw().starts_with("refs/tags/") { "tag" } else { "branch" };
    format!("The {what} {}", shown(&Foreign::new(short(full))))
}
