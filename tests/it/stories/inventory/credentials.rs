//! What somebody acted with: a record of the audit log names a token by its number, its hash or its
//! name, and so joins it to what it made, to what it leaves behind, and a runner to its jobs.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use github_sim::{PatSpec, Sim, Vault};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::joins::joined;
use super::{LATER, living};
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup, prints};

const HASH: &str = "EH4L8o6PfCqipALbL+QT62lyqUtnI7ql0SPbkaQnjv8=";

/// A token of octocat's on acme/api; the number of its grant.
pub(super) fn token(github: &Sim, name: &str) -> u64 {
    let in_a_year = github.now() + jiff::SignedDuration::from_hours(24 * 365);
    let spec = PatSpec::new(name, "acme/api", "administration", "write").until(in_a_year);
    github.grants_pat_without_request("octocat", &spec)
}

pub(super) async fn called(product: &Product, name: &str) -> String {
    let held = living(product).await;
    let it = held.values().find(|it| it.identity.name.raw() == name);
    it.unwrap_or_else(|| panic!("{name} is not held")).identity.key.to_string()
}

/// With this token, as GitHub writes it.
pub(super) fn with(more: &Value) -> Value {
    let mut record = json!({ "programmatic_access_type": "Fine-grained personal access token" });
    for (field, value) in more.as_object().unwrap() {
        record[field] = value.clone();
    }
    record
}

async fn history(product: &Product, key: &str) -> Vec<String> {
    let store = product.engine.store();
    let lines = store.timeline_of(product.org(), &key.parse().unwrap(), None, 50).await.unwrap();
    lines.iter().map(|line| format!("{:?}", line.entry.change)).collect()
}

#[tokio::test]
async fn a_token_and_the_keys_that_it_made_hang_together_and_outlive_it() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().listing().start().await;
        let grant = token(&product.github, "nightly-sync");
        product.passes(LATER).await;
        let pat = called(&product, "nightly-sync").await;
        let number: u64 = pat.rsplit('/').next().unwrap().parse().unwrap();
        let adds = |title: &str| {
            product.github.adds_deploy_key("acme/api", title, true, "octocat").to_string()
        };

        // The record comes alone, with the token's number and hash.
        let numbered = adds("numbered");
        product.github.take_webhooks();
        let record = with(&json!({ "key": numbered, "token_id": number, "hashed_token": HASH }));
        product.audits("public_key.create", "octocat", &record).await;
        product.settle().await;
        // The webhook comes first, and the record has the hash alone.
        let hashed = adds("hashed");
        product.settle().await;
        let record = json!({ "key": hashed, "hashed_token": HASH });
        product.audits("public_key.create", "octocat", &record).await;
        // The record has the token's name alone.
        let named = adds("named");
        product.settle().await;
        let name = json!({ "key": named, "user_programmatic_access_name": "nightly-sync" });
        product.audits("public_key.create", "octocat", &with(&name)).await;
        // Another token's hash, and no token at all.
        let (other, plain) = (adds("other"), adds("plain"));
        product.settle().await;
        let record = json!({ "key": other, "hashed_token": HASH.to_lowercase() });
        product.audits("public_key.create", "octocat", &record).await;
        product.audits("public_key.create", "octocat", &json!({ "key": plain })).await;
        // What is listed later.
        product.github.stores_secret("acme/api", Vault::Actions, "NEW_TOKEN");
        let record = with(&json!({ "key": "NEW_TOKEN", "token_id": number }));
        product.audits("repo.create_actions_secret", "octocat", &record).await;
        product.settle().await;
        product.passes(LATER).await;

        let secret = "actions_secret/401:repo:new_token".to_owned();
        let made = [&numbered, &hashed, &named].map(|key| format!("deploy_key/{key}"));
        let said = joined(&product, &pat).await;
        for thing in made.iter().chain([&secret]) {
            assert!(said.contains(&format!("was used to give access to {thing}")), "{said:?}");
            let back = joined(&product, thing).await;
            assert!(back.contains(&format!("given access by means of {pat}")), "{back:?}");
        }
        let others = [&other, &plain].map(|key| format!("deploy_key/{key}"));
        for thing in &others {
            assert!(!said.iter().any(|line| line.ends_with(thing)), "{thing}: {said:?}");
        }
        let lines = history(&product, &pat).await;
        let told = lines.iter().filter(|line| line.contains("public_key.create"));
        assert_eq!(told.count(), 3, "what was done with it: {lines:#?}");

        let printed = prints(&base, &["explain", &pat]);
        assert!(printed.contains(&format!("was used to give access to {}", made[1])), "{printed}");
        let printed = prints(&base, &["register", "--person", "octocat"]);
        let holds = format!("{:<20} {pat}", "holds");
        assert!(printed.contains(&holds), "{printed}");
        let printed = prints(&base, &["register", "--vendor", "nightly"]);
        assert!(
            printed.contains(&made[0]) && printed.contains("added with its token"),
            "{printed}"
        );

        product.github.revokes_pat(grant);
        product.passes(LATER).await;
        for thing in &made {
            let found = product.rules(thing).await;
            assert!(found.contains(&"key-left-behind".to_owned()), "{thing}: {found:?}");
        }
        for thing in &others {
            let found = product.rules(thing).await;
            assert!(!found.contains(&"key-left-behind".to_owned()), "{thing}: {found:?}");
        }
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_runner_is_known_by_its_name_in_a_record_of_a_job() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().listing().start().await;
        let runner = product.github.registers_runner("acme", "onprem-1", false);
        product.passes(LATER).await;
        let org = product.github.org_id("acme");
        let key = format!("self_hosted_runner/{org}:{runner}:onprem-1");
        let job = |more: &Value| {
            let mut job = json!({ "job_name": "deploy", "runner_name": "onprem-1" });
            for (field, value) in more.as_object().unwrap() {
                job[field] = value.clone();
            }
            job
        };
        let action = "workflows.prepared_workflow_job";
        product.audits(action, "octocat", &job(&json!({ "runner_id": runner }))).await;
        product.audits(action, "octocat", &job(&json!({ "is_hosted_runner": "false" }))).await;
        product.audits(action, "octocat", &job(&json!({ "is_hosted_runner": "true" }))).await;
        product.settle().await;
        let lines = history(&product, &key).await;
        let told = lines.iter().filter(|line| line.contains("in the job deploy"));
        assert_eq!(told.count(), 2, "GitHub's own machine is another: {lines:#?}");

        let again = product.github.registers_runner("acme", "onprem-1", false);
        product.passes(LATER).await;
        let said = joined(&product, &key).await;
        let anew = format!("self_hosted_runner/{org}:{again}:onprem-1");
        assert_eq!(said, [format!("registered under the same name as {anew}")]);
        product.github.finish();
    })
    .await;
}

