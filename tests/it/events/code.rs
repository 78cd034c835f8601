//! Pull requests, branches, checks and merge groups: what is hinted at, and who pushed.

use super::said;

#[test]
fn a_pull_request_is_read_again_and_who_pushed_is_taken_down() {
    insta::assert_snapshot!(said("pull_request/opened"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    fact: hubot pushed bbbbbbb to pull request 501/12 by hubot as of 2026-03-01T12:00:00Z
    read news: pull/501/12 acme/api by hubot
    "#);
    insta::assert_snapshot!(said("pull_request/synchronize"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    fact: octocat pushed bbbbbbb to pull request 501/12 by octocat as of 2026-03-01T12:00:00Z
    read news: pull/501/12 acme/api by octocat
    "#);
    insta::assert_snapshot!(said("pull_request/closed"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: task/501/12 acme/api by octocat
    read news: pull/501/12 acme/api by octocat
    "#);
    insta::assert_snapshot!(said("pull_request/edited_base"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read news: pull/501/12 acme/api by octocat
    "#);
}

#[test]
fn another_title_or_label_grants_nothing_else() {
    insta::assert_snapshot!(said("pull_request/edited_title"), @"fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z");
    insta::assert_snapshot!(said("pull_request/labeled"), @"ignored");
}

#[test]
fn an_approval_is_its_reviewers_own_and_no_command() {
    insta::assert_snapshot!(said("pull_request_review/approved"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    fact: PullApproved { repo: RepoId(501), pull: IssueNumber(12), by: Actor { id: UserId(101), login: Login("octocat"), kind: User }, at: 2026-03-01T11:59:00Z } by octocat as of 2026-03-01T12:00:00Z
    "#);
    insta::assert_snapshot!(said("pull_request_review/approved_by_another"), @"fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z");
    insta::assert_snapshot!(said("pull_request_review/commented"), @"ignored");
}

#[test]
fn words_in_a_thread_know_their_lines_and_are_their_authors_own() {
    insta::assert_snapshot!(said("pull_request_review_comment/created"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: command/501/12/thread-901 acme/api by octocat
      octocat said Some("/own because it sorts issues") assigned None written 2026-03-01T11:58:00Z case None on .github/workflows/triage.yml line 14 to whoever listens
    "#);
    insta::assert_snapshot!(said("pull_request_review_comment/edited_by_somebody_else"), @"fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z");
    insta::assert_snapshot!(said("issue_comment/created_in_a_pull_request"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: command/501/12/900 acme/api by octocat
      octocat said Some("@beholden own because it sorts issues") assigned None written 2026-03-01T09:07:00Z case None to whoever listens
    "#);
}

#[test]
fn only_a_button_of_ours_counts_for_every_pull_request_of_its_check() {
    insta::assert_snapshot!(said("check_run/requested_action"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: command/501/12/button-55 acme/api by octocat
      octocat said None assigned None written 2026-03-01T12:00:00Z case None pressed Accept at bbbbbbb
    read: command/501/15/button-55 acme/api by octocat
      octocat said None assigned None written 2026-03-01T12:00:00Z case None pressed Accept at bbbbbbb
    "#);
    insta::assert_snapshot!(said("check_run/requested_action_of_another"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    news: Impostor { repo: RepoId(501), head: Sha("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"), by: CheckRun { app: AppId(7009), slug: Foreign("other") } } by octocat as of 2026-03-01T12:00:00Z
    "#);
    insta::assert_snapshot!(said("check_run/requested_action_that_is_unknown"), @"fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z");
    insta::assert_snapshot!(said("check_run/rerequested"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    fact: Rerequested { repo: RepoId(501), head: Sha("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb") } by octocat as of 2026-03-01T12:00:00Z
    "#);
    insta::assert_snapshot!(said("check_run/completed"), @"ignored");
    insta::assert_snapshot!(said("check_suite/rerequested"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    fact: Rerequested { repo: RepoId(501), head: Sha("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb") } by octocat as of 2026-03-01T12:00:00Z
    "#);
}

#[test]
fn a_merge_group_is_read_onto_its_branch() {
    insta::assert_snapshot!(said("merge_group/checks_requested"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read news: merge_group/501/eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee acme/api by octocat
    "#);
    insta::assert_snapshot!(said("merge_group/destroyed"), @"ignored");
}

#[test]
fn a_branch_or_tag_that_moved_is_read_from_where_it_stood() {
    insta::assert_snapshot!(said("push/default"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read news: branch/501/0d6e4079e36703eb acme/api octocat from aaaaaaa by octocat
    "#);
    insta::assert_snapshot!(said("push/elsewhere"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: branch/501/9c3fb6aa3cc18425 acme/api octocat from 0000000 by octocat
    "#);
    insta::assert_snapshot!(said("push/deleted"), @"ignored");
    insta::assert_snapshot!(said("push/tag"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: tag/501/3bfc269594ef6492 acme/api octocat from aaaaaaa by octocat
    "#);
}

#[test]
fn a_check_or_status_of_our_name_by_somebody_else_is_taken_down() {
    insta::assert_snapshot!(said("check_run/completed_by_another"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    news: Impostor { repo: RepoId(501), head: Sha("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"), by: CheckRun { app: AppId(15368), slug: Foreign("github-actions") } } by octocat as of 2026-03-01T12:00:00Z
    "#);
    insta::assert_snapshot!(said("check_run/created_by_another_with_another_name"), @"ignored");
    insta::assert_snapshot!(said("status/ours"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    news: Impostor { repo: RepoId(501), head: Sha("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"), by: Status { user: UserId(101), login: Login("octocat") } } by octocat as of 2026-03-01T12:00:00Z
    "#);
    insta::assert_snapshot!(said("status/another"), @"ignored");
}

#[test]
fn a_branch_that_is_deleted_is_read_again() {
    insta::assert_snapshot!(said("delete/branch"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: branch/501/2ad5623197671570 acme/api by octocat
    "#);
    insta::assert_snapshot!(said("delete/tag"), @"ignored");
}
