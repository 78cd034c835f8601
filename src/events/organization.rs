//! `organization`: somebody became a member or ceased to be one, or the organisation itself
//! changed. An invitation is no membership: it is not read.

use serde::Deserialize;

use crate::domain::{Access, Entity, Hint};
use crate::events::envelope::Account;
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "organization",
    delivered: Delivered::Subscribed { permission: "members", level: Access::Read },
    reads: Reads::Actions(&["deleted", "member_added", "member_removed", "renamed"]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    membership: Option<Membership>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Membership {
    user: Option<Account>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let mut heard = told.heard();
    if matches!(told.action(), "deleted" | "renamed") {
        heard.hints.push(told.hint(Entity::Installation, false));
        return Ok(heard);
    }
    let payload = told.read::<Payload>()?;
    let member = payload.membership.and_then(|it| it.user).unwrap_or_default();
    let user = member.user().ok_or(BadPayload::Lacks("membership.user.id"))?;
    let news = told.action() == "member_added";
    let mut hint = Hint { about: member.actor(), ..told.hint(Entity::Person { user }, news) };
    hint.names.login = member.login();
    heard.hints.push(hint);
    Ok(heard)
}
