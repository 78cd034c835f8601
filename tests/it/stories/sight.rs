//! When we go blind: one issue in home for each cause, closed when we see again; and nothing that
//! was known is forgotten meanwhile.

use std::collections::BTreeMap;
use std::time::Duration;

use beholden::domain::{Blind, CaseId, CaseState, Cause, Place, Watch};
use github_sim::{Access, IssueView, Level};
use jiff::SignedDuration;

use crate::support::alarms::{Alarms, SECRET};
use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup};

/// Longer than the calendar waits.
const LATER: Duration = Duration::from_secs(6 * 60);

async fn watched(base: &Base, alarms: &Alarms, watch: Watch) -> Product {
    Setup::on(base).alarm(alarms.url(), SECRET).watch(watch).start().await
}

/// The one issue in home that is about ourselves.
fn notice(product: &Product) -> IssueView {
    let mut ours = product.ours("acme/home");
    ours.retain(|issue| issue.title.starts_with("Beholden"));
    assert_eq!(ours.len(), 1, "{ours:#?}");
    ours.remove(0)
}

/// What is lost in `acme`, by cause.
async fn lost(product: &Product) -> Vec<String> {
    let sight = product.engine.store().sight(product.org()).await.unwrap();
    sight.lost.keys().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_repository_taken_out_of_the_installation_is_missed_and_read_again_when_it_is_back() {
    on_each_database(|base| async move {
        let alarms = Alarms::start().await;
        let product = Setup::on(&base)
            .alarm(alarms.url(), SECRET)
            .policy(|policy| {
                policy.machine_users.insert("hubot".parse().unwrap());
            })
            .start()
            .await;
        let github = &product.github;
        let hubot = format!("machine_user/{}", github.user_id("hubot"));
        let old =
            format!("deploy_key/{}", github.adds_deploy_key("acme/api", "old", true, "octocat"));
        product.settle().await;
        // Said before it was taken out, read only afterwards.
        github.adds_collaborator("acme/api", "hubot", Access::Write, "octocat");
        github.deselects("acme/api");
        product.settle().await;

        let issue = notice(&product);
        assert!(issue.open && issue.body.contains("`acme/api`"), "{}", issue.body);
        assert_eq!(issue.title, "Beholden does not see every repository any more");
        assert_eq!(alarms.words(), ["blind deselected"]);
        assert_eq!(product.standing(&old).await, "unowned", "not seen is not gone");
        assert!(product.record(&old).await.unwrap().identity.is_live());
        assert_eq!(product.standing(&hubot).await, "unknown");
        assert_ne!(product.parked().await, [""; 0]);

        // A public repository can be read all the same, and yet nothing of it is heard.
        github.deselects("acme/site");
        product.settle().await;
        let issue = notice(&product);
        assert!(issue.body.contains("`acme/api` and `acme/site`"), "{}", issue.body);
        assert_eq!(
            alarms.words(),
            ["blind deselected"],
            "more is lost; it is told at the next look"
        );
        product.passes(LATER).await;
        assert_eq!(alarms.words(), ["blind deselected"; 2]);
        assert_eq!(alarms.taken()[1]["lost_count"], 2);
        product.passes(LATER).await;
        assert_eq!(alarms.words().len(), 2);

        github.selects("acme/site");
        product.settle().await;
        assert!(notice(&product).open);
        assert_eq!(lost(&product).await, ["deselected"]);
        github.selects("acme/api");
        product.settle().await;
        let issue = notice(&product);
        assert!(!issue.open && issue.body.contains("Seen again"), "{}", issue.body);
        assert_eq!(alarms.words().pop().unwrap(), "seeing deselected");
        assert_eq!(lost(&product).await, [""; 0]);
        assert_eq!(product.standing(&hubot).await, "unowned", "what could not be read is read");
        assert_eq!(product.parked().await, [""; 0]);

        github.deselects("acme/api");
        product.settle().await;
        assert!(notice(&product).open, "the same issue is open again");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn home_itself_may_be_taken_out_and_nothing_is_tried_there_meanwhile() {
    on_each_database(|base| async move {
        let alarms = Alarms::start().await;
        let product = watched(&base, &alarms, Watch::default()).await;
        product.github.deselects("acme/home");
        product.settle().await;
        product.github.deselects("acme/site");
        product.settle().await;
        assert_eq!(alarms.taken()[0]["lost"], serde_json::json!(["acme/home"]));
        assert_eq!(product.github.writes().len(), 0);
        assert_eq!(product.parked().await, [""; 0], "it is not read either");
        product.github.selects("acme/home");
        product.settle().await;
        let issue = notice(&product);
        assert!(issue.open && issue.body.contains("`acme/site`"), "{}", issue.body);
        assert!(!issue.body.contains("acme/home"), "{}", issue.body);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn whatever_the_order_of_deliveries_the_installation_is_asked_what_it_covers() {
    on_each_database(|base| async move {
        let alarms = Alarms::start().await;
        let product = watched(&base, &alarms, Watch::default()).await;
        product.github.deselects("acme/api");
        product.github.selects("acme/api");
        let mut webhooks = product.github.take_webhooks();
        webhooks.reverse();
        for webhook in &webhooks {
            product.posts(webhook).await;
            product.engine.settle().await.unwrap();
        }
        product.settle().await;
        assert_eq!(lost(&product).await, [""; 0]);
        assert_eq!(alarms.words(), [""; 0]);
        assert_eq!(product.ours("acme/home").len(), 0);

        // Deleted while it was out of sight: nothing is missed any more.
        product.github.deselects("acme/api");
        product.settle().await;
        product.github.selects("acme/api");
        product.github.deletes_repository("acme/api", "octocat");
        let webhooks = product.github.take_webhooks();
        for webhook in webhooks.iter().rev() {
            product.posts(webhook).await;
        }
        product.settle().await;
        assert_eq!(lost(&product).await, [""; 0]);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_suspended_installation_is_told_of_where_it_can_be_and_forgets_nothing() {
    on_each_database(|base| async move {
        let alarms = Alarms::start().await;
        let product = watched(&base, &alarms, Watch::default()).await;
        let key = format!(
            "deploy_key/{}",
            product.github.adds_deploy_key("acme/api", "ci", true, "octocat")
        );
        product.settle().await;
        product.github.suspends_installation("acme");
        product.settle().await;
        assert_eq!(alarms.words(), ["blind suspended"]);
        let blind = product.engine.store().blind().await.unwrap();
        assert_eq!(blind[&Blind::Suspended], 1);
        assert_eq!(blind[&Blind::Uninstalled], 0);
        let cause = Cause::Blind { why: Blind::Suspended };
        let id = CaseId::of_cause(product.org(), &cause);
        let case = product.engine.store().case(product.org(), &id).await.unwrap().unwrap();
        assert!(matches!(case.place, Place::Register { .. }) && case.state == CaseState::Open);
        product.passes(LATER).await;
        assert_eq!(alarms.words().len(), 1, "said once");

        product.github.unsuspends_installation("acme");
        product.settle().await;
        assert_eq!(alarms.words(), ["blind suspended", "seeing suspended"]);
        let case = product.engine.store().case(product.org(), &id).await.unwrap().unwrap();
        assert_eq!(case.state, CaseState::Settled);
        assert_eq!(product.ours("acme/home").len(), 0, "it was over before it could be written");
        assert_eq!(product.standing(&key).await, "unowned");
        product.github.comments("acme/api", 1, "octocat", "/own");
        product.settle().await;
        assert_eq!(product.standing(&key).await, "owned by octocat");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn an_app_that_was_uninstalled_sees_again_when_it_is_installed_again() {
    on_each_database(|base| async move {
        let alarms = Alarms::start().await;
        let product = watched(&base, &alarms, Watch::default()).await;
        let key = format!(
            "deploy_key/{}",
            product.github.adds_deploy_key("acme/api", "ci", true, "octocat")
        );
        product.settle().await;
        product.github.uninstalls("acme");
        product.settle().await;
        assert_eq!(lost(&product).await, ["uninstalled"]);
        assert!(product.record(&key).await.unwrap().identity.is_live());
        product.github.installs("beholden", "acme", None);
        product.settle().await;
        assert_eq!(alarms.words(), ["blind uninstalled", "seeing uninstalled"]);
        product.github.comments("acme/api", 1, "octocat", "/own");
        product.settle().await;
        assert_eq!(product.standing(&key).await, "owned by octocat");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_permission_that_is_taken_away_is_noticed_without_any_webhook() {
    on_each_database(|base| async move {
        let alarms = Alarms::start().await;
        let needed = [("issues", "write"), ("secret_scanning_alerts", "read")];
        let needed: BTreeMap<_, _> =
            needed.map(|(name, level)| (name.to_owned(), level.to_owned())).into();
        let product = watched(&base, &alarms, Watch { needed, ..Watch::default() }).await;
        assert_eq!(product.ours("acme/home").len(), 0);
        product.github.app_gives_up("secret_scanning_alerts");
        product.passes(LATER).await;
        let issue = notice(&product);
        assert!(issue.body.contains("`secret_scanning_alerts: read`"), "{}", issue.body);
        assert_eq!(alarms.words(), ["blind permission"]);

        product.github.app_asks_for("secret_scanning_alerts", Level::Read);
        product.passes(LATER).await;
        assert!(notice(&product).open, "asking is not granting");
        product.github.accepts_permissions("acme");
        product.settle().await;
        assert!(!notice(&product).open);
        assert_eq!(alarms.words(), ["blind permission", "seeing permission"]);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_webhook_that_leads_elsewhere_is_noticed_and_one_that_moved_with_us_is_believed() {
    on_each_database(|base| async move {
        let alarms = Alarms::start().await;
        let product = watched(&base, &alarms, Watch::default()).await;
        let leads = async |port: u16| {
            product.github.send_webhooks_to(&format!("http://127.0.0.1:{port}/webhook"));
            product.passes(LATER).await;
        };
        leads(1).await;
        assert_eq!(lost(&product).await, [""; 0], "where it led first is right");
        leads(2).await;
        assert_eq!(alarms.words(), ["blind webhook"]);
        assert!(notice(&product).open);
        leads(1).await;
        assert_eq!(alarms.words(), ["blind webhook", "seeing webhook"]);
        leads(3).await;
        let heard = product.engine.clock().now() + SignedDuration::from_secs(90);
        product.engine.store().heard(&[(product.org(), heard)].into()).await.unwrap();
        product.passes(LATER).await;
        assert_eq!(lost(&product).await, [""; 0], "webhooks arrive, so it leads here");
        leads(3).await;
        assert_eq!(alarms.words().len(), 4);
        assert!(!notice(&product).open);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_webhook_must_lead_where_the_operator_says() {
    on_each_database(|base| async move {
        let alarms = Alarms::start().await;
        let right = "https://beholden.invalid/webhook";
        let watch = Watch { webhook: Some(right.to_owned()), ..Watch::default() };
        let product = watched(&base, &alarms, watch).await;
        assert_eq!(alarms.words(), ["blind webhook"], "it leads nowhere");
        let heard = product.engine.clock().now() + SignedDuration::from_secs(90);
        product.engine.store().heard(&[(product.org(), heard)].into()).await.unwrap();
        product.passes(LATER).await;
        assert_eq!(lost(&product).await, ["webhook"], "the operator's word counts");
        product.github.send_webhooks_to(right);
        product.passes(LATER).await;
        assert_eq!(alarms.words(), ["blind webhook", "seeing webhook"]);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn silence_is_told_of_and_the_issue_about_it_breaks_it_if_webhooks_do_arrive() {
    on_each_database(|base| async move {
        let alarms = Alarms::start().await;
        let silence = Some(SignedDuration::from_hours(2));
        let product = watched(&base, &alarms, Watch { silence, ..Watch::default() }).await;
        product.passes(Duration::from_secs(3_600)).await;
        assert_eq!(alarms.words(), [""; 0], "an hour is not too long");

        // Nothing arrives: not even what our own issue brings about.
        let deaf = async |seconds: u64| {
            let time = Duration::from_secs(seconds);
            product.github.advance(time);
            product.engine.clock().advance(time);
            product.engine.settle().await.unwrap();
            product.github.take_webhooks();
        };
        deaf(2 * 3_600).await;
        assert_eq!(alarms.words(), ["blind silent"]);
        let issue = notice(&product);
        assert!(issue.open && issue.body.contains("No webhook has arrived since"), "{issue:?}");
        deaf(3_600).await;
        assert_eq!(alarms.words(), ["blind silent"]);
        product.passes(Duration::from_secs(0)).await;
        product.github.opens_issue("acme/api", "octocat", "Anything", "at all");
        product.passes(LATER).await;
        assert_eq!(alarms.words(), ["blind silent", "seeing silent"]);
        assert!(!notice(&product).open);

        product.passes(Duration::from_secs(3 * 3_600)).await;
        product.passes(LATER).await;
        assert_eq!(alarms.words().len(), 4, "it was only quiet: {:?}", alarms.words());
        assert!(!notice(&product).open, "{:?}", product.ours("acme/home"));
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn whoever_closes_the_issue_has_read_it_and_it_opens_again_when_more_is_lost() {
    on_each_database(|base| async move {
        let alarms = Alarms::start().await;
        let product = watched(&base, &alarms, Watch::default()).await;
        product.github.deselects("acme/site");
        product.settle().await;
        let number = notice(&product).number;
        product.github.comments("acme/home", number, "octocat", "/own");
        product.settle().await;
        let said = product.github.comments_of("acme/home", number).pop().unwrap();
        assert!(said.body.contains("Nothing is listed here"), "{}", said.body);
        product.github.closes_issue("acme/home", number, "octocat");
        product.settle().await;
        product.passes(LATER).await;
        assert!(!notice(&product).open);
        product.github.deselects("acme/api");
        product.settle().await;
        assert!(notice(&product).open);
        product.github.finish();
    })
    .await;
}
