//! Our own issues and comments, and what people do to them.

use super::said;

#[test]
fn what_we_wrote_proves_only_that_it_stands() {
    insta::assert_snapshot!(said("issues/opened_by_us"), @"");
    insta::assert_snapshot!(said("issues/assigned_by_us"), @"");
    insta::assert_snapshot!(said("issues/closed_by_us"), @"");
    insta::assert_snapshot!(said("issue_comment/created_by_us"), @"");
}

#[test]
fn an_assignment_is_the_act_of_whoever_made_it() {
    insta::assert_snapshot!(said("issues/assigned"), @"");
    insta::assert_snapshot!(said("issues/assigned_by_ghost"), @"");
}

#[test]
fn an_issue_that_somebody_changed_is_read_again() {
    insta::assert_snapshot!(said("issues/closed"), @"");
    insta::assert_snapshot!(said("issue_comment/our_comment_deleted"), @"");
    insta::assert_snapshot!(said("issues/pinned"), @"");
}

#[test]
fn a_persons_own_words_are_a_command() {
    insta::assert_snapshot!(said("issue_comment/created"), @"");
    insta::assert_snapshot!(said("issue_comment/edited_by_its_author"), @"");
    insta::assert_snapshot!(said("issue_comment/created_with_our_marker"), @"");
}

#[test]
fn words_that_are_not_the_speakers_command_nothing() {
    insta::assert_snapshot!(said("issue_comment/edited_by_somebody_else"), @"");
    insta::assert_snapshot!(said("issue_comment/created_through_an_app"), @"");
    insta::assert_snapshot!(said("issue_comment/deleted"), @"");
}

#[test]
fn issues_of_others_are_ignored_even_with_our_marker() {
    insta::assert_snapshot!(said("issues/opened_by_somebody_with_our_marker"), @"");
    insta::assert_snapshot!(said("issue_comment/created_elsewhere"), @"");
}

#[test]
fn a_marker_made_for_another_organization_names_no_case() {
    insta::assert_snapshot!(said("issue_comment/created_under_a_tampered_issue"), @"");
}
