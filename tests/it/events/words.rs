//! Our own issues and comments, and what people do to them.

use super::said;

#[test]
fn what_we_wrote_proves_only_that_it_stands() {
    insta::assert_snapshot!(said("issues/opened_by_us"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    receipt issue/0123456789abcdef: repository 501, issue 12, number 12
    "#);
    insta::assert_snapshot!(said("issues/assigned_by_us"), @"fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z");
    insta::assert_snapshot!(said("issues/closed_by_us"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: task/501/12 acme/api by beholden[bot]
    "#);
    insta::assert_snapshot!(said("issue_comment/created_by_us"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    receipt reply/0123456789abcdef/900: repository 501, issue 12, number 900
    "#);
}

#[test]
fn an_assignment_is_the_act_of_whoever_made_it() {
    insta::assert_snapshot!(said("issues/assigned"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: command/501/12/-102 acme/api monalisa about 102 by octocat
      octocat said None assigned Some(UserId(102)) written 2026-03-01T09:05:00Z case Some(CaseId("0123456789abcdef"))
    "#);
    insta::assert_snapshot!(said("issues/assigned_by_ghost"), @"fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z");
}

#[test]
fn an_issue_that_somebody_changed_is_read_again() {
    insta::assert_snapshot!(said("issues/closed"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: task/501/12 acme/api by octocat
    read: issue/501/12 acme/api by octocat
    "#);
    insta::assert_snapshot!(said("issue_comment/our_comment_deleted"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: issue/501/12 acme/api by octocat
    "#);
    insta::assert_snapshot!(said("issues/pinned"), @"ignored");
}

#[test]
fn a_persons_own_words_are_a_command() {
    insta::assert_snapshot!(said("issue_comment/created"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: command/501/12/900 acme/api by octocat
      octocat said Some("/own because it deploys the api") assigned None written 2026-03-01T09:07:00Z case Some(CaseId("0123456789abcdef"))
    "#);
    insta::assert_snapshot!(said("issue_comment/edited_by_its_author"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: command/501/12/900 acme/api by octocat
      octocat said Some("/own because it deploys the api") assigned None written 2026-03-01T09:07:00Z case Some(CaseId("0123456789abcdef"))
    "#);
    insta::assert_snapshot!(said("issue_comment/created_with_our_marker"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: command/501/12/900 acme/api by octocat
      octocat said Some("<!-- beholden:begin case=0123456789abcdef what=reply/0123456789abcdef/900 mac=06f0cdf6adcfb332ef80dc4d864ad2f4 -->\nWords.\n<!-- beholden:end -->") assigned None written 2026-03-01T09:07:00Z case Some(CaseId("0123456789abcdef"))
    "#);
}

#[test]
fn words_that_are_not_the_speakers_command_nothing() {
    insta::assert_snapshot!(said("issue_comment/edited_by_somebody_else"), @"fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z");
    insta::assert_snapshot!(said("issue_comment/created_through_an_app"), @"fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z");
    insta::assert_snapshot!(said("issue_comment/deleted"), @"fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z");
}

#[test]
fn issues_of_others_are_ignored_even_with_our_marker() {
    insta::assert_snapshot!(said("issues/opened_by_somebody_with_our_marker"), @"ignored");
    insta::assert_snapshot!(said("issue_comment/created_elsewhere"), @"ignored");
}

#[test]
fn a_marker_made_for_another_organization_names_no_case() {
    insta::assert_snapshot!(said("issue_comment/created_under_a_tampered_issue"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: command/501/12/900 acme/api by octocat
      octocat said Some("/own because it deploys the api") assigned None written 2026-03-01T09:07:00Z case None
    "#);
}
