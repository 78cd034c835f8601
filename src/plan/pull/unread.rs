//! The check run of a commit that could not be judged: it says why, and strands no merge.

use crate::domain::{
    CaseId, Cause, CheckRun, Conclusion, Effect, Force, Pull, Shown, Surface, SurfaceKey,
};
use crate::plan::Terms;
use crate::plan::pull::check::speaks_in;
use crate::plan::surfaces::Voice;
use crate::register::{NotLoaded, Slice};
use crate::words::shown;

/// The check run of a pull request's newest commit while it cannot be judged; `None` where the
/// policy writes nothing, and for one that was judged already.
///
/// # Errors
/// When the slice lacks something.
pub fn unread_check(
    terms: &Terms<'_>,
    voice: &Voice<'_>,
    slice: &Slice,
    pull: &Pull,
    why: &str,
    is_final: bool,
) -> Result<Option<Surface>, NotLoaded> {
    let name = slice.repo(pull.repo)?.map(|repo| repo.name.clone());
    let waits = pull.newest.as_ref().filter(|newest| pull.head.as_ref() != Some(*newest));
    let Some(head) = waits.filter(|_| speaks_in(terms.policy, name.as_ref())) else {
        return Ok(None);
    };
    let (title, text) = match is_final {
        false => (
            "Still reading",
            "What this change grants is not known yet, because GitHub has not let us read it for \
             some minutes. It is tried again.",
        ),
        true => (
            "Could not be judged",
            "What this change grants is not known, because its files cannot be read. Nothing is \
             held up for it. Whoever operates Beholden finds more on the page about coverage.",
        ),
    };
    let cause = Cause::Pull { repo: pull.repo, pull: pull.number };
    let case = pull.case.clone().unwrap_or_else(|| CaseId::of_cause(terms.org, &cause));
    let text = format!("{text}\n\nGitHub said: {}", shown(&why.into()));
    let run = CheckRun {
        head: head.clone(),
        external_id: format!("pulls:{}", pull.number),
        conclusion: is_final.then_some(Conclusion::Neutral),
        title: title.to_owned(),
        summary: voice.markers.wrap(terms.org, &case, "check", &text),
        annotations: Vec::new(),
        buttons: Vec::new(),
        shows: Shown::new(),
    };
    let key = SurfaceKey::check(pull.repo, head);
    let (repo, effect) = (pull.repo, Effect::Check(run));
    Ok(Some(Surface { key, case, repo, effect, force: Force::No }))
}
