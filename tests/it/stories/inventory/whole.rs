//! What is there is found; what is gone is found to be gone; and nothing costs more than it must.

use beholden::domain::{Access, Part, Reach, Seen};
use github_sim::{Level, PatSpec, Vault};

use super::{LATER, furnish, lets_workflows_run, living, other_app, seen, titles, with_apps};
use crate::support::Setup;
use crate::support::databases::on_each_database;

#[tokio::test]
async fn what_no_webhook_tells_of_is_found_and_opens_no_case_of_its_own() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .seed(|seed| with_apps(seed, [other_app("vendor", "contents", Level::Write)]))
            .start()
            .await;
        let mut expected = furnish(&product.github);
        lets_workflows_run(&product.github);
        product.github.lets_coding_agent_into("all");
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        product.github.take_webhooks();
        let product = product.restarts_listing().await;

        let held = living(&product).await;
        expected.insert(format!("deploy_key/{key}"));
        for key in &expected {
            assert!(held.contains_key(key), "{key} is missing among {:?}", held.keys());
        }
        let apps: Vec<_> = held.keys().filter(|key| key.starts_with("app_installation/")).collect();
        assert_eq!(apps.len(), 2, "the vendor's and our own: {apps:?}");
        let app = held.values().find(|it| it.identity.name.raw() == "vendor").unwrap();
        assert_eq!(app.grants[0].permissions["contents"], Access::Write);
        assert_eq!(app.grants[0].reach, Reach::AllRepos);
        let org = product.github.org_id("acme");
        let lent = &held[&format!("actions_secret/{org}:org:deploy_token")].grants[0];
        assert_eq!(lent.reach, Reach::one(beholden::domain::RepoId(401)), "lent to one");
        let hook = held.values().find(|it| it.identity.name.raw() == "hooks.acme.invalid");
        assert!(hook.is_some(), "the host, and nothing after it");
        let text = serde_json::to_string(&held).unwrap();
        assert!(!text.contains("T0/secret") && !text.contains("thrown-away"), "{text}");
        let by = held[&format!("deploy_key/{key}")].grants[0].by.as_ref();
        assert_eq!(by.map(|by| by.login.as_str()), Some("octocat"), "a proposal, from added_by");
        for part in Part::ALL.iter().filter(|part| part.read_with().is_some()) {
            let place = if part.breadth() == beholden::domain::Breadth::Organization {
                "acme"
            } else {
                "acme/api"
            };
            let word = seen(&product, place, *part).await;
            assert_eq!(word, Some((Seen::Complete, String::new())), "{part}");
        }
        let issues = titles(&product, &["acme/home", "acme/api", "acme/site"]);
        assert_eq!(issues, ["Who owns what was here before Beholden?"]);
        let digest = product.ours("acme/home").remove(0);
        assert!(digest.body.contains("octocat"), "{}", digest.body);
        assert!(!digest.body.contains("@octocat"), "nobody is pinged: {}", digest.body);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_is_deleted_in_silence_becomes_a_tombstone_and_what_stays_stays() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .seed(|seed| with_apps(seed, [other_app("vendor", "contents", Level::Write)]))
            .start()
            .await;
        furnish(&product.github);
        let github = &product.github;
        let token = PatSpec::new("ci", "acme/api", "contents", "write");
        let request = github.requests_pat("octocat", &token);
        github.approves_pat_request(request, "octocat");
        let key = github.adds_deploy_key("acme/api", "ci", true, "octocat");
        github.take_webhooks();
        let product = product.restarts_listing().await;
        let github = &product.github;
        let before = living(&product).await;
        let hook: u64 = {
            let hook = before.values().find(|it| it.identity.name.raw() == "ci.acme.invalid");
            hook.unwrap().identity.key.id().parse().unwrap()
        };

        github.deletes_secret("acme", Vault::Dependabot, "NPM_TOKEN");
        github.deletes_secret("acme/api", Vault::Actions, "DEPLOY_TOKEN");
        github.removes_webhook("acme/api", hook);
        github.app_is_removed("vendor", "acme");
        github.removes_deploy_key("acme/api", key, "octocat");
        github.take_webhooks();
        product.passes(LATER).await;

        let after = living(&product).await;
        let gone: Vec<&String> = before.keys().filter(|key| !after.contains_key(*key)).collect();
        let org = github.org_id("acme");
        let expected = [
            "actions_secret/401:repo:deploy_token".to_owned(),
            before
                .values()
                .find(|it| it.identity.name.raw() == "vendor")
                .unwrap()
                .identity
                .key
                .to_string(),
            format!("dependabot_secret/{org}:org:npm_token"),
            format!("deploy_key/{key}"),
            format!("webhook/{hook}"),
        ];
        let mut expected: Vec<&String> = expected.iter().collect();
        expected.sort();
        assert_eq!(gone, expected);
        assert_eq!(after.len(), before.len() - 5, "nothing else came or went");
        product.github.finish();
    })
    .await;
}
