//! Commits, and what lies between two of them.

use crate::{
    http::{Call, Needs, Outcome, Refusal, Route, Slice, found, gone},
    world::{Changed, Commit, Issue, Repo, Tree, World, changed},
};
use serde_json::{Value, json};

const READ: Needs = Needs::Token("contents=read");

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/repos/{owner}/{repo}/commits", needs: READ, run: commits },
    Route { method: "GET", path: "/repos/{owner}/{repo}/commits/{ref}", needs: READ, run: commit },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/commits/{commit_sha}/pulls",
        needs: Needs::Token("pull_requests=read"),
        run: pulls,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/git/commits/{commit_sha}",
        needs: READ,
        run: object,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/compare/{basehead}",
        needs: READ,
        run: compare,
    },
];

/// A comparison shows no more files, a commit not more on one page.
const MOST_FILES: usize = 300;
/// Without pages a comparison lists no more commits.
const MOST_COMMITS: usize = 250;

/// The commit of that name, or GitHub's refusal.
///
/// # Errors
/// 422 when there is none.
pub(super) fn known<'r>(repo: &'r Repo, name: &str) -> Result<&'r Commit, Refusal> {
    let missing = || Refusal::new(422, &format!("No commit found for SHA: {name}"));
    repo.git.resolve(name).ok_or_else(missing)
}

fn commits(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let name = call.query("sha").unwrap_or(&repo.default_branch);
    let head = match (repo.git.resolve(name), call.query("sha")) {
        (Some(head), _) => head,
        (None, Some(_)) => return Err(gone()),
        (None, None) => return Err(Refusal::new(409, "Git Repository is empty.")),
    };
    let path = call.query("path");
    // Of a merge git shows no path that is as in one of its parents.
    let touches = |commit: &Commit| {
        path.is_none_or(|path| {
            let below = format!("{path}/");
            let part = |tree: &Tree| -> Tree {
                let is_in = |name: &String| name == path || name.starts_with(&below);
                tree.iter()
                    .filter(|(name, _)| is_in(name))
                    .map(|(n, e)| (n.clone(), e.clone()))
                    .collect()
            };
            let after = part(&commit.tree);
            let differs = |parent: &String| part(&repo.git.tree(parent)) != after;
            if commit.parents.is_empty() {
                !after.is_empty()
            } else {
                commit.parents.iter().all(differs)
            }
        })
    };
    let author = call.query("author");
    let is_by = |commit: &Commit| {
        let login = commit.author.user.and_then(|id| world.users.get(&id));
        author.is_none_or(|author| {
            commit.author.email == author || login.is_some_and(|user| user.login == author)
        })
    };
    let mut all = repo.git.history(&head.sha);
    all.retain(|commit| touches(commit) && is_by(commit));
    call.list(world, &all, |commit| world.show_commit(repo, commit))
}

/// A commit with its files, 300 on a page.
fn commit(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let commit = known(repo, call.param("ref"))?;
    let parent = commit.parents.first().map(|parent| repo.git.tree(parent)).unwrap_or_default();
    let files = changed(&repo.git, &parent, &commit.tree);
    let mut shown = world.show_commit(repo, commit);
    let count = |of: fn(&Changed) -> usize| files.iter().map(of).sum::<usize>();
    let (added, removed) = (count(|file| file.additions), count(|file| file.deletions));
    shown["stats"] = json!({ "additions": added, "deletions": removed, "total": added + removed });
    let slice = call.slice_of(world, files.len(), MOST_FILES, MOST_FILES);
    shown["files"] = show_files(world, repo, &files[slice.from..slice.to], &commit.sha);
    Ok(slice.answer(shown))
}

fn show_files(world: &World, repo: &Repo, files: &[Changed], commit: &str) -> Value {
    files.iter().map(|file| world.show_changed(repo, file, commit)).collect()
}

fn object(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let commit = repo.git.commits.get(call.param("commit_sha")).ok_or_else(gone)?;
    found(world.show_git_commit(repo, commit))
}

/// The pull requests that brought a commit, or that would.
fn pulls(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let sha = known(repo, call.param("commit_sha"))?.sha.as_str();
    let brings = |issue: &&Issue| {
        issue.pull.as_ref().is_some_and(|pull| {
            let landed =
                pull.merged.iter().any(|merged| merged.commits.iter().any(|one| one == sha));
            let own = || repo.git.between(&pull.merge_base(&repo.git), &pull.head_sha);
            landed || own().iter().any(|commit| commit.sha == sha)
        })
    };
    let found: Vec<&Issue> = repo.issues.values().filter(brings).collect();
    call.list(world, &found, |issue| world.show_pull(repo, issue, false))
}

/// One side of a comparison: a name here, or `owner:name` in a repository of the fork network.
fn side<'w>(world: &'w World, repo: &'w Repo, name: &str) -> Result<&'w Commit, Refusal> {
    let Some((owner, name)) = name.split_once(':') else {
        return repo.git.resolve(name).ok_or_else(gone);
    };
    let there = world.family_member(repo.id, owner).and_then(|id| world.repos.get(&id));
    let head = there.and_then(|there| there.git.resolve(name)).ok_or_else(gone)?;
    // Forks share their commits; a branch that no pull request brought here is not known here.
    repo.git.commits.get(&head.sha).ok_or_else(gone)
}

fn compare(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let basehead = call.param("basehead");
    let (base, head) = basehead.split_once("...").ok_or_else(gone)?;
    let (base, head) = (side(world, repo, base)?, side(world, repo, head)?);
    let common = repo.git.merge_base(&base.sha, &head.sha).ok_or_else(|| {
        Refusal::new(404, &format!("No common ancestor between {} and {}.", base.sha, head.sha))
    })?;
    let ahead = repo.git.between(&base.sha, &head.sha);
    let behind = repo.git.between(&head.sha, &base.sha).len();
    let status = match (ahead.len(), behind) {
        (0, 0) => "identical",
        (_, 0) => "ahead",
        (0, _) => "behind",
        _ => "diverged",
    };
    let paged = call.query("page").is_some() || call.query("per_page").is_some();
    let slice: Slice = match paged {
        true => call.slice(world, ahead.len()),
        false => call.slice_of(world, ahead.len(), MOST_COMMITS, MOST_COMMITS),
    };
    let (url, page) = (
        format!("{}/compare/{basehead}", world.repo_url(repo)),
        format!("{}/compare/{basehead}", world.repo_page(repo)),
    );
    let commits = ahead[slice.from..slice.to].iter().map(|commit| world.show_commit(repo, commit));
    let mut shown = json!({
        "url": url,
        "html_url": page,
        "permalink_url": format!("{}/compare/{}...{}", world.repo_page(repo), base.sha, head.sha),
        "diff_url": format!("{page}.diff"),
        "patch_url": format!("{page}.patch"),
        "base_commit": world.show_commit(repo, base),
        "merge_base_commit": world.show_commit(repo, common),
        "status": status,
        "ahead_by": ahead.len(),
        "behind_by": behind,
        "total_commits": ahead.len(),
        "commits": commits.collect::<Vec<Value>>(),
    });
    // Files come with the first page only, as many as there may be.
    if slice.from == 0 {
        let files = changed(&repo.git, &common.tree, &head.tree);
        let first = &files[..files.len().min(MOST_FILES)];
        shown["files"] = show_files(world, repo, first, &head.sha);
    }
    Ok(slice.answer(shown))
}
