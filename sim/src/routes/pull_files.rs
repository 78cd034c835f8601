//! What a pull request changes: its files and commits.

use super::pulls::pull;
use crate::{
    http::{Call, Needs, Outcome, Route, gone},
    world::World,
};

const READ: Needs = Needs::Token("pull_requests=read");

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/files",
        needs: READ,
        run: files,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/commits",
        needs: READ,
        run: commits,
    },
];

/// GitHub lists no more files of a pull request.
const MOST_FILES: usize = 3_000;
/// GitHub lists no more commits of a pull request.
const MOST_COMMITS: usize = 250;

fn files(world: &mut World, call: &Call) -> Outcome {
    let (repo, issue) = pull(world, call)?;
    let pull = issue.pull.as_ref().ok_or_else(gone)?;
    let mut files = pull.diff(&repo.git);
    files.truncate(MOST_FILES);
    call.list(world, &files, |file| world.show_changed(repo, file, &pull.head_sha))
}

fn commits(world: &mut World, call: &Call) -> Outcome {
    let (repo, issue) = pull(world, call)?;
    let pull = issue.pull.as_ref().ok_or_else(gone)?;
    let mut own = repo.git.between(&pull.merge_base(&repo.git), &pull.head_sha);
    own.truncate(MOST_COMMITS);
    call.list(world, &own, |commit| world.show_commit(repo, commit))
}
