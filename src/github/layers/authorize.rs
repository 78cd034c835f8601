//! Puts the right credential on each request, and tries once more with a new one after a 401.
//!
//! A 401 is answered before anything is done, so even a write may be sent again.

use std::sync::Arc;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode, Uri};
use http_body_util::BodyExt;
use octocrab::OctoBody;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::domain::{InstallationId, Timestamp};
use crate::github::answer::Answer;
use crate::github::auth::{AppKey, Token, Tokens};
use crate::github::failure::date;
use crate::github::host::Host;
use crate::github::layers::{Handle, Next, Request, Response, again};
use crate::github::{Failure, Scope, Who};

/// Credentials of the App and of its installations.
pub(crate) struct Authorize {
    pub(crate) key: AppKey,
    pub(crate) tokens: Tokens,
    pub(crate) host: Host,
}

/// `POST /app/installations/{id}/access_tokens`.
#[derive(Deserialize)]
struct Minted {
    token: String,
    expires_at: Timestamp,
}

impl Handle for Authorize {
    async fn handle<S: Next>(
        self: Arc<Self>,
        request: Request,
        next: S,
    ) -> Result<Response, Failure> {
        let who = request.extensions().get::<Who>().cloned().unwrap_or(Who::Nobody);
        let (parts, body) = request.into_parts();
        match &who {
            Who::Nobody => send(&next, parts, body, None).await,
            Who::App => self.as_app(&next, parts, body).await,
            Who::Installation { id, scope } => {
                let token = self.token(&next, *id, scope).await?;
                let answer = send(&next, parts.clone(), again(&body), Some(&token.bearer)).await?;
                if answer.status() != StatusCode::UNAUTHORIZED {
                    return Ok(answer);
                }
                self.tokens.drop(*id, scope, &token).await;
                let token = self.token(&next, *id, scope).await?;
                send(&next, parts, body, Some(&token.bearer)).await
            }
        }
    }
}

impl Authorize {
    async fn as_app<S: Next>(
        &self,
        next: &S,
        parts: Parts,
        body: OctoBody,
    ) -> Result<Response, Failure> {
        let bearer = self.key.bearer(Timestamp::now());
        let answer = send(next, parts.clone(), again(&body), Some(&bearer)).await?;
        let corrected = answer.status() == StatusCode::UNAUTHORIZED
            && date(answer.headers())
                .is_some_and(|theirs| self.key.correct(theirs, Timestamp::now()));
        if !corrected {
            return Ok(answer);
        }
        let bearer = self.key.bearer(Timestamp::now());
        send(next, parts, body, Some(&bearer)).await
    }

    async fn token<S: Next>(
        &self,
        next: &S,
        installation: InstallationId,
        scope: &Scope,
    ) -> Result<Token, Failure> {
        let mint = || self.mint(next, installation, scope);
        self.tokens.get(installation, scope, Timestamp::now(), mint).await
    }

    async fn mint<S: Next>(
        &self,
        next: &S,
        installation: InstallationId,
        scope: &Scope,
    ) -> Result<Token, Failure> {
        let path = format!("/app/installations/{installation}/access_tokens");
        let uri: Uri = path.parse().expect("a number in a path is a path");
        let mut request = Request::new(narrowing(scope).into());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.host.resolve(&uri)?;
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request.extensions_mut().insert(Who::App);
        let (parts, body) = request.into_parts();
        let (head, body) = self.as_app(next, parts, body).await?.into_parts();
        let Ok(body) = body.collect().await;
        let answer = Answer {
            method: Method::POST,
            request: format!("POST {path}"),
            status: head.status,
            headers: head.headers,
            body: body.to_bytes(),
        };
        token_of(answer, scope)
    }
}

/// Reads the answer to a minting. Its refusals are about the installation, not about an object.
fn token_of(answer: Answer, scope: &Scope) -> Result<Token, Failure> {
    match answer.status {
        StatusCode::NOT_FOUND => {
            return Err(Failure::refused(
                "The App is not installed on this organisation any more.",
            ));
        }
        StatusCode::UNPROCESSABLE_ENTITY => {
            let list: Vec<_> =
                scope.permissions.iter().map(|(name, level)| format!("{name}: {level}")).collect();
            let needed = list.join(", ");
            return Err(Failure::Refused {
                why: format!("The installation has not granted what is needed: {needed}."),
                permission: Some(needed.replace(": ", "=")),
            });
        }
        _ => {}
    }
    let now = Timestamp::now();
    let theirs = date(&answer.headers).unwrap_or(now);
    let minted: Minted = answer.json().map_err(|failure| match failure {
        // A token that was made and not received harms nothing.
        Failure::Later { until, why, .. } => Failure::Later { until, why, maybe_done: false },
        other => other,
    })?;
    let life = minted.expires_at.duration_since(theirs);
    let mut bearer = HeaderValue::from_str(&format!("Bearer {}", minted.token))
        .map_err(|_| Failure::blind("GitHub made a token that cannot be sent."))?;
    bearer.set_sensitive(true);
    Ok(Token { bearer, ends: now.checked_add(life).unwrap_or(now) })
}

fn narrowing(scope: &Scope) -> Vec<u8> {
    let Scope { permissions, repositories } = scope;
    let mut body = Map::new();
    if !permissions.is_empty() {
        body.insert("permissions".to_owned(), serde_json::json!(permissions));
    }
    if !repositories.is_empty() {
        body.insert("repository_ids".to_owned(), serde_json::json!(repositories));
    }
    Value::Object(body).to_string().into_bytes()
}

async fn send<S: Next>(
    next: &S,
    parts: Parts,
    body: OctoBody,
    bearer: Option<&HeaderValue>,
) -> Result<Response, Failure> {
    let mut request = Request::from_parts(parts, body);
    request.headers_mut().remove(AUTHORIZATION);
    if let Some(bearer) = bearer {
        request.headers_mut().insert(AUTHORIZATION, bearer.clone());
    }
    next.clone().call(request).await
}
