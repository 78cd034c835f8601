//! Whether octocrab's typed models read our answers.

use github_sim::{Seed, Sim};
use octocrab::{Octocrab, models::AppId};

fn app(sim: &Sim) -> Octocrab {
    let key =
        jsonwebtoken::EncodingKey::from_rsa_pem(sim.app().private_key_pem.as_bytes()).unwrap();
    Octocrab::builder().base_uri(sim.url()).unwrap().app(AppId(sim.app().id), key).build().unwrap()
}

#[tokio::test]
async fn octocrab_reads_our_answers() {
    let sim = Sim::start(Seed::acme());
    let app = app(&sim);
    app.current().app().await.unwrap();
    let installation = app.apps().get_org_installation("acme").await.unwrap();
    assert_eq!(installation.id.0, sim.installation("acme"));
    app.apps().installations().send().await.unwrap();

    let client = app.installation(installation.id).unwrap();
    assert_eq!(client.repos("acme", "api").get().await.unwrap().id.0, 401);
    let issues = client.issues("acme", "api");
    let issue =
        issues.create("Hello").body("text").labels(vec!["bug".to_owned()]).send().await.unwrap();
    issues.create_comment(issue.number, "hi").await.unwrap();
    issues.list().send().await.unwrap();
    issues.list_comments(issue.number).send().await.unwrap();
    issues.get(issue.number).await.unwrap();
    issues.update(issue.number).state(octocrab::models::IssueState::Closed).send().await.unwrap();
    client.orgs("acme").get().await.unwrap();
    client.orgs("acme").list_members().send().await.unwrap();
    client.teams("acme").get("platform").await.unwrap();
    client.users("octocat").profile().await.unwrap();
    client.repos("acme", "api").get_content().path("README.md").send().await.unwrap();
    client.ratelimit().get().await.unwrap();
    assert_eq!(sim.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn octocrab_reads_our_webhooks() {
    let sim = Sim::start(Seed::acme());
    let number = sim.opens_issue("acme/api", "octocat", "Hello", "text");
    sim.comments("acme/api", number, "monalisa", "/own");
    sim.adds_deploy_key("acme/api", "ci", false, "octocat");
    sim.adds_collaborator("acme/api", "hubot", github_sim::Access::Admin, "octocat");
    sim.renames_repository("acme/api", "server", "octocat");
    for webhook in sim.take_webhooks() {
        let read = octocrab::models::webhook_events::WebhookEvent::try_from_header_and_body(
            &webhook.event,
            &webhook.body,
        );
        assert!(read.is_ok(), "{}: {:?}", webhook.name(), read.err());
    }
}
