//! Where branches and tags point, and whether a commit belongs to its repository: GitHub shows the
//! commits of forks under the name of what they were forked from.

use http::StatusCode;
use http::header::ETAG;
use serde::Deserialize;

use crate::domain::{Foreign, Sha, Way};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::code::Code;
use crate::github::wire::segment;

/// The most pages of tags that are looked through; 100 each.
const TAG_PAGES: usize = 3;

/// The most branches that a commit is looked for on.
const MOST_BRANCHES: usize = 20;

/// What a reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pointing {
    /// What it named when GitHub gave the entity tag that it was shown.
    Unchanged,
    /// This commit, with the entity tag to be shown the next time.
    At(Sha, Option<String>),
    /// Nothing: the repository has no such reference.
    Nowhere,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Commit {
    pub(super) sha: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) commit: Commit,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Repository {
    default_branch: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Comparison {
    status: String,
}

impl Code<'_> {
    /// The commit that a branch or tag names, however the tag was made.
    ///
    /// Source: "Get a commit", which takes a commit, a branch or a tag, and answers 422 for a name
    /// that is none of them.
    pub async fn points_at(&self, name: &Foreign, tag: Option<&str>) -> Result<Pointing, Failure> {
        let path = self.path(&format!("/commits/{}?per_page=1", segment(name.raw())));
        let call = Call::get(&self.contents(), path).unless(tag.map(str::to_owned));
        let answer = self.github.send(call).await?;
        if answer.is_unchanged() {
            return Ok(Pointing::Unchanged);
        }
        if [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::CONFLICT].contains(&answer.status) {
            return Ok(Pointing::Nowhere);
        }
        let tag = answer.header(ETAG.as_str()).map(str::to_owned);
        let commit: Commit = answer.json()?;
        let odd = |_| Failure::blind("GitHub names no commit for a reference.");
        Ok(Pointing::At(commit.sha.parse().map_err(odd)?, tag))
    }

    /// How a commit stands to an earlier one.
    pub async fn way(&self, from: &Sha, to: &Sha) -> Result<Way, Failure> {
        Ok(match self.compared(from.as_str(), to).await? {
            Some(status) if status == "ahead" => Way::Forward,
            Some(status) if status == "behind" => Way::Back,
            Some(status) if status == "diverged" => Way::Aside,
            _ => Way::Unknown,
        })
    }

    /// Whether a commit is on a branch of the repository; `None` where nobody can tell with few
    /// requests.
    ///
    /// Source: "Compare two commits", whose status says how the second stands to the first, and
    /// "List branches for HEAD commit".
    pub async fn is_on_branch(&self, commit: &Sha) -> Result<Option<bool>, Failure> {
        let call = Call::get(&self.contents(), self.path(""));
        let default = self.github.send(call).await?.json::<Repository>()?.default_branch;
        if self.is_below(&default, commit).await? {
            return Ok(Some(true));
        }
        let path = self.path(&format!("/commits/{commit}/branches-where-head"));
        let Some(ends) =
            self.unless_refused::<Vec<Named>>(Call::get(&self.contents(), path)).await?
        else {
            return Ok(None);
        };
        if !ends.is_empty() {
            return Ok(Some(true));
        }
        let call = Call::get(&self.contents(), self.path("/branches?per_page=100"));
        let branches = self.github.pages(call, 1, |page: Vec<Named>| page).await?;
        let others = branches.items.iter().filter(|branch| branch.name != default);
        for branch in others.clone().take(MOST_BRANCHES) {
            if self.is_below(&branch.name, commit).await? {
                return Ok(Some(true));
            }
        }
        let all = branches.complete && others.count() <= MOST_BRANCHES;
        Ok(all.then_some(false))
    }

    /// The tags that name a commit, of the first few hundred.
    pub async fn tags_at(&self, commit: &Sha) -> Result<Vec<Foreign>, Failure> {
        let call = Call::get(&self.contents(), self.path("/tags?per_page=100"));
        let tags = self.github.pages(call, TAG_PAGES, |page: Vec<Named>| page).await?;
        let here = tags.items.iter().filter(|tag| tag.commit.sha == commit.as_str());
        Ok(here.map(|tag| Foreign::new(&tag.name)).collect())
    }

    pub(super) async fn is_below(&self, branch: &str, commit: &Sha) -> Result<bool, Failure> {
        let status = self.compared(branch, commit).await?;
        Ok(matches!(status.as_deref(), Some("behind" | "identical")))
    }

    /// GitHub's word for how a commit stands to a branch or another commit; `None` where both have
    /// nothing in common, or one of them is not there.
    pub(super) async fn compared(&self, base: &str, head: &Sha) -> Result<Option<String>, Failure> {
        let path = self.path(&format!("/compare/{}...{head}?per_page=1", segment(base)));
        let answer = self.github.send(Call::get(&self.contents(), path)).await?;
        if answer.is_missing() {
            return Ok(None);
        }
        Ok(Some(answer.json::<Comparison>()?.status))
    }
}
