//! Comments on the lines of a pull request: where one may stand, and where it stands after a push.

use crate::{
    hooks::Happening,
    render::node,
    world::{PatchLine, ReviewComment, World, place_of_line},
};
use serde_json::{Value, json};

/// Where in a file.
#[derive(Clone, Debug)]
pub(crate) enum Spot {
    /// On the file as a whole.
    File,
    Line {
        line: u64,
        /// `RIGHT` for the new file, `LEFT` for the old one.
        side: String,
        /// Where a comment on several lines begins.
        start: Option<(u64, String)>,
    },
    /// So many lines below the first hunk's header: the older way to say it.
    Position(u64),
}

/// A comment that is about to exist.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub path: String,
    pub spot: Spot,
    pub body: String,
}

/// Why a comment cannot stand there, in GitHub's words: the field and what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OffDiff {
    pub field: &'static str,
    pub why: &'static str,
}

const NO_COMMIT: OffDiff =
    OffDiff { field: "commit_id", why: "commit_id is not part of the pull request" };
const NO_PATH: OffDiff = OffDiff {
    field: "pull_request_review_thread.path",
    why: "pull_request_review_thread.path must be part of the diff",
};
const NO_LINE: OffDiff = OffDiff {
    field: "pull_request_review_thread.line",
    why: "pull_request_review_thread.line must be part of the diff",
};
const NO_START: OffDiff = OffDiff {
    field: "pull_request_review_thread.start_line",
    why: "pull_request_review_thread.start_line must be part of the same hunk as the line.",
};

/// Where a new comment came to stand.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    line: Option<u64>,
    start: Option<(u64, String)>,
    side: String,
    position: u64,
    hunk: String,
}

impl World {
    /// Finds the place for a comment: only lines of the diff, changed or around changes, have one.
    ///
    /// # Errors
    /// What is not part of the pull request.
    pub(crate) fn place_line(
        &self,
        repo: u64,
        number: u64,
        commit: &str,
        line: &Line,
    ) -> Result<Placed, OffDiff> {
        let git = self.repos.get(&repo).map(|repo| &repo.git).ok_or(NO_COMMIT)?;
        let pull = self.pull_of(repo, number).ok_or(NO_COMMIT)?;
        let own = git.between(&pull.merge_base(git), &pull.head_sha);
        if !own.iter().any(|one| one.sha == commit) {
            return Err(NO_COMMIT);
        }
        let files = pull.diff_at(git, commit);
        let file = files.iter().find(|file| file.path == line.path).ok_or(NO_PATH)?;
        let whole = Placed {
            line: None,
            start: None,
            side: "RIGHT".to_owned(),
            position: 1,
            hunk: String::new(),
        };
        let (end, side, start) = match &line.spot {
            Spot::File => return Ok(whole),
            Spot::Line { line, side, start } => {
                let patch = file.patch.as_ref().ok_or(NO_LINE)?;
                let end = patch.line(*line, side).ok_or(NO_LINE)?;
                if let Some((from, side)) = start {
                    let first = patch.line(*from, side).ok_or(NO_START)?;
                    if first.hunk != end.hunk || first.position >= end.position {
                        return Err(NO_START);
                    }
                }
                (end, side.as_str(), start.clone())
            }
            Spot::Position(at) => {
                let end = file.patch.as_ref().and_then(|patch| patch.at(*at)).ok_or(NO_LINE)?;
                (end, if end.new.is_some() { "RIGHT" } else { "LEFT" }, None)
            }
        };
        let number = |line: &PatchLine| if side == "LEFT" { line.old } else { line.new };
        let hunk = file.patch.as_ref().map(|patch| patch.hunk_to(end).to_owned());
        Ok(Placed {
            line: number(end),
            start,
            side: side.to_owned(),
            position: end.position,
            hunk: hunk.unwrap_or_default(),
        })
    }

