//! Logins with identity tokens, and whom places elsewhere let in.

use crate::rules_flows::shown::{may, public, said_on, steps, table};

const POLICY: &str = ".github/chainguard/release.sts.yaml";

fn policy(subject: &str) -> String {
    format!(
        "issuer: https://token.actions.githubusercontent.com\n{subject}\npermissions:\n  contents: write\n"
    )
}

#[test]
fn a_login_of_a_job_is_told_with_its_role() {
    let login = "- uses: aws-actions/configure-aws-credentials@0123456789012345678901234567890123456789\n  with: {role-to-assume: 'arn:aws:iam::1:role/x', aws-region: eu-west-1}";
    let with = |role: &str| may(&steps("push", &login.replace("role/x", role)), "id-token: write");
    let says = |role: &str| {
        format!(
            "medium oidc-trust-added ci.yml:8 People who may push can set off the job `build`, which now logs in at aws as `arn:aws:iam::1:{role}` with its own identity token."
        )
    };
    table(&[
        ("new", String::new(), with("role/x"), &[&says("role/x")]),
        ("another role", with("role/x"), with("role/admin"), &[&says("role/admin")]),
        ("none any more", with("role/x"), steps("push", "- run: 'true'"), &[]),
    ]);
}

#[test]
fn whom_a_broker_lets_in_is_told_by_how_many_fit() {
    for (subject, starts) in [
        ("subject: repo:acme/api:ref:refs/heads/main", "medium oidc-trust-added release.sts.yaml:"),
        (
            "subject: repo:acme@12/api@34:ref:refs/heads/main",
            "medium oidc-trust-added release.sts.yaml:",
        ),
        ("subject_pattern: repo:acme/api:.*", "medium wildcard-subject release.sts.yaml:"),
        ("subject_pattern: repo:acme/.*", "high wildcard-subject release.sts.yaml:"),
        (
            "subject_pattern: repo:acme@12/.*:ref:refs/heads/main",
            "high wildcard-subject release.sts.yaml:",
        ),
        ("subject_pattern: repo:acme.*/api:.*", "critical wildcard-subject release.sts.yaml:"),
        ("subject_pattern: .*", "critical wildcard-subject release.sts.yaml:"),
    ] {
        let said = said_on(&public(), &[], &[(POLICY, &policy(subject))]);
        assert!(said.len() == 1 && said[0].starts_with(starts), "{subject}: {said:#?}");
    }
    let narrow = policy("subject_pattern: repo:acme/.*");
    let narrower = policy("subject: repo:acme/api:ref:refs/heads/main");
    let said = said_on(&public(), &[(POLICY, &narrow)], &[(POLICY, &narrower)]);
    assert_eq!(said, Vec::<String>::new(), "narrower grants nothing");
}

#[test]
fn an_issuer_that_is_not_github_is_no_job_of_ours() {
    let other = policy("subject: '12345'")
        .replace("token.actions.githubusercontent.com", "accounts.acme.invalid");
    assert_eq!(said_on(&public(), &[], &[(POLICY, &other)]), Vec::<String>::new());
}
