//! Waits its turn before a request leaves, and learns from each answer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Method;

use crate::domain::{InstallationId, Timestamp};
use crate::github::failure::{pause, quota};
use crate::github::layers::{Handle, Next, Request, Response};
use crate::github::{Admit, Failure, Kind, Limits, Pace, Who};

/// The longest that a request is held here; for more the caller is told when to come back.
const PATIENCE: Duration = Duration::from_secs(3);

/// Marks a request that may not leave after a moment, however long it waits for its token or turn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotAfter(pub(crate) Timestamp);

/// Holds one [`Pace`] per installation, and one for the App itself (`None`).
pub(crate) struct Paced {
    limits: Limits,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    paces: Mutex<BTreeMap<Option<InstallationId>, Pace>>,
}

impl Paced {
    pub(crate) fn new(limits: Limits, now: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        Self { limits, now, paces: Mutex::default() }
    }

    /// Looks at a pace, or changes it.
    pub(crate) fn with<T>(
        &self,
        installation: Option<InstallationId>,
        look: impl FnOnce(&Limits, &mut Pace) -> T,
    ) -> T {
        let mut paces = self.paces.lock().expect("no holder of this lock panics");
        look(&self.limits, paces.entry(installation).or_default())
    }

    /// Holds a request until it may leave, and counts it.
    async fn admit(&self, installation: Option<InstallationId>, kind: Kind) -> Result<(), Failure> {
        let started = (self.now)();
        loop {
            let now = (self.now)();
            let admit = self.with(installation, |limits, pace| {
                let admit = pace.admit(limits, kind, now);
                if admit == Admit::Now {
                    pace.sent(kind, now);
                }
                admit
            });
            let Admit::Wait(until) = admit else { return Ok(()) };
            let wait = Duration::try_from(until.duration_since(now)).unwrap_or_default();
            let waited = Duration::try_from(now.duration_since(started)).unwrap_or_default();
            if waited + wait > PATIENCE {
                return Err(Failure::Later {
                    until,
                    why: "Our pace for this installation is used up".to_owned(),
                    maybe_done: false,
                });
            }
            tokio::time::sleep(wait).await;
        }
    }
}

impl Handle for Paced {
    async fn handle<S: Next>(
        self: Arc<Self>,
        request: Request,
        mut next: S,
    ) -> Result<Response, Failure> {
        let installation = match request.extensions().get::<Who>() {
            Some(Who::Installation { id, .. }) => Some(*id),
            Some(Who::App) => None,
            Some(Who::Nobody) | None => return next.call(request).await,
        };
        self.admit(installation, kind(&request)).await?;
        // Leases end by the database's clock, which is the machine's and not the one above.
        let end = request.extensions().get::<NotAfter>();
        if end.is_some_and(|NotAfter(end)| Timestamp::now() > *end) {
            return Err(Failure::Later {
                until: Timestamp::now(),
                why: "There was no time left to begin".to_owned(),
                maybe_done: false,
            });
        }
        let answer = next.call(request).await?;
        let now = (self.now)();
        // The body tells a secondary limit from a missing permission; it is cheap to look at,
        // because only refusals get here.
        let message = match answer.status().as_u16() {
            403 | 429 => text(&answer).await,
            _ => String::new(),
        };
        // What is counted apart, such as the audit log, holds up nothing else when it is used up.
        let headers = answer.headers();
        let is_core = headers.get("x-ratelimit-resource").is_none_or(|it| it == "core");
        if let Some(quota) = quota(headers, now).filter(|_| is_core) {
            self.with(installation, |_, pace| pace.learn(quota));
        }
        if let Some((until, _)) = pause(answer.status(), headers, &message, now)
            && (is_core || headers.contains_key("retry-after"))
        {
            self.with(installation, |_, pace| pace.hold(until));
        }
        Ok(answer)
    }
}

async fn text(answer: &Response) -> String {
    use http_body_util::BodyExt;
    let body = answer.body().clone().collect().await;
    body.map_or_else(
        |never| match never {},
        |whole| String::from_utf8_lossy(&whole.to_bytes()).into_owned(),
    )
}

/// What a request counts as. Tokens are minted by POST and create no content.
fn kind(request: &Request) -> Kind {
    match *request.method() {
        Method::POST if request.uri().path().ends_with("/access_tokens") => Kind::Read,
        Method::POST => Kind::Create,
        Method::PATCH | Method::PUT | Method::DELETE => Kind::Write,
        _ => Kind::Read,
    }
}
