//! The client: octocrab around our own layers, and the one function through which requests go.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use http::header::{ACCEPT, CONTENT_TYPE, IF_NONE_MATCH, LOCATION};
use http::{HeaderValue, Method, StatusCode, Uri};
use http_body_util::BodyExt;
use octocrab::{AuthState, OctoBody, Octocrab, OctocrabBuilder};
use tokio::sync::OnceCell;

use crate::domain::{InstallationId, Timestamp, UserId};
use crate::github::answer::Answer;
use crate::github::auth::{AppKey, Tokens};
use crate::github::call::Call;
use crate::github::code::Kept;
use crate::github::failure::{in_seconds, writes};
use crate::github::host::Host;
use crate::github::layers::{
    Around, Authorize, Dress, IfChanged, Match, NotAfter, OneHost, Paced, Transport,
};
use crate::github::settings::address;
use crate::github::{Admit, App, Effects, Failure, Kind, Pace, Quota, Reader, Settings, Unusable};

/// How many redirects of one request are followed: a rename, then a transfer.
const REDIRECTS: usize = 3;

/// GitHub, as one App. Cheap to clone; clones share tokens, paces and connections.
#[derive(Clone)]
pub struct Github {
    shared: Arc<Shared>,
    meter: Option<Meter>,
}

/// Counts requests: all, and those answered "unchanged", which cost nothing. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<(AtomicU32, AtomicU32)>);

impl Meter {
    /// How many were sent, and how many of them were answered "unchanged".
    pub fn read(&self) -> (u32, u32) {
        (self.0.0.load(Ordering::Relaxed), self.0.1.load(Ordering::Relaxed))
    }

    fn count(&self, unchanged: bool) {
        self.0.0.fetch_add(1, Ordering::Relaxed);
        self.0.1.fetch_add(u32::from(unchanged), Ordering::Relaxed);
    }
}

pub(super) struct Shared {
    crab: Octocrab,
    pub(super) settings: Settings,
    authorize: Arc<Authorize>,
    paced: Arc<Paced>,
    host: Host,
    pub(super) app: OnceCell<App>,
    pub(super) bot: OnceCell<UserId>,
    pub(super) kept: Kept,
}

impl Github {
    /// Assembles the client. Must be called inside a tokio runtime; sends nothing yet.
    ///
    /// # Errors
    /// [`Unusable`], with a sentence for the operator.
    pub fn new(settings: Settings) -> Result<Self, Unusable> {
        let api = address("api_url", &settings.api_url)?;
        address("web_url", &settings.web_url)?;
        let transport = Transport::new(api.scheme_str() == Some("https"), settings.timeout)?;
        let host = Host::new(api);
        let authorize = Arc::new(Authorize {
            key: AppKey::new(&settings.client_id, &settings.private_key_pem)?,
            tokens: Tokens::default(),
            host: host.clone(),
        });
        let paced = Arc::new(Paced::new(settings.limits, Arc::clone(&settings.now)));
        let crab = OctocrabBuilder::new_empty()
            .with_service(transport)
            .with_layer(&Around(Arc::new(Dress::new(&settings)?)))
            .with_layer(&Around(Arc::clone(&paced)))
            .with_layer(&Around(Arc::clone(&authorize)))
            .with_layer(&Around(Arc::new(Match(Arc::clone(&settings.etags)))))
            .with_layer(&Around(Arc::new(OneHost(host.clone()))))
            .with_auth(AuthState::None)
            .build()
            .unwrap_or_else(|never| match never {});
        let (app, bot) = (OnceCell::new(), OnceCell::new());
        let kept = Kept::default();
        let shared = Shared { crab, settings, authorize, paced, host, app, bot, kept };
        Ok(Self { shared: Arc::new(shared), meter: None })
    }

    /// The same client, whose requests are counted.
    pub fn metered(&self, meter: &Meter) -> Self {
        Self { shared: Arc::clone(&self.shared), meter: Some(meter.clone()) }
    }

    /// What is left of an installation's requests, as its newest answer said; `None` before the
    /// first, and on hosts without limits.
    pub fn quota(&self, installation: InstallationId) -> Option<Quota> {
        self.shared.paced.with(Some(installation), |_, pace| pace.quota())
    }