/// What SSH prints for a public key of the simulated GitHub.
pub(super) fn fingerprint(public_key: &str) -> String {
    let (_, blob) = public_key.split_once(' ').unwrap();
    let blob = STANDARD.decode(blob).unwrap();
    format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(blob)))
}

#[tokio::test]
async fn a_deploy_key_is_known_by_the_fingerprint_in_a_record_of_its_use() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().listing().start().await;
        let heard = product.github.adds_deploy_key("acme/api", "heard", true, "octocat");
        product.settle().await;
        let listed = product.github.adds_deploy_key("acme/api", "listed", true, "octocat");
        product.github.take_webhooks();
        product.passes(LATER).await;
        let uses = async |print: &str| {
            let record = json!({ "deploy_key_fingerprint": print, "hashed_token": HASH });
            product.audits("protected_branch.policy_override", "octocat", &record).await;
            product.settle().await;
        };
        let told = async |key: u64| {
            let lines = history(&product, &format!("deploy_key/{key}")).await;
            lines.iter().filter(|line| line.contains("policy_override")).count()
        };
        for key in [heard, listed] {
            uses(&fingerprint(&product.github.public_key("acme/api", key))).await;
        }
        assert_eq!((told(heard).await, told(listed).await), (1, 1));
        uses("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU").await;
        uses("16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48").await;
        assert_eq!((told(heard).await, told(listed).await), (1, 1), "another's, and MD5");
        let used = product.record(&format!("deploy_key/{listed}")).await.unwrap().habits.since;
        assert!(used.is_some(), "its use is learnt");
        let printed = prints(&base, &["explain", &format!("deploy_key/{listed}")]);
        assert!(printed.contains("policy_override"), "{printed}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn sessions_of_an_agent_hang_on_who_started_them() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().listing().start().await;
        let agent = "copilot-swe-agent[bot]";
        let works = async |starter: &str, session: Option<&str>| {
            let mut record = json!({
                "actor": agent,
                "actor_is_agent": true,
                "actor_is_bot": true,
                "user": starter,
                "user_id": product.github.user_id(starter),
                "actor_id": 198_982_749,
            });
            if let Some(session) = session {
                record["agent_session_id"] = session.into();
            }
            product.audits("pull_request.create", "octocat", &record).await;
            product.settle().await;
        };
        works("octocat", Some("session-1")).await;
        works("octocat", Some("session-2")).await;
        works("monalisa", None).await;
        let held = living(&product).await;
        let account = held
            .values()
            .find(|it| it.identity.login.as_ref().is_some_and(|login| login.as_str() == agent));
        let account = account.expect("the agent acted").identity.key.to_string();
        let printed = prints(&base, &["explain", &account]);
        let line = printed.lines().find(|line| line.contains("started by")).expect(&printed);
        assert!(line.contains("octocat (") && line.contains("session session-2"), "{line}");
        assert!(line.contains("monalisa (") && !line.contains("session-1"), "{line}");
        for person in ["octocat", "monalisa"] {
            let printed = prints(&base, &["register", "--person", person]);
            let starts = format!("{:<20} {account}", "started");
            assert!(printed.contains(&starts), "{printed}");
        }
        product.github.finish();
    })
    .await;
}
