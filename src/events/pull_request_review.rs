//! `pull_request_review`: an approval. It proposes its author as owner, and accepts nothing.

use serde::Deserialize;

use crate::domain::{Access, Fact};
use crate::events::envelope::Account;
use crate::events::pull_request::Pull;
use crate::events::told::{Told, date};
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "pull_request_review",
    delivered: Delivered::Subscribed { permission: "pull_requests", level: Access::Read },
    reads: Reads::Actions(&["submitted"]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    pull_request: Pull,
    review: Review,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Review {
    state: Option<String>,
    user: Option<Account>,
    submitted_at: Option<String>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let Payload { pull_request, review } = told.read::<Payload>()?;
    if review.state.as_deref() != Some("approved") {
        return Ok(Heard::ignored());
    }
    let (repo, pull) = (told.must_repo()?, pull_request.must_number()?);
    let mut heard = told.heard();
    // The sender must be the reviewer: what an App submits for a person is not the person's.
    let reviewer = review.user.as_ref().and_then(Account::actor);
    if let Some(by) = reviewer.filter(|by| told.by().is_some_and(|sender| sender.id == by.id)) {
        let at = date(review.submitted_at.as_deref()).unwrap_or(told.received());
        heard.observations.push(told.observe(Fact::PullApproved { repo, pull, by, at }, false));
    }
    Ok(heard)
}
