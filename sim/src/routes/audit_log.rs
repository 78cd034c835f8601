//! The audit log of an organization that belongs to an enterprise. Others have none to read.

use crate::{
    http::{Answer, Call, Content, Needs, Outcome, Refusal, Route, encoded, gone},
    world::{Org, World},
};
use jiff::Timestamp;
use serde_json::Value;

pub(super) const ROUTES: &[Route] = &[Route {
    method: "GET",
    path: "/orgs/{org}/audit-log",
    needs: Needs::Token("organization_administration=read"),
    run: list,
}];

/// Where a record stands: its moment, and its name among those of one moment.
type Place<'w> = (i64, &'w str);

fn place(record: &Value) -> Place<'_> {
    let at = record["@timestamp"].as_i64().unwrap_or_default();
    (at, record["_document_id"].as_str().unwrap_or_default())
}

/// Newest first unless asked otherwise. A cursor names the record that a page begins after, or ends
/// before.
fn list(world: &mut World, call: &Call) -> Outcome {
    let org = call.org(world)?;
    if !org.enterprise {
        return Err(gone());
    }
    let mut records = wanted(org, call.query("phrase").unwrap_or_default())?;
    records.sort_by_key(|record| place(record));
    let oldest_first = call.query("order") == Some("asc");
    if !oldest_first {
        records.reverse();
    }
    let most = world.settings.rows_of_a_page.map_or(100, |rows| rows.min(100));
    let per_page = call.asked("per_page", 30).clamp(1, most);
    let at = |name: &str| {
        let cursor = call.query(name).filter(|cursor| !cursor.is_empty())?;
        Some(records.iter().position(|record| written(record) == cursor))
    };
    let from = match (at("after"), at("before")) {
        (Some(Some(place)), _) => place + 1,
        (_, Some(Some(place))) => place.saturating_sub(per_page),
        (Some(None), _) | (_, Some(None)) => return Err(Refusal::new(422, "Invalid cursor")),
        (None, None) => 0,
    };
    let page = &records[from.min(records.len())..(from + per_page).min(records.len())];
    let mut links = Vec::new();
    if let (Some(last), true) = (page.last(), from + page.len() < records.len()) {
        links.push(link(world, call, "after", last, "next"));
    }
    if let (Some(first), true) = (page.first(), from > 0) {
        links.push(link(world, call, "before", first, "prev"));
    }
    let mut headers = Vec::new();
    if !links.is_empty() {
        headers.push(("link", links.join(", ")));
    }
    let shown = page.iter().map(|record| (*record).clone()).collect();
    Ok(Answer { status: 200, content: Content::Json(Value::Array(shown)), headers })
}

/// The records that a phrase finds. Of its qualifiers only `created:>=` is simulated.
fn wanted<'w>(org: &'w Org, phrase: &str) -> Result<Vec<&'w Value>, Refusal> {
    let mut since = i64::MIN;
    for word in phrase.split_whitespace() {
        let moment = word.strip_prefix("created:>=").and_then(moment);
        let moment = moment.ok_or_else(|| Refusal::new(422, "github-sim: unknown phrase"))?;
        since = since.max(moment.as_millisecond());
    }
    Ok(org.records.iter().filter(|record| place(record).0 >= since).collect())
}

/// A date, or a date with time and offset.
fn moment(text: &str) -> Option<Timestamp> {
    let whole = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00:00Z") };
    whole.parse().ok()
}

fn written(record: &Value) -> String {
    let (at, id) = place(record);
    format!("{at}|{id}")
}

fn link(world: &World, call: &Call, cursor: &str, record: &Value, rel: &str) -> String {
    let kept = call.query.iter().filter(|(name, _)| name != "after" && name != "before");
    let mut query: Vec<String> =
        kept.map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    query.push(format!("{cursor}={}", encoded(&written(record))));
    format!("<{}{}?{}>; rel=\"{rel}\"", world.base, call.path, query.join("&"))
}
