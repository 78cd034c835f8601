//! Workflows and runners, and the events that say nothing.

use super::said;

#[test]
fn a_run_was_used_by_whoever_started_it_each_once() {
    insta::assert_snapshot!(said("workflow_run/completed"), @"");
    insta::assert_snapshot!(said("workflow_run/requested_by_one"), @"");
}

#[test]
fn a_runner_of_our_own_is_recorded_once_it_takes_a_job() {
    insta::assert_snapshot!(said("workflow_job/queued"), @"");
    insta::assert_snapshot!(said("workflow_job/on_our_runner"), @"");
}

#[test]
fn a_runner_of_github_is_not_ours_and_a_named_group_could_be_either() {
    insta::assert_snapshot!(said("workflow_job/on_githubs_runner"), @"");
    insta::assert_snapshot!(said("workflow_job/on_githubs_larger_runner"), @"");
    insta::assert_snapshot!(said("workflow_job/on_a_runner_of_a_named_group"), @"");
}

#[test]
fn pings_and_our_own_hook_say_nothing() {
    insta::assert_snapshot!(said("ping/ping"), @"");
    insta::assert_snapshot!(said("meta/deleted"), @"");
}