    /// Writes a comment that has its place. Tells nobody.
    pub(super) fn put_line(
        &mut self,
        repo: u64,
        number: u64,
        by: u64,
        review: u64,
        commit: &str,
        (line, placed): (Line, Placed),
    ) -> Option<u64> {
        let (id, now, listed_from) = (self.next_id(), self.now(), self.listed_from());
        self.note_pings(repo, number, by, &line.body);
        let start_line = placed.start.as_ref().map(|(line, _)| *line);
        self.pull_mut(repo, number)?.comments.push(ReviewComment {
            id,
            review,
            user: by,
            body: line.body,
            path: line.path,
            original_line: placed.line,
            original_start_line: start_line,
            original_position: Some(placed.position),
            original_commit: commit.to_owned(),
            line: placed.line,
            start_line,
            position: Some(placed.position),
            commit: commit.to_owned(),
            side: placed.side,
            start_side: placed.start.map(|(_, side)| side),
            hunk: placed.hunk,
            reply_to: None,
            reactions: Vec::new(),
            created: now,
            updated: now,
            listed_from,
            minimized: None,
        });
        Some(id)
    }

    /// Finds the comments' lines in the diff as it is now. What is gone leaves an outdated comment.
    pub(super) fn move_lines(&mut self, repo: u64, number: u64) {
        let Some(place) = self.repos.get_mut(&repo) else {
            return;
        };
        let git = &place.git;
        let pull = place.issues.get_mut(&number).and_then(|issue| issue.pull.as_mut());
        let Some(pull) = pull.filter(|pull| !pull.comments.is_empty()) else {
            return;
        };
        let (head, files) = (git.tree(&pull.head_sha), pull.diff(git));
        for comment in &mut pull.comments {
            let file = files.iter().find(|file| file.path == comment.path);
            let then = git.tree(&comment.original_commit);
            let blobs = then.get(&comment.path).zip(head.get(&comment.path));
            let find = |number: u64, side: &str| {
                let now = match (side, blobs) {
                    ("LEFT", _) => number,
                    (_, Some((old, new))) => place_of_line(git, &old.blob, &new.blob, number)?,
                    (_, None) => return None,
                };
                Some((now, file?.patch.as_ref()?.line(now, side)?.position))
            };
            let start_side = comment.start_side.as_deref().unwrap_or(&comment.side);
            let start = comment.original_start_line.map(|line| find(line, start_side));
            let end = comment.original_line.map(|line| find(line, &comment.side));
            let found = match (end, start) {
                // On the file as a whole: there as long as the file is.
                (None, _) => file.map(|_| (None, None, 1)),
                (Some(Some((line, at))), None) => Some((Some(line), None, at)),
                (Some(Some((line, at))), Some(Some((from, _)))) => {
                    Some((Some(line), Some(from), at))
                }
                _ => None,
            };
            comment.line = found.and_then(|(line, ..)| line);
            comment.start_line = found.and_then(|(_, from, _)| from);
            comment.position = found.map(|(.., at)| at);
            if found.is_some() {
                comment.commit.clone_from(&pull.head_sha);
            }
        }
    }

    /// One comment, in a review of its own as GitHub makes one for it.
    ///
    /// # Errors
    /// What is not part of the pull request.
    pub(crate) fn comment_line(
        &mut self,
        repo: u64,
        number: u64,
        by: u64,
        line: Line,
        commit: &str,
    ) -> Result<u64, OffDiff> {
        let placed = self.place_line(repo, number, commit, &line)?;
        let review = self.open_review(repo, number, by, "COMMENTED", "", commit);
        let id = self.put_line(repo, number, by, review, commit, (line, placed));
        self.move_lines(repo, number);
        self.tell_review(repo, number, review, "submitted", by, None);
        let id = id.ok_or(NO_COMMIT)?;
        self.tell_line(repo, number, id, "created", by, None);
        Ok(id)
    }

