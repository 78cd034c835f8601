//! What a person said in one of our issues: parsed, judged, taken down, and answered.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use crate::commands::{self, Command, Known, Misread, Speech};
use crate::decide::{Turn, Wanting};
use crate::domain::{
    Actor, Case, CommandText, Effect, Entity, Evidence, Fact, Force, Hint, Names, Order, Place,
    Reaction, Surface, SurfaceKey, Timestamp, UserId,
};
use crate::plan;
use crate::register::{Answered, Change, Entry, Need, add_act};
use crate::words::moment;

/// The most answers to one person within an hour: a reaction, a reply, or both.
const MOST_ANSWERS: usize = 10;

/// That hour. It slides.
const HOUR: SignedDuration = SignedDuration::from_hours(1);

impl Turn<'_> {
    pub(super) fn said(
        &mut self,
        hint: &Hint,
        known: &[Fact],
        asked: &[(Entity, Names)],
    ) -> Result<(), Wanting> {
        let (Entity::Command { repo, issue, comment }, Some(text)) = (&hint.entity, &hint.command)
        else {
            return Ok(());
        };
        let led = self.slice.lead(&Need::CaseOf(*repo, issue.0))?.cloned();
        let case = match (led, &text.case) {
            (Some(case), _) => case,
            (None, Some(named)) => match self.slice.case(named)?.cloned() {
                Some(case) => case,
                None => return Err(Wanting::Later("The issue is not known here yet.")),
            },
            (None, None) => return Err(Wanting::Later("The issue is not known here yet.")),
        };
        let known = Known::from(known).absent(asked);
        let mut answer = Answer::default();
        for spoken in spoken(text) {
            let (command, misread) = match spoken {
                Ok(command) => (command, None),
                // `/help` changes nothing, and tells whether the speaker is answered at all.
                Err(misread) => (Command::Help, Some(misread.reply())),
            };
            let speech = Speech {
                command,
                speaker: text.speaker.clone(),
                order: Order { at: text.written, id: comment.0 },
                evidence: Evidence::Comment {
                    repo: *repo,
                    issue: *issue,
                    comment: (comment.0 > 0).then_some(*comment),
                },
                written: text.written,
            };
            self.run(&speech, misread, &case, &known, &mut answer)?;
        }
        let words = Answered {
            repo: *repo,
            issue: *issue,
            comment: *comment,
            written: text.written,
            at: self.setting.now,
        };
        self.answer(&case, text.speaker.id, words, answer)
    }

    fn run(
        &mut self,
        speech: &Speech,
        misread: Option<String>,
        case: &Case,
        known: &Known,
        answer: &mut Answer,
    ) -> Result<(), Wanting> {
        let setting = self.setting;
        let nature = |actor: &Actor| setting.nature(actor).class;
        let terms = commands::Terms {
            org: setting.voice.login.clone(),
            approvers: setting.policy.approvers.clone(),
            approver_teams: setting.policy.approver_teams.clone(),
            require: self.requires(case)?,
            self_accept: setting.policy.self_accept,
            is_machine: &nature,
            zone: setting.policy.zone.clone(),
        };
        let mut reply = commands::run(speech, case, &self.slice, known, &terms)?;
        if let Some(refusal) = misread {
            (reply.text, reply.reaction) = (Some(refusal), Reaction::Confused);
        }
        for (key, act) in reply.acts {
            let Some(mut record) = self.slice.record(&key)?.cloned() else { continue };
            if !add_act(&mut record, act.clone()) {
                continue;
            }
            let word = record.ownership.word().to_owned();
            self.entries.push(Entry {
                identity: Some(key),
                repo: record.identity.repo,
                by: Some(act.by.clone()),
                at: act.order.at,
                evidence: act.evidence.clone(),
                change: Change::Acted { act: Box::new(act), word },
            });
            self.slice.put_record(record);
        }
        if !reply.silent {
            answer.reactions.insert(reply.reaction.as_str());
            answer.last = Some(reply.reaction);
            answer.texts.extend(reply.text);
        }
        Ok(())
    }

    /// Whether somebody other than the granter must accept something in this case.
    fn requires(&self, case: &Case) -> Result<bool, Wanting> {
        for row in &case.rows {
            let Some(record) = self.slice.record(&row.identity)? else { continue };
            let name = match record.identity.repo {
                Some(repo) => self.slice.repo(repo)?.map(|repo| repo.name.clone()),
                None => None,
            };
            let kind = record.identity.key.kind();
            if self.setting.policy.mode(kind, name.as_ref()).requires() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A reaction, and one reply that is edited when the comment is.
    fn answer(
        &mut self,
        case: &Case,
        speaker: UserId,
        words: Answered,
        mut answer: Answer,
    ) -> Result<(), Wanting> {
        let comment = words.comment;
        let (Place::Repo { repo }, Some(issue)) = (&case.place, case.issue) else {
            return Ok(());
        };
        // The case moved to home since, because everybody can read where it was asked.
        if *repo != words.repo {
            return Ok(());
        }
        if answer.texts.is_empty() && (comment.0 <= 0 || answer.last.is_none()) {
            return Ok(());
        }
        match self.patience(speaker, words)? {
            Patience::Left => {}
            Patience::Last { until } => answer.texts.push(format!(
                "This is the last of {MOST_ANSWERS} answers within an hour. Until {} what you say \
                 still counts, and is not answered.",
                moment(until)
            )),
            Patience::Over => return Ok(()),
        }
        let surface = |key: SurfaceKey, effect: Effect| Surface {
            key,
            case: case.id.clone(),
            repo: *repo,
            effect,
            force: Force::No,
        };
        if comment.0 > 0
            && let Some(reaction) = answer.last
        {
            let reaction = if answer.reactions.len() > 1 { Reaction::Confused } else { reaction };
            let key = SurfaceKey::reaction(&case.id, comment, reaction);
            self.surfaces.push(surface(key, Effect::React { comment, reaction }));
        }
        if !answer.texts.is_empty() {
            let key = SurfaceKey::reply(&case.id, comment);
            let text = plan::reply(&answer.texts.join("\n\n"));
            let markers = self.setting.voice.markers;
            let body = markers.wrap(self.setting.org, &case.id, &key.0, &text);
            self.surfaces.push(surface(key, Effect::Reply { issue, body }));
        }
        Ok(())
    }

    /// Whether this person is answered once more, and notes that they are. The same words are
    /// answered once, however often they are heard.
    fn patience(&mut self, speaker: UserId, words: Answered) -> Result<Patience, Wanting> {
        let now = self.setting.now;
        let mut recent = self.slice.answered(speaker)?.to_vec();
        recent.retain(|one| now.duration_since(one.at) < HOUR);
        let same = |one: &Answered| {
            (one.repo, one.issue, one.comment, one.written)
                == (words.repo, words.issue, words.comment, words.written)
        };
        let place = match recent.iter().position(same) {
            Some(place) => place,
            None if recent.len() >= MOST_ANSWERS => return Ok(Patience::Over),
            None => {
                recent.push(words);
                self.slice.put_answered(speaker, recent.clone());
                recent.len() - 1
            }
        };
        Ok(match recent.first() {
            Some(first) if place + 1 == MOST_ANSWERS => Patience::Last { until: first.at + HOUR },
            _ => Patience::Left,
        })
    }
}

/// Whether somebody is answered.
enum Patience {
    /// Yes.
    Left,
    /// Yes, and then not again until this moment.
    Last { until: Timestamp },
    /// No: what they said counts all the same.
    Over,
}

/// What the commands of one comment amount to.
#[derive(Default)]
struct Answer {
    reactions: BTreeSet<&'static str>,
    last: Option<Reaction>,
    texts: Vec<String>,
}

/// The commands in a person's words, or in their act of assigning.
fn spoken(text: &CommandText) -> Vec<Result<Command, Misread>> {
    match (&text.body, &text.assignee) {
        (Some(body), _) => commands::parse(body),
        (None, Some(assignee)) => vec![Ok(Command::Assigned { assignee: assignee.clone() })],
        (None, None) => Vec::new(),
    }
}
