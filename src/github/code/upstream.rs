//! Whose a repository is that code of others comes from, and whether a commit belongs to it: GitHub
//! shows the commits of forks under the name of what they were forked from.

use http::header::ETAG;
use serde::Deserialize;

use crate::domain::{Foreign, Holder, RepoId, Sha, UserId};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::code::Code;
use crate::github::code::references::Named;

/// The most pages of tags that are looked through; 100 each.
const TAG_PAGES: usize = 10;

/// The most tags that a commit is looked for below.
const MOST_TAGS: usize = 30;

/// The most branches that it is looked for on.
const MOST_BRANCHES: usize = 100;

/// What answers under the name of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answers {
    /// What answered when GitHub gave the entity tag that it was shown.
    Unchanged,
    /// This one, with its default branch and the entity tag to be shown the next time.
    As(Holder, Foreign, Option<String>),
    /// None, or none for us.
    Nobody,
}

/// Whether a commit belongs to a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Belongs {
    /// It is on a branch, or a tag names it or rests on it.
    Yes,
    /// It is on no branch, and no tag names it.
    No,
    /// Nobody can tell, for this reason, which is a sentence.
    Unclear(String),
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Account {
    id: i64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Repository {
    id: i64,
    full_name: String,
    owner: Account,
    default_branch: String,
}

impl Code<'_> {
    /// Which repository answers under the name, also where GitHub leads on from it.
    ///
    /// Source: "Get a repository", which answers 301 for a name that a repository had before.
    pub async fn answers(&self, tag: Option<&str>) -> Result<Answers, Failure> {
        let call = Call::get(&self.contents(), self.path("")).unless(tag.map(str::to_owned));
        let answer = self.github.send(call).await?;
        if answer.is_unchanged() {
            return Ok(Answers::Unchanged);
        }
        if answer.is_missing() {
            return Ok(Answers::Nobody);
        }
        let tag = answer.header(ETAG.as_str()).map(str::to_owned);
        let read: Repository = answer.json()?;
        let odd = |_| Failure::blind(format!("GitHub does not describe {}.", self.repo));
        let holder = Holder {
            number: RepoId(read.id),
            owner: UserId(read.owner.id),
            name: read.full_name.parse().map_err(odd)?,
        };
        Ok(Answers::As(holder, Foreign::new(&read.default_branch), tag))
    }

    /// The account that has the name of the repository's owner, if one has.
    ///
    /// Source: "Get a user", which answers for organisations too.
    pub async fn owner_account(&self) -> Result<Option<UserId>, Failure> {
        let path = format!("/users/{}", self.repo.owner());
        let answer = self.github.send(Call::get(&self.contents(), path)).await?;
        if answer.is_missing() {
            return Ok(None);
        }
        Ok(Some(UserId(answer.json::<Account>()?.id)))
    }

    /// Whether a commit belongs to the repository: one request where it is on the default branch,
    /// two or three more where a tag names it or a branch ends with it, else one for each other branch
    /// and for the newest tags.
    ///
    /// Source: "Compare two commits", whose status says how the second stands to the first, "List
    /// repository tags", "List branches for HEAD commit", "List branches", "Get a commit object".
    pub async fn belongs(&self, commit: &Sha, default: &Foreign) -> Result<Belongs, Failure> {
        if self.is_below(default.raw(), commit).await? {
            return Ok(Belongs::Yes);
        }
        let call = Call::get(&self.contents(), self.path("/tags?per_page=100"));
        let tags = self.github.pages(call, TAG_PAGES, |page: Vec<Named>| page).await?;
        if tags.items.iter().any(|tag| tag.commit.sha == commit.as_str()) {
            return Ok(Belongs::Yes);
        }
        let path = self.path(&format!("/git/commits/{commit}"));
        if self.github.send(Call::get(&self.contents(), path)).await?.is_missing() {
            let why = format!("{} has no commit `{}`.", self.repo, commit.short());
            return Ok(Belongs::Unclear(why));
        }
        let path = self.path(&format!("/commits/{commit}/branches-where-head"));
        let ends = Call::get(&self.contents(), path);
        if self.unless_refused::<Vec<Named>>(ends).await?.is_some_and(|ends| !ends.is_empty()) {
            return Ok(Belongs::Yes);
        }
        let call = Call::get(&self.contents(), self.path("/branches?per_page=100"));
        let branches = self.github.pages(call, 1, |page: Vec<Named>| page).await?;
        let others = branches.items.iter().filter(|branch| branch.name != default.raw());
        for branch in others.take(MOST_BRANCHES) {
            if self.is_below(&branch.name, commit).await? {
                return Ok(Belongs::Yes);
            }
        }
        for tag in tags.items.iter().take(MOST_TAGS) {
            if self.is_below(&tag.commit.sha, commit).await? {
                return Ok(Belongs::Yes);
            }
        }
        Ok(match (branches.complete, tags.complete) {
            (true, true) => Belongs::No,
            (false, _) => Belongs::Unclear(format!(
                "{} has more branches than are looked at, and `{}` is on none of the first.",
                self.repo,
                commit.short()
            )),
            (true, false) => Belongs::Unclear(format!(
                "{} has more tags than are looked at, and none of the first names `{}`.",
                self.repo,
                commit.short()
            )),
        })
    }
}
