//! Grants that a payload states: keys, tokens, leaks, bypasses.

use super::said;

#[test]
fn a_deploy_key_is_stated_whole_and_its_end_is_read_again() {
    insta::assert_snapshot!(said("deploy_key/created"), @"");
    insta::assert_snapshot!(said("deploy_key/created_read_only_by_ghost"), @"");
    insta::assert_snapshot!(said("deploy_key/deleted"), @"");
}

#[test]
fn a_payload_without_organization_belongs_to_the_owner_of_the_repository() {
    insta::assert_snapshot!(said("deploy_key/created_without_organization"), @"");
}

#[test]
fn a_token_that_asks_and_the_answer_are_two_doors_of_one_identity() {
    insta::assert_snapshot!(said("personal_access_token_request/created"), @"");
    insta::assert_snapshot!(said("personal_access_token_request/approved"), @"");
    insta::assert_snapshot!(said("personal_access_token_request/denied"), @"");
    insta::assert_snapshot!(said("personal_access_token_request/cancelled"), @"");
}

#[test]
fn a_token_without_end_or_number_says_so() {
    insta::assert_snapshot!(said("personal_access_token_request/created_without_end_for_everything"), @"");
    insta::assert_snapshot!(said("personal_access_token_request/created_without_token_number"), @"");
}

#[test]
fn a_leak_is_an_identity_and_its_repair_is_read_again() {
    insta::assert_snapshot!(said("secret_scanning_alert/created"), @"");
    insta::assert_snapshot!(said("secret_scanning_alert/publicly_leaked_of_unknown_type"), @"");
    insta::assert_snapshot!(said("secret_scanning_alert/resolved"), @"");
}

#[test]
fn the_bypass_list_of_a_ruleset_is_one_identity() {
    insta::assert_snapshot!(said("repository_ruleset/created"), @"");
    insta::assert_snapshot!(said("repository_ruleset/edited_without_bypass"), @"");
    insta::assert_snapshot!(said("repository_ruleset/edited_of_the_organization"), @"");
}

#[test]
fn a_bypass_list_that_is_left_out_or_gone_is_not_guessed() {
    insta::assert_snapshot!(said("repository_ruleset/edited_with_the_list_left_out"), @"");
    insta::assert_snapshot!(said("repository_ruleset/deleted"), @"");
    insta::assert_snapshot!(said("repository_ruleset/deleted_of_the_organization"), @"");
}
