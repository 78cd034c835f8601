//! API Insights: with what the API is used. Only an enterprise's organizations have them.

use crate::{
    clock::written,
    http::{Call, Needs, Outcome, Refusal, Route, gone},
    world::{ApiUse, World},
};
use jiff::Timestamp;
use serde_json::{Value, json};

const NEEDS: Needs = Needs::Token("organization_api_insights=read");

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/orgs/{org}/insights/api/subject-stats",
        needs: NEEDS,
        run: subjects,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/insights/api/user-stats/{user_id}",
        needs: NEEDS,
        run: means,
    },
];

/// The uses of the span that is asked for, with when each was used last.
fn wanted<'w>(world: &'w World, call: &Call) -> Result<Vec<(&'w ApiUse, Timestamp)>, Refusal> {
    let org = call.org(world)?;
    if !org.enterprise {
        return Err(gone());
    }
    let moment = |name: &str| call.query(name).and_then(|text| text.parse::<Timestamp>().ok());
    let missing = || Refusal::new(422, "min_timestamp is required");
    let (from, to) = (moment("min_timestamp").ok_or_else(missing)?, moment("max_timestamp"));
    let now = world.now();
    let used = org.holdings.api_uses.iter().map(|it| (it, it.at.unwrap_or(now)));
    Ok(used
        .filter(|(_, at)| *at >= from && to.is_none_or(|to| written(*at) <= written(to)))
        .collect())
}

fn counted(at: Timestamp, mut shown: Value) -> Value {
    shown["total_request_count"] = 1.into();
    shown["rate_limited_request_count"] = 0.into();
    shown["last_rate_limited_timestamp"] = Value::Null;
    shown["last_request_timestamp"] = written(at).into();
    shown
}

/// Each account once, and each App.
fn subjects(world: &mut World, call: &Call) -> Outcome {
    let mut subjects: Vec<(&ApiUse, Timestamp)> = Vec::new();
    for (used, at) in wanted(world, call)? {
        let same =
            |known: &&mut (&ApiUse, Timestamp)| used.user.is_some() && known.0.user == used.user;
        match subjects.iter_mut().find(same) {
            Some(known) => known.1 = known.1.max(at),
            None => subjects.push((used, at)),
        }
    }
    call.list(world, &subjects, |(used, at)| {
        let user = used.user.and_then(|id| world.users.get(&id));
        counted(*at, match user {
            Some(user) => {
                json!({ "subject_type": "user", "subject_name": user.login, "subject_id": user.id })
            }
            None => json!({
                "subject_type": "installation",
                "subject_name": used.name,
                "subject_id": used.id,
            }),
        })
    })
}

fn means(world: &mut World, call: &Call) -> Outcome {
    let user = Some(call.number("user_id")?);
    let mut means = wanted(world, call)?;
    means.retain(|(used, _)| used.user == user);
    call.list(world, &means, |(used, at)| {
        let app = (used.kind == "oauth_app").then_some(used.id);
        counted(
            *at,
            json!({
                "actor_type": used.kind,
                "actor_name": used.name,
                "actor_id": used.id,
                "integration_id": null,
                "oauth_application_id": app,
            }),
        )
    })
}
