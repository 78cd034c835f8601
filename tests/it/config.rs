//! The settings: what is missing is said all at once, and secrets are never printed.

use std::fs;
use std::path::Path;
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use beholden::config::{Config, Refused, ServeArgs};
use beholden::domain::AppId;
use beholden::policy::Mode;
use clap::Parser;
use insta::assert_snapshot;
use secrecy::ExposeSecret;

#[derive(Parser)]
struct Typed {
    #[command(flatten)]
    serve: ServeArgs,
}

/// The settings of `beholden serve` with these flags.
fn serve(flags: &[&str]) -> Result<Config, Refused> {
    let line = ["serve"].iter().chain(flags);
    Typed::try_parse_from(line).map_err(|e| panic!("{e}")).unwrap().serve.resolve()
}

/// The refusal, one sentence a line.
fn refusal(flags: &[&str]) -> String {
    serve(flags).unwrap_err().to_string()
}

/// A key made for this run.
fn key() -> String {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    let text = BASE64_STANDARD.encode(der.as_ref());
    format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
}

/// A folder as `setup` writes it.
fn folder(at: &Path) -> String {
    let app = r#"{"app_id":7,"client_id":"Iv1","slug":"b","owner":"acme","html_url":"https://x"}"#;
    fs::write(at.join("app.json"), app).unwrap();
    fs::write(at.join("private-key.pem"), key()).unwrap();
    fs::write(at.join("webhook-secret"), "from the folder\n").unwrap();
    at.to_str().unwrap().to_owned()
}

