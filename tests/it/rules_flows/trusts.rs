//! Logins with identity tokens.

use crate::rules_flows::shown::{may, public, said_on, steps, table};

#[test]
fn a_login_of_a_job_is_told_with_its_role() {
    let login = "- uses: aws-actions/configure-aws-credentials@0123456789012345678901234567890123456789\n  with: {role-to-assume: 'arn:aws:iam::1:role/x', aws-region: eu-west-1}";
    let with = |role: &str| may(&steps("push", &login.replace("role/x", role)), "id-token: write");
    let says = |role: &str| {
        format!(
            "medium oidc-trust-added ci.yml:8 People who may push can set off the job `build`, which can now log in at aws as `arn:aws:iam::1:{role}` with its own identity token."
        )
    };
    table(&[
        ("new", String::new(), with("role/x"), &[&says("role/x")]),
        ("another role", with("role/x"), with("role/admin"), &[&says("role/admin")]),
        ("none any more", with("role/x"), steps("push", "- run: 'true'"), &[]),
    ]);
}

#[test]
fn whom_a_broker_lets_in_is_not_told_twice() {
    let policy = "issuer: https://token.actions.githubusercontent.com\nsubject_pattern: repo:acme@12/.*\npermissions:\n  contents: write\n";
    let path = ".github/chainguard/release.sts.yaml";
    assert_eq!(said_on(&public(), &[], &[(path, policy)]), Vec::<String>::new());
}