    /// Turns objects of GitHub into facts.
    pub fn reader(&self) -> Reader {
        Reader::new(self.clone())
    }

    /// Makes our surfaces look as they should.
    pub fn effects(&self) -> Effects {
        Effects::new(self.clone())
    }

    /// Seconds that GitHub's clock is ahead of ours, as far as a refused JWT has shown.
    pub fn skew(&self) -> i64 {
        self.shared.authorize.key.skew()
    }

    /// Whether a request of this kind would leave now, for planning. Sending asks by itself.
    pub fn admit(&self, installation: InstallationId, kind: Kind, now: Timestamp) -> Admit {
        self.shared.paced.with(Some(installation), |limits, pace| pace.admit(limits, kind, now))
    }

    /// The pace of an installation, to be kept when its lease ends.
    pub fn pace(&self, installation: InstallationId) -> Pace {
        self.shared.paced.with(Some(installation), |_, pace| pace.clone())
    }

    /// Takes in the pace that was kept, when a lease begins.
    pub fn adopt_pace(&self, installation: InstallationId, kept: &Pace) {
        self.shared.paced.with(Some(installation), |_, pace| pace.merge(kept));
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Sends one request and follows redirects on the same host: for a write only 307 and 308,
    /// which say that nothing was done. Any status is an answer; a failure means that there is
    /// none.
    pub(super) async fn send(&self, call: Call) -> Result<Answer, Failure> {
        let mut target: Uri = call.path.parse().map_err(|_| unaddressable(&call.path))?;
        for _ in 0..=REDIRECTS {
            let answer = self.exchange(&call, &target).await?;
            let moved = match answer.status {
                StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => !writes(&call.method),
                StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
                _ => false,
            };
            let to = answer.header(LOCATION.as_str()).and_then(|to| to.parse().ok());
            match to {
                Some(to) if moved && call.follow => target = self.shared.host.resolve(&to)?,
                _ => return Ok(answer),
            }
        }
        Err(Failure::blind(format!("{} {} is redirected in a circle.", call.method, call.path)))
    }

    async fn exchange(&self, call: &Call, to: &Uri) -> Result<Answer, Failure> {
        let body = match &call.body {
            Some(body) => OctoBody::from(body.to_string()),
            None => OctoBody::empty(),
        };
        let mut request = http::Request::new(body);
        *request.method_mut() = call.method.clone();
        *request.uri_mut() = to.clone();
        if call.body.is_some() {
            let json = HeaderValue::from_static("application/json");
            request.headers_mut().insert(CONTENT_TYPE, json);
        }
        if let Some(media) = call.accept {
            request.headers_mut().insert(ACCEPT, HeaderValue::from_static(media));
        }
        request.extensions_mut().insert(call.who.clone());
        if let Some(end) = call.not_after {
            request.extensions_mut().insert(NotAfter(end));
        }
        if let Some(etag) = call.unless.as_ref().and_then(|etag| etag.parse().ok()) {
            request.headers_mut().insert(IF_NONE_MATCH, etag);
        }
        if call.if_changed {
            request.extensions_mut().insert(IfChanged);
        }
        let name = format!("{} {}", call.method, self.shared.host.name(to));
        let answer = self.shared.crab.execute(request).await;
        let (head, body) =
            answer.map_err(|error| failure(error, &call.method, &name))?.into_parts();
        let body = body.collect().await.map_err(|error| failure(error, &call.method, &name))?;
        if let Some(meter) = &self.meter {
            meter.count(head.status == StatusCode::NOT_MODIFIED);
        }
        Ok(Answer {
            method: call.method.clone(),
            request: name,
            status: head.status,
            headers: head.headers,
            body: body.to_bytes(),
        })
    }
}

/// Our layers' own failure, which octocrab carries as a boxed error.
fn failure(error: octocrab::Error, method: &Method, name: &str) -> Failure {
    let why = match error {
        octocrab::Error::Service { source, .. } => match source.downcast::<Failure>() {
            Ok(failure) => return *failure,
            Err(other) => other.to_string(),
        },
        other => other.to_string(),
    };
    Failure::Later {
        until: in_seconds(10),
        why: format!("{name}: {why}"),
        maybe_done: writes(method),
    }
}

fn unaddressable(path: &str) -> Failure {
    Failure::blind(format!("{path:?} is not an address."))
}
