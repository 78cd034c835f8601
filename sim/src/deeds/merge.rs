//! Merging pull requests, and what stands in the way.

use super::Pusher;
use crate::world::{Merge, Merged, Method, World};
use serde_json::json;

/// How a pull request is to be merged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Merging {
    pub method: Method,
    /// GitHub's own words when empty.
    pub title: Option<String>,
    pub message: Option<String>,
}

/// Whether a pull request can be merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Clean,
    Closed,
    Draft,
    /// Head and base changed the same file.
    Dirty,
    /// The rules of the branch are not met, in GitHub's words.
    Blocked(String),
    /// The branch has a queue, and nothing else stands in the way.
    Queue,
}

impl Standing {
    /// `mergeable_state`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Clean | Self::Queue => "clean",
            Self::Blocked(_) => "blocked",
            Self::Closed => "unknown",
            Self::Draft => "draft",
            Self::Dirty => "dirty",
        }
    }

    /// What GitHub says to somebody who tries nevertheless.
    pub(crate) fn refusal(&self) -> Option<String> {
        match self {
            Self::Clean => None,
            Self::Blocked(why) => Some(why.clone()),
            Self::Queue => Some("Changes must be made through the merge queue".to_owned()),
            Self::Draft => Some("Pull Request is still a draft".to_owned()),
            Self::Closed | Self::Dirty => Some("Pull Request is not mergeable".to_owned()),
        }
    }
}

impl World {
    pub(crate) fn standing(&self, repo: u64, number: u64) -> Standing {
        let open = self.issue_of(repo, number).is_some_and(|issue| issue.open);
        let pull = self.pull_of(repo, number).filter(|_| open);
        let Some((place, pull)) = self.repos.get(&repo).zip(pull) else {
            return Standing::Closed;
        };
        match (&pull.test_merge, pull.draft) {
            (None, _) => return Standing::Dirty,
            (_, true) => return Standing::Draft,
            _ => {}
        }
        let rules = self.rules_on(place, &pull.base_ref);
        let mut against: Vec<String> =
            rules.iter().flat_map(|rules| self.objections(place, number, rules)).collect();
        against.dedup();
        match against.is_empty() {
            false => Standing::Blocked(format!(
                "Repository rule violations found\n\n{}",
                against.join("\n")
            )),
            true if self.has_queue(place, &pull.base_ref) => Standing::Queue,
            true => Standing::Clean,
        }
    }

    /// Why somebody cannot merge, in GitHub's words. `passing` by the rules, where they may.
    pub(crate) fn refuses(&self, repo: u64, number: u64, by: u64, passing: bool) -> Option<String> {
        let standing = self.standing(repo, number);
        let by_rules = matches!(standing, Standing::Blocked(_) | Standing::Queue);
        let passes = passing && by_rules && self.may_pass(repo, number, by);
        standing.refusal().filter(|_| !passes)
    }

    /// Whether somebody may pass by everything that stands in the way of a pull request.
    fn may_pass(&self, repo: u64, number: u64, by: u64) -> bool {
        let Some((place, pull)) = self.repos.get(&repo).zip(self.pull_of(repo, number)) else {
            return false;
        };
        let classic = place.protections.get(&pull.base_ref);
        self.rules_on(place, &pull.base_ref)
            .into_iter()
            .filter(|rules| rules.queue || !self.objections(place, number, rules).is_empty())
            .all(|rules| {
                let is_classic = classic.is_some_and(|one| std::ptr::eq(one, rules));
                self.may_bypass(place, rules, is_classic, by)
            })
    }

    /// Merges without asking whether anything stands in the way. Gives back the commit; `None` when
    /// the two conflict.
    pub(crate) fn merge_pull(
        &mut self,
        repo: u64,
        number: u64,
        by: u64,
        how: Merging,
    ) -> Option<String> {
        let issue = self.issue_of(repo, number)?;
        let pull = issue.pull.as_ref()?;
        let label = format!("{}/{}", self.owner_login(pull.head_owner), pull.head_ref);
        let (title, message) = match how.method {
            Method::Squash => (format!("{} (#{number})", issue.title), String::new()),
            _ => (format!("Merge pull request #{number} from {label}"), issue.title.clone()),
        };
        let (title, message) = (how.title.unwrap_or(title), how.message.unwrap_or(message));
        let (author, merger) = (self.signature(issue.author.user), self.signature(by));
        let web = crate::world::Signature {
            user: None,
            name: "GitHub".to_owned(),
            email: "noreply@github.invalid".to_owned(),
            at: merger.at,
        };
        let place = self.repos.get_mut(&repo)?;
        let pull = place.issues.get(&number)?.pull.as_ref()?;
        let (base_ref, head) = (pull.base_ref.clone(), pull.head_sha.clone());
        let base = place.git.branch(&base_ref)?.clone();
        let merge = Merge {
            base: &base,
            head: &head,
            message: [title, message].join("\n\n").trim_end().to_owned(),
            author,
            by: merger,
            committer: web,
        };
        let commits = place.git.merge(how.method, merge)?;
        let sha = commits.last().unwrap_or(&base).clone();
        self.mark_merged(repo, number, by, &base, commits);
        let update = (format!("refs/heads/{base_ref}"), Some(sha.clone()));
        self.push(repo, Pusher::user(by), &[update]);
        self.tell_issue(repo, number, "closed", by, json!({}));
        Some(sha)
    }

    pub(super) fn mark_merged(
        &mut self,
        repo: u64,
        number: u64,
        by: u64,
        base: &str,
        commits: Vec<String>,
    ) {
        let now = self.now();
        let Some(issue) = self.issue_mut(repo, number) else {
            return;
        };
        issue.open = false;
        issue.closed = Some(now);
        issue.closed_by = Some(by);
        issue.updated = now;
        if let Some(pull) = issue.pull.as_mut() {
            base.clone_into(&mut pull.base_sha);
            let sha = commits.last().map_or(base, String::as_str).to_owned();
            pull.merged = Some(Merged { at: now, by, sha, commits });
        }
    }
}
