//! What deliveries say, told by payloads of our own, by GitHub's official examples, and by broken
//! ones. This file is the only caller of `hear` and `route`.

pub(crate) mod audit;
mod code;
pub(crate) mod examples;
mod grants;
mod hostile;
mod machinery;
mod people;
mod words;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use beholden::domain::{AppId, CaseId, Entity, Fact, Hint, Markers, Observation, OrgId, UserId};
use beholden::events::{BadPayload, Delivery, Heard, Route, Us, hear, route};

const BOT: UserId = UserId(7002);
const CASE: &str = "0123456789abcdef";

/// A delivery of these bytes, received on 1 March 2026 at noon.
fn delivery(event: &str, body: impl Into<Vec<u8>>) -> Delivery {
    Delivery {
        guid: "00000000-0000-4000-8000-000000000001".to_owned(),
        event: event.to_owned(),
        body: body.into().into(),
        received: "2026-03-01T12:00:00Z".parse().unwrap(),
    }
}

/// What a delivery says to us, whose bot user is known.
fn told(delivery: &Delivery) -> Result<Heard, BadPayload> {
    told_to(delivery, Some(BOT))
}

fn told_to(delivery: &Delivery, bot_user: Option<UserId>) -> Result<Heard, BadPayload> {
    let markers = Markers::new("a key for tests only");
    hear(delivery, &Us { app: AppId(7001), bot_user, markers: &markers })
}

fn routed(event: &str, body: impl Into<Vec<u8>>) -> Route {
    route(&delivery(event, body))
}

fn payloads() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/payloads")
}

/// A payload of ours, `event/case`, with our markers filled in.
fn payload(path: &str) -> String {
    let markers = Markers::new("a key for tests only");
    let case: CaseId = CASE.parse().unwrap();
    let quoted = |org, what: &str| {
        let text = markers.wrap(org, &case, what, "Words.");
        serde_json::to_string(&text).unwrap()
    };
    fs::read_to_string(payloads().join(format!("{path}.json")))
        .unwrap()
        .replace("\"<ISSUE MARKER>\"", &quoted(OrgId(9001), "issue"))
        .replace("\"<ISSUE MARKER OF ANOTHER>\"", &quoted(OrgId(9002), "issue"))
        .replace("\"<REPLY MARKER>\"", &quoted(OrgId(9001), &format!("reply/{CASE}/900")))
}

/// What a payload of ours says, as lines.
fn said(path: &str) -> String {
    let (event, _) = path.split_once('/').unwrap();
    lines(&told(&delivery(event, payload(path))).unwrap())
}

fn lines(heard: &Heard) -> String {
    let mut out = String::new();
    if !heard.interesting {
        out.push_str("ignored\n");
    }
    for seen in &heard.observations {
        writeln!(out, "{}", observation(seen)).unwrap();
    }
    for hint in &heard.hints {
        writeln!(out, "{}", pointed(hint)).unwrap();
    }
    for it in &heard.receipts {
        let issue = it.issue.map_or("-".to_owned(), |issue| issue.to_string());
        let (key, repo, id) = (&it.key.0, it.repo, it.remote_id);
        writeln!(out, "receipt {key}: repository {repo}, issue {issue}, number {id}").unwrap();
    }
    out
}

fn observation(seen: &Observation) -> String {
    let mut out = if seen.news { "news: " } else { "fact: " }.to_owned();
    match &seen.fact {
        Fact::Holds { identity, grant } => {
            let name = identity.name.raw();
            write!(out, "{} {name:?} {:?}", identity.key, identity.class).unwrap();
            write!(out, " through {:?} reach {:?}", grant.through, grant.reach).unwrap();
            write!(out, " access {:?} {:?}", grant.access, grant.permissions).unwrap();
            write!(out, " {:?} at {}", grant.expiry, grant.at).unwrap();
            assert_eq!(grant.as_of, seen.as_of);
            assert_eq!(grant.evidence, seen.evidence);
            if let Some(entry) = &identity.catalogue {
                write!(out, " catalogue {entry}").unwrap();
            }
            if let Some(holder) = &identity.holder {
                write!(out, " holder {}", holder.login).unwrap();
            }
            if let Some(print) = &identity.fingerprint {
                write!(out, " fingerprint {}", &print[..8]).unwrap();
            }
        }
        Fact::Lacks { identity, through } => write!(out, "{identity} lacks {through:?}").unwrap(),
        Fact::Repo { repo } => {
            write!(out, "repository {} {} {:?}", repo.id, repo.name, repo.visibility).unwrap();
            assert_eq!(repo.as_of, seen.as_of);
        }
        Fact::Used { actor, repo, what } => {
            write!(out, "{} used repository {repo} by {what}", actor.login).unwrap();
        }
        Fact::PullPushed { repo, pull, by, head } => {
            let head = head.as_ref().map_or("?", |head| head.short());
            write!(out, "{} pushed {head} to pull request {repo}/{pull}", by.login).unwrap();
        }
        other => write!(out, "{other:?}").unwrap(),
    }
    if let Some(by) = &seen.by {
        write!(out, " by {}", by.login).unwrap();
    }
    write!(out, " as of {}", seen.as_of).unwrap();
    out
}

fn pointed(hint: &Hint) -> String {
    let news = if hint.news { " news" } else { "" };
    let mut out = format!("read{news}: {}", hint.entity);
    let names = &hint.names;
    for name in [
        names.repo.as_ref().map(|it| it.as_str()),
        names.login.as_ref().map(|it| it.as_str()),
        names.team.as_ref().map(|it| it.as_str()),
    ]
    .into_iter()
    .flatten()
    {
        write!(out, " {name}").unwrap();
    }
    if let Entity::Runner { runner, .. } = &hint.entity {
        let class = runner.class;
        write!(out, " {class:?} {} or {}", runner.machine(), runner.passing()).unwrap();
    }
    if let Some(before) = &names.before {
        write!(out, " from {}", before.short()).unwrap();
    }
    if let Some(about) = &hint.about {
        write!(out, " about {}", about.id).unwrap();
    }
    if let Some(by) = &hint.by {
        write!(out, " by {}", by.login).unwrap();
    }
    if let Some(command) = &hint.command {
        write!(out, "\n  {} said {:?}", command.speaker.login, command.body).unwrap();
        write!(out, " assigned {:?}", command.assignee.as_ref().map(|it| it.id)).unwrap();
        write!(out, " written {} case {:?}", command.written, command.case).unwrap();
        if let Some(button) = command.button {
            let head = command.head.as_ref().map_or("", |head| head.short());
            write!(out, " pressed {button:?} at {head}").unwrap();
        }
        if let Some(lines) = &command.lines {
            write!(out, " on {} line {}", lines.path.raw(), lines.first).unwrap();
        }
        if !command.to_us {
            write!(out, " to whoever listens").unwrap();
        }
    }
    out
}
