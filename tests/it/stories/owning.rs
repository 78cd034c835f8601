//! From a delivery to an owner.

use crate::support::Setup;
use crate::support::databases::on_each_database;

#[tokio::test]
async fn a_deploy_key_appears_and_its_granter_owns_it() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        assert_eq!(product.github.writes().len(), 0, "a new installation is silent");
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        product.settle().await;
        let name = format!("deploy_key/{key}");
        assert_eq!(product.standing(&name).await, "unowned");
        product.github.comments("acme/api", 1, "octocat", "/own because it deploys the API");
        product.settle().await;
        assert_eq!(product.standing(&name).await, "owned by octocat");
        let issue = product.github.issue("acme/api", 1);
        assert!(!issue.open, "{issue:?}");
        product.github.finish();
    })
    .await;
}
