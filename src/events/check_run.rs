//! `check_run`: a button of ours was pressed, our check is wanted once more, or somebody else
//! reports a check under our name.
//!
//! No request to the API presses a button: the sender sat before the page. Which pull requests it
//! is about stands in the run's `external_id`, because GitHub names none for those of forks.

use serde::Deserialize;

use crate::domain::{
    Access, Button, CommandText, CommentId, Entity, Fact, Foreign, Hint, Impostor, IssueNumber,
    Sha, Spoken,
};
use crate::events::issues::App;
use crate::events::told::{Told, date};
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "check_run",
    delivered: Delivered::Subscribed { permission: "checks", level: Access::Write },
    reads: Reads::Actions(&["created", "completed", "requested_action", "rerequested"]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    check_run: Run,
    requested_action: Action,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Run {
    id: Option<i64>,
    name: Option<String>,
    app: Option<App>,
    head_sha: Option<String>,
    external_id: Option<String>,
    completed_at: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Action {
    identifier: Option<String>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let Payload { check_run: run, requested_action } = told.read::<Payload>()?;
    let app = run.app.as_ref();
    if app.and_then(App::id) != Some(told.us.app) {
        return impostor(told, &run);
    }
    if matches!(told.action(), "created" | "completed") {
        return Ok(Heard::ignored());
    }
    let repo = told.must_repo()?;
    let head = run.head()?;
    let mut heard = told.heard();
    if told.action() == "rerequested" {
        heard.observations.push(told.observe(Fact::Rerequested { repo, head }, false));
        return Ok(heard);
    }
    let button = requested_action.identifier.as_deref().and_then(Button::of);
    let (Some(button), Some(speaker)) = (button, told.by()) else { return Ok(heard) };
    let id = CommentId(run.id.ok_or(BadPayload::Lacks("check_run.id"))?);
    let command = CommandText {
        speaker,
        body: None,
        assignee: None,
        button: Some(button),
        head: Some(head),
        lines: None,
        to_us: true,
        // Nothing says when it was pressed. It was after the run ended, and before we heard.
        written: told.received().max(date(run.completed_at.as_deref()).unwrap_or(told.received())),
        case: None,
    };
    heard.hints.extend(pulls(run.external_id.as_deref()).into_iter().map(|issue| {
        let entity = Entity::Command { repo, issue, comment: id, on: Spoken::Button };
        Hint { command: Some(Box::new(command.clone())), ..told.hint(entity, false) }
    }));
    Ok(heard)
}

/// A check of somebody else, if it is called as ours is.
fn impostor(told: &Told<'_>, run: &Run) -> Result<Heard, BadPayload> {
    if !run.name.as_deref().is_some_and(Impostor::is_our_name) {
        return Ok(Heard::ignored());
    }
    let app = run.app.as_ref();
    let id = app.and_then(App::id).ok_or(BadPayload::Lacks("check_run.app.id"))?;
    let slug = Foreign::new(app.and_then(App::slug).unwrap_or_default());
    let (repo, head) = (told.must_repo()?, run.head()?);
    let by = Impostor::CheckRun { app: id, slug };
    let mut heard = told.heard();
    heard.observations.push(told.observe(Fact::Impostor { repo, head, by }, true));
    Ok(heard)
}

impl Run {
    fn head(&self) -> Result<Sha, BadPayload> {
        let head = self.head_sha.as_deref().and_then(|sha| sha.parse().ok());
        head.ok_or(BadPayload::Lacks("check_run.head_sha"))
    }
}

/// The pull requests that an `external_id` of ours names: `pulls:12,15`.
fn pulls(external_id: Option<&str>) -> Vec<IssueNumber> {
    let numbers = external_id.and_then(|id| id.strip_prefix("pulls:")).unwrap_or_default();
    numbers.split(',').filter_map(|number| number.parse().ok()).map(IssueNumber).collect()
}
