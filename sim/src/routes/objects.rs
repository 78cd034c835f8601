//! Trees and blobs.

use crate::{
    http::{Call, Needs, Outcome, Refusal, Route, found, gone},
    world::{Commit, World},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const READ: Needs = Needs::Token("contents=read");

pub(super) const ROUTES: &[Route] = &[
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

/// GitHub shows larger files through this address up to 100 MB.
const LARGEST_BLOB: usize = 100 * 1024 * 1024;

/// The entries of a folder; with all below it when `whole`. Paths are relative to the folder.
fn entries<'c>(
    commit: &'c Commit,
    folder: &str,
    whole: bool,
) -> (Vec<(&'c str, &'c str)>, BTreeSet<String>) {
    let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let (mut files, mut folders) = (Vec::new(), BTreeSet::new());
    for path in commit.tree.keys() {
        let Some(rest) = path.strip_prefix(&below) else {
            continue;
        };
        let inner = rest.match_indices('/').map(|(at, _)| rest[..at].to_owned());
        folders.extend(inner.filter(|folder| whole || !folder.contains('/')));
        if whole || !rest.contains('/') {
            files.push((path.as_str(), rest));
        }
    }
    (files, folders)
}

fn tree(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let (id, api) = (repo.id, world.repo_url(repo));
    let name = call.param("tree_sha");
    let name = if name == "HEAD" { repo.default_branch.as_str() } else { name };
    let (commit, folder) = match repo.git.find_tree(name) {
        Some(found) => found,
        None if repo.git.branch(&repo.default_branch).is_none() => {
            return Err(Refusal::new(409, "Git Repository is empty."));
        }
        None => return Err(gone()),
    };
    let (commit, folder) = (commit.clone(), folder.to_owned());
    let whole = call.query("recursive").is_some();
    let (files, folders) = entries(&commit, &folder, whole);
    let most = world.faults.largest_tree;
    let git = &mut world.repos.get_mut(&id).ok_or_else(gone)?.git;
    let mut shown: Vec<Value> = Vec::new();
    for inner in folders {
        let full = if folder.is_empty() { inner.clone() } else { format!("{folder}/{inner}") };
        let sha = git.folder_sha(&commit, &full);
        let url = format!("{api}/git/trees/{sha}");
        shown.push(
            json!({ "path": inner, "mode": "040000", "type": "tree", "sha": sha, "url": url }),
        );
    }
    for (path, relative) in files {
        let entry = &commit.tree[path];
        let size = git.blobs.get(&entry.blob).map_or(0, |bytes| bytes.len());
        shown.push(json!({
            "path": relative,
            "mode": entry.mode,
            "type": "blob",
            "sha": entry.blob,
            "size": size,
            "url": format!("{api}/git/blobs/{}", entry.blob),
        }));
    }
    shown.sort_by(|a, b| a["path"].as_str().cmp(&b["path"].as_str()));
    let truncated = shown.len() > most;
    shown.truncate(most);
    let sha = match folder.as_str() {
        "" => commit.tree_sha.clone(),
        folder => git.folder_sha(&commit, folder),
    };
    let url = format!("{api}/git/trees/{sha}");
    found(json!({ "sha": sha, "url": url, "tree": shown, "truncated": truncated }))
}

fn blob(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let sha = call.param("file_sha");
    let bytes = repo.git.blobs.get(sha).ok_or_else(gone)?;
    if bytes.len() > LARGEST_BLOB {
        return Err(Refusal::new(403, "This API returns blobs up to 100 MB in size."));
    }
    if call.accept.contains("raw") {
        return Ok(super::contents::raw(bytes));
    }
    found(json!({
        "sha": sha,
        "node_id": format!("B_{sha}"),
        "size": bytes.len(),
        "url": format!("{}/git/blobs/{sha}", world.repo_url(repo)),
        "encoding": "base64",
        "content": BASE64_STANDARD.encode(bytes),
    }))
}
