//! Branches, tags and other refs: `refs/pull/7/head` is one, also when the head is in a fork.

use crate::{
    clock::written,
    http::{Call, Needs, Outcome, Refusal, Route, found, gone},
    world::{Activity, World},
};
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
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/commits/{commit_sha}/branches-where-head",
        needs: READ,
        run: ending,
    },
    Route { method: "GET", path: "/repos/{owner}/{repo}/activity", needs: READ, run: activity },
    Route { method: "GET", path: "/repos/{owner}/{repo}/git/ref/{ref}", needs: READ, run: one },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/git/matching-refs/{ref}",
        needs: READ,
        run: matching,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/tags",
        needs: Needs::Token("metadata=read"),
        run: tags,
    },
];

fn branches(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let mut all: Vec<(&str, &String)> = repo.git.below("refs/heads/").collect();
    if let Some(wanted) = call.query("protected") {
        all.retain(|(name, _)| world.rules_on(repo, name).is_empty() == (wanted != "true"));
    }
    call.list(world, &all, |(name, sha)| {
        let url = format!("{}/commits/{sha}", world.repo_url(repo));
        let protected = !world.rules_on(repo, name).is_empty();
        json!({ "name": name, "commit": { "sha": sha, "url": url }, "protected": protected })
    })
}

fn branch(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let name = call.param("branch");
    let sha = repo.git.branch(name).ok_or_else(|| Refusal::new(404, "Branch not found"))?;
    let url = format!("{}/branches/{name}", world.repo_url(repo));
    found(json!({
        "name": name,
        "commit": world.show_commit(repo, repo.git.commits.get(sha).ok_or_else(gone)?),
        "_links": { "self": url, "html": format!("{}/tree/{name}", world.repo_page(repo)) },
        "protected": !world.rules_on(repo, name).is_empty(),
        "protection": {},
        "protection_url": format!("{url}/protection"),
    }))
}

/// The branches that end with a commit.
fn ending(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let commit = super::commits::known(repo, call.param("commit_sha"))?;
    let ends = repo.git.below("refs/heads/").filter(|(_, sha)| **sha == commit.sha);
    let shown = ends.map(|(name, sha)| {
        let url = format!("{}/commits/{sha}", world.repo_url(repo));
        let protected = !world.rules_on(repo, name).is_empty();
        json!({ "name": name, "commit": { "sha": sha, "url": url }, "protected": protected })
    });
    found(shown.collect::<Value>())
}

/// What became of refs, the newest first, with whoever did it.
fn activity(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let asked = call.query("ref");
    let fits = |it: &&Activity| {
        let short = it.reference.strip_prefix("refs/heads/");
        asked.is_none_or(|asked| it.reference == asked || short == Some(asked))
    };
    let all: Vec<(usize, &Activity)> =
        repo.activity.iter().enumerate().filter(|(_, it)| fits(it)).rev().collect();
    call.list(world, &all, |(number, it)| {
        json!({
            "id": number,
            "node_id": format!("PSH_{number}"),
            "before": it.before,
            "after": it.after,
            "ref": it.reference,
            "timestamp": written(it.at),
            "activity_type": it.kind,
            "actor": world.users.get(&it.by).map(|user| world.show_user(user)),
        })
    })
}

fn one(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let name = format!("refs/{}", call.param("ref"));
    let sha = repo.git.refs.get(&name).ok_or_else(gone)?;
    found(world.show_ref(repo, &name, sha))
}

/// All refs that start like this. GitHub does not page this list.
fn matching(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let start = format!("refs/{}", call.param("ref"));
    let fits = repo.git.refs.iter().filter(|(name, _)| name.starts_with(&start));
    found(fits.map(|(name, sha)| world.show_ref(repo, name, sha)).collect::<Value>())
}

fn tags(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let all: Vec<(&str, &String)> = repo.git.below("refs/tags/").collect();
    call.list(world, &all, |(name, sha)| {
        let api = world.repo_url(repo);
        json!({
            "name": name,
            "node_id": format!("REF_{name}"),
            "commit": { "sha": sha, "url": format!("{api}/commits/{sha}") },
            "zipball_url": format!("{api}/zipball/refs/tags/{name}"),
            "tarball_url": format!("{api}/tarball/refs/tags/{name}"),
        })
    })
}
