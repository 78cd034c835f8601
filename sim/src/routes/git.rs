//! Branches, commits and trees.

use crate::{
    clock::written,
    http::{Call, Needs, Outcome, Refusal, Route, found, gone},
    render::node,
    world::{Commit, Repo, World},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

const READ: Needs = Needs::Token("contents=read");

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/repos/{owner}/{repo}/branches", needs: READ, run: branches },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/branches/{branch}",
        needs: READ,
        run: branch,
    },
    Route { method: "GET", path: "/repos/{owner}/{repo}/commits", needs: READ, run: commits },
    Route { method: "GET", path: "/repos/{owner}/{repo}/commits/{ref}", needs: READ, run: commit },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/git/trees/{tree_sha}",
        needs: READ,
        run: tree,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/git/blobs/{file_sha}",
        needs: READ,
        run: blob,
    },
];

fn branches(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let all: Vec<(&String, &String)> = repo.git.branches.iter().collect();
    call.list(world, &all, |(name, sha)| {
        let url = format!("{}/commits/{sha}", world.repo_url(repo));
        json!({ "name": name, "commit": { "sha": sha, "url": url }, "protected": false })
    })
}

fn branch(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let name = call.param("branch");
    let sha = repo.git.branches.get(name).ok_or_else(|| Refusal::new(404, "Branch not found"))?;
    let url = format!("{}/branches/{name}", world.repo_url(repo));
    found(json!({
        "name": name,
        "commit": show_commit(world, repo, repo.git.commits.get(sha).ok_or_else(gone)?),
        "_links": { "self": url, "html": format!("{}/tree/{name}", world.repo_page(repo)) },
        "protected": false,
        "protection": {},
        "protection_url": format!("{url}/protection"),
    }))
}

fn show_commit(world: &World, repo: &Repo, commit: &Commit) -> Value {
    let (api, page) = (world.repo_url(repo), world.repo_page(repo));
    let login = world.users.get(&commit.author).map_or("ghost", |user| user.login.as_str());
    let who = json!({
        "name": login,
        "email": format!("{login}@users.noreply.github.invalid"),
        "date": written(commit.at),
    });
    let author = world.show_user_id(commit.author);
    let parents: Vec<Value> = commit
        .parents
        .iter()
        .map(|sha| json!({ "sha": sha, "url": format!("{api}/commits/{sha}"), "html_url": format!("{page}/commit/{sha}") }))
        .collect();
    let tree = commit.tree_sha();
    json!({
        "sha": commit.sha,
        "node_id": node("C", commit.sha.len() as u64),
        "url": format!("{api}/commits/{}", commit.sha),
        "html_url": format!("{page}/commit/{}", commit.sha),
        "comments_url": format!("{api}/commits/{}/comments", commit.sha),
        "commit": {
            "url": format!("{api}/git/commits/{}", commit.sha),
            "author": who,
            "committer": who,
            "message": commit.message,
            "comment_count": 0,
            "tree": { "sha": tree, "url": format!("{api}/git/trees/{tree}") },
            "verification": { "verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null },
        },
        "author": author,
        "committer": author,
        "parents": parents,
    })
}

fn commits(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let name = call.query("sha").unwrap_or(&repo.default_branch);
    let head =
        repo.git.resolve(name).ok_or_else(|| Refusal::new(409, "Git Repository is empty."))?;
    let path = call.query("path");
    let touches = |commit: &Commit| {
        path.is_none_or(|path| {
            let before = commit
                .parents
                .first()
                .and_then(|sha| repo.git.commits.get(sha))
                .and_then(|c| c.tree.get(path));
            before != commit.tree.get(path)
        })
    };
    let all: Vec<&Commit> = repo.git.history(head).filter(|commit| touches(commit)).collect();
    call.list(world, &all, |commit| show_commit(world, repo, commit))
}

fn commit(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let name = call.param("ref");
    let missing = || Refusal::new(422, &format!("No commit found for SHA: {name}"));
    found(show_commit(world, repo, repo.git.resolve(name).ok_or_else(missing)?))
}

fn tree(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let name = call.param("tree_sha");
    let by_tree = || repo.git.commits.values().find(|commit| commit.tree_sha() == name);
    let commit = repo.git.resolve(name).or_else(by_tree).ok_or_else(gone)?;
    let whole = call.query("recursive").is_some();
    let api = world.repo_url(repo);
    let mut entries: Vec<Value> = Vec::new();
    let mut folders: Vec<&str> = Vec::new();
    for (path, blob) in &commit.tree {
        for (at, _) in path.match_indices('/') {
            let folder = &path[..at];
            if !folders.contains(&folder) && (whole || !folder.contains('/')) {
                folders.push(folder);
                let sha = crate::world::sha(format!("{folder} {}", commit.sha).as_bytes());
                entries.push(json!({ "path": folder, "mode": "040000", "type": "tree", "sha": sha, "url": format!("{api}/git/trees/{sha}") }));
            }
        }
        if whole || !path.contains('/') {
            let size = repo.git.blobs.get(blob).map_or(0, Vec::len);
            entries.push(json!({
                "path": path, "mode": "100644", "type": "blob", "sha": blob, "size": size, "url": format!("{api}/git/blobs/{blob}"),
            }));
        }
    }
    let sha = commit.tree_sha();
    found(
        json!({ "sha": sha, "url": format!("{api}/git/trees/{sha}"), "tree": entries, "truncated": false }),
    )
}

fn blob(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let sha = call.param("file_sha");
    let bytes = repo.git.blobs.get(sha).ok_or_else(gone)?;
    found(json!({
        "sha": sha,
        "node_id": node("B", bytes.len() as u64),
        "size": bytes.len(),
        "url": format!("{}/git/blobs/{sha}", world.repo_url(repo)),
        "encoding": "base64",
        "content": BASE64_STANDARD.encode(bytes),
    }))
}
