//! What we can see: facts about our own installation and webhook, against what must be so. Each
//! cause of blindness is one case in home, one alert when it begins, one when it is over.

use std::collections::BTreeMap;

use crate::decide::{Reading, Turn, Wanting};
use crate::domain::{
    Alert, Blind, Case, CaseId, CaseState, Cause, Entity, Fact, Loss, Names, Place, RepoId, Sight,
    Timestamp,
};
use crate::plan;
use crate::register::{Change, Entry};

/// A webhook that arrived so long after the address had changed proves that it leads here.
const PROOF: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

impl Turn<'_> {
    /// What the installation is and what it grants.
    pub(super) fn sees_installation(
        &mut self,
        permissions: &BTreeMap<String, String>,
        suspended: bool,
        reading: &Reading,
    ) -> Result<(), Wanting> {
        let since = reading.as_of;
        self.sees(Blind::Uninstalled, None, since, reading)?;
        self.sees(Blind::Suspended, suspended.then(BTreeMap::new), since, reading)?;
        let lacking = self.setting.watch.lacking(permissions);
        let lacking = (!lacking.is_empty()).then_some(lacking);
        self.sees(Blind::Permission, lacking, since, reading)
    }

    /// There is none. What it granted does not matter any more.
    pub(super) fn sees_no_installation(&mut self, reading: &Reading) -> Result<(), Wanting> {
        let since = reading.as_of;
        self.sees(Blind::Uninstalled, Some(BTreeMap::new()), since, reading)?;
        self.sees(Blind::Suspended, None, since, reading)?;
        self.sees(Blind::Permission, None, since, reading)
    }

    /// Where the webhook leads, against where it must lead.
    pub(super) fn sees_hook(
        &mut self,
        url: &str,
        content_type: &str,
        reading: &Reading,
    ) -> Result<(), Wanting> {
        let first = self.slice.sight()?.hook.clone();
        let right = self.setting.watch.webhook.clone().or(first);
        let mut wrong = BTreeMap::new();
        match &right {
            Some(right) if right != url => {
                let led = if url.is_empty() { "nowhere" } else { url };
                wrong.insert("url".to_owned(), led.to_owned());
            }
            None if url.is_empty() => return Ok(()),
            _ => {}
        }
        if content_type != "json" {
            wrong.insert("content type".to_owned(), format!("content type {content_type}"));
        }
        if !wrong.contains_key("url") && self.slice.sight()?.hook.as_deref() != Some(url) {
            let sight = self.slice.sight()?.clone();
            self.slice.put_sight(Sight { hook: Some(url.to_owned()), ..sight });
        }
        let wrong = (!wrong.is_empty()).then_some(wrong);
        self.sees(Blind::Webhook, wrong, reading.as_of, reading)
    }

    /// When the last webhook arrived. The calendar says this at each look.
    pub(super) fn hears(&mut self, at: Timestamp, reading: &Reading) -> Result<(), Wanting> {
        self.looks_again(reading)?;
        let sight = self.slice.sight()?.clone();
        let off =
            [Blind::Suspended, Blind::Uninstalled].iter().any(|why| sight.lost.contains_key(why));
        let late = self
            .setting
            .watch
            .silence
            .is_some_and(|most| self.setting.now.duration_since(at) > most);
        // Nothing is delivered for an installation that is off: that has its own case.
        self.sees(Blind::Silent, (late && !off).then(BTreeMap::new), at, reading)?;
        if let (None, Some(loss)) = (&self.setting.watch.webhook, sight.lost.get(&Blind::Webhook))
            && let Some(url) = loss.what.get("url")
            && at > loss.since + PROOF
        {
            // Nobody said where it must lead, and where it leads now, we are.
            let (hook, what) = (Some(url.clone()), loss.what.clone());
            self.slice.put_sight(Sight { hook, ..sight.clone() });
            let rest: BTreeMap<_, _> = what.into_iter().filter(|(key, _)| key != "url").collect();
            let rest = (!rest.is_empty()).then_some(rest);
            self.sees(Blind::Webhook, rest, reading.as_of, reading)?;
        }
        Ok(())
    }

    /// The repository that a fact is about, if it is one that we miss.
    pub(super) fn misses(&self, fact: &Fact) -> Result<Option<RepoId>, Wanting> {
        let (Fact::Selected { repo, .. } | Fact::RepoGone { repo }) = fact else {
            return Ok(None);
        };
        Ok(self.slice.repo(*repo)?.filter(|repo| repo.hidden).map(|repo| repo.id))
    }

    /// A repository went out of our sight, or came back, or is gone for good. `missed`: it was out
    /// of sight before.
    pub(super) fn sees_repo(
        &mut self,
        fact: &Fact,
        missed: Option<RepoId>,
        reading: &Reading,
    ) -> Result<(), Wanting> {
        let (Fact::Selected { repo: id, .. } | Fact::RepoGone { repo: id }) = fact else {
            return Ok(());
        };
        let Some(repo) = self.slice.repo(*id)?.cloned() else { return Ok(()) };
        if repo.hidden == missed.is_some() {
            return Ok(());
        }
        let lost = self.slice.sight()?.lost.get(&Blind::Deselected).cloned();
        let since = lost.as_ref().map_or(reading.as_of, |loss| loss.since);
        let mut what = lost.map(|loss| loss.what).unwrap_or_default();
        if repo.hidden {
            what.insert(id.to_string(), repo.name.to_string());
        } else {
            what.remove(&id.to_string());
            if !repo.gone {
                let names = Names { repo: Some(repo.name), ..Names::default() };
                self.ask_for(Entity::Repo { repo: *id }, names, &reading.evidence);
            }
        }
        self.sees(Blind::Deselected, (!what.is_empty()).then_some(what), since, reading)
    }

    /// Holds what is lost for one cause against what was lost before.
    fn sees(
        &mut self,
        cause: Blind,
        what: Option<BTreeMap<String, String>>,
        since: Timestamp,
        reading: &Reading,
    ) -> Result<(), Wanting> {
        let mut sight = self.slice.sight()?.clone();
        let before = sight.lost.get(&cause).cloned();
        let mut after = what.map(|what| {
            let since = before.as_ref().map_or(since, |before| before.since);
            let untold = before.as_ref().is_some_and(|before| before.untold);
            Loss { since, what, untold }
        });
        let more = after.as_ref().is_some_and(|after| {
            before.as_ref().is_none_or(|before| {
                after.what.iter().any(|(key, shown)| before.what.get(key) != Some(shown))
            })
        });
        let changed = after != before;
        if changed {
            match (&before, &mut after) {
                (None, Some(loss)) => self.tell(cause, true, loss, reading),
                (Some(loss), None) => self.tell(cause, false, loss, reading),
                (_, Some(loss)) => loss.untold |= more,
                (None, None) => {}
            }
            // What was refused for want of it may be done now.
            self.decision.resume |= !more;
            match &after {
                Some(loss) => sight.lost.insert(cause, loss.clone()),
                None => sight.lost.remove(&cause),
            };
            self.slice.put_sight(sight);
        }
        self.blind_case(cause, after.as_ref(), more, changed)
    }

    /// Tells what more was lost since the operator was last told, and brings the cases up to date:
    /// home may be known, or the mode another, only since.
    fn looks_again(&mut self, reading: &Reading) -> Result<(), Wanting> {
        let mut sight = self.slice.sight()?.clone();
        let untold = sight.lost.values().any(|loss| loss.untold);
        for (cause, loss) in &mut sight.lost {
            if std::mem::take(&mut loss.untold) {
                self.tell(*cause, true, loss, reading);
            }
            self.blind_case(*cause, Some(loss), false, false)?;
        }
        if untold {
            self.slice.put_sight(sight);
        }
        Ok(())
    }

    /// Says it in the history and to the operator.
    fn tell(&mut self, cause: Blind, blind: bool, loss: &Loss, reading: &Reading) {
        let message = plan::blindness(cause, blind, loss);
        self.entries.push(Entry {
            identity: None,
            repo: None,
            change: Change::Noted { what: message.clone() },
            by: None,
            at: reading.as_of,
            evidence: reading.evidence.clone(),
        });
        self.decision.alerts.push(Alert {
            blind,
            cause,
            since: loss.since,
            at: self.setting.now,
            message,
            what: loss.what.values().cloned().collect(),
        });
    }

    /// The case of a cause: open while we are blind, settled when we see again. One that a person
    /// closed stays closed until more is lost. Looked at each time, because home may be known only
    /// later.
    fn blind_case(
        &mut self,
        why: Blind,
        loss: Option<&Loss>,
        more: bool,
        changed: bool,
    ) -> Result<(), Wanting> {
        let cause = Cause::Blind { why };
        let id = CaseId::of_cause(self.setting.org, &cause);
        if loss.is_none() && !changed {
            return Ok(());
        }
        let known = self.slice.case(&id)?.cloned();
        let place = match (&known, loss) {
            (None, None) => return Ok(()),
            (Some(known), None) => known.place.clone(),
            (_, Some(_)) => plan::blind_place(&self.setting.terms(), &self.slice, why)?,
        };
        let state = match (&known, loss) {
            (_, None) => CaseState::Settled,
            (Some(known), Some(_)) if known.state == CaseState::Dismissed && !more => {
                CaseState::Dismissed
            }
            (_, Some(_)) => CaseState::Open,
        };
        let now = self.setting.now;
        let again = known.as_ref().is_none_or(|known| known.state == CaseState::Settled);
        let case = Case {
            id,
            cause,
            state,
            issue: known.as_ref().and_then(|known| match &place {
                Place::Repo { .. } if place != known.place => None,
                _ => known.issue,
            }),
            place,
            rows: Vec::new(),
            reopened: !again && known.as_ref().is_some_and(|known| known.reopened),
            opened: known.as_ref().filter(|_| !again).map_or(now, |known| known.opened),
            latest: known.as_ref().filter(|_| !changed).map_or(now, |known| known.latest),
            merged_into: None,
            exposed: Vec::new(),
            backlog: None,
        };
        if known.as_ref() != Some(&case) {
            self.slice.put_case(case);
        }
        Ok(())
    }
}
