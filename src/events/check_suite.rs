//! `check_suite`: all of our checks of a commit are wanted once more.

use serde::Deserialize;

use crate::domain::{Access, Fact};
use crate::events::issues::App;
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "check_suite",
    delivered: Delivered::Subscribed { permission: "checks", level: Access::Write },
    reads: Reads::Actions(&["rerequested"]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    check_suite: Suite,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Suite {
    app: Option<App>,
    head_sha: Option<String>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let suite = told.read::<Payload>()?.check_suite;
    if suite.app.as_ref().and_then(App::id) != Some(told.us.app) {
        return Ok(Heard::ignored());
    }
    let repo = told.must_repo()?;
    let head = suite.head_sha.as_deref().and_then(|sha| sha.parse().ok());
    let head = head.ok_or(BadPayload::Lacks("check_suite.head_sha"))?;
    let mut heard = told.heard();
    heard.observations.push(told.observe(Fact::Rerequested { repo, head }, false));
    Ok(heard)
}