#[test]
fn everything_that_is_missing_is_said_at_once() {
    assert_snapshot!(refusal(&[]), @r#"
    The App's number is missing: set --app-id, or --credentials after `beholden setup`.
    The App's client id is missing: set --client-id, or --credentials.
    The App's private key is missing: set --private-key-file, BEHOLDEN_PRIVATE_KEY or --credentials.
    The webhook secret is missing: set BEHOLDEN_WEBHOOK_SECRET, --webhook-secret-file or --credentials.
    "#);
}

#[test]
fn what_cannot_work_is_refused_with_the_reason() {
    assert_snapshot!(refusal(&[
        "--admin-listen", "0.0.0.0:3000",
        "--database", "mysql://root:hunter2@db",
        "--app-id", "7",
        "--client-id", "Iv1",
        "--private-key", "not a key",
        "--webhook-secret", "",
        "--api-url", "http://ghes.invalid/api/v3",
        "--orgs", "acme",
        "--home", "acme/.github,octo/home,octo/other",
        "--machine-users", "monalisa",
        "--approvers", "monalisa,claude[bot]",
        "--zone", "Mars/Olympus",
    ]), @r#"
    --admin-listen 0.0.0.0:3000 can be reached by others, and the pages there show the whole register without a login. Use 127.0.0.1, and a tunnel to look from elsewhere.
    --database must be sqlite:FILE or postgres://….
    The private key is not an RSA key in PEM form, as GitHub hands it out: it begins with -----BEGIN RSA PRIVATE KEY-----.
    A webhook secret is empty; anybody could sign with it. Set the one that the App has.
    --api-url must begin with https://, because credentials travel there; http:// is accepted for this machine only.
    --home acme/.github: .github is often public, so it cannot be home.
    --home octo/home: its organisation is not among --orgs.
    --home octo/other: its organisation is not among --orgs.
    --home names two for one organisation: octo/home and octo/other.
    monalisa is named both as a machine and as a person.
    claude[bot] is a bot, so it cannot be named as a person.
    --zone: there is no time zone "Mars/Olympus".
    "#);
}

#[test]
fn a_folder_of_setup_is_enough_and_flags_override_it() {
    let place = tempfile::tempdir().unwrap();
    let folder = folder(place.path());
    let config = serve(&["--credentials", &folder]).unwrap();
    assert_eq!(config.app.app_id, AppId(7));
    assert_eq!(config.app.webhook_secrets[0].expose_secret(), "from the folder");
    let config = serve(&["--credentials", &folder, "--webhook-secret", "new,old"]).unwrap();
    let secrets: Vec<_> = config.app.webhook_secrets.iter().map(|s| s.expose_secret()).collect();
    assert_eq!(secrets, ["new", "old"]);
    assert_eq!(serve(&["--credentials", &folder, "--app-id", "9"]).unwrap().app.app_id, AppId(9));
}

#[test]
fn a_folder_that_is_not_there_is_one_sentence_and_not_four() {
    let refused = serve(&["--credentials", "/nowhere/at/all"]).unwrap_err();
    assert_eq!(refused.sentences.len(), 1, "{refused}");
}

#[test]
fn a_key_in_one_line_is_unfolded() {
    let flat = key().replace('\n', "\\n");
    let given = ["--app-id", "7", "--client-id", "Iv1", "--webhook-secret", "s", "--private-key"];
    let config = serve(&[&given[..], &[&flat]].concat()).unwrap();
    assert!(config.app.private_key.expose_secret().contains("KEY-----\n"));
}

#[test]
fn the_operators_policy_differs_between_organisations_in_home_only() {
    let place = tempfile::tempdir().unwrap();
    let folder = folder(place.path());
    let flags = ["--mode", "comment", "--home", "acme/home", "--approvers", "octocat"];
    let wanted = serve(&[&["--credentials", &folder][..], &flags].concat()).unwrap().wanted;
    let (acme, other) = ("acme".parse().unwrap(), "other".parse().unwrap());
    assert_eq!(wanted.floor(&acme).home, Some("acme/home".parse().unwrap()));
    assert_eq!(wanted.floor(&other).home, None);
    assert_eq!(wanted.floor(&other).floor, Mode::Comment);
    assert!(wanted.serves(&other), "without --orgs every installation is served");
}

#[test]
fn no_setting_prints_a_secret() {
    let place = tempfile::tempdir().unwrap();
    let folder = folder(place.path());
    let flags = [
        "--credentials",
        &folder,
        "--webhook-secret",
        "hush-webhook",
        "--database",
        "postgres://beholden:hush-password@db.invalid/beholden",
        "--alert-url",
        "https://alerts.invalid/hush-path?key=hush-key",
        "--alert-secret",
        "hush-alert",
    ];
    let typed = Typed::try_parse_from(["serve"].iter().chain(&flags)).unwrap();
    let printed = format!("{:?} {:?}", typed.serve, typed.serve.resolve().unwrap());
    assert!(!printed.contains("hush") && !printed.contains("PRIVATE KEY"), "{printed}");
}

#[test]
fn an_alarm_is_signed_and_goes_where_nobody_listens_in() {
    let place = tempfile::tempdir().unwrap();
    let folder = folder(place.path());
    let with = |flags: &[&str]| serve(&[&["--credentials", &folder][..], flags].concat());
    let wrong = |flags: &[&str]| with(flags).unwrap_err().to_string();

    let config = with(&[]).unwrap();
    assert!(config.alarm.to.is_none());
    assert_eq!(config.alarm.blind_after, Some(Duration::from_secs(86_400)));
    let secret = place.path().join("alert-secret");
    fs::write(&secret, "from a file\n").unwrap();
    let secret = secret.to_str().unwrap();
    for url in ["https://alerts.invalid/in?key=1", "http://127.0.0.1:9/in", "http://localhost/in"] {
        let flags = ["--alert-url", url, "--alert-secret-file", secret, "--blind-after", "0s"];
        let config = with(&flags).unwrap();
        let (to, secret) = config.alarm.to.unwrap();
        assert_eq!((to.expose_secret(), secret.expose_secret()), (url, "from a file"));
        assert_eq!(config.alarm.blind_after, None);
    }

    let secret = ["--alert-secret", "hush"];
    assert_snapshot!(wrong(&["--alert-url", "https://alerts.invalid"]), @"--alert-url needs a secret that signs what is sent there: set --alert-secret-file or BEHOLDEN_ALERT_SECRET.");
    assert_snapshot!(wrong(&secret), @"A secret for alerts is set, and --alert-url is not.");
    assert_snapshot!(wrong(&["--alert-url", "https://alerts.invalid", "--alert-secret", " "]), @"The secret for alerts is empty; anybody could sign with it.");
    assert_snapshot!(wrong(&["--blind-after", "30s"]), @"--blind-after must be at least 1m, or 0s for never.");
    for url in
        ["http://alerts.invalid/hush", "ftp://127.0.0.1/hush", "alerts.invalid/hush", "/hush"]
    {
        let refused = wrong(&[&["--alert-url", url][..], &secret].concat());
        assert!(refused.starts_with("--alert-url") && !refused.contains("hush"), "{refused}");
    }
    let missing = wrong(&["--alert-url", "https://a.invalid", "--alert-secret-file", "/nowhere"]);
    assert!(missing.starts_with("--alert-secret-file: /nowhere"), "{missing}");
}

#[test]
fn every_setting_of_the_alarm_stands_in_the_help() {
    let help = Typed::try_parse_from(["serve", "--help"]).err().unwrap().to_string();
    for flag in ["--alert-url", "--alert-secret-file", "--blind-after", "--source-header"] {
        assert!(help.contains(flag), "{flag}: {help}");
    }
    assert!(help.contains("When we cannot see"), "{help}");
}

#[test]
fn a_mode_that_this_version_does_not_keep_is_not_accepted() {
    let error = Typed::try_parse_from(["serve", "--mode", "revoke"]).err().unwrap().to_string();
    assert!(error.contains("takes nothing away"), "{error}");
}
