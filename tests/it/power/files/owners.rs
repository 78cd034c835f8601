//! Owners that a change takes away from before the files that grant.

use beholden::power::{Guarded, Tree, lost_owners};

fn lost(base: &[(&str, &str)], head: &[(&str, &str)]) -> Vec<String> {
    let (base, head) = (Tree::from_iter(base.to_vec()), Tree::from_iter(head.to_vec()));
    lost_owners(&base, &head)
        .into_iter()
        .filter(|lost| matches!(lost.guarded, Guarded::Workflows | Guarded::Owners))
        .map(|lost| {
            let left = if lost.last { "nobody left" } else { "others left" };
            let spot = format!("{}:{}", lost.spot.path.raw(), lost.spot.line);
            format!("{} {} {left} {spot}", lost.guarded.words(), lost.owner.raw())
        })
        .collect()
}

#[test]
fn an_owner_that_goes_is_named_with_the_line_that_counts_now() {
    let place = ".github/CODEOWNERS";
    let base = [(place, "* @acme/all\n/.github/ @acme/security @octocat\n")];
    assert_eq!(
        lost(&base, &[(place, "* @acme/all\n/.github/ @octocat\n")]),
        [
            "workflows @acme/security others left .github/CODEOWNERS:2",
            "the list of owners @acme/security others left .github/CODEOWNERS:2",
        ]
    );
    assert_eq!(
        lost(
            &base,
            &[(place, "* @acme/all\n/.github/ @acme/security @octocat\n/.github/workflows/\n")]
        ),
        [
            "workflows @acme/security nobody left .github/CODEOWNERS:3",
            "workflows @octocat nobody left .github/CODEOWNERS:3",
        ]
    );
    assert_eq!(lost(&base, &[]).len(), 4, "the list is gone");
}

#[test]
fn a_list_that_another_place_hides_is_lost() {
    let base = [("CODEOWNERS", "/.github/ @acme/security\n")];
    let head =
        [("CODEOWNERS", "/.github/ @acme/security\n"), (".github/CODEOWNERS", "*.rs @octocat\n")];
    assert_eq!(lost(&base, &head).len(), 2);
}

#[test]
fn reordering_comments_and_new_owners_lose_nobody() {
    let place = "CODEOWNERS";
    let base = [(place, "*.rs @octocat\n.github/workflows @acme/security # guard\n")];
    for head in [
        "# who\n*.rs   @octocat\n\n.github/workflows   @ACME/security\n",
        ".github/workflows @acme/security @hubot\n*.rs @octocat\n",
        "*.rs @octocat\n/.github/ @acme/security\n",
        "*.rs @octocat\n**/workflows/* @acme/security\n",
    ] {
        assert_eq!(lost(&base, &[(place, head)]), [] as [&str; 0], "{head}");
    }
    assert_eq!(lost(&[], &base), [] as [&str; 0]);
}
