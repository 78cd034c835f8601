//! `membership`: somebody joined or left a team.

use serde::Deserialize;

use crate::domain::{Access, Entity, Hint, TeamId};
use crate::events::envelope::Account;
use crate::events::team::Team;
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "membership",
    delivered: Delivered::Subscribed { permission: "members", level: Access::Read },
    reads: Reads::Actions(&["added", "removed"]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    member: Option<Account>,
    team: Option<Team>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let payload = told.read::<Payload>()?;
    let (member, team) = (payload.member.unwrap_or_default(), payload.team.unwrap_or_default());
    let user = member.user().ok_or(BadPayload::Lacks("member.id"))?;
    let id = team.id.ok_or(BadPayload::Lacks("team.id"))?;
    let entity = Entity::TeamMember { team: TeamId(id), user };
    let mut heard = told.heard();
    if told.action() == "removed" && team.slug().is_some() {
        // A team answers for things only as long as there is a human in it.
        let mut hint = told.hint(Entity::Team { team: TeamId(id) }, false);
        hint.names.team = team.slug();
        heard.hints.push(hint);
    }
    let mut hint = Hint { about: member.actor(), ..told.hint(entity, told.action() == "added") };
    hint.names.login = member.login();
    hint.names.team = team.slug();
    heard.hints.push(hint);
    Ok(heard)
}
