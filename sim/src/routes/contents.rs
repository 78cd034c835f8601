//! Files and folders at a ref.

use crate::{
    http::{Answer, Call, Content, Needs, Outcome, Refusal, Route, found, gone},
    world::{Commit, Entry, Repo, World},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) const ROUTES: &[Route] = &[Route {
    method: "GET",
    path: "/repos/{owner}/{repo}/contents/{path}",
    needs: Needs::Token("contents=read"),
    run: read,
}];

/// The object form carries contents up to this size.
const LARGEST_INLINE: usize = 1024 * 1024;

fn read(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let name = call.query("ref").unwrap_or(&repo.default_branch);
    let commit = repo.git.resolve(name).ok_or_else(|| match call.query("ref") {
        Some(name) => Refusal::new(404, &format!("No commit found for the ref {name}")),
        None => Refusal::new(404, "This repository is empty."),
    })?;
    let path = call.param("path").trim_matches('/');
    if let Some(Entry { blob, .. }) = commit.tree.get(path) {
        let bytes = repo.git.blobs.get(blob).ok_or_else(gone)?;
        if call.accept.contains("raw") {
            return Ok(raw(bytes));
        }
        return found(file(world, repo, name, path, blob, bytes));
    }
    let entries = folder(world, repo, name, commit, path);
    if entries.is_empty() {
        return Err(gone());
    }
    found(Value::Array(entries))
}

/// The bytes of a file.
pub(super) fn raw(bytes: &[u8]) -> Answer {
    let content = Content::Raw("application/vnd.github.raw+json; charset=utf-8", bytes.to_vec());
    Answer { status: 200, content, headers: Vec::new() }
}

fn entry(
    world: &World,
    repo: &Repo,
    name: &str,
    path: &str,
    sha: &str,
    is_file: bool,
    size: usize,
) -> Value {
    let (api, page) = (world.repo_url(repo), world.repo_page(repo));
    let url = format!("{api}/contents/{path}?ref={name}");
    let git = format!("{api}/git/{}/{sha}", if is_file { "blobs" } else { "trees" });
    let html = format!("{page}/{}/{name}/{path}", if is_file { "blob" } else { "tree" });
    json!({
        "type": if is_file { "file" } else { "dir" },
        "name": path.rsplit('/').next(),
        "path": path,
        "sha": sha,
        "size": size,
        "url": url,
        "git_url": git,
        "html_url": html,
        "download_url": is_file.then(|| format!("{page}/raw/{name}/{path}")),
        "_links": { "self": url, "git": git, "html": html },
    })
}

fn file(world: &World, repo: &Repo, name: &str, path: &str, sha: &str, bytes: &[u8]) -> Value {
    let fits = bytes.len() <= LARGEST_INLINE;
    // GitHub breaks the text after 60 characters.
    let encoded = BASE64_STANDARD.encode(bytes);
    let lines: Vec<&str> =
        (0..encoded.len()).step_by(60).map(|at| &encoded[at..encoded.len().min(at + 60)]).collect();
    let content =
        if fits { lines.iter().map(|line| format!("{line}\n")).collect() } else { String::new() };
    let mut shown = entry(world, repo, name, path, sha, true, bytes.len());
    shown["encoding"] = if fits { "base64" } else { "none" }.into();
    shown["content"] = content.into();
    shown
}

fn folder(world: &World, repo: &Repo, name: &str, commit: &Commit, path: &str) -> Vec<Value> {
    let below = if path.is_empty() { String::new() } else { format!("{path}/") };
    let mut folders = BTreeSet::new();
    let mut entries = Vec::new();
    for (file, Entry { blob, .. }) in commit.tree.iter() {
        let Some(rest) = file.strip_prefix(&below) else {
            continue;
        };
        match rest.split_once('/') {
            None => {
                let size = repo.git.blobs.get(blob).map_or(0, |bytes| bytes.len());
                entries.push(entry(world, repo, name, file, blob, true, size));
            }
            Some((folder, _)) => {
                if folders.insert(folder.to_owned()) {
                    let path = format!("{below}{folder}");
                    let sha = crate::world::sha(format!("{path} {:?}", commit.sha).as_bytes());
                    entries.push(entry(world, repo, name, &path, &sha, false, 0));
                }
            }
        }
    }
    entries
}
