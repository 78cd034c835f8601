//! The door for GitHub: verify, store, 202. Nothing else happens in the request, save for a look at
//! whom the delivery concerns.
//!
//! The signature is checked by an extractor, so no handler sees an unsigned body. Whoever fails
//! too often is turned away before that.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequest, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Notify, Semaphore};

use crate::domain::{AppId, Timestamp};
use crate::events::{AUDIT, AuditToken, Delivery, Signed};
use crate::pipeline::{self, Serves};
use crate::store::{Accepted, Store};
use crate::web::sources::{Source, Sources};

/// GitHub's own cap: a bigger payload is not delivered at all.
const MOST_BYTES: usize = 25 * 1024 * 1024;

/// Bodies that may be in memory at once, in KiB. More than that is answered with 503.
const IN_FLIGHT_KIB: usize = 64 * 1024;

/// Whose webhook it is: the App's number, for one of an App.
const TARGET: &str = "x-github-hook-installation-target-id";

/// What the door checks against.
pub struct DoorSettings {
    /// Our App's number: deliveries for others are refused.
    pub app: AppId,
    /// Webhook secrets; several while one is being replaced.
    pub secrets: Vec<SecretString>,
    /// The header in which the proxy in front of us names who knocks. `None`: whoever connects.
    pub source_header: Option<HeaderName>,
    /// Whether an organisation is served.
    pub serves: Serves,
    /// Tokens of the collector's door; none: there is no such door.
    pub collector: Vec<AuditToken>,
}

/// The door's state.
#[derive(Clone)]
pub struct Door {
    store: Store,
    pub(super) settings: Arc<DoorSettings>,
    pub(super) in_flight: Arc<Semaphore>,
    pub(super) heard: Arc<Notify>,
    pub(super) sources: Arc<Sources>,
}

/// Why a delivery was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A header that GitHub always sends is missing or unreadable.
    Headers,
    /// The signature is missing or wrong.
    Signature,
    /// Signed, but for another App.
    NotOurs,
    /// Over 25 MB.
    TooLarge,
    /// Not `application/json`.
    NotJson,
    /// Its source has sent too many wrong signatures.
    TooMany,
    /// It cannot be stored now. GitHub lists it as failed, and it is asked for again.
    Busy,
}

impl Door {
    /// A door to `store`. `heard` is told when something waits.
    pub fn new(store: Store, settings: DoorSettings, heard: Arc<Notify>) -> Self {
        let in_flight = Arc::new(Semaphore::new(IN_FLIGHT_KIB));
        let (settings, sources) = (Arc::new(settings), Arc::new(Sources::default()));
        Self { store, settings, in_flight, heard, sources }
    }

    /// Who knocks, if that tells anything: behind a proxy, the last that the proxy's header names.
    pub(super) fn source(&self, parts: &Parts) -> Option<Source> {
        let address: IpAddr = match &self.settings.source_header {
            Some(name) => {
                let named = parts.headers.get_all(name).iter().next_back()?.to_str().ok()?;
                named.rsplit(',').next()?.trim().parse().ok()?
            }
            None => parts.extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip(),
        };
        let target = parts.headers.get(TARGET).and_then(|value| value.to_str().ok());
        let ours = target.is_some_and(|target| target.parse() == Ok(self.settings.app.0));
        Source::new(address, ours)
    }

    pub(super) fn failed(&self, source: Option<Source>) -> Refusal {
        if let Some(source) = source
            && self.sources.failed(source, Instant::now())
        {
            tracing::warn!(?source, "too many wrong signatures; turned away for a minute");
        }
        Refusal::Signature
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }
}

/// Stores a signed delivery and says so.
pub(super) async fn receive(
    State(door): State<Door>,
    Verified(signed): Verified,
) -> Result<StatusCode, Refusal> {
    let belongs = pipeline::belongs(signed.delivery(), &door.settings.serves);
    match door.store.accept_for(&signed, belongs).await {
        Ok(accepted) => {
            let known = if accepted == Accepted::Known { "true" } else { "false" };
            metrics::counter!("beholden_deliveries_total", "known" => known).increment(1);
            door.heard.notify_one();
            Ok(StatusCode::ACCEPTED)
        }
        Err(error) => {
            tracing::error!(%error, delivery.guid = signed.delivery().guid, "a delivery was not stored");
            Err(Refusal::Busy)
        }
    }
}

/// A delivery whose signature held.
pub(super) struct Verified(Signed);

impl FromRequest<Door> for Verified {
    type Rejection = Refusal;

    async fn from_request(request: Request, door: &Door) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let source = door.source(&parts);
        if source.is_some_and(|source| door.sources.refuses(source, Instant::now())) {
            return Err(Refusal::TooMany);
        }
        let announced = length(&parts.headers);
        if announced.is_some_and(|length| length > MOST_BYTES) {
            return Err(Refusal::TooLarge);
        }
        if !is_json(&parts.headers) {
            return Err(Refusal::NotJson);
        }
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let guid = text("x-github-delivery").filter(|guid| is_guid(guid));
        let event = text("x-github-event").filter(|event| is_word(event) && *event != AUDIT);
        let target = text(TARGET);
        let (Some(guid), Some(event), Some(target)) = (guid, event, target) else {
            return Err(Refusal::Headers);
        };
        let signature = text("x-hub-signature-256").ok_or_else(|| door.failed(source))?;
        let kib = announced.unwrap_or(MOST_BYTES).div_ceil(1024).max(1);
        let kib = u32::try_from(kib).map_err(|_| Refusal::TooLarge)?;
        let _held = door.in_flight.try_acquire_many(kib).map_err(|_| Refusal::Busy)?;
        let body = read(body).await?;
        let delivery = Delivery {
            guid: guid.to_ascii_lowercase(),
            event: event.to_owned(),
            body,
            received: now(),
        };
        let secrets: Vec<&str> =
            door.settings.secrets.iter().map(ExposeSecret::expose_secret).collect();
        let signed =
            Signed::verify(delivery, signature, &secrets).map_err(|_| door.failed(source))?;
        if let Some(source) = source {
            door.sources.held(source, Instant::now());
        }
        // Checked after the signature, so that a stranger learns nothing of our number.
        if target.parse() != Ok(door.settings.app.0) {
            return Err(Refusal::NotOurs);
        }
        Ok(Self(signed))
    }
}

fn now() -> Timestamp {
    Timestamp::now()
}

async fn read(body: Body) -> Result<Bytes, Refusal> {
    axum::body::to_bytes(body, MOST_BYTES).await.map_err(|_| Refusal::TooLarge)
}

fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// GitHub sends a GUID; stand-ins send other short names.
fn is_guid(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn is_word(text: &str) -> bool {
    (1..=100).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, text, reason) = match self {
            Self::Headers => {
                (StatusCode::BAD_REQUEST, "A header that GitHub sends is missing.\n", "headers")
            }
            Self::Signature => (StatusCode::UNAUTHORIZED, "Not signed by GitHub.\n", "signature"),
            Self::NotOurs => (StatusCode::BAD_REQUEST, "Meant for another App.\n", "not_ours"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "Over 25 MB.\n", "too_large"),
            Self::NotJson => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send application/json.\n", "not_json")
            }
            Self::TooMany => {
                let text = "Too many wrong signatures. Try again in a minute.\n";
                (StatusCode::TOO_MANY_REQUESTS, text, "too_many")
            }
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "Not stored. Try again.\n", "busy"),
        };
        metrics::counter!("beholden_refused_total", "reason" => reason).increment(1);
        let mut response = (status, text).into_response();
        if self == Self::TooMany {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        response
    }
}
