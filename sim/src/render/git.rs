//! Commits, refs and changed files.

use super::node;
use crate::{
    clock::written,
    world::{Changed, Commit, Repo, Signature, World},
};
use serde_json::{Value, json};

fn who(signature: &Signature) -> Value {
    json!({ "name": signature.name, "email": signature.email, "date": written(signature.at) })
}

/// What GitHub found out about the signature of a commit.
fn verification(commit: &Commit) -> Value {
    let signed = commit.verified;
    json!({
        "verified": signed,
        "reason": if signed { "valid" } else { "unsigned" },
        "signature": signed.then_some("-----BEGIN PGP SIGNATURE-----\n\nnone\n-----END PGP SIGNATURE-----"),
        "payload": signed.then(|| format!("tree {}\n", commit.tree_sha)),
        "verified_at": signed.then(|| written(commit.committer.at)),
    })
}

impl World {
    fn parents(&self, repo: &Repo, commit: &Commit, kind: &str) -> Vec<Value> {
        let (api, page) = (self.repo_url(repo), self.repo_page(repo));
        let shown = commit.parents.iter().map(|sha| {
            json!({
                "sha": sha,
                "url": format!("{api}/{kind}/{sha}"),
                "html_url": format!("{page}/commit/{sha}"),
            })
        });
        shown.collect()
    }

    /// The account behind a signature; GitHub shows none when it knows none.
    fn account(&self, signature: &Signature) -> Value {
        let user = signature.user.and_then(|id| self.users.get(&id));
        user.map_or(Value::Null, |user| self.show_user(user))
    }

    /// `commit`, without its files.
    pub(crate) fn show_commit(&self, repo: &Repo, commit: &Commit) -> Value {
        let (api, page) = (self.repo_url(repo), self.repo_page(repo));
        let (sha, tree) = (&commit.sha, &commit.tree_sha);
        json!({
            "sha": sha,
            "node_id": format!("C_{sha}"),
            "url": format!("{api}/commits/{sha}"),
            "html_url": format!("{page}/commit/{sha}"),
            "comments_url": format!("{api}/commits/{sha}/comments"),
            "commit": {
                "url": format!("{api}/git/commits/{sha}"),
                "author": who(&commit.author),
                "committer": who(&commit.committer),
                "message": commit.message,
                "comment_count": 0,
                "tree": { "sha": tree, "url": format!("{api}/git/trees/{tree}") },
                "verification": verification(commit),
            },
            "author": self.account(&commit.author),
            "committer": self.account(&commit.committer),
            "parents": self.parents(repo, commit, "commits"),
        })
    }

    /// `git-commit`.
    pub(crate) fn show_git_commit(&self, repo: &Repo, commit: &Commit) -> Value {
        let (api, page) = (self.repo_url(repo), self.repo_page(repo));
        let (sha, tree) = (&commit.sha, &commit.tree_sha);
        json!({
            "sha": sha,
            "node_id": format!("C_{sha}"),
            "url": format!("{api}/git/commits/{sha}"),
            "html_url": format!("{page}/commit/{sha}"),
            "author": who(&commit.author),
            "committer": who(&commit.committer),
            "message": commit.message,
            "tree": { "sha": tree, "url": format!("{api}/git/trees/{tree}") },
            "parents": self.parents(repo, commit, "git/commits"),
            "verification": verification(commit),
        })
    }

    /// `simple-commit`, as suites, runs and merge groups carry it.
    pub(crate) fn show_simple_commit(&self, commit: &Commit) -> Value {
        let who =
            |signature: &Signature| json!({ "name": signature.name, "email": signature.email });
        json!({
            "id": commit.sha,
            "tree_id": commit.tree_sha,
            "message": commit.message,
            "timestamp": written(commit.committer.at),
            "author": who(&commit.author),
            "committer": who(&commit.committer),
        })
    }

    /// `git-ref`.
    pub(crate) fn show_ref(&self, repo: &Repo, name: &str, sha: &str) -> Value {
        let api = self.repo_url(repo);
        json!({
            "ref": name,
            "node_id": node("REF", repo.id),
            "url": format!("{api}/git/{name}"),
            "object": { "type": "commit", "sha": sha, "url": format!("{api}/git/commits/{sha}") },
        })
    }

    /// `diff-entry`: one file as it is at a commit.
    pub(crate) fn show_changed(&self, repo: &Repo, file: &Changed, commit: &str) -> Value {
        let (api, page, path) = (self.repo_url(repo), self.repo_page(repo), &file.path);
        let mut shown = json!({
            "sha": file.blob,
            "filename": path,
            "status": file.status,
            "additions": file.additions,
            "deletions": file.deletions,
            "changes": file.additions + file.deletions,
            "blob_url": format!("{page}/blob/{commit}/{path}"),
            "raw_url": format!("{page}/raw/{commit}/{path}"),
            "contents_url": format!("{api}/contents/{path}?ref={commit}"),
        });
        if let Some(patch) = &file.patch {
            shown["patch"] = patch.text.as_str().into();
        }
        if let Some(previous) = &file.previous {
            shown["previous_filename"] = previous.as_str().into();
        }
        shown
    }
}
