//! Workflows and runners, and the events that say nothing.

use super::said;

#[test]
fn a_run_was_used_by_whoever_started_it_each_once() {
    insta::assert_snapshot!(said("workflow_run/completed"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    fact: hubot used repository 501 by workflow_run by octocat as of 2026-03-01T12:00:00Z
    fact: octocat used repository 501 by workflow_run by octocat as of 2026-03-01T12:00:00Z
    "#);
    insta::assert_snapshot!(said("workflow_run/requested_by_one"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    fact: hubot used repository 501 by workflow_run by octocat as of 2026-03-01T12:00:00Z
    "#);
}

#[test]
fn a_runner_of_our_own_is_looked_for_once_it_takes_a_job() {
    insta::assert_snapshot!(said("workflow_job/queued"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    fact: octocat used repository 501 by workflow_job by octocat as of 2026-03-01T12:00:00Z
    "#);
    insta::assert_snapshot!(said("workflow_job/on_our_runner"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    fact: octocat used repository 501 by workflow_job by octocat as of 2026-03-01T12:00:00Z
    read: runner/501/17 acme/api Machine self_hosted_runner/9001:17:rack_3 or self_hosted_runner/9001:group:1
    "#);
}

#[test]
fn a_runner_of_github_is_not_ours_and_a_named_group_could_be_either() {
    insta::assert_snapshot!(said("workflow_job/on_githubs_runner"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    fact: octocat used repository 501 by workflow_job by octocat as of 2026-03-01T12:00:00Z
    "#);
    insta::assert_snapshot!(said("workflow_job/on_githubs_larger_runner"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    fact: octocat used repository 501 by workflow_job by octocat as of 2026-03-01T12:00:00Z
    "#);
    insta::assert_snapshot!(said("workflow_job/on_a_runner_of_a_named_group"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: runner/501/42 acme/api Unclassified self_hosted_runner/9001:42:gpu-1 or self_hosted_runner/9001:group:4
    "#);
}

#[test]
fn pings_and_our_own_hook_say_nothing() {
    insta::assert_snapshot!(said("ping/ping"), @"ignored");
    insta::assert_snapshot!(said("meta/deleted"), @"ignored");
}
