//! GitHub's official examples, all of them, delivered to a running server.

use std::collections::BTreeSet;

use beholden::domain::Sha;
use beholden::store::ParkedWhat;
use github_sim::{Seed, Sim};
use reqwest::StatusCode;
use serde_json::Value;

use crate::events::examples::official;
use crate::served::Served;
use crate::support::databases::on_each_database;

/// Texts of a payload that are long enough to be known again in a log.
fn telling(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        // The name of a commit tells nothing, and a log may say which could not be read.
        Value::String(text) if text.parse::<Sha>().is_ok() => {}
        Value::String(text) if text.chars().count() >= 40 => {
            found.insert(text.chars().take(40).collect());
        }
        Value::Array(values) => values.iter().for_each(|value| telling(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| telling(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_official_example_is_acknowledged_decided_and_kept_out_of_the_log() {
    let Some(all) = official() else { return };
    on_each_database(async |base| {
        let github = Sim::start(Seed::acme());
        let served = Served::start(&base, &github).await;
        let mut texts = BTreeSet::new();
        for (event, body) in &all {
            telling(&serde_json::from_str(body).unwrap(), &mut texts);
            github.sends_webhook(event, body.as_bytes());
            for webhook in github.take_webhooks() {
                assert_eq!(served.receives(webhook).await, StatusCode::ACCEPTED, "{event}: {body}");
            }
        }
        served.decides().await;
        let log = served.stops().await;
        let parked: Vec<String> = base
            .store
            .parked(1_000)
            .await
            .unwrap()
            .into_iter()
            .filter(|parked| matches!(parked.what, ParkedWhat::Delivery(_)))
            .map(|parked| format!("{:?} {}", parked.what, parked.why))
            .collect();
        assert!(parked.is_empty(), "{parked:#?}");
        assert!(!log.contains("panicked"), "{log}");
        let told: Vec<&String> = texts.iter().filter(|text| log.contains(text.as_str())).collect();
        assert!(told.is_empty() && texts.len() > 350, "{told:#?} of {}", texts.len());
    })
    .await;
}
