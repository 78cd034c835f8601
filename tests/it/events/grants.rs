//! Grants that a payload states: keys, tokens, leaks, bypasses.

use super::said;

#[test]
fn a_deploy_key_is_stated_whole_and_its_end_is_read_again() {
    insta::assert_snapshot!(said("deploy_key/created"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    news: deploy_key/4711 "ci deploy" Machine through DeployKey reach Repos { repos: {RepoId(501)} } access Some(Write) {} NotApplicable at 2026-03-01T09:00:00Z fingerprint 9c242a35 by octocat as of 2026-03-01T12:00:00Z
    "#);
    insta::assert_snapshot!(said("deploy_key/created_read_only_by_ghost"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    news: deploy_key/4711 "ci deploy" Machine through DeployKey reach Repos { repos: {RepoId(501)} } access Some(Read) {} NotApplicable at 2026-03-01T09:00:00Z fingerprint 9c242a35 as of 2026-03-01T12:00:00Z
    "#);
    insta::assert_snapshot!(said("deploy_key/deleted"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: deploy_key/501/4711 acme/api by octocat
    "#);
}

#[test]
fn a_payload_without_organization_belongs_to_the_owner_of_the_repository() {
    insta::assert_snapshot!(said("deploy_key/created_without_organization"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    news: deploy_key/4711 "ci deploy" Machine through DeployKey reach Repos { repos: {RepoId(501)} } access Some(Write) {} NotApplicable at 2026-03-01T12:00:00Z fingerprint 9c242a35 by octocat as of 2026-03-01T12:00:00Z
    "#);
}

#[test]
fn a_token_that_asks_and_the_answer_are_two_doors_of_one_identity() {
    insta::assert_snapshot!(said("personal_access_token_request/created"), @r#"news: fine_grained_pat/98716 "nightly sync" Machine through TokenRequest { request: 25381 } reach Repos { repos: {RepoId(501)} } access Some(Write) {"contents": Write, "members": Read, "metadata": Read} At { at: 2026-06-01T09:00:00Z } at 2026-03-01T09:00:00Z holder octocat by octocat as of 2026-03-01T12:00:00Z"#);
    insta::assert_snapshot!(said("personal_access_token_request/approved"), @r#"
    fact: fine_grained_pat/98716 lacks TokenRequest { request: 25381 } by monalisa as of 2026-03-01T12:00:00Z
    news: fine_grained_pat/98716 "nightly sync" Machine through Token reach Repos { repos: {RepoId(501)} } access Some(Write) {"contents": Write, "members": Read, "metadata": Read} At { at: 2026-06-01T09:00:00Z } at 2026-03-01T12:00:00Z holder octocat by monalisa as of 2026-03-01T12:00:00Z
    read news: pat/98716 by monalisa
    "#);
    insta::assert_snapshot!(said("personal_access_token_request/denied"), @"fact: fine_grained_pat/98716 lacks TokenRequest { request: 25381 } by monalisa as of 2026-03-01T12:00:00Z");
    insta::assert_snapshot!(said("personal_access_token_request/cancelled"), @"fact: fine_grained_pat/98716 lacks TokenRequest { request: 25381 } by octocat as of 2026-03-01T12:00:00Z");
}

#[test]
fn a_token_without_end_or_number_says_so() {
    insta::assert_snapshot!(said("personal_access_token_request/created_without_end_for_everything"), @r#"news: fine_grained_pat/98716 "nightly sync" Machine through TokenRequest { request: 25381 } reach AllRepos access Some(Write) {"contents": Write, "members": Read, "metadata": Read} Never at 2026-03-01T09:00:00Z holder octocat by octocat as of 2026-03-01T12:00:00Z"#);
    insta::assert_snapshot!(said("personal_access_token_request/created_without_token_number"), @r#"news: fine_grained_pat/-25381 "nightly sync" Machine through TokenRequest { request: 25381 } reach Unknown access Some(Admin) {"contents": Write, "issues": Admin, "members": Read, "metadata": Read} At { at: 2026-06-01T09:00:00Z } at 2026-03-01T09:00:00Z holder octocat by octocat as of 2026-03-01T12:00:00Z"#);
}

#[test]
fn a_leak_is_an_identity_and_its_repair_is_read_again() {
    insta::assert_snapshot!(said("secret_scanning_alert/created"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    news: leaked_credential/501:7 "npm Access Token" Machine through Leak { repo: RepoId(501), alert: 7 } reach Unknown access None {} NotApplicable at 2026-03-01T09:00:00Z catalogue npm_access_token by octocat as of 2026-03-01T12:00:00Z
    "#);
    insta::assert_snapshot!(said("secret_scanning_alert/publicly_leaked_of_unknown_type"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    news: leaked_credential/501:7 "acme_custom_pattern" Machine through Leak { repo: RepoId(501), alert: 7 } reach Unknown access None {} NotApplicable at 2026-03-01T09:00:00Z by octocat as of 2026-03-01T12:00:00Z
    "#);
    insta::assert_snapshot!(said("secret_scanning_alert/resolved"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: secret_alert/501/7 acme/api by octocat
    "#);
}

#[test]
fn the_bypass_list_of_a_ruleset_is_one_identity() {
    insta::assert_snapshot!(said("repository_ruleset/created"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    news: ruleset_bypass/501:42 "protect main" Machine through Ruleset { ruleset: 42 } reach Repos { repos: {RepoId(501)} } access Some(Write) {"deploy_key": Triage, "integration:15368": Write} NotApplicable at 2026-02-01T08:00:00Z by octocat as of 2026-03-01T08:00:00Z
    "#);
    insta::assert_snapshot!(said("repository_ruleset/edited_without_bypass"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    fact: ruleset_bypass/501:42 "protect main" Machine through Ruleset { ruleset: 42 } reach Repos { repos: {RepoId(501)} } access Some(None) {} NotApplicable at 2026-03-01T08:00:00Z by octocat as of 2026-03-01T08:00:00Z
    "#);
    insta::assert_snapshot!(said("repository_ruleset/edited_of_the_organization"), @r#"news: ruleset_bypass/9001:42 "protect main" Machine through Ruleset { ruleset: 42 } reach Unknown access Some(Write) {"organization_admin": Write, "repository_role:4": Triage, "team:5": Write, "unknown:9": Write} NotApplicable at 2026-03-01T08:00:00Z by octocat as of 2026-03-01T08:00:00Z"#);
}

#[test]
fn a_bypass_list_that_is_left_out_or_gone_is_not_guessed() {
    insta::assert_snapshot!(said("repository_ruleset/edited_with_the_list_left_out"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read news: ruleset/501/42 acme/api by octocat
    "#);
    insta::assert_snapshot!(said("repository_ruleset/deleted"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: ruleset/501/42 acme/api by octocat
    "#);
    insta::assert_snapshot!(said("repository_ruleset/deleted_of_the_organization"), @"fact: ruleset_bypass/9001:42 lacks Ruleset { ruleset: 42 } by octocat as of 2026-03-01T12:00:00Z");
}
