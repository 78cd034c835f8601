//! A line of a recording, whatever form it has.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::domain::{Entity, Fact, Login, OrgId, Timestamp};
use crate::events::{
    AUDIT, Delivery, Framed, REFUSED, Refused, Wrong, audit_guid, audit_moment, framed,
};

const NEITHER: &str = "this is neither a delivery nor a reading";

/// What a line brings.
pub(super) enum Step {
    /// Something that was sent.
    Delivered(Delivery),
    /// Something that was read.
    Fetched(Fetched),
    /// It cannot be read, and why.
    Unreadable(String),
}

/// What was read of one object.
#[derive(Deserialize)]
pub(super) struct Fetched {
    pub(super) org: OrgId,
    pub(super) entity: Entity,
    pub(super) facts: Vec<Fact>,
    pub(super) as_of: Timestamp,
}

/// A line of any form. Not an enum: choosing between variants would lose the payload's bytes.
#[derive(Deserialize)]
struct Line<'a> {
    fetched: Option<Fetched>,
    #[serde(borrow)]
    audit: Option<&'a RawValue>,
    #[serde(borrow)]
    event: Option<&'a RawValue>,
    delivery: Option<String>,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
    received: Option<Timestamp>,
}

/// Reads a line. `clock` is the latest moment that a line before it named: what names none happened
/// then.
pub(super) fn read(line: &str, clock: Timestamp) -> Vec<Step> {
    let said: Line<'_> = match serde_json::from_str(line) {
        Ok(said) => said,
        // It may be a record that is bare, with fields of these names and other types.
        Err(_) => return records(line, None, clock),
    };
    if let Some(fetched) = said.fetched {
        return vec![Step::Fetched(fetched)];
    }
    if let Some(audit) = said.audit {
        let quoted = serde_json::from_str::<String>(audit.get());
        return records(quoted.as_deref().unwrap_or(audit.get()), said.received, clock);
    }
    let event = said.event.map(|event| serde_json::from_str::<String>(event.get()));
    match (event, said.payload) {
        (Some(Ok(event)), Some(payload)) => {
            let body = bytes::Bytes::copy_from_slice(payload.get().as_bytes());
            let guid = said.delivery.unwrap_or_else(|| audit_guid(&body));
            let received = said.received.unwrap_or(clock);
            vec![Step::Delivered(Delivery { guid, event, body, received })]
        }
        (event, _) => {
            let steps = records(line, said.received, clock);
            let is_record = |step: &Step| matches!(step, Step::Delivered(it) if it.event == AUDIT);
            // A run of a workflow has an `event` of its own.
            if matches!(event, Some(Ok(_))) && !steps.iter().any(is_record) {
                return vec![Step::Unreadable(NEITHER.to_owned())];
            }
            steps
        }
    }
}

/// The records in a text: bare, wrapped, or several of them.
fn records(text: &str, received: Option<Timestamp>, clock: Timestamp) -> Vec<Step> {
    let pieces = framed(text).into_iter().map(|piece| match piece {
        Framed::Record(record) => {
            // Each is heard when it happened: how late a recording is replayed is no matter.
            let received = received.or_else(|| audit_moment(record.as_bytes())).unwrap_or(clock);
            let (guid, event) = (audit_guid(record.as_bytes()), AUDIT.to_owned());
            Step::Delivered(Delivery { guid, event, body: record.into(), received })
        }
        Framed::Refused(Refused { wrong: Wrong::NoEvent, .. }) => {
            Step::Unreadable(NEITHER.to_owned())
        }
        Framed::Refused(Refused { guid, start, .. }) => {
            let (event, received) = (REFUSED.to_owned(), received.unwrap_or(clock));
            Step::Delivered(Delivery { guid, event, body: start.into(), received })
        }
    });
    pieces.collect()
}

/// The login of the organisation of a record that does not name its number, as in exports and in
/// GitHub's own examples.
pub(super) fn org_without_number(delivery: &Delivery) -> Option<Login> {
    if delivery.event != AUDIT {
        return None;
    }
    let record: Value = serde_json::from_slice(&delivery.body).ok()?;
    let login = |text: &Value| text.as_str()?.split('/').next()?.parse().ok();
    let named = ["org", "repo", "team"].into_iter().find_map(|field| login(record.get(field)?));
    named.filter(|_| record.get("org_id").is_none_or(Value::is_null))
}

/// The same record with the number of its organisation.
pub(super) fn with_number(delivery: Delivery, org: OrgId) -> Delivery {
    let Ok(Value::Object(mut record)) = serde_json::from_slice(&delivery.body) else {
        return delivery;
    };
    record.insert("org_id".to_owned(), org.0.into());
    let body = Value::Object(record).to_string().into();
    Delivery { body, ..delivery }
}
