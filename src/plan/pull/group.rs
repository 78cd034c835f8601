//! The check run of a merge group: what its pull requests grant together must have owners.

use crate::domain::{
    CaseId, Cause, CheckRun, Conclusion, Effect, FileGrant, Force, GroupSeen, IssueNumber, Shown,
    Surface, SurfaceKey,
};
use crate::plan::Terms;
use crate::plan::pull::check::{covering, held, most, owned_powers};
use crate::plan::surfaces::Voice;
use crate::register::{NotLoaded, Slice};
use crate::words::{count, shown};

/// The check run of a merge group's head; `None` where the policy writes nothing.
///
/// # Errors
/// When the slice lacks something.
pub fn group_check(
    terms: &Terms<'_>,
    voice: &Voice<'_>,
    slice: &Slice,
    group: &GroupSeen,
) -> Result<Option<Surface>, NotLoaded> {
    let name = slice.repo(group.repo)?.map(|repo| repo.name.clone());
    if !most(terms.policy, name.as_ref()).writes() {
        return Ok(None);
    }
    let owned = owned_powers(slice, group.repo)?;
    let mode = |grant: &FileGrant| terms.policy.mode(grant.subject.kind, name.as_ref());
    let waiting: Vec<&FileGrant> = group
        .weighed
        .grants
        .iter()
        .filter(|grant| mode(grant).writes() && !owned.contains(&covering(group.repo, grant)))
        .collect();
    let unclear = (!group.weighed.unclear.is_empty()).then_some(Conclusion::Neutral);
    let conclusion = waiting.iter().map(|grant| held(mode(grant), false)).chain(unclear).max();
    let (title, text) = words(&waiting, &group.weighed.grants);
    let cause = Cause::Pull { repo: group.repo, pull: IssueNumber(0) };
    let case = CaseId::of_cause(terms.org, &cause);
    let run = CheckRun {
        head: group.head.clone(),
        external_id: "group".to_owned(),
        conclusion: Some(conclusion.unwrap_or(Conclusion::Success)),
        title,
        summary: voice.markers.wrap(terms.org, &case, "check", &text),
        annotations: Vec::new(),
        buttons: Vec::new(),
        shows: Shown::new(),
    };
    let key = SurfaceKey::check(group.repo, &group.head);
    let (repo, effect) = (group.repo, Effect::Check(run));
    Ok(Some(Surface { key, case, repo, effect, force: Force::No }))
}

fn words(waiting: &[&FileGrant], grants: &[FileGrant]) -> (String, String) {
    if waiting.is_empty() {
        let title = match grants {
            [] => "Grants nothing new",
            _ => "Nothing it grants waits for an owner",
        };
        let text = "What these pull requests grant together, somebody answers for, or left as it is \
                    until a date.";
        return (title.to_owned(), text.to_owned());
    }
    let lines: Vec<String> = waiting
        .iter()
        .take(30)
        .filter_map(|grant| {
            let remark = grant.remarks.first()?;
            let file = shown(&remark.lines.path);
            Some(format!("- {} ({file} line {})", remark.message, remark.lines.first))
        })
        .collect();
    let title = format!("{} without an owner", count(waiting.len(), "grant"));
    let text = format!(
        "Together these pull requests grant what nobody answers for. It is asked about in the pull \
         request that brings it; once it has an owner there, the group can be queued again.\n\n{}",
        lines.join("\n")
    );
    (title, text)
}
