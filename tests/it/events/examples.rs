//! GitHub's official example payloads, all of them, and all of ours: each is heard or refused with
//! a sentence, none panics, and where a delivery belongs agrees with what it says.

use std::collections::BTreeSet;
use std::{env, fs};

use beholden::events::{KINDS, Reads, Route};
use serde_json::Value;

use super::{delivery, payload, payloads, routed, told, told_to};

/// The environment variable that names the unpacked npm package `@octokit/webhooks-examples`.
const EXAMPLES: &str = "BEHOLDEN_WEBHOOK_EXAMPLES";

/// Every example as event and body, of github.com and of each GHES version in the package.
pub(crate) fn official() -> Option<Vec<(String, String)>> {
    let Ok(folder) = env::var(EXAMPLES) else {
        assert!(env::var("CI").is_err(), "{EXAMPLES} must be set where CI is");
        return None;
    };
    let mut all = Vec::new();
    for host in fs::read_dir(folder).unwrap() {
        let index = host.unwrap().path().join("index.json");
        let Ok(text) = fs::read_to_string(&index) else { continue };
        for event in serde_json::from_str::<Vec<Value>>(&text).unwrap() {
            let name = event["name"].as_str().unwrap().to_owned();
            for example in event["examples"].as_array().unwrap() {
                all.push((name.clone(), example.to_string()));
            }
        }
    }
    Some(all)
}

/// Our own payloads as event and body.
fn ours() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for event in fs::read_dir(payloads()).unwrap() {
        let event = event.unwrap().file_name().into_string().unwrap();
        for case in fs::read_dir(payloads().join(&event)).unwrap() {
            let case = case.unwrap().file_name().into_string().unwrap();
            let path = format!("{event}/{}", case.strip_suffix(".json").unwrap());
            all.push((event.clone(), payload(&path)));
        }
    }
    all
}

#[track_caller]
fn check(event: &str, body: &str) -> bool {
    let delivery = delivery(event, body);
    let heard = told(&delivery);
    match routed(event, body) {
        Route::To { interesting, .. } => match &heard {
            // An issue that is not ours is only known for that when it is heard.
            Ok(heard) => assert!(interesting || !heard.interesting, "{event}: {body}"),
            Err(bad) => panic!("{event}: {bad}: {body}"),
        },
        Route::Nobody => assert!(heard.is_ok_and(|heard| !heard.interesting), "{event}: {body}"),
        Route::Unreadable { why } => panic!("{event}: {why}: {body}"),
    }
    assert_eq!(told_to(&delivery, None).is_ok(), told(&delivery).is_ok());
    told(&delivery).is_ok_and(|heard| heard.interesting)
}

#[test]
fn every_official_example_is_heard_or_ignored_and_none_is_refused() {
    let Some(all) = official() else { return };
    assert!(all.len() > 300, "the package has {} examples", all.len());
    let interesting: BTreeSet<_> =
        all.iter().filter(|(event, body)| check(event, body)).map(|(event, _)| event).collect();
    for event in ["deploy_key", "installation", "member", "repository", "workflow_job"] {
        assert!(interesting.contains(&event.to_owned()), "{event}");
    }
}

#[test]
fn every_payload_of_ours_is_heard_and_every_event_has_one() {
    let all = ours();
    for (event, body) in &all {
        check(event, body);
    }
    let seen: BTreeSet<_> = all.iter().map(|(event, _)| event.as_str()).collect();
    assert_eq!(seen, KINDS.iter().map(|kind| kind.event).collect());
}

#[test]
fn events_are_listed_once_in_order_with_their_actions_in_use() {
    let names: Vec<_> = KINDS.iter().map(|kind| kind.event).collect();
    assert!(names.is_sorted() && names.iter().collect::<BTreeSet<_>>().len() == names.len());
    for kind in KINDS {
        if let Reads::Actions(actions) = kind.reads {
            assert!(!actions.is_empty(), "{}", kind.event);
        }
    }
}
