//! The commands that read the register, as a person or a script runs them.

use std::process::Command;

use crate::support::Setup;
use crate::support::databases::{Base, on_each_database};

/// What `beholden` prints when it is called so.
fn prints(base: &Base, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_beholden"))
        .args(arguments)
        .args(["--database", &base.url])
        .env_clear()
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn the_list_says_what_is_not_seen_any_more() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        product.settle().await;
        assert!(!prints(&base, &["register"]).contains("Not complete"));
        assert!(prints(&base, &["register", "--json"]).contains("\"hidden\":false"));

        product.github.deselects("acme/api");
        product.settle().await;
        let shown = prints(&base, &["register"]);
        assert!(shown.contains("(not seen any more)"), "{shown}");
        let sentence = "Not complete. Repositories were taken out of the installation: acme/api.";
        assert!(shown.contains(sentence), "{shown}");
        assert!(prints(&base, &["register", "--json"]).contains("\"hidden\":true"));
        let explained = prints(&base, &["explain", &format!("deploy_key/{key}")]);
        assert!(explained.contains(sentence) && explained.contains("unowned"), "{explained}");

        product.github.selects("acme/api");
        product.settle().await;
        assert!(!prints(&base, &["register"]).contains("Not complete"));
    })
    .await;
}
