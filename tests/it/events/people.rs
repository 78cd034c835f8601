//! Who may do what: members, collaborators, teams, repositories and our own installation.

use super::said;

#[test]
fn a_collaborator_is_read_again_and_news_unless_removed() {
    insta::assert_snapshot!(said("member/added"), @"");
    insta::assert_snapshot!(said("member/edited"), @"");
    insta::assert_snapshot!(said("member/removed"), @"");
}

#[test]
fn a_place_in_a_team_is_read_again_even_when_the_team_is_gone() {
    insta::assert_snapshot!(said("membership/added"), @"");
    insta::assert_snapshot!(said("membership/removed_with_the_team"), @"");
}

#[test]
fn a_member_is_read_again_and_an_invitation_is_none() {
    insta::assert_snapshot!(said("organization/member_added"), @"");
    insta::assert_snapshot!(said("organization/member_removed"), @"");
    insta::assert_snapshot!(said("organization/member_invited"), @"");
    insta::assert_snapshot!(said("organization/renamed"), @"");
}

#[test]
fn a_team_is_read_in_the_repository_that_the_payload_names() {
    insta::assert_snapshot!(said("team/added_to_repository"), @"");
    insta::assert_snapshot!(said("team/edited"), @"");
    insta::assert_snapshot!(said("team/edited_in_a_repository"), @"");
    insta::assert_snapshot!(said("team/removed_from_repository"), @"");
    insta::assert_snapshot!(said("team/deleted"), @"");
    insta::assert_snapshot!(said("team/created"), @"");
}

#[test]
fn a_repository_is_read_again_and_only_publication_is_news() {
    insta::assert_snapshot!(said("repository/publicized"), @"");
    insta::assert_snapshot!(said("repository/renamed"), @"");
    insta::assert_snapshot!(said("repository/deleted"), @"");
    insta::assert_snapshot!(said("public/public"), @"");
}

#[test]
fn our_installation_is_read_again_and_its_repositories_are_only_mentioned() {
    insta::assert_snapshot!(said("installation/created"), @"");
    insta::assert_snapshot!(said("installation/suspend"), @"");
    insta::assert_snapshot!(said("installation_repositories/added"), @"");
    insta::assert_snapshot!(said("installation_repositories/removed"), @"");
    insta::assert_snapshot!(said("installation_target/renamed"), @"");
}
