//! What uses GitHub's API is known by it where nothing else shows it, and no word is said on what it
//! may do.

use std::time::Duration;

use beholden::domain::{Part, Reach, Seen};
use github_sim::{Level, PatSpec, Sim};

use super::{LATER, living, other_app, seen, titles, with_apps};
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup, prints};

const REPOS: [&str; 3] = ["acme/home", "acme/api", "acme/site"];

/// The keys of these kinds that live.
async fn keys(product: &Product, kinds: &[&str]) -> Vec<String> {
    let all = living(product).await.into_keys();
    all.filter(|key| kinds.iter().any(|kind| key.starts_with(kind))).collect()
}

/// A token of monalisa's on acme/api that never ends.
fn token(github: &Sim, name: &str) {
    let spec = PatSpec::new(name, "acme/api", "contents", "read");
    github.grants_pat_without_request("monalisa", &spec);
}

#[tokio::test]
async fn classic_tokens_and_oauth_apps_that_are_used_are_known_by_it_and_open_no_case() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .policy(|policy| {
                policy.machine_users.insert("hubot".parse().unwrap());
            })
            .start()
            .await;
        let github = product.github.clone();
        let hers = github.uses_api("monalisa", "classic_pat", "nightly");
        let its = github.uses_api("hubot", "classic_pat", "deploys");
        let app = github.uses_api("monalisa", "oauth_app", "Deployer");
        assert_eq!(github.uses_api("octocat", "oauth_app", "Deployer"), app);
        github.uses_api("octocat", "github_app_user_to_server", "An App");
        github.take_webhooks();
        let product = product.restarts_listing().await;

        let (hers, its) =
            (format!("classic_pat/102:used:{hers}"), format!("classic_pat/103:used:{its}"));
        let app = format!("oauth_app/{app}");
        let kinds = ["classic_pat/", "oauth_app/"];
        assert_eq!(keys(&product, &kinds).await, [&*hers, &*its, &*app]);
        assert_eq!(product.standing(&hers).await, "owned by monalisa");
        assert_eq!(product.standing(&its).await, "unowned", "a machine answers for nothing");
        let held = product.record(&app).await.unwrap();
        assert_eq!(held.grants[0].reach, Reach::Unknown);
        assert!(held.dates.used.is_some(), "{:?}", held.dates);
        let machine = product.record("machine_user/103").await.unwrap();
        assert!(machine.dates.used.is_some(), "it acted, too: {:?}", machine.dates);
        let printed = prints(&base, &["explain", &hers]);
        assert!(printed.contains("GitHub does not say"), "{printed}");
        let evidence = format!("{:?}", held.grants[0].evidence);
        assert!(evidence.contains("/orgs/acme/insights/api"), "{evidence}");
        let issues = titles(&product, &REPOS);
        assert_eq!(issues, ["Who owns what was here before Beholden?"]);

        // It may have been there for long, so it is no news either.
        let other = github.uses_api("monalisa", "oauth_app", "Other");
        product.passes(LATER).await;
        assert!(product.record(&format!("oauth_app/{other}")).await.is_some());
        assert_eq!(titles(&product, &REPOS), issues);

        // Silence says nothing: GitHub keeps thirty days.
        let before = keys(&product, &kinds).await;
        product.passes(Duration::from_secs(40 * 24 * 3_600)).await;
        assert_eq!(keys(&product, &kinds).await, before);
        let word = seen(&product, "acme", Part::ApiUse).await;
        assert_eq!(word, Some((Seen::Complete, String::new())));
        let found = product.rules(&app).await;
        assert!(!found.contains(&"unused-identity".to_owned()), "{found:?}");
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn of_what_other_lists_show_the_use_is_the_last_use_and_nothing_is_there_twice() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .seed(|seed| with_apps(seed, [other_app("vendor", "contents", Level::Write)]))
            .start()
            .await;
        let github = product.github.clone();
        token(&github, "ci");
        let let_in = github.lets_in_token("monalisa", "nightly", &["repo"]);
        github.take_webhooks();
        let product = product.restarts_listing().await;
        let before = living(&product).await;
        let used = |key: &str| {
            let (product, key) = (&product, key.to_owned());
            async move { product.record(&key).await.unwrap().dates.used.map(|it| it.as_second()) }
        };
        let named = |name: &str| {
            let found = before.values().find(|it| it.identity.name.raw() == name);
            found.unwrap().identity.key.to_string()
        };
        let (pat, vendor) = (named("ci"), named("vendor"));
        let classic = format!("classic_pat/{let_in}");
        assert_eq!(used(&vendor).await, None);

        github.advance(Duration::from_secs(3_600));
        github.uses_api("monalisa", "fine_grained_pat", "ci");
        github.uses_api("monalisa", "fine_grained_pat", "of another organisation");
        github.uses_api("monalisa", "classic_pat", "nightly");
        let installation = vendor.rsplit('/').next().unwrap().parse().unwrap();
        github.app_uses_api(installation, "Vendor");
        github.app_uses_api(15_368, "GitHub Actions");
        let now = github.now().as_second();
        product.passes(LATER).await;
        for key in [&pat, &vendor, &classic] {
            assert_eq!(used(key).await, Some(now), "{key}");
        }
        let after = living(&product).await;
        assert!(after.keys().eq(before.keys()), "{:?}", after.keys());
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn without_an_enterprise_there_are_no_insights_and_coverage_says_so() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = product.github.clone();
        github.belongs_to_enterprise("acme", false);
        github.uses_api("monalisa", "classic_pat", "nightly");
        let product = product.restarts_listing().await;
        let (word, why) = seen(&product, "acme", Part::ApiUse).await.unwrap();
        assert_eq!(word, Seen::Unsupported, "{why}");
        assert!(why.contains("may not have it"), "{why}");
        assert_eq!(keys(&product, &["classic_pat/"]).await, [""; 0]);
        github.finish();
    })
    .await;
}
