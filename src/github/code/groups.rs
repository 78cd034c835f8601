//! Merge groups: commits that GitHub made of what waits in a merge queue, each on a branch of its own.

use serde::Deserialize;

use crate::domain::{Foreign, Sha};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::code::Code;

/// Where GitHub keeps their branches. Source: "Managing a merge queue".
const BELOW: &str = "gh-readonly-queue/";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reference {
    #[serde(rename = "ref")]
    name: String,
    object: Object,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Object {
    sha: String,
}

impl Code<'_> {
    /// The groups that wait: the head of each, and the branch that it would be merged into.
    pub async fn waiting_groups(&self) -> Result<Vec<(Sha, Foreign)>, Failure> {
        let path = self.path(&format!("/git/matching-refs/heads/{BELOW}"));
        let refs: Vec<Reference> =
            self.github.send(Call::get(&self.contents(), path)).await?.json()?;
        Ok(refs.iter().filter_map(group).collect())
    }
}

/// `refs/heads/gh-readonly-queue/main/pr-7-<commit>`: a branch's name may hold slashes itself.
fn group(reference: &Reference) -> Option<(Sha, Foreign)> {
    let rest = reference.name.strip_prefix("refs/heads/")?.strip_prefix(BELOW)?;
    let (base, _) = rest.rsplit_once("/pr-")?;
    Some((reference.object.sha.parse().ok()?, Foreign::new(base)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_branch_is_what_stands_before_the_pull_request() {
        let sha = "0123456789abcdef0123456789abcdef01234567";
        let of = |name: &str| {
            let object = Object { sha: sha.to_owned() };
            group(&Reference { name: name.to_owned(), object })
                .map(|(_, base)| base.raw().to_owned())
        };
        let below = "refs/heads/gh-readonly-queue/";
        assert_eq!(of(&format!("{below}main/pr-7-{sha}")).as_deref(), Some("main"));
        assert_eq!(of(&format!("{below}a/pr-b/pr-7-{sha}")).as_deref(), Some("a/pr-b"));
        assert_eq!(of("refs/heads/gh-readonly-queue/main"), None);
        assert_eq!(of("refs/heads/main/pr-7"), None);
    }
}
