//! Records of the audit log through the door of the collector: each leaves its line, and what the
//! register holds is joined to who granted it, with what, from where, and for whom.

use std::collections::BTreeSet;

use axum::body::Body;
use beholden::domain::Evidence;
use github_sim::{Kind, Person, Vault};
use http::{Request, StatusCode};
use serde_json::json;

use super::credentials::{called, token, with};
use super::joins::joined;
use super::{LATER, titles};
use crate::events::audit::samples;
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup, prints};

const REPOS: [&str; 3] = ["acme/home", "acme/api", "acme/site"];

/// The records that some line of the history rests on.
async fn told(product: &Product) -> BTreeSet<String> {
    let (store, mut before, mut told) = (product.engine.store(), None, BTreeSet::new());
    loop {
        let lines = store.timeline(product.org(), before, 500).await.unwrap();
        let Some(last) = lines.last() else { return told };
        before = Some(last.place);
        told.extend(lines.into_iter().filter_map(|line| match line.entry.evidence {
            Evidence::Audit { record, .. } => Some(record),
            _ => None,
        }));
    }
}

#[tokio::test]
async fn every_kind_of_record_is_taken_and_leaves_its_line() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().start().await;
        let samples = samples();
        let lines: Vec<String> = samples.iter().map(|(record, _)| record.to_string()).collect();
        for some in lines.chunks(100) {
            let request = Request::post("/services/collector")
                .header("authorization", "Splunk token-for-stories")
                .body(Body::from(some.join("\n")))
                .unwrap();
            assert_eq!(product.asks(request).await.status(), StatusCode::OK);
        }
        product.settle().await;
        assert_eq!(product.parked().await, Vec::<String>::new());
        let told = told(&product).await;
        for (record, reads) in &samples {
            let name = format!("audit-{}", record["_document_id"].as_str().unwrap());
            assert_eq!(told.contains(&name), !reads.ends_with("no line"), "{record}");
        }
        assert_eq!(titles(&product, &REPOS), [""; 0], "all of it was months ago");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_is_held_is_joined_to_who_granted_it_with_what_from_where_and_for_whom() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().listing().start().await;
        token(&product.github, "nightly-sync");
        let runner = product.github.registers_runner("acme", "build-1", false);
        product.passes(LATER).await;
        let pat = called(&product, "nightly-sync").await;
        let number: u64 = pat.rsplit('/').next().unwrap().parse().unwrap();
        let hook = product.github.adds_webhook("acme/api", "https://ci.acme.invalid/x", &["push"]);
        let record = with(&json!({
            "hook_id": hook, "token_id": number, "actor_ip": "192.0.2.7",
            "actor_location": { "country_code": "DE" },
        }));
        product.audits("hook.create", "octocat", &record).await;
        let job = json!({
            "job_name": "deploy", "runner_name": "build-1", "runner_id": runner,
            "secrets_passed": ["NPM_TOKEN", "DEPLOY_TOKEN"],
        });
        product.audits("workflows.prepared_workflow_job", "octocat", &job).await;
        let by_agent = json!({
            "key": "AGENT_TOKEN", "actor_is_agent": true, "user": "octocat", "user_id": 101,
            "agent_session_id": "4c2f",
        });
        let coder = Person { login: "coder[bot]".to_owned(), kind: Kind::Bot, ..Person::default() };
        product.github.signs_up(coder);
        product.audits("repo.create_actions_secret", "coder[bot]", &by_agent).await;
        product.settle().await;
        product.github.stores_secret("acme/api", Vault::Actions, "AGENT_TOKEN");
        product.passes(LATER).await;

        let webhook = format!("webhook/{hook}");
        let held = product.record(&webhook).await.unwrap();
        let by = held.grants[0].by.as_ref().map(|by| by.login.to_string());
        assert_eq!(by.as_deref(), Some("octocat"), "who");
        let said = joined(&product, &webhook).await;
        assert!(said.contains(&format!("given access by means of {pat}")), "with what: {said:?}");
        let used = product.record(&pat).await.unwrap().habits;
        let networks: Vec<String> = used.networks.keys().cloned().collect();
        assert_eq!(networks, ["192.0.2.0/24"], "from where");
        let org = product.org();
        let printed =
            prints(&base, &["explain", &format!("self_hosted_runner/{org}:{runner}:build-1")]);
        let job = "in the job deploy with the secrets NPM_TOKEN, DEPLOY_TOKEN";
        assert!(printed.contains(job), "{printed}");
        let printed = prints(&base, &["explain", "actions_secret/401:repo:agent_token"]);
        let agent = "done by an agent that octocat started, agent session 4c2f";
        assert!(printed.contains(agent), "{printed}");
        product.github.finish();
    })
    .await;
}
