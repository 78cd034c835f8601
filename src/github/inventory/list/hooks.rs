//! `GET /orgs/{org}/hooks`, `GET /repos/{owner}/{repo}/hooks`: where events are sent, as far as the
//! host. The rest of an address often holds a credential, so it is not read into anything.

use http::Uri;
use serde::Deserialize;

use super::{Facts, Lister};
use crate::domain::{Access, Foreign, IdentityKey, IdentityKind, Reach, Through, Timestamp};
use crate::github::Failure;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Hook {
    id: i64,
    active: bool,
    events: Vec<String>,
    config: Config,
    created_at: Option<Timestamp>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Config {
    url: String,
}

pub(super) async fn list(l: &Lister<'_>) -> Result<Facts, Failure> {
    let hooks = l.rows(&l.path(), |page: Vec<Hook>| page).await?;
    Ok(hooks.iter().map(|hook| fact(l, hook)).collect())
}

/// What it is sent, and that it goes to this host: another host is another power.
fn fact(l: &Lister<'_>, hook: &Hook) -> super::About {
    let host = host(&hook.config.url);
    let reach =
        if hook.active { l.own_reach() } else { Reach::Repos { repos: Default::default() } };
    let mut grant = l.grant(Through::Webhook, reach, hook.created_at);
    if hook.active {
        let events = hook.events.iter().map(|event| Foreign::new(event).raw().to_owned());
        grant.permissions = events.map(|event| (event, Access::Read)).collect();
        grant.permissions.insert(format!("sent_to:{host}"), Access::Read);
    }
    l.holds(IdentityKey::new(IdentityKind::Webhook, hook.id), &host, grant)
}

/// The host of an address, without user, port or path.
fn host(url: &str) -> String {
    let host = url.parse::<Uri>().ok().and_then(|url| url.host().map(str::to_ascii_lowercase));
    host.unwrap_or_else(|| "an address that cannot be read".to_owned())
}
