//! What people say and do about a case, from its first issue to its end.

use beholden::domain::{CaseState, Place, Standing};
use github_sim::{Access, CommentView, PatSpec};

use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup};

/// `acme` with a deploy key in `acme/api` that waits for an owner, and the key's name.
async fn asked(base: &Base) -> (Product, String) {
    let product = Setup::on(base).start().await;
    let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
    product.settle().await;
    (product, format!("deploy_key/{key}"))
}

/// Says something in issue 1 of `acme/api` and gives back what was answered, and the reactions.
async fn says(product: &Product, login: &str, words: &str) -> (Vec<String>, Vec<String>) {
    let before = answers(product).len();
    let said = product.github.comments("acme/api", 1, login, words);
    product.settle().await;
    let comments = product.github.comments_of("acme/api", 1);
    let mine = comments.iter().find(|comment| comment.id == said).unwrap();
    let texts = answers(product).split_off(before);
    (texts.into_iter().map(|answer| answer.body).collect(), mine.reactions.clone())
}

fn answers(product: &Product) -> Vec<CommentView> {
    let mut comments = product.github.comments_of("acme/api", 1);
    comments.retain(|comment| comment.author == "beholden[bot]");
    comments
}

#[tokio::test]
async fn every_command_is_answered_once_with_a_reaction() {
    on_each_database(|base| async move {
        let (product, key) = asked(&base).await;
        let steps = [
            ("/help", "eyes", "/disown", "unowned"),
            ("/explain", "eyes", "ci", "unowned"),
            ("/own @monalisa", "+1", "monalisa", "proposed"),
            ("/own because it deploys", "+1", "owns the deploy key", "owned by octocat"),
            ("/disown", "+1", "Nobody owns", "unowned"),
            ("/own until yesterday", "confused", "I could not read this", "unowned"),
            ("/wrong because it is a test key", "+1", "", "unowned"),
            ("/retire because it is out of use", "+1", "", "retired"),
        ];
        for (words, reaction, answer, standing) in steps {
            let (texts, reactions) = says(&product, "octocat", words).await;
            assert_eq!(texts.len(), 1, "{words}: {texts:?}");
            assert!(texts[0].contains(answer), "{words}: {}", texts[0]);
            assert_eq!(reactions, [format!("beholden[bot] {reaction}")], "{words}");
            assert_eq!(product.standing(&key).await, standing, "{words}");
        }
        assert!(!product.github.issue("acme/api", 1).open);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_team_owns_when_one_of_its_own_says_so_and_a_team_that_is_not_there_is_refused() {
    on_each_database(|base| async move {
        let (product, key) = asked(&base).await;
        product.github.changes_collaborator("acme/api", "monalisa", Access::Maintain, "octocat");
        let (texts, reactions) = says(&product, "octocat", "/own @acme/nobody-has-it").await;
        assert_eq!(reactions, ["beholden[bot] confused"], "{texts:?}");
        let (texts, _) = says(&product, "octocat", "/own @nobody-has-it").await;
        assert_eq!(texts.len(), 1, "{texts:?}");
        let (texts, _) = says(&product, "octocat", "/own @acme/platform").await;
        assert!(texts[0].contains("proposed"), "{texts:?}");
        assert_eq!(product.standing(&key).await, "proposed");
        says(&product, "monalisa", "/own @acme/platform").await;
        assert_eq!(product.standing(&key).await, "owned by team platform");
        product.github.removes_from_team("acme/platform", "monalisa", "octocat");
        product.settle().await;
        assert_eq!(product.standing(&key).await, "orphaned", "nobody is in the team any more");
        let case = product.case(&key).await.unwrap();
        let issue = product.github.issue("acme/api", case.issue.unwrap().0 as u64);
        assert!(issue.open && issue.body.contains("`owner-left`"), "{issue:?}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn an_edited_comment_is_answered_in_the_same_place() {
    on_each_database(|base| async move {
        let (product, key) = asked(&base).await;
        let said = product.github.comments("acme/api", 1, "octocat", "/own until never");
        product.settle().await;
        assert_eq!(answers(&product).len(), 1);
        product.passes(std::time::Duration::from_secs(5)).await;
        product.github.edits_comment(said, "octocat", "/own because I wrote it");
        product.settle().await;
        let answers = answers(&product);
        assert_eq!(answers.len(), 1, "{answers:#?}");
        assert!(answers[0].body.contains("owns"), "{}", answers[0].body);
        assert_eq!(product.standing(&key).await, "owned by octocat");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn an_issue_closed_without_an_owner_opens_again_once() {
    on_each_database(|base| async move {
        let (product, key) = asked(&base).await;
        product.github.closes_issue("acme/api", 1, "octocat");
        product.settle().await;
        assert!(product.github.issue("acme/api", 1).open);
        let told = answers(&product);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].body.contains("open again"), "{}", told[0].body);
        product.github.closes_issue("acme/api", 1, "octocat");
        product.settle().await;
        assert!(!product.github.issue("acme/api", 1).open, "a person's second word counts");
        assert_eq!(answers(&product).len(), 1);
        assert_eq!(product.case(&key).await.unwrap().state, CaseState::Dismissed);
        // It can still be owned there.
        product.github.comments("acme/api", 1, "octocat", "/own");
        product.settle().await;
        assert_eq!(product.standing(&key).await, "owned by octocat");
        assert!(!product.github.issue("acme/api", 1).open);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn our_words_are_put_back_and_those_of_people_stay() {
    on_each_database(|base| async move {
        let (product, _) = asked(&base).await;
        let body = product.github.issue("acme/api", 1).body;
        let edited = format!(
            "A note of ours above.\n\n{}\n\nAnd one below.",
            body.replace("Proposed owner", "Nobody's business")
        );
        assert_ne!(edited.matches("Nobody's business").count(), 0, "{body}");
        product.github.edits_issue_body("acme/api", 1, &edited, "octocat");
        product.settle().await;
        let now = product.github.issue("acme/api", 1).body;
        assert!(now.contains(&body), "{now}");
        assert!(now.starts_with("A note of ours above."), "{now}");
        assert!(now.ends_with("And one below."), "{now}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_deleted_issue_is_opened_once_more_in_home() {
    on_each_database(|base| async move {
        let (product, key) = asked(&base).await;
        product.github.deletes_issue("acme/api", 1, "octocat");
        product.settle().await;
        assert!(product.ours("acme/api").is_empty());
        let home = product.ours("acme/home");
        assert_eq!(home.len(), 1, "{home:#?}");
        assert!(home[0].open && home[0].body.contains(&key), "{}", home[0].body);
        product.github.comments("acme/home", home[0].number, "octocat", "/own");
        product.settle().await;
        assert_eq!(product.standing(&key).await, "owned by octocat");
        assert!(!product.github.issue("acme/home", home[0].number).open);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn without_a_home_what_has_no_repository_stays_in_the_register() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).policy(|policy| policy.home = None).start().await;
        let mut spec = PatSpec::new("wide", "acme/api", "contents", "write");
        spec.token_id = Some(7_001);
        spec.repositories.clear();
        product.github.requests_pat("hubot", &spec);
        let public = product.github.adds_deploy_key("acme/site", "ci", false, "octocat");
        product.settle().await;
        assert_eq!(product.github.writes().len(), 0);
        for key in ["fine_grained_pat/7001".to_owned(), format!("deploy_key/{public}")] {
            let case = product.case(&key).await.unwrap();
            let Place::Register { why } = &case.place else { panic!("{case:?}") };
            assert!(why.contains("No home is named"), "{why}");
        }
        // A private repository is its own place.
        product.github.adds_deploy_key("acme/api", "ci", true, "octocat");
        product.settle().await;
        assert_eq!(product.ours("acme/api").len(), 1);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn nothing_is_written_to_a_home_that_strangers_can_read() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .policy(|policy| policy.home = Some("acme/site".parse().unwrap()))
            .start()
            .await;
        let key = product.github.adds_deploy_key("acme/site", "ci", false, "octocat");
        product.settle().await;
        assert_eq!(product.github.writes().len(), 0);
        let case = product.case(&format!("deploy_key/{key}")).await.unwrap();
        let Place::Register { why } = &case.place else { panic!("{case:?}") };
        assert!(why.contains("Home is public"), "{why}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_home_that_becomes_public_before_the_write_gets_nothing() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        // The webhook that says so is lost.
        product.github.makes_public("acme/home", "octocat");
        product.github.take_webhooks();
        let mut spec = PatSpec::new("wide", "acme/api", "contents", "write");
        spec.repositories.clear();
        product.github.requests_pat("hubot", &spec);
        product.settle().await;
        assert_eq!(product.github.writes().len(), 0);
        let parked = product.parked().await;
        assert_eq!(parked, ["The repository is public, so the case stays in the register."]);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_repository_that_can_hold_no_issue_says_why() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).policy(|policy| policy.home = None).start().await;
        product.github.disables_issues("acme/api");
        product.github.archives("acme/home", "octocat");
        // Nothing tells of a switch; the next look at every repository does.
        product.passes(std::time::Duration::from_secs(3_700)).await;
        let steps = [
            ("acme/api", "Issues are switched off in its repository. No home is named"),
            ("acme/home", "Its repository is archived or deleted. No home is named"),
            ("acme/site", "Everybody can read its repository. No home is named"),
        ];
        for (repo, because) in steps {
            let key = product.github.adds_deploy_key(repo, "ci", false, "octocat");
            product.settle().await;
            let case = product.case(&format!("deploy_key/{key}")).await.unwrap();
            let Place::Register { why } = &case.place else { panic!("{case:?}") };
            assert!(why.starts_with(because), "{repo}: {why}");
        }
        assert_eq!(product.github.writes().len(), 0);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn issues_that_are_switched_off_before_the_write_are_told_of() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        product.github.adds_deploy_key("acme/api", "first", true, "octocat");
        product.settle().await;
        product.passes(std::time::Duration::from_secs(3_600)).await;
        product.github.disables_issues("acme/api");
        // The webhook that says so is lost.
        product.github.take_webhooks();
        let before = product.github.writes().len();
        product.github.adds_deploy_key("acme/api", "second", true, "monalisa");
        product.settle().await;
        assert_eq!(product.github.writes().len(), before);
        let parked = product.parked().await;
        assert_eq!(parked, ["Issues are switched off in the repository."]);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_deleted_key_closes_its_issue_and_its_tombstone_keeps_the_owner() {
    on_each_database(|base| async move {
        let (product, key) = asked(&base).await;
        let number = key.trim_start_matches("deploy_key/").parse().unwrap();
        product.github.removes_deploy_key("acme/api", number, "octocat");
        product.settle().await;
        assert!(!product.github.issue("acme/api", 1).open, "nobody is needed any more");
        let record = product.record(&key).await.unwrap();
        assert!(matches!(record.identity.standing, Standing::Gone { .. }), "{record:?}");

        product.passes(std::time::Duration::from_secs(3_600)).await;
        let owned = product.github.adds_deploy_key("acme/api", "cd", true, "octocat");
        product.settle().await;
        let issue = product.ours("acme/api").pop().unwrap().number;
        product.github.comments("acme/api", issue, "octocat", "/own");
        product.settle().await;
        let key = format!("deploy_key/{owned}");
        assert_eq!(product.standing(&key).await, "owned by octocat");
        product.github.removes_deploy_key("acme/api", owned, "octocat");
        product.settle().await;
        let record = product.record(&key).await.unwrap();
        assert!(!record.identity.is_live());
        let owners: Vec<_> = record.ownership.owners().map(|owner| owner.plain()).collect();
        assert_eq!(owners, ["octocat"]);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_member_without_a_say_is_told_why_and_changes_nothing() {
    on_each_database(|base| async move {
        let (product, key) = asked(&base).await;
        let (texts, reactions) = says(&product, "monalisa", "/own").await;
        assert_eq!(reactions, ["beholden[bot] confused"]);
        assert!(texts[0].contains("maintain"), "{}", texts[0]);
        assert_eq!(product.standing(&key).await, "unowned");
        product.github.changes_collaborator("acme/api", "monalisa", Access::Maintain, "octocat");
        product.settle().await;
        says(&product, "monalisa", "/own").await;
        assert_eq!(product.standing(&key).await, "owned by monalisa");
        product.github.finish();
    })
    .await;
}
