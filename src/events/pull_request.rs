//! `pull_request`: what somebody wants merged. It is read again; who pushed is taken down at once,
//! because the sender of a push stands nowhere else.

use serde::Deserialize;

use crate::domain::{Access, Entity, Fact, IssueNumber};
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "pull_request",
    delivered: Delivered::Subscribed { permission: "pull_requests", level: Access::Read },
    reads: Reads::Actions(&[
        "closed",
        "edited",
        "opened",
        "ready_for_review",
        "reopened",
        "synchronize",
    ]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    number: Option<i64>,
    pull_request: Option<Pull>,
    changes: Changes,
}

/// A pull request in a payload: only its number is believed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Pull {
    number: Option<i64>,
    head: Head,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Head {
    sha: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Changes {
    base: Option<serde::de::IgnoredAny>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let payload = told.read::<Payload>()?;
    let repo = told.must_repo()?;
    let inside = payload.pull_request.unwrap_or_default();
    let head = inside.head.sha.as_deref().and_then(|sha| sha.parse().ok());
    let number =
        inside.number.or(payload.number).ok_or(BadPayload::Lacks("pull_request.number"))?;
    let pull = IssueNumber(number);
    let mut heard = told.heard();
    if told.action() == "edited" && payload.changes.base.is_none() {
        // Another title grants nothing else.
        return Ok(heard);
    }
    if let ("opened" | "synchronize", Some(by)) = (told.action(), told.by()) {
        heard.observations.push(told.observe(Fact::PullPushed { repo, pull, by, head }, false));
    }
    if let "closed" | "reopened" = told.action() {
        heard.hints.push(told.hint(Entity::Task { repo, number: pull }, false));
    }
    heard.hints.push(told.hint(Entity::Pull { repo, pull }, true));
    Ok(heard)
}

impl Pull {
    /// Its number in its repository.
    pub(super) fn must_number(&self) -> Result<IssueNumber, BadPayload> {
        self.number.map(IssueNumber).ok_or(BadPayload::Lacks("pull_request.number"))
    }
}
