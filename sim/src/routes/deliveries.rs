//! The App's delivery log, and asking for a delivery again.

use super::app::caller;
use crate::{
    hooks::{Delivery, Outcome as Went, headers},
    http::{Answer, Call, Content, Needs, Outcome, Refusal, Route, found, gone},
    render::with,
    world::World,
};
use serde_json::{Value, json};

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/app/hook/deliveries", needs: Needs::App, run: list },
    Route {
        method: "GET",
        path: "/app/hook/deliveries/{delivery_id}",
        needs: Needs::App,
        run: read,
    },
    Route {
        method: "POST",
        path: "/app/hook/deliveries/{delivery_id}/attempts",
        needs: Needs::App,
        run: again,
    },
];

/// How long deliveries are kept.
const KEPT: jiff::SignedDuration = jiff::SignedDuration::from_hours(3 * 24);

/// Newest first. The cursor is the id that the next page starts below.
fn list(world: &mut World, call: &Call) -> Outcome {
    let app = caller(world, call)?.id;
    let per_page =
        call.query("per_page").and_then(|text| text.parse().ok()).unwrap_or(30_usize).clamp(1, 100);
    let below = match call.query("cursor") {
        None => u64::MAX,
        Some(cursor) => cursor
            .trim_start_matches("v1_")
            .parse()
            .map_err(|_| Refusal::new(422, "Invalid cursor"))?,
    };
    let wanted = call.query("status");
    let oldest = world.now() - KEPT;
    let mut fitting = world
        .deliveries
        .log
        .range(..below)
        .rev()
        .map(|(_, delivery)| delivery)
        .filter(|delivery| delivery.app == app && !matches!(delivery.outcome, Went::Waiting))
        .filter(|delivery| delivery.at >= oldest)
        .filter(|delivery| match wanted {
            Some("success") => (200..400).contains(&delivery.outcome.code()),
            Some("failure") => (400..600).contains(&delivery.outcome.code()),
            _ => true,
        });
    let page: Vec<&Delivery> = fitting.by_ref().take(per_page).collect();
    let has_more = fitting.next().is_some();
    let mut headers = Vec::new();
    if let Some(last) = page.last().filter(|_| has_more) {
        let status = wanted.map(|status| format!("&status={status}")).unwrap_or_default();
        let next = format!(
            "{}{}?per_page={per_page}&cursor=v1_{}{status}",
            world.base, call.path, last.id
        );
        headers.push(("link", format!("<{next}>; rel=\"next\"")));
    }
    let shown = page.into_iter().map(|delivery| world.show_delivery(delivery)).collect();
    Ok(Answer { status: 200, content: Content::Json(Value::Array(shown)), headers })
}

fn own<'w>(world: &'w World, call: &Call) -> Result<&'w Delivery, Refusal> {
    let app = caller(world, call)?.id;
    let delivery = world.deliveries.log.get(&call.number("delivery_id")?);
    delivery.filter(|delivery| delivery.app == app).ok_or_else(gone)
}

fn read(world: &mut World, call: &Call) -> Outcome {
    let delivery = own(world, call)?;
    let app = caller(world, call)?;
    let sent: serde_json::Map<String, Value> =
        headers(app, delivery).into_iter().map(|(name, value)| (name, value.into())).collect();
    let payload: Value = serde_json::from_slice(&delivery.body).unwrap_or_default();
    let (answered, body) = match &delivery.outcome {
        Went::Answered { headers, body, .. } => (json!(headers), json!(body)),
        Went::Waiting | Went::Taken | Went::Failed { .. } => (Value::Null, Value::Null),
    };
    let more = json!({
        "url": app.hook.url.clone().unwrap_or_default(),
        "request": { "headers": sent, "payload": payload },
        "response": { "headers": answered, "payload": body },
    });
    found(with(world.show_delivery(delivery), more))
}

fn again(world: &mut World, call: &Call) -> Outcome {
    let id = own(world, call)?.id;
    world.redeliver(id);
    Ok(Answer { status: 202, content: Content::Json(json!({})), headers: Vec::new() })
}
