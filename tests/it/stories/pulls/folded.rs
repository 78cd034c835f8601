//! Comments on lines are folded when nothing waits there any more, and unfolded when it does again.

use super::*;
use crate::support::databases::on_each_database;

#[tokio::test]
async fn comments_are_folded_while_a_table_stands_in_for_them() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "hubot");
        reads(&product).await;
        assert_eq!(folded(&product, number), [None]);
        let copy = |n: usize| format!(".github/workflows/triage-{n}.yml");
        let push =
            (0..12).fold(Push::to("acme/api", "triage"), |push, n| push.writes(&copy(n), TRIAGE));
        product.github.pushes(&push, "hubot");
        reads(&product).await;
        let review = product.github.reviews("acme/api", number).remove(0).body;
        assert!(review.contains("| Row | What |"), "{review}");
        assert_eq!(
            folded(&product, number),
            [Some("outdated".to_owned())],
            "and no other is written"
        );
        let comment = product.github.line_comments("acme/api", number).remove(0);
        assert!(comment.body.contains("row 1 of the table"), "{}", comment.body);

        let push = (0..12).fold(Push::to("acme/api", "triage"), |push, n| push.removes(&copy(n)));
        product.github.pushes(&push, "hubot");
        reads(&product).await;
        assert_eq!(folded(&product, number), [None], "one is left: it stands on its line again");
        product.github.finish();
    })
    .await;
}

/// Why each comment of ours is folded.
fn folded(product: &Product, number: u64) -> Vec<Option<String>> {
    let comments = product.github.line_comments("acme/api", number);
    let ours = comments.into_iter().filter(|comment| comment.author == "beholden[bot]");
    ours.map(|comment| comment.minimized).collect()
}

#[tokio::test]
async fn a_settled_comment_is_folded_until_it_asks_again_and_for_good_when_its_line_is_gone() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "hubot");
        reads(&product).await;
        assert_eq!(folded(&product, number), [None]);
        product.github.comments("acme/api", number, "octocat", "/own because it sorts issues");
        reads(&product).await;
        assert_eq!(folded(&product, number), [Some("resolved".to_owned())]);

        let wider = TRIAGE.replace("contents: write", "contents: write\n  actions: write");
        pushes(&product, "triage", &[(TRIAGE_YML, &wider)], "hubot");
        reads(&product).await;
        assert_eq!(folded(&product, number), [None], "wider power asks again");

        let push = Push::to("acme/api", "triage").removes(TRIAGE_YML).writes("a.md", "words\n");
        product.github.pushes(&push, "hubot");
        reads(&product).await;
        assert_eq!(folded(&product, number), [Some("outdated".to_owned())]);
        let asked = product.github.writes().len();
        product.passes(Duration::from_secs(7_200)).await;
        assert_eq!(product.github.writes().len(), asked, "nothing is folded twice");
        product.github.finish();
    })
    .await;
}
