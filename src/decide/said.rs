//! What a person said in one of our issues: parsed, judged, taken down, and answered.

use std::collections::BTreeSet;

use crate::commands::{self, Command, Known, Misread, Speech};
use crate::decide::{Turn, Wanting};
use crate::domain::{
    Actor, Case, CommandText, CommentId, Effect, Entity, Evidence, Fact, Force, Hint, Names, Order,
    Place, Reaction, Surface, SurfaceKey,
};
use crate::plan;
use crate::register::{Change, Entry, Need, add_act};

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
        self.answer(&case, *comment, answer);
        Ok(())
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
    fn answer(&mut self, case: &Case, comment: CommentId, answer: Answer) {
        let (Place::Repo { repo }, Some(issue)) = (&case.place, case.issue) else { return };
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
    }
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
