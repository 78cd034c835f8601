//! What every answer of GitHub carries: request id, API version, limits, permissions, entity tag.

use super::{
    Answer, Caller, Content,
    gate::{Incoming, etag},
};
use crate::{limits::Resource, world::World};
use serde_json::Value;

/// The versions of the API that are served.
const VERSIONS: [&str; 2] = ["2022-11-28", "2026-03-10"];

pub(super) enum Version<'a> {
    Known(&'a str),
    Unsupported(&'a str),
}

/// The version that a request asks for; the oldest when it does not say.
pub(super) fn version(incoming: &Incoming) -> Version<'_> {
    match incoming.header("x-github-api-version") {
        None => Version::Known(VERSIONS[0]),
        Some(asked) if VERSIONS.contains(&asked) => Version::Known(asked),
        Some(asked) => Version::Unsupported(asked),
    }
}

pub(super) struct Dress<'a> {
    pub incoming: &'a Incoming,
    pub caller: &'a Caller,
    /// The permissions that the route accepts.
    pub needs: Option<&'static str>,
    /// Show a used-up hour.
    pub exhausted: bool,
}

impl Dress<'_> {
    pub(super) fn put_on(&self, world: &mut World, answer: &mut Answer) {
        if matches!(version(self.incoming), Version::Known("2026-03-10"))
            && let Content::Json(body) = &mut answer.content
        {
            without_old_fields(body);
        }
        self.tag(world, answer);
        let of = self.counted();
        let budget = if self.exhausted {
            world.exhaust(self.caller, of)
        } else {
            world.budget(self.caller, of)
        };
        let version = match version(self.incoming) {
            Version::Known(version) | Version::Unsupported(version) => version,
        };
        let id = uuid::Uuid::new_v4().simple().to_string().to_ascii_uppercase();
        answer.headers.extend([
            ("x-github-request-id", format!("{}:{}:{}", &id[..4], &id[4..10], &id[10..16])),
            ("x-github-api-version-selected", version.to_owned()),
            ("x-github-media-type", "github.v3; format=json".to_owned()),
            ("x-ratelimit-limit", budget.limit.to_string()),
            ("x-ratelimit-remaining", (budget.limit - budget.used).to_string()),
            ("x-ratelimit-used", budget.used.to_string()),
            ("x-ratelimit-reset", budget.reset.to_string()),
            ("x-ratelimit-resource", of.name().to_owned()),
            ("date", world.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()),
        ]);
        if let Some(needs) = self.needs.filter(|needs| !needs.is_empty()) {
            answer.headers.push(("x-accepted-github-permissions", needs.to_owned()));
        }
    }

    fn counted(&self) -> Resource {
        Resource::of(&self.incoming.path)
    }

    /// Tags what can be asked for again; unchanged, it is answered 304 and costs nothing.
    fn tag(&self, world: &mut World, answer: &mut Answer) {
        if self.incoming.method != "GET" || answer.status != 200 {
            return;
        }
        let tag = match &answer.content {
            Content::Json(body) => etag(self.caller, body.to_string().as_bytes()),
            Content::Raw(_, bytes) => etag(self.caller, bytes),
            Content::Nothing => return,
        };
        let asked = self.incoming.header("if-none-match").unwrap_or_default();
        if asked.split(',').any(|one| one.trim() == tag) {
            answer.status = 304;
            answer.content = Content::Nothing;
            world.refund(self.caller, self.counted());
        }
        answer.headers.push(("etag", tag));
        answer.headers.push(("cache-control", "private, max-age=60, s-maxage=60".to_owned()));
    }
}

/// What the version of March 2026 no longer has: `rate` beside `resources`, `assignee` beside `assignees`.
fn without_old_fields(body: &mut Value) {
    match body {
        Value::Object(fields) => {
            for (old, kept) in [("rate", "resources"), ("assignee", "assignees")] {
                if fields.contains_key(kept) {
                    fields.remove(old);
                }
            }
            fields.values_mut().for_each(without_old_fields);
        }
        Value::Array(items) => items.iter_mut().for_each(without_old_fields),
        _ => {}
    }
}
