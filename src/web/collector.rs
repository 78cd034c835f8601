//! The door for the audit log: GitHub streams it to what speaks Splunk's HTTP Event Collector.
//!
//! GitHub does not document how it frames records, so every form that a collector takes is taken:
//! values one after the other or in an array, wrapped as `event` or bare, compressed or not. The
//! answers are the collector's own. Source: "Format events for HTTP Event Collector" and
//! "Troubleshoot HTTP Event Collector", which list paths, forms and codes.
//!
//! A collector stops at the first bad event, and whoever sends a batch again stops there again. Here what
//! is no record is kept aside, parked, and the others of the request are stored.

mod body;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Instant;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use bytes::Bytes;
use futures_util::future::join_all;
use serde_json::json;

use crate::domain::{Login, OrgId, Timestamp};
use crate::events::{
    AUDIT, AuditToken, Delivery, Framed, REFUSED, Refused, Route, Signed, Wrong, audit_guid,
    framed, route,
};
use crate::pipeline;
use crate::store::{Accepted, StoreError};
use crate::web::Door;

/// The most bytes of a request, compressed or not.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// Records that are on their way to the disk together.
const TOGETHER: usize = 256;

/// The most pieces of a request that are kept aside.
const MOST_ASIDE: usize = 64;

/// A collector's answers: status, code, text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    Success,
    NoToken,
    BadToken,
    BadFormat,
    NoEvent,
    Blank,
    TooLarge,
    Busy,
    Healthy,
}

impl Reply {
    fn parts(self) -> (StatusCode, i64, &'static str) {
        match self {
            Self::Success => (StatusCode::OK, 0, "Success"),
            Self::NoToken => (StatusCode::UNAUTHORIZED, 2, "Token is required"),
            Self::BadToken => (StatusCode::FORBIDDEN, 4, "Invalid token"),
            Self::BadFormat => (StatusCode::BAD_REQUEST, 6, "Invalid data format"),
            Self::NoEvent => (StatusCode::BAD_REQUEST, 12, "Event field is required"),
            Self::Blank => (StatusCode::BAD_REQUEST, 13, "Event field cannot be blank"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, 27, "Request entity too large"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, 9, "Server is busy"),
            Self::Healthy => (StatusCode::OK, 17, "HEC is healthy"),
        }
    }

    /// The answer to something bad.
    fn of(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Format => Self::BadFormat,
            Wrong::NoEvent => Self::NoEvent,
            Wrong::Blank => Self::Blank,
            Wrong::TooLarge => Self::TooLarge,
        }
    }

    /// The answer; `at` is the place of the record that is to blame, counted from 0.
    fn at(self, at: Option<usize>) -> Response {
        let (status, code, text) = self.parts();
        let mut body = json!({ "text": text, "code": code });
        if let Some(at) = at {
            body["invalid-event-number"] = json!(at);
        }
        metrics::counter!("beholden_audit_requests_total", "code" => code.to_string()).increment(1);
        (status, Json(body)).into_response()
    }
}

/// Says that the door is open.
pub(super) async fn healthy() -> Response {
    Reply::Healthy.at(None)
}

/// Takes records. An empty request is GitHub's look whether the door is there.
///
/// A request with something bad in it has a collector's error for an answer. Sent again with records, when
/// what is bad is kept aside already, it succeeds: a batch that is repeated must not hold up those behind
/// it.
pub(super) async fn collect(State(door): State<Door>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let source = door.source(&parts);
    if source.is_some_and(|source| door.sources.refuses(source, Instant::now())) {
        return Reply::Busy.at(None);
    }
    let Some(given) = token(&parts.headers) else { return Reply::NoToken.at(None) };
    let Some(token) = AuditToken::find(&given, &door.settings.collector) else {
        door.failed(source);
        return Reply::BadToken.at(None);
    };
    let kib = u32::try_from(MOST_BYTES / 1024).unwrap_or(u32::MAX);
    let Ok(_held) = door.in_flight.try_acquire_many(kib) else { return Reply::Busy.at(None) };
    let Some((body, whole)) = body::read(body, MOST_BYTES).await else {
        return Reply::BadFormat.at(None);
    };
    let text = match (whole, body::plain(&body, MOST_BYTES)) {
        (true, Ok(text)) => text,
        (is_whole, text) => {
            let wrong = text.err().filter(|_| is_whole).unwrap_or(Wrong::TooLarge);
            return match put_aside(&door, token, &Refused::new(wrong, &body)).await {
                Ok(_) => Reply::of(wrong).at(None),
                Err(_) => Reply::Busy.at(None),
            };
        }
    };
    // Reading sixteen megabytes takes its time: others are not kept waiting for it.
    let Ok(pieces) = tokio::task::spawn_blocking(move || framed(&text)).await else {
        return Reply::Busy.at(None);
    };
    match take(&door, token, &pieces).await {
        Ok(reply) => reply,
        Err(_) => Reply::Busy.at(None),
    }
}