    /// An answer below a comment. It stands where the first comment of the thread stands.
    pub(crate) fn reply_to_line(
        &mut self,
        repo: u64,
        number: u64,
        by: u64,
        to: u64,
        body: &str,
    ) -> Option<u64> {
        let now = self.now();
        let named = self.pull_of(repo, number)?.comments.iter().find(|one| one.id == to)?;
        let thread = named.thread();
        let first =
            self.pull_of(repo, number)?.comments.iter().find(|one| one.id == thread)?.clone();
        let review = self.open_review(repo, number, by, "COMMENTED", "", &first.commit);
        let (id, listed_from) = (self.next_id(), self.listed_from());
        self.note_pings(repo, number, by, body);
        self.pull_mut(repo, number)?.comments.push(ReviewComment {
            id,
            review,
            user: by,
            body: body.to_owned(),
            reply_to: Some(thread),
            reactions: Vec::new(),
            created: now,
            updated: now,
            listed_from,
            minimized: None,
            ..first
        });
        self.tell_review(repo, number, review, "submitted", by, None);
        self.tell_line(repo, number, id, "created", by, None);
        Some(id)
    }

    /// Resolves the thread of a comment, or opens it again.
    pub(crate) fn resolve_thread(
        &mut self,
        repo: u64,
        number: u64,
        first: u64,
        by: u64,
        resolved: bool,
    ) {
        let Some(pull) = self.pull_mut(repo, number) else {
            return;
        };
        let changed =
            if resolved { pull.resolved.insert(first) } else { pull.resolved.remove(&first) };
        if !changed {
            return;
        }
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let Some(issue) = place.issues.get(&number) else {
            return;
        };
        let lines = issue.pull.as_ref().map(|pull| pull.comments.as_slice()).unwrap_or_default();
        let own = lines.iter().filter(|one| one.thread() == first);
        let own: Vec<Value> = own.map(|one| self.show_review_comment(place, issue, one)).collect();
        let action = if resolved { "resolved" } else { "unresolved" };
        let happening = Happening::new("pull_request_review_thread", action, by)
            .with("thread", json!({ "node_id": node("PRRT", first), "comments": own }))
            .with("pull_request", self.show_pull(place, issue, false))
            .in_repo(self, repo);
        self.emit(happening);
    }

    /// The pull request that a comment belongs to.
    pub(crate) fn pull_of_line(&self, repo: u64, id: u64) -> Option<u64> {
        let mut issues = self.repos.get(&repo)?.issues.values();
        let pull = issues.find(|issue| {
            issue.pull.as_deref().is_some_and(|pull| pull.comments.iter().any(|one| one.id == id))
        });
        pull.map(|issue| issue.number)
    }

    pub(crate) fn line_mut(&mut self, repo: u64, id: u64) -> Option<&mut ReviewComment> {
        let number = self.pull_of_line(repo, id)?;
        self.pull_mut(repo, number)?.comments.iter_mut().find(|one| one.id == id)
    }

    pub(crate) fn edit_line_comment(&mut self, repo: u64, id: u64, by: u64, body: &str) {
        let (now, number) = (self.now(), self.pull_of_line(repo, id).unwrap_or_default());
        let Some(comment) = self.line_mut(repo, id) else {
            return;
        };
        if comment.body == body {
            return;
        }
        let before = std::mem::replace(&mut comment.body, body.to_owned());
        comment.updated = now;
        self.note_pings(repo, number, by, body);
        let changes = json!({ "body": { "from": before } });
        self.tell_line(repo, number, id, "edited", by, Some(changes));
    }

    pub(crate) fn delete_line_comment(&mut self, repo: u64, id: u64, by: u64) {
        let number = self.pull_of_line(repo, id).unwrap_or_default();
        self.tell_line(repo, number, id, "deleted", by, None);
        if let Some(pull) = self.pull_mut(repo, number) {
            pull.comments.retain(|one| one.id != id);
        }
    }

    pub(super) fn tell_line(
        &mut self,
        repo: u64,
        number: u64,
        id: u64,
        action: &'static str,
        by: u64,
        changes: Option<Value>,
    ) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let Some(issue) = place.issues.get(&number) else {
            return;
        };
        let comment =
            issue.pull.as_ref().and_then(|pull| pull.comments.iter().find(|one| one.id == id));
        let Some(comment) = comment else { return };
        let mut happening = Happening::new("pull_request_review_comment", action, by)
            .with("comment", self.show_review_comment(place, issue, comment))
            .with("pull_request", self.show_pull(place, issue, false));
        if let Some(changes) = changes {
            happening = happening.with("changes", changes);
        }
        let happening = happening.in_repo(self, repo);
        self.emit(happening);
    }
}
