//! GitHub about itself: limits, addresses, versions.

use crate::{
    http::{Call, Needs, Outcome, Route, found},
    limits::Resource,
    world::World,
};
use serde_json::json;

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/rate_limit", needs: Needs::Nobody, run: rate_limit },
    Route { method: "GET", path: "/meta", needs: Needs::Nobody, run: addresses },
    Route { method: "GET", path: "/versions", needs: Needs::Nobody, run: versions },
];

fn rate_limit(world: &mut World, call: &Call) -> Outcome {
    // Asking costs nothing.
    world.refund(&call.caller, Resource::Core);
    let budget = world.budget(&call.caller, Resource::Core);
    let core = json!({
        "limit": budget.limit,
        "used": budget.used,
        "remaining": budget.limit - budget.used,
        "reset": budget.reset,
    });
    let search = json!({ "limit": 30, "used": 0, "remaining": 30, "reset": budget.reset });
    found(json!({ "resources": { "core": core, "search": search }, "rate": core }))
}

fn addresses(_: &mut World, _: &Call) -> Outcome {
    found(json!({
        "verifiable_password_authentication": false,
        "hooks": ["127.0.0.0/8", "192.0.2.0/24"],
        "api": ["127.0.0.0/8"],
        "web": ["127.0.0.0/8"],
        "domains": { "website": ["*.github.invalid"] },
    }))
}

fn versions(_: &mut World, _: &Call) -> Outcome {
    found(json!(["2022-11-28", "2026-03-10"]))
}
