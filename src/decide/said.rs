//! What a person said in one of our issues: parsed, judged, taken down, and answered.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use crate::commands::{self, Addressed, Command, Known, Misread, OwnWords, Pick, Speech};
use crate::decide::{Turn, Wanting};
use crate::domain::{
    Actor, ActorType, Button, Case, CommandText, Deed, Effect, Entity, Evidence, Fact, Force, Hint,
    IdentityKey, IssueNumber, Names, Order, Owner, Person, Place, Reaction, RepoId, Spoken,
    Surface, SurfaceKey, Timestamp, UserId,
};
use crate::plan;
use crate::register::{Answered, Change, Entry, Need, NotLoaded, add_act};
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
        let (Entity::Command { repo, issue, comment, on }, Some(text)) =
            (&hint.entity, &hint.command)
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
            // A pull request that was judged and asks for nothing: others are addressed there.
            (None, None) if self.slice.pull(*repo, *issue)?.is_some_and(|it| it.head.is_some()) => {
                return Ok(());
            }
            (None, None) => return Err(Wanting::Later("The issue is not known here yet.")),
        };
        if self.is_of_older_commit(*repo, *issue, text)? {
            return Ok(());
        }
        // One press on any of the same changes answers for all of them.
        let case = match (&case.merged_into, on) {
            (Some(fleet), Spoken::Button) => self.slice.case(fleet)?.cloned().unwrap_or(case),
            _ => case,
        };
        let here = self.rows_at(&case, text)?;
        let known = Known::from(known).absent(asked);
        let mut answer = Answer::default();
        for spoken in spoken(text, self.setting.addressed(text), &here) {
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
                on: *on,
            };
            let claimed = self.claimed(&case, &speech.command, &text.speaker)?;
            let about = claimed.as_ref().unwrap_or(&case);
            self.run(&speech, misread, about, &known, &mut answer)?;
        }
        let words = Answered {
            repo: *repo,
            issue: *issue,
            comment: *comment,
            written: text.written,
            at: self.setting.now,
        };
        self.answer(&case, text.speaker.id, words, *on, answer)
    }

    /// Whether a button was pressed on a check that is not of the newest commit: what it showed is
    /// not what is there.
    fn is_of_older_commit(
        &self,
        repo: RepoId,
        issue: IssueNumber,
        text: &CommandText,
    ) -> Result<bool, Wanting> {
        let Some(head) = &text.head else { return Ok(false) };
        Ok(self.slice.pull(repo, issue)?.is_none_or(|pull| pull.head.as_ref() != Some(head)))
    }

    /// The rows of a case that stand on the lines of a thread; none when it is no thread of ours.
    fn rows_at(&self, case: &Case, text: &CommandText) -> Result<Vec<Pick>, Wanting> {
        let (Some(lines), Some((repo, number))) = (&text.lines, case.pull()) else {
            return Ok(Vec::new());
        };
        let Some(pull) = self.slice.pull(repo, number)? else { return Ok(Vec::new()) };
        let grants = pull.weighed.iter().flat_map(|weighed| &weighed.grants);
        let there: Vec<IdentityKey> = grants
            .filter(|grant| grant.remarks.iter().any(|remark| remark.lines.touch(lines)))
            .map(|grant| grant.subject.proposed_key(repo, number))
            .collect();
        let rows = case.rows.iter().enumerate();
        Ok(rows
            .filter(|(_, row)| there.contains(&row.identity))
            .map(|(at, _)| Pick::Rows(at + 1, at + 1))
            .collect())
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
            self.waits_for_date(&key, &act);
            self.asks_for_task(&act);
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
        let rows = case.rows.iter();
        let records = NotLoaded::all(rows.map(|row| self.slice.record(&row.identity)))?;
        let strict = NotLoaded::all(records.into_iter().flatten().map(|record| {
            let name = match record.identity.repo {
                Some(repo) => self.slice.repo(repo)?.map(|repo| &repo.name),
                None => None,
            };
            let kind = record.identity.key.kind();
            Ok(self.setting.policy.mode(kind, name).requires())
        }))?;
        Ok(strict.contains(&true))
    }

    /// A reaction, and one reply that is edited when the comment is.
    fn answer(
        &mut self,
        case: &Case,
        speaker: UserId,
        words: Answered,
        on: Spoken,
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
            && on != Spoken::Button
            && let Some(reaction) = answer.last
        {
            let reaction = if answer.reactions.len() > 1 { Reaction::Confused } else { reaction };
            let key = SurfaceKey::reaction(&case.id, comment, on, reaction);
            self.surfaces.push(surface(key, Effect::React { comment, on, reaction }));
        }
        if !answer.texts.is_empty() {
            let key = SurfaceKey::reply(&case.id, comment, on);
            let text = plan::reply(&answer.texts.join("\n\n"));
            let markers = self.setting.voice.markers;
            let body = markers.wrap(self.setting.org, &case.id, &key.0, &text);
            let effect = match on {
                Spoken::Thread => Effect::ThreadReply { pull: issue, to: comment, body },
                Spoken::Conversation | Spoken::Button => {
                    Effect::Reply { issue, in_pull: case.pull().is_some(), body }
                }
            };
            self.surfaces.push(surface(key, effect));
        }
        Ok(())
    }

    /// Whoever says that somebody answers for something names an account: it is known from then on,
    /// although nothing was read of it.
    pub(super) fn owners_are_known(&mut self) -> Result<(), NotLoaded> {
        let mut named: Vec<Actor> = Vec::new();
        for entry in &self.entries {
            let Change::Acted { act, .. } = &entry.change else { continue };
            let Deed::Own { owner, backup, .. } = &act.deed else { continue };
            for owner in [Some(owner), backup.as_ref()].into_iter().flatten() {
                if let Owner::Person { id, login } = owner {
                    let kind = ActorType::User;
                    named.push(Actor { id: *id, login: login.clone(), kind });
                }
            }
        }
        let known = NotLoaded::all(named.iter().map(|actor| self.slice.person(actor.id)))?;
        let unknown: Vec<Actor> = named
            .iter()
            .zip(known)
            .filter(|(_, known)| known.is_none())
            .map(|(actor, _)| actor.clone())
            .collect();
        for actor in unknown {
            let person = Person { actor, suspended: false, role: None };
            self.slice.put_person(person, Timestamp::UNIX_EPOCH);
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
fn spoken(text: &CommandText, to: Addressed<'_>, here: &[Pick]) -> Vec<Result<Command, Misread>> {
    match (&text.body, &text.assignee, text.button) {
        (Some(body), _, _) => {
            let said = commands::parse(body, to);
            said.into_iter().map(|said| said.map(|command| command.about(here))).collect()
        }
        (None, Some(assignee), _) => vec![Ok(Command::Assigned { assignee: assignee.clone() })],
        (None, None, Some(Button::Accept)) => {
            vec![Ok(Command::Own { picks: Vec::new(), words: OwnWords::default() })]
        }
        (None, None, None) => Vec::new(),
    }
}
