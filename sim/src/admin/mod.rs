//! `/_sim/…`: control over HTTP, so that another process can drive this GitHub.
//!
//! | request | does |
//! |---|---|
//! | `POST /_sim/faults` `{"fault": "slow", "ms": 50, "method": "POST", "path": "/repos/", "times": 2}` | queues a fault |
//! | `DELETE /_sim/faults` | forgets the queued faults and ends chaos |
//! | `POST /_sim/chaos` `{"seed": 7, "probability": 0.02, "faults": [{"fault": "answer_500"}]}` | random faults; all kinds when none are named |
//! | `POST /_sim/lists_lag` `{"ms": 500}` | new issues and comments are late in lists |
//! | `POST /_sim/forbid` `{"permission": "issues", "forbidden": true}` | takes a permission away, or gives it back |
//! | `POST /_sim/advance` `{"seconds": 3600}` | moves the clock |
//! | `POST /_sim/webhooks` `{"url": "http://127.0.0.1:3000/webhook"}` | where the first App's webhooks go; `null` keeps them |
//! | `GET /_sim/webhooks` | takes those that were kept |
//! | `POST /_sim/act` `{"do": "adds_deploy_key", "repo": "acme/api", …}` | somebody does something, see `act/` |
//! | `GET /_sim/app` | the first App with its credentials |
//! | `GET /_sim/state` | organizations, repositories, issues, comments |
//! | `GET /_sim/issues/{owner}/{repo}/{number}` | an issue as text |
//! | `GET /_sim/pulls/{owner}/{repo}/{number}` | a pull request with reviews and checks as text |
//! | `GET /_sim/requests`, `/_sim/writes`, `/_sim/pings`, `/_sim/complaints` | the logs |

mod act;

use crate::{
    faults::{Chaos, Fault, Queued},
    http::{Answer, Content, Incoming, plain},
    shared::Shared,
    sim::Sim,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

pub(crate) fn answer(shared: &Arc<Shared>, incoming: &Incoming) -> Answer {
    let sim = Sim::of(Arc::clone(shared));
    // The methods for tests end a test when a name does not exist; here that is a bad request.
    let done = catch_unwind(AssertUnwindSafe(|| attempt(&sim, incoming)));
    match done {
        Ok(Ok(content)) => Answer { status: 200, content, headers: Vec::new() },
        Ok(Err(why)) => plain(422, &format!("github-sim: {why}")),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            plain(422, &format!("github-sim: {}", text.unwrap_or("that cannot be done")))
        }
    }
}

#[derive(Deserialize)]
struct NewFault {
    #[serde(flatten)]
    fault: Fault,
    method: Option<String>,
    path: Option<String>,
    times: Option<usize>,
}

fn read<T: serde::de::DeserializeOwned>(incoming: &Incoming) -> Result<T, String> {
    serde_json::from_slice(&incoming.body).map_err(|why| why.to_string())
}

fn attempt(sim: &Sim, incoming: &Incoming) -> Result<Content, String> {
    let path = incoming.path.trim_start_matches("/_sim/").trim_end_matches('/');
    let shown = match (incoming.method.as_str(), path) {
        ("POST", "act") => read::<act::Deed>(incoming)?.happen(sim),
        ("POST", "faults") => {
            let new: NewFault = read(incoming)?;
            for _ in 0..new.times.unwrap_or(1) {
                let (fault, method, path) =
                    (new.fault.clone(), new.method.clone(), new.path.clone());
                sim.world().faults.queue(Queued { fault, method, path });
            }
            json!({ "waiting": sim.faults_waiting() })
        }
        ("DELETE", "faults") => {
            sim.chaos(None);
            sim.world().faults.forget();
            json!({ "waiting": 0 })
        }
        ("POST", "chaos") => {
            let mut chaos: Chaos = read(incoming)?;
            if chaos.faults.is_empty() {
                chaos.faults = Fault::disruptive();
            }
            let shown = json!(chaos);
            sim.chaos(Some(chaos));
            shown
        }
        ("POST", "lists_lag") => {
            sim.lists_lag(number(incoming, "ms")?);
            json!({})
        }
        ("POST", "forbid") => {
            let body: Value = read(incoming)?;
            let permission = body["permission"].as_str().ok_or("permission is missing")?;
            match body["forbidden"].as_bool() {
                Some(false) => sim.allow(permission),
                _ => sim.forbid(permission),
            }
            json!({})
        }
        ("POST", "advance") => {
            sim.advance(Duration::from_secs(number(incoming, "seconds")?));
            json!({ "now": sim.now().to_string() })
        }
        ("POST", "webhooks") => {
            let body: Value = read(incoming)?;
            match body["url"].as_str() {
                Some(url) => sim.send_webhooks_to(url),
                None => sim.keep_webhooks(),
            }
            json!({})
        }
        ("GET", rest) => return look(sim, rest),
        _ => return Err(format!("no control {} {}", incoming.method, incoming.path)),
    };
    Ok(Content::Json(shown))
}

fn number(incoming: &Incoming, field: &str) -> Result<u64, String> {
    let body: Value = read(incoming)?;
    body[field].as_u64().ok_or_else(|| format!("{field} must be a whole number"))
}

fn look(sim: &Sim, path: &str) -> Result<Content, String> {
    let issue = path.strip_prefix("issues/");
    if let Some(place) = issue.or(path.strip_prefix("pulls/")) {
        let (repo, number) = place.rsplit_once('/').ok_or("write owner/repo/number")?;
        let number = number.parse().map_err(|_| "the number is none".to_owned())?;
        let text = match issue {
            Some(_) => sim.render_issue(repo, number),
            None => sim.render_pull(repo, number),
        };
        return Ok(Content::Raw("text/plain; charset=utf-8", text.into_bytes()));
    }
    let shown = match path {
        "app" => {
            let app = sim.app();
            json!({
                "id": app.id,
                "client_id": app.client_id,
                "slug": app.slug,
                "bot_user_id": app.bot_user_id,
                "pem": app.private_key_pem,
                "webhook_secret": app.webhook_secret,
            })
        }
        "webhooks" => sim
            .take_webhooks()
            .iter()
            .map(|webhook| json!({ "headers": webhook.headers, "payload": webhook.payload() }))
            .collect(),
        "requests" => json!(sim.requests()),
        "writes" => json!(sim.writes()),
        "pings" => json!(sim.pinged()),
        "complaints" => json!(sim.complaints()),
        "state" => state(sim),
        other => return Err(format!("nothing to see at {other}")),
    };
    Ok(Content::Json(shown))
}

/// What the organizations hold, for programs that compare it.
fn state(sim: &Sim) -> Value {
    let names: Vec<String> = {
        let world = sim.world();
        world.repos.values().map(|repo| world.full_name(repo)).collect()
    };
    let repositories: Vec<Value> = names
        .iter()
        .map(|name| {
            let issues: Vec<Value> = sim
                .issues(name)
                .iter()
                .map(|issue| json!({ "issue": issue, "comments": sim.comments_of(name, issue.number) }))
                .collect();
            let world = sim.world();
            let keys = world.repo(name).map(|repo| {
                repo.keys.values().map(|key| json!({ "id": key.id, "title": key.title })).collect::<Vec<_>>()
            });
            json!({ "full_name": name, "issues": issues, "keys": keys })
        })
        .collect();
    json!({ "now": sim.now().to_string(), "repositories": repositories })
}
