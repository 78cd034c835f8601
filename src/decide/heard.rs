//! Deliveries: what they state is observed, what they point at is read again later.

use std::collections::BTreeSet;

use crate::commands;
use crate::decide::{Closing, Turn, Wanting};
use crate::domain::{Entity, Evidence, Fact, Hint, Names, Observation, Repo, Timestamp};
use crate::events::{BadPayload, Heard};

impl Turn<'_> {
    pub(super) fn delivered(
        &mut self,
        guid: &str,
        heard: &Result<Heard, BadPayload>,
    ) -> Result<(), Wanting> {
        let heard = match heard {
            Ok(heard) => heard,
            Err(bad) => {
                let parked = Closing::Parked { why: bad.to_string() };
                self.decision.closed.push((guid.to_owned(), parked));
                return Ok(());
            }
        };
        let mut ran = BTreeSet::new();
        for seen in &heard.observations {
            if let Fact::Repo { repo } = &seen.fact {
                self.mentioned(repo, seen)?;
            }
            match &seen.fact {
                Fact::PullPushed { repo, pull, by, head } => {
                    self.pull_pushed(*repo, *pull, by, head.as_ref())?;
                }
                Fact::PullApproved { repo, pull, by, at } => {
                    self.pull_approved((*repo, *pull), by, *at, &seen.evidence)?;
                }
                Fact::Rerequested { repo, head } => self.rerequested(*repo, head),
                Fact::Audited { .. } => self.audited(seen)?,
                Fact::Impostor { repo, head, by } => self.impostor(*repo, head, by, seen)?,
                _ => self.observe(seen, None)?,
            }
            self.ran(seen, &mut ran)?;
        }
        self.decision.hasten.extend(&heard.hasten);
        let mut said_nothing = false;
        for hint in &heard.hints {
            if self.says_nothing(hint) {
                said_nothing = true;
            } else if self.is_idle(hint)? || self.is_nobodys_task(hint)? {
                continue;
            } else if !self.is_covered(hint)? {
                self.decision.delta.hints.push(hint.clone());
            }
        }
        self.decision.receipts.extend(heard.receipts.iter().cloned());
        let commands = heard.hints.iter().any(|hint| hint.command.is_some());
        let keep_body = !said_nothing && (commands || !heard.words);
        let closing = if heard.interesting {
            Closing::Done { keep_body }
        } else {
            Closing::Ignored { keep_body }
        };
        self.decision.closed.push((guid.to_owned(), closing));
        Ok(())
    }

    /// A repository first heard of through a payload is read, because payloads may be late.
    fn mentioned(&mut self, repo: &Repo, seen: &Observation) -> Result<(), Wanting> {
        let weak = repo.as_of == Timestamp::UNIX_EPOCH;
        // One that was just taken out of our sight cannot be read.
        if weak
            && !said_by(&seen.evidence, "installation_repositories.removed")
            && self.slice.repo(repo.id)?.is_none()
        {
            let names = Names { repo: Some(repo.name.clone()), ..Names::default() };
            self.ask_for(Entity::Repo { repo: repo.id }, names, &seen.evidence);
            // What was proposed before we came waits for a check too.
            self.ask_for_open_pulls(repo, &seen.evidence);
        }
        Ok(())
    }

    /// Whether a hint is a comment that holds no command.
    fn says_nothing(&self, hint: &Hint) -> bool {
        let Some(command) = &hint.command else { return false };
        let Some(body) = command.body.as_deref() else { return false };
        commands::parse(body, self.setting.addressed(command)).is_empty()
    }

    /// Whether a hint says that our installation covers a repository which we do not miss. A
    /// thousand of them may be added at once; none needs to be asked about.
    fn is_covered(&self, hint: &Hint) -> Result<bool, Wanting> {
        let Entity::Selected { repo } = &hint.entity else { return Ok(false) };
        let added = said_by(&hint.evidence, "installation_repositories.added");
        Ok(added && self.slice.repo(*repo)?.is_none_or(|repo| !repo.hidden))
    }
}

/// Whether this event said it.
pub(super) fn said_by(evidence: &Evidence, name: &str) -> bool {
    matches!(evidence, Evidence::Webhook { event, .. } if event == name)
}