/// Stores the records of a request and keeps aside what is none.
async fn take(door: &Door, token: &AuditToken, pieces: &[Framed]) -> Result<Response, StoreError> {
    let records: Vec<&str> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Framed::Record(record) => Some(record.as_str()),
            Framed::Refused(_) => None,
        })
        .collect();
    let speaks = Speaks { door, token, known: Mutex::default() };
    for some in records.chunks(TOGETHER) {
        let stored = join_all(some.iter().map(|record| store(&speaks, record))).await;
        stored.into_iter().collect::<Result<Vec<()>, _>>()?;
    }
    let refused = pieces.iter().enumerate().filter_map(|(at, piece)| match piece {
        Framed::Refused(refused) => Some((at, refused)),
        Framed::Record(_) => None,
    });
    let (mut first, mut is_new) = (None, records.is_empty());
    for (at, refused) in refused.take(MOST_ASIDE) {
        first.get_or_insert((at, refused.wrong));
        is_new |= put_aside(door, token, refused).await?;
    }
    Ok(match first.filter(|_| is_new) {
        Some((at, wrong)) => Reply::of(wrong).at(Some(at)),
        None => Reply::Success.at(None),
    })
}

/// Keeps aside what is no record, where it is seen as parked. Whether it was not known.
async fn put_aside(door: &Door, token: &AuditToken, refused: &Refused) -> Result<bool, StoreError> {
    let delivery = Delivery {
        guid: refused.guid.clone(),
        event: REFUSED.to_owned(),
        body: Bytes::copy_from_slice(&refused.start),
        received: Timestamp::now(),
    };
    let stored = door.store().accept(&Signed::collected(delivery, token)).await?;
    door.heard.notify_one();
    metrics::counter!("beholden_audit_records_total", "outcome" => "aside").increment(1);
    Ok(stored == Accepted::New)
}

/// Of whom a token may speak. A record names its organisation by login and by number, and anybody can write
/// both: the number decides where it goes, so the login must be that of the number.
struct Speaks<'a> {
    door: &'a Door,
    token: &'a AuditToken,
    /// What was found about numbers so far.
    known: Mutex<BTreeMap<OrgId, bool>>,
}

impl Speaks<'_> {
    async fn of(&self, org: OrgId, login: Option<&Login>) -> Result<bool, StoreError> {
        if self.token.orgs.is_empty() || !self.token.speaks_of(login) {
            return Ok(self.token.orgs.is_empty());
        }
        let known = self.known.lock().expect("no panic holds this lock").get(&org).copied();
        if let Some(known) = known {
            return Ok(known);
        }
        let met = self.door.store().org(org).await?.and_then(|met| met.login);
        let may = match met {
            Some(met) => self.token.speaks_of(Some(&met)),
            // Nobody was met under this number; then nobody may bear the name under another.
            None => self.door.store().orgs().await?.iter().all(|met| met.login.as_ref() != login),
        };
        self.known.lock().expect("no panic holds this lock").insert(org, may);
        Ok(may)
    }
}

/// Stores one record, if it concerns us.
async fn store(speaks: &Speaks<'_>, record: &str) -> Result<(), StoreError> {
    let Speaks { door, token, .. } = speaks;
    let delivery = Delivery {
        guid: audit_guid(record.as_bytes()),
        event: AUDIT.to_owned(),
        body: Bytes::copy_from_slice(record.as_bytes()),
        received: Timestamp::now(),
    };
    let outcome = match route(&delivery) {
        Route::To { org, login, .. } if !speaks.of(org, login.as_ref()).await? => "foreign",
        Route::To { interesting: false, .. } | Route::Nobody => "ignored",
        Route::To { .. } | Route::Unreadable { .. } => {
            let belongs = pipeline::belongs(&delivery, &door.settings.serves);
            let signed = Signed::collected(delivery, token);
            door.store().accept_for(&signed, belongs).await?;
            door.heard.notify_one();
            "stored"
        }
    };
    metrics::counter!("beholden_audit_records_total", "outcome" => outcome).increment(1);
    Ok(())
}

/// The token: as Splunk's clients send it, as a bearer, or as the password of a login.
fn token(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = given.split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "splunk" | "bearer" => Some(rest.trim().to_owned()),
        "basic" => {
            let login = base64::engine::general_purpose::STANDARD.decode(rest.trim()).ok()?;
            Some(String::from_utf8(login).ok()?.split_once(':')?.1.to_owned())
        }
        _ => None,
    }
}
