//! The commands, as a person or a script runs them: those that read the register, and those that
//! speak to GitHub.

use std::process::Command;

use github_sim::{KeySeed, Level, Repository, Seed};

use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup, prints};

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

/// What a command that speaks to GitHub printed, and whether it succeeded.
async fn runs(product: &Product, base: &Base, arguments: &[&str]) -> (bool, String) {
    let (app, url) = (product.github.app(), product.github.url());
    let mut command = Command::new(env!("CARGO_BIN_EXE_beholden"));
    command.args(arguments).env_clear().envs([
        ("BEHOLDEN_APP_ID", app.id.to_string()),
        ("BEHOLDEN_CLIENT_ID", app.client_id.clone()),
        ("BEHOLDEN_PRIVATE_KEY", app.private_key_pem.clone()),
        ("BEHOLDEN_WEBHOOK_SECRET", app.webhook_secret.clone()),
        ("BEHOLDEN_API_URL", url.clone()),
        ("BEHOLDEN_WEB_URL", url),
        ("BEHOLDEN_DATABASE", base.url.clone()),
    ]);
    // GitHub answers on this thread's runtime.
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout) + &text(&output.stderr))
}

#[tokio::test]
async fn withdraw_lists_what_is_open_and_closes_it_when_it_is_told_to() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        product.github.adds_deploy_key("acme/api", "ci", true, "octocat");
        product.settle().await;
        let number = product.ours("acme/api")[0].number;

        let (listed, text) = runs(&product, &base, &["withdraw", "--org", "acme"]).await;
        assert!(listed && text.contains(&format!("acme/api#{number}\n")), "{text}");
        assert!(text.contains("1 issue or check would be closed; --yes does it."), "{text}");
        assert!(product.ours("acme/api")[0].open, "listing closes nothing");

        let (closed, text) = runs(&product, &base, &["withdraw", "--org", "acme", "--yes"]).await;
        assert!(closed && text.contains("1 issue or check closed."), "{text}");
        let issue = &product.ours("acme/api")[0];
        assert!(!issue.open && issue.body.contains("Beholden was withdrawn"), "{}", issue.body);

        let (known, text) = runs(&product, &base, &["withdraw", "--org", "octo"]).await;
        assert!(!known && text.contains("knows no organisation octo"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn doctor_says_what_is_there_and_what_is_to_mend() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let ask = ["doctor", "--home", "acme/home"];
        let (_, text) = runs(&product, &base, &ask).await;
        for line in [
            "ok     the database can be written to",
            "ok     GitHub knows the App as beholden",
            "ok     the clock agrees with GitHub's",
            "ok     acme/home is private and takes issues",
            "note   acme: nobody answers for Beholden itself",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }

        let (well, text) = runs(&product, &base, &["doctor", "--home", "acme/nowhere"]).await;
        assert!(!well && text.contains("wrong  acme/nowhere cannot be read"), "{text}");
        assert!(text.contains(" to mend."), "{text}");
    })
    .await;
}

#[tokio::test]
async fn doctor_names_the_permission_that_is_not_granted() {
    on_each_database(|base| async move {
        let few = |seed: Seed| seed.permissions(&[("metadata", Level::Read)]);
        let product = Setup::on(&base).seed(few).start().await;
        let (well, text) = runs(&product, &base, &["doctor"]).await;
        assert!(!well, "{text}");
        assert!(text.contains("wrong  acme: an organisation owner has yet to grant"), "{text}");
        assert!(text.contains("issues"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn sync_lists_everything_and_coverage_says_how_well() {
    on_each_database(|base| async move {
        let keys = vec![KeySeed { id: Some(77), title: "old".to_owned(), ..KeySeed::default() }];
        let web = Repository { name: "web".to_owned(), keys, ..Repository::default() };
        let product = Setup::on(&base).seed(|seed| seed.repository(web)).start().await;
        let (known, _) = runs(&product, &base, &["explain", "deploy_key/77"]).await;
        assert!(!known, "nothing told of it");
        let before = prints(&base, &["coverage"]);
        assert!(before.contains("Not all of it has been listed yet."), "{before}");

        let (whole, text) = runs(&product, &base, &["sync", "--org", "acme"]).await;
        assert!(whole, "{text}");
        assert!(text.contains("acme: ") && text.contains(" requests of which "), "{text}");
        assert!(prints(&base, &["explain", "deploy_key/77"]).contains("old"));
        let after = prints(&base, &["coverage"]);
        assert!(after.contains("All of it had been listed once by "), "{after}");
        let json = prints(&base, &["coverage", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let keys =
            json["parts"].as_array().unwrap().iter().find(|row| row["part"] == "deploy_keys");
        assert_eq!(keys.unwrap()["seen"], "complete", "{json}");
        assert!(product.github.issues("acme/web").is_empty(), "what was there before asks nobody");

        let (again, text) = runs(&product, &base, &["sync", "--org", "acme", "--full"]).await;
        assert!(again, "{text}");
        let (known, text) = runs(&product, &base, &["sync", "--org", "octo"]).await;
        assert!(!known && text.contains("installed on no such organisation"), "{text}");
    })
    .await;
}
