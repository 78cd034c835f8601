//! Secret scanning alerts. The secret itself is in the answer unless `hide_secret=true` is asked.

use crate::{
    http::{Call, Needs, Outcome, Route, found, gone},
    render::with,
    world::{Repo, SecretAlert, World},
};
use serde_json::{Value, json};

const READ: Needs = Needs::Token("secret_scanning_alerts=read");

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/secret-scanning/alerts",
        needs: READ,
        run: list,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/secret-scanning/alerts/{alert_number}",
        needs: READ,
        run: read,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/secret-scanning/alerts/{alert_number}/locations",
        needs: READ,
        run: locations,
    },
];

fn show(world: &World, call: &Call, repo: &Repo, alert: &SecretAlert) -> Value {
    let state = if alert.resolution.is_some() { "resolved" } else { "open" };
    let shown = with(world.show_alert(repo, alert), json!({ "state": state }));
    if call.query("hide_secret") == Some("true") {
        return shown;
    }
    with(shown, json!({ "secret": alert.secret }))
}

fn list(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let wanted = call.query("state");
    let mut alerts: Vec<&SecretAlert> = repo
        .alerts
        .values()
        .filter(|alert| match wanted {
            Some("open") => alert.resolution.is_none(),
            Some("resolved") => alert.resolution.is_some(),
            _ => true,
        })
        .collect();
    alerts.reverse();
    call.list(world, &alerts, |alert| show(world, call, repo, alert))
}

fn read(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let alert = repo.alerts.get(&call.number("alert_number")?).ok_or_else(gone)?;
    found(show(world, call, repo, alert))
}

fn locations(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let alert = repo.alerts.get(&call.number("alert_number")?).ok_or_else(gone)?;
    call.list(world, &[()], |()| world.show_alert_location(repo.id, alert))
}
