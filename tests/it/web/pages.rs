//! The private door: what an operator sees, whatever names people gave to things.

use axum::body::Body;
use axum::response::Response;
use beholden::web::{Admin, admin};
use http::{Request, StatusCode};
use tower::ServiceExt;

use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

async fn asks(product: &Product, path: &str, host: &str) -> Response {
    let door = admin(Admin::new(product.engine.clone()).unwrap());
    let request = Request::get(path).header("host", host).body(Body::empty()).unwrap();
    door.oneshot(request).await.unwrap()
}

async fn page(product: &Product, path: &str) -> String {
    product.page(path).await
}

#[tokio::test]
async fn the_pages_show_the_register_and_run_nothing_that_strangers_wrote() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let title = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
        let key = product.github.adds_deploy_key("acme/api", title, false, "octocat");
        product.settle().await;
        product.github.comments("acme/api", 1, "octocat", "/own because <b>bold</b>");
        product.settle().await;
        let identity = format!("/identities/deploy_key/{key}");
        let vendor = "/vendors/script";
        for path in ["/", "/cases", "/coverage", "/settings", "/rules", vendor, &identity] {
            let shown = page(&product, path).await;
            for raw in ["<script", "<img", "<b>bold"] {
                assert!(!shown.contains(raw), "{raw} on {path}: {shown}");
            }
        }
        let shown = page(&product, &identity).await;
        assert!(shown.contains("octocat") && shown.contains("alert(1)"), "{shown}");
        for rule in beholden::rules::pages() {
            page(&product, &format!("/rules/{}", rule.id)).await;
        }
        assert!(page(&product, "/metrics").await.contains("beholden_inbox_waiting"));
    })
    .await;
}

#[tokio::test]
async fn a_persons_page_lists_what_hangs_on_them() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        product.settle().await;
        let shown = page(&product, "/people/octocat").await;
        assert!(shown.contains(&format!("deploy_key/{key}")), "{shown}");
        let nobody = asks(&product, "/people/nobody-here", "127.0.0.1:3000").await;
        assert_eq!(nobody.status(), StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn what_we_are_blind_to_stands_on_the_pages_and_in_the_metrics() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        assert!(!page(&product, "/coverage").await.contains("Blind"));
        product.github.deselects("acme/api");
        product.settle().await;
        let shown = page(&product, "/coverage").await;
        assert!(shown.contains("Repositories were taken out of the installation"), "{shown}");
        assert!(shown.contains("<code>acme/api</code>"), "{shown}");
        assert!(page(&product, "/cases").await.contains("taken out of the installation"));
        let metrics = page(&product, "/metrics").await;
        assert!(metrics.contains("beholden_blind{cause=\"deselected\"} 1"), "{metrics}");
        assert!(metrics.contains("beholden_blind{cause=\"silent\"} 0"), "{metrics}");
    })
    .await;
}

#[tokio::test]
async fn the_private_door_answers_this_machine_and_nobody_else() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        for host in ["beholden.invalid", "127.0.0.1.evil.invalid", "192.0.2.1"] {
            let answer = asks(&product, "/", host).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{host}");
        }
        let answer = asks(&product, "/", "localhost").await;
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        for path in ["/identities/deploy_key/0", "/identities/nothing/1", "/rules/none", "/x"] {
            let answer = asks(&product, path, "localhost").await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        }
    })
    .await;
}
