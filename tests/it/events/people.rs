//! Who may do what: members, collaborators, teams, repositories and our own installation.

use super::said;

#[test]
fn a_collaborator_is_read_again_and_news_unless_removed() {
    insta::assert_snapshot!(said("member/added"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read news: collaborator/501/103 acme/api hubot about 103 by octocat
    "#);
    insta::assert_snapshot!(said("member/edited"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read news: collaborator/501/103 acme/api hubot about 103 by octocat
    "#);
    insta::assert_snapshot!(said("member/removed"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: collaborator/501/103 acme/api hubot about 103 by octocat
    "#);
}

#[test]
fn a_place_in_a_team_is_read_again_even_when_the_team_is_gone() {
    insta::assert_snapshot!(said("membership/added"), @"read news: team_member/301/103 hubot platform about 103 by octocat");
    insta::assert_snapshot!(said("membership/removed_with_the_team"), @"read: team_member/301/103 hubot about 103 by octocat");
}

#[test]
fn a_member_is_read_again_and_an_invitation_is_none() {
    insta::assert_snapshot!(said("organization/member_added"), @"read news: person/103 hubot about 103 by octocat");
    insta::assert_snapshot!(said("organization/member_removed"), @"read: person/102 monalisa about 102 by octocat");
    insta::assert_snapshot!(said("organization/member_invited"), @"ignored");
    insta::assert_snapshot!(said("organization/renamed"), @"read: installation by octocat");
}

#[test]
fn a_team_is_read_in_the_repository_that_the_payload_names() {
    insta::assert_snapshot!(said("team/added_to_repository"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read news: team_repo/301/501 acme/api platform by octocat
    "#);
    insta::assert_snapshot!(said("team/edited"), @"read: team/301 platform by octocat");
    insta::assert_snapshot!(said("team/edited_in_a_repository"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read news: team_repo/301/501 acme/api platform by octocat
    "#);
    insta::assert_snapshot!(said("team/removed_from_repository"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: team_repo/301/501 acme/api platform by octocat
    "#);
    insta::assert_snapshot!(said("team/deleted"), @"read: team/301 platform by octocat");
    insta::assert_snapshot!(said("team/created"), @"ignored");
}

#[test]
fn a_repository_is_read_again_and_only_publication_is_news() {
    insta::assert_snapshot!(said("repository/publicized"), @r#"
    fact: repository 501 acme/api Public as of 1970-01-01T00:00:00Z
    read news: repo/501 acme/api by octocat
    "#);
    insta::assert_snapshot!(said("repository/renamed"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: repo/501 acme/api by octocat
    "#);
    insta::assert_snapshot!(said("repository/deleted"), @"read: repo/501 acme/api by octocat");
    insta::assert_snapshot!(said("public/public"), @r#"
    fact: repository 501 acme/api Public as of 1970-01-01T00:00:00Z
    read news: repo/501 acme/api by octocat
    "#);
}

#[test]
fn our_installation_is_read_again_and_its_repositories_are_only_mentioned() {
    insta::assert_snapshot!(said("installation/created"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    fact: repository 502 acme/web Public as of 1970-01-01T00:00:00Z
    read: installation by octocat
    "#);
    insta::assert_snapshot!(said("installation/suspend"), @"read: installation by octocat");
    insta::assert_snapshot!(said("installation_repositories/added"), @r#"
    fact: repository 502 acme/web Public as of 1970-01-01T00:00:00Z
    read: selected/502 acme/web by octocat
    read: installation by octocat
    "#);
    insta::assert_snapshot!(said("installation_repositories/removed"), @r#"
    fact: repository 501 acme/api Private as of 1970-01-01T00:00:00Z
    read: selected/501 acme/api by octocat
    read: installation by octocat
    "#);
    insta::assert_snapshot!(said("installation_target/renamed"), @"read: installation by octocat");
}
