//! Machines that take jobs: those that stay, and those that are thrown away.

use beholden::domain::{Class, Finding, IdentityKind, Severity};
use beholden::store::Filter;
use github_sim::{Runner, Sim};

use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

/// The keys of the runners that are known.
async fn runners(product: &Product) -> Vec<String> {
    let filter = Filter { kind: Some(IdentityKind::SelfHostedRunner), ..Filter::default() };
    let page = product.engine.store().register_page(product.org(), &filter, None, 100).await;
    page.unwrap().items.iter().map(|record| record.identity.key.to_string()).collect()
}

#[tokio::test]
async fn self_hosted_runners_are_found_through_their_use_and_write_nothing() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let number = product.github.registers_runner("acme", "basement", false);
        let runner = Runner::self_hosted(number, "basement");
        product.github.runs_job("acme/api", "ci.yml", &runner, "octocat");
        product.settle().await;
        let key = format!("self_hosted_runner/{}:{number}:basement", product.org().0);
        assert_eq!(product.rules(&key).await, ["self-hosted-runner", "unowned-identity"]);
        assert!(product.record(&key).await.unwrap().baseline, "use states no grant");

        // A second one in the same private repository is no longer the first.
        let number = product.github.registers_runner("acme/api", "attic", false);
        let second = Runner::self_hosted(number, "attic");
        product.github.runs_job("acme/api", "ci.yml", &second, "octocat");
        product.settle().await;
        let second = format!("self_hosted_runner/{}:{number}:attic", product.org().0);
        assert_eq!(product.rules(&second).await, ["unowned-identity"]);

        // In a public repository each of them is dangerous.
        product.github.runs_job("acme/site", "ci.yml", &runner, "octocat");
        product.settle().await;
        let store = product.engine.store();
        let found = store.findings(product.org(), &key.parse().unwrap()).await.unwrap();
        let critical = found.iter().any(|f| f.severity == Severity::Critical);
        assert!(critical, "{found:?}");
        assert_eq!(product.github.writes().len(), 0);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_group_of_which_one_machine_was_read_is_no_riddle_any_more() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = &product.github;
        let group = format!("self_hosted_runner/{}:group:7", product.org().0);
        let takes = async |repo: &str, number: u64, name: &str| {
            let machine = Runner::in_group(number, name, (7, "gpu"), "gpu");
            github.runs_job(repo, "ci.yml", &machine, "octocat");
            product.settle().await;
            product.record(&group).await.unwrap().identity.class
        };
        assert_eq!(takes("acme/api", 77, "gpu-1").await, Class::Unclassified, "or a larger one");
        let number = github.registers_runner("acme", "gpu-2", true);
        assert_eq!(takes("acme/home", number, "gpu-2").await, Class::Machine, "read as our own");
        assert_eq!(takes("acme/api", 78, "gpu-3").await, Class::Machine, "and not forgotten");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn machines_that_are_thrown_away_are_one_identity_and_asked_about_once() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = &product.github;
        let asked = |github: &Sim| {
            let requests = github.requests();
            requests.iter().filter(|it| it.path.contains("/actions/runners/")).count()
        };
        for (name, is_there) in [("arc-1", true), ("arc-2", false), ("arc-3", true)] {
            let number = github.registers_runner("acme", name, true);
            github.runs_job("acme/api", "ci.yml", &Runner::self_hosted(number, name), "octocat");
            if !is_there {
                github.removes_runner("acme", number);
            }
            product.settle().await;
        }
        assert_eq!(asked(github), 1, "one is like the other");
        let group = format!("self_hosted_runner/{}:group:1", product.org().0);
        assert_eq!(runners(&product).await, [group.as_str()]);
        assert_eq!(product.rules(&group).await, ["self-hosted-runner", "unowned-identity"]);

        // One that was gone before it was asked about is no machine that stays.
        github.runs_job("acme/site", "ci.yml", &Runner::self_hosted(77, "arc-4"), "octocat");
        product.settle().await;
        assert_eq!(runners(&product).await, [group.as_str()]);
        let key = group.parse().unwrap();
        let found = product.engine.store().findings(product.org(), &key).await.unwrap();
        let high = |finding: &Finding| {
            finding.severity == Severity::High
                && finding.message.contains("that do not stay: one in `group Default` took a job")
        };
        assert!(found.iter().any(high), "the repository is public: {found:?}");

        // One that stays is itself, in the same group too, where nothing is known of its jobs yet.
        let number = github.registers_runner("acme", "rack", false);
        let rack = Runner::self_hosted(number, "rack");
        github.runs_job("acme/home", "ci.yml", &rack, "octocat");
        product.settle().await;
        let rack = format!("self_hosted_runner/{}:{number}:rack", product.org().0);
        assert_eq!(runners(&product).await, [rack.as_str(), group.as_str()]);
        github.finish();
    })
    .await;
}
