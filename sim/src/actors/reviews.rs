//! What people say about pull requests, as a whole and line by line.

use super::pulls::pull;
use crate::{
    deeds::{Line, NewReview, Spot},
    sim::Sim,
};

/// Where a comment on a pull request stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineSpec {
    path: String,
    line: Option<u64>,
    old: bool,
}

impl LineSpec {
    /// On a line of the file as it is after the change.
    pub fn new_line(path: &str, line: u64) -> Self {
        Self { path: path.to_owned(), line: Some(line), old: false }
    }

    /// On a line of the file as it was before.
    pub fn old_line(path: &str, line: u64) -> Self {
        Self { path: path.to_owned(), line: Some(line), old: true }
    }

    /// On the file as a whole.
    pub fn file(path: &str) -> Self {
        Self { path: path.to_owned(), line: None, old: false }
    }

    fn line(&self, body: &str) -> Line {
        let side = if self.old { "LEFT" } else { "RIGHT" };
        let spot = self.line.map_or(Spot::File, |line| Spot::Line {
            line,
            side: side.to_owned(),
            start: None,
        });
        Line { path: self.path.clone(), spot, body: body.to_owned() }
    }
}

impl Sim {
    #[track_caller]
    fn reviews_pull(
        &self,
        repo: &str,
        number: u64,
        state: &'static str,
        body: &str,
        login: &str,
    ) -> u64 {
        self.act(|world| {
            let (id, user) = (pull(world, repo, number), Self::user_no(world, login));
            let new = NewReview {
                body: body.to_owned(),
                state: Some(state),
                commit: None,
                lines: Vec::new(),
            };
            world.review(id, number, user, new).expect("a review without lines is accepted")
        })
    }

    /// Approves a pull request. Gives back the review's id.
    #[track_caller]
    pub fn approves_pull(&self, repo: &str, number: u64, login: &str) -> u64 {
        self.reviews_pull(repo, number, "APPROVED", "", login)
    }

    /// Asks for changes. Gives back the review's id.
    #[track_caller]
    pub fn requests_changes(&self, repo: &str, number: u64, body: &str, login: &str) -> u64 {
        self.reviews_pull(repo, number, "CHANGES_REQUESTED", body, login)
    }

    /// Takes the weight from somebody's review.
    #[track_caller]
    pub fn dismisses_review(&self, repo: &str, number: u64, review: u64, by: &str) {
        self.act(|world| {
            let (id, by) = (pull(world, repo, number), Self::user_no(world, by));
            world.dismiss_review(id, number, review, by);
        });
    }

    /// Comments on a line of a pull request. Gives back the comment's id.
    ///
    /// # Panics
    /// When the line is not part of the diff.
    #[track_caller]
    pub fn comments_on_line(
        &self,
        repo: &str,
        number: u64,
        at: &LineSpec,
        login: &str,
        body: &str,
    ) -> u64 {
        self.act(|world| {
            let (id, user) = (pull(world, repo, number), Self::user_no(world, login));
            let head = world.pull_of(id, number).map(|pull| pull.head_sha.clone());
            let made =
                world.comment_line(id, number, user, at.line(body), &head.unwrap_or_default());
            made.unwrap_or_else(|off| panic!("{at:?} in {repo}#{number}: {}", off.why))
        })
    }

    /// Answers below a comment on a line. Gives back the answer's id.
    #[track_caller]
    pub fn replies_to_line(
        &self,
        repo: &str,
        number: u64,
        to: u64,
        login: &str,
        body: &str,
    ) -> u64 {
        self.act(|world| {
            let (id, user) = (pull(world, repo, number), Self::user_no(world, login));
            let made = world.reply_to_line(id, number, user, to, body);
            made.unwrap_or_else(|| panic!("there is no comment {to} on a line of {repo}#{number}"))
        })
    }

    /// Resolves the thread of a comment.
    #[track_caller]
    pub fn resolves_thread(&self, repo: &str, number: u64, first: u64, by: &str) {
        self.act(|world| {
            let (id, by) = (pull(world, repo, number), Self::user_no(world, by));
            world.resolve_thread(id, number, first, by, true);
        });
    }

    /// Opens the thread of a comment again.
    #[track_caller]
    pub fn unresolves_thread(&self, repo: &str, number: u64, first: u64, by: &str) {
        self.act(|world| {
            let (id, by) = (pull(world, repo, number), Self::user_no(world, by));
            world.resolve_thread(id, number, first, by, false);
        });
    }

    /// Edits a comment on a line, which need not be one's own.
    #[track_caller]
    pub fn edits_line_comment(&self, repo: &str, comment: u64, by: &str, body: &str) {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.edit_line_comment(id, comment, by, body);
        });
    }

    /// Deletes a comment on a line.
    #[track_caller]
    pub fn deletes_line_comment(&self, repo: &str, comment: u64, by: &str) {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.delete_line_comment(id, comment, by);
        });
    }
}
