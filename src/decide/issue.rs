//! Our own issues as they stand on GitHub: closed, edited, deleted or moved by somebody else.

use sha2::{Digest, Sha256};

use crate::decide::{Turn, Wanting};
use crate::domain::{
    Case, CaseState, Effect, Force, IssueNumber, Place, RepoId, Surface, SurfaceKey, our_part,
};
use crate::plan;
use crate::register::Need;

impl Turn<'_> {
    /// Compares an issue with how it should look and puts it right.
    pub(super) fn issue(
        &mut self,
        repo: RepoId,
        number: i64,
        open: Option<bool>,
        ours: Option<&str>,
    ) -> Result<(), Wanting> {
        let Some(case) = self.slice.lead(&Need::CaseOf(repo, number))?.cloned() else {
            return Ok(());
        };
        match open {
            None => self.lost(case)?,
            Some(false) if case.state == CaseState::Open => self.closed(case),
            Some(_) => self.edited(&case, ours)?,
        }
        Ok(())
    }

    /// Deleted or transferred: opened once more, in home.
    fn lost(&mut self, case: Case) -> Result<(), Wanting> {
        if !case.waits() {
            return Ok(());
        }
        let place = match plan::home(&self.setting.terms(), &self.slice)? {
            home @ Place::Repo { .. } if home != case.place || !case.reopened => home,
            _ => Place::Register { why: "Its issue was deleted or moved.".to_owned() },
        };
        self.forced.insert(case.id.clone(), Force::Recreate);
        self.slice.put_case(Case { place, issue: None, reopened: true, ..case });
        Ok(())
    }

    /// Closed although rows wait: opened again once, with the reason; then a person's word counts.
    /// What only tells of something stays closed: it was read.
    fn closed(&mut self, case: Case) {
        if case.reopened || case.is_notice() {
            self.slice.put_case(Case { state: CaseState::Dismissed, ..case });
            return;
        }
        self.forced.insert(case.id.clone(), Force::Reapply);
        if let (Place::Repo { repo }, Some(issue)) = (&case.place, case.issue) {
            let effect = self.notice(&case, issue);
            let key = SurfaceKey::notice(&case.id, "reopened");
            let (case, repo) = (case.id.clone(), *repo);
            self.surfaces.push(Surface { key, case, repo, effect, force: Force::No });
        }
        self.slice.put_case(Case { reopened: true, ..case });
    }

    fn notice(&self, case: &Case, issue: IssueNumber) -> Effect {
        let text = plan::reply(
            "This issue is open again, because nobody owns what it lists yet. Comment `/own` to \
             take it, `/retire` if it is out of use, or `/wrong because …` if this is a mistake. \
             If you close it once more, it stays closed.",
        );
        let markers = self.setting.voice.markers;
        let what = SurfaceKey::notice(&case.id, "reopened").0;
        let body = markers.wrap(self.setting.org, &case.id, &what, &text);
        Effect::Reply { issue, in_pull: false, body }
    }

    /// Edited by somebody else: our part is put back, theirs stays.
    fn edited(&mut self, case: &Case, ours: Option<&str>) -> Result<(), Wanting> {
        let (terms, voice) = (self.setting.terms(), self.setting.voice);
        let desired = plan::surface(&terms, &voice, &self.slice, &case.id, Force::Reapply)?;
        let Some(Surface { effect: Effect::Issue { body, .. }, .. }) = desired else {
            return Ok(());
        };
        let part = our_part(&body).map(|part| hex::encode(Sha256::digest(part)));
        if part.as_deref() != ours {
            self.forced.insert(case.id.clone(), Force::Reapply);
        }
        Ok(())
    }
}
