//! Takes requests from connections, lets faults happen around them, and keeps the log.

use super::{
    Answer, Caller, Content,
    gate::{self, Incoming, Refused},
    line::{Line, Wire},
};
use crate::{admin, faults::Fault, manifest, shared::Shared, views::Request as Logged};
use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::{HeaderName, HeaderValue, Response, StatusCode},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::net::TcpListener;

/// GitHub's own limit for request bodies is of this order.
const LARGEST_BODY: usize = 32 * 1024 * 1024;

/// Serves until the returned future is dropped.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) -> std::io::Result<()> {
    let router = Router::new().fallback(take).with_state(shared);
    axum::serve(Wire(listener), router.into_make_service_with_connect_info::<Line>()).await
}

async fn take(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
) -> Response<Body> {
    let incoming = match read(request).await {
        Ok(incoming) => incoming,
        Err(answer) => return respond(answer),
    };
    if incoming.path.starts_with("/_sim/") {
        return respond(admin::answer(&shared, &incoming));
    }
    if let Some(page) = manifest::page(&shared, &incoming) {
        return respond(page);
    }
    let fault = shared.world().faults.take(&incoming.method, &incoming.path, &incoming.query);
    meet(&shared, &line, &incoming, fault).await
}

async fn meet(
    shared: &Shared,
    line: &Line,
    incoming: &Incoming,
    fault: Option<Fault>,
) -> Response<Body> {
    let refused = match &fault {
        Some(Fault::RateLimitNext) => Some(Refused::Primary),
        Some(Fault::SecondaryLimitNext) => Some(Refused::Secondary),
        Some(Fault::Slow { ms }) => {
            tokio::time::sleep(Duration::from_millis(*ms)).await;
            None
        }
        Some(Fault::DropConnection { after: false }) => {
            log(shared, incoming, None, &fault, None);
            line.cut();
            return respond(plain(500, "cut"));
        }
        Some(Fault::Refuse { status }) => {
            log(shared, incoming, None, &fault, Some(*status));
            return respond(plain(*status, "Refused"));
        }
        Some(Fault::SlowDown { retry_after }) => {
            log(shared, incoming, None, &fault, Some(429));
            let mut answer = plain(429, "Too many requests");
            answer.headers.push(("retry-after", retry_after.to_string()));
            return respond(answer);
        }
        Some(Fault::Answer500) => {
            log(shared, incoming, None, &fault, Some(500));
            return respond(plain(500, "Server Error"));
        }
        _ => None,
    };
    let (answer, caller) = gate::answer(&mut shared.world(), incoming, refused);
    shared.wake();
    if fault == Some(Fault::WebhookBeforeAnswer) {
        shared.pushed().await;
    }
    let done = Some((answer.status, &caller));
    match &fault {
        Some(Fault::DropConnection { after: true }) => {
            log(shared, incoming, done, &fault, None);
            line.cut();
            respond(answer)
        }
        Some(Fault::Answer502AfterDoingIt) => {
            log(shared, incoming, done, &fault, Some(502));
            respond(plain(502, "Bad Gateway"))
        }
        Some(Fault::TruncateBody) => {
            log(shared, incoming, done, &fault, Some(answer.status));
            line.cut_in_body();
            respond(answer)
        }
        Some(Fault::MalformedBody) => {
            log(shared, incoming, done, &fault, Some(answer.status));
            let broken =
                Content::Raw("application/json; charset=utf-8", b"{\"id\": 1, \"oops".to_vec());
            respond(Answer { content: broken, ..answer })
        }
        _ => {
            log(shared, incoming, done, &fault, Some(answer.status));
            respond(answer)
        }
    }
}

fn log(
    shared: &Shared,
    incoming: &Incoming,
    done: Option<(u16, &Caller)>,
    fault: &Option<Fault>,
    answered: Option<u16>,
) {
    let query =
        if incoming.query.is_empty() { String::new() } else { format!("?{}", incoming.query) };
    shared.world().requests.push(Logged {
        method: incoming.method.clone(),
        path: format!("{}{query}", incoming.path),
        body: serde_json::from_slice(&incoming.body).unwrap_or(Value::Null),
        caller: done.map_or_else(|| "unknown".to_owned(), |(_, caller)| caller.describe()),
        by_installation: done.is_some_and(|(_, caller)| caller.installation().is_some()),
        status: done.map(|(status, _)| status),
        answered,
        fault: fault.clone(),
    });
}

async fn read(request: Request) -> Result<Incoming, Answer> {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, LARGEST_BODY)
        .await
        .map_err(|_| plain(413, "Payload Too Large"))?;
    let headers: BTreeMap<String, String> = head
        .headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    Ok(Incoming {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers,
        body: body.to_vec(),
    })
}

/// An answer without any of GitHub's headers: it comes from something in front of it.
pub(crate) fn plain(status: u16, message: &str) -> Answer {
    Answer { status, content: Content::Json(json!({ "message": message })), headers: Vec::new() }
}

fn respond(answer: Answer) -> Response<Body> {
    let (kind, bytes) = match answer.content {
        Content::Nothing => (None, Vec::new()),
        Content::Json(body) => {
            (Some("application/json; charset=utf-8"), body.to_string().into_bytes())
        }
        Content::Raw(kind, bytes) => (Some(kind), bytes),
    };
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(kind) = kind {
        response.headers_mut().insert("content-type", HeaderValue::from_static(kind));
    }
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}
