//! Deploy keys.

use crate::{
    http::{Call, Needs, Outcome, Route, found, gone, invalid, made, nothing},
    seed::KeySeed,
    world::{DeployKey, World},
};

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/keys",
        needs: Needs::Token("administration=read"),
        run: list,
    },
    Route {
        method: "POST",
        path: "/repos/{owner}/{repo}/keys",
        needs: Needs::Token("administration=write"),
        run: add,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/keys/{key_id}",
        needs: Needs::Token("administration=read"),
        run: read,
    },
    Route {
        method: "DELETE",
        path: "/repos/{owner}/{repo}/keys/{key_id}",
        needs: Needs::Token("administration=write"),
        run: remove,
    },
];

fn list(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let keys: Vec<&DeployKey> = repo.keys.values().collect();
    call.list(world, &keys, |key| world.show_key(repo, key))
}

fn read(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    found(world.show_key(repo, repo.keys.get(&call.number("key_id")?).ok_or_else(gone)?))
}

fn add(world: &mut World, call: &Call) -> Outcome {
    let by = call.author(world).user;
    let text = call.text("key").ok_or_else(|| invalid("PublicKey", "key", "missing_field"))?;
    let repo = call.repo_to_write(world)?;
    let repo_id = repo.id;
    let seed = KeySeed {
        title: call.text("title").unwrap_or_default().to_owned(),
        read_only: call.body["read_only"].as_bool().unwrap_or(false),
        ..KeySeed::default()
    };
    let id = world.add_key(repo_id, &seed, by);
    let place = world.repos.get_mut(&repo_id).ok_or_else(gone)?;
    if let Some(key) = place.keys.get_mut(&id) {
        text.clone_into(&mut key.key);
    }
    let place = world.repos.get(&repo_id).ok_or_else(gone)?;
    made(world.show_key(place, place.keys.get(&id).ok_or_else(gone)?))
}

fn remove(world: &mut World, call: &Call) -> Outcome {
    let by = call.author(world).user;
    let id = call.number("key_id")?;
    let repo = call.repo_to_write(world)?;
    let (repo, known) = (repo.id, repo.keys.contains_key(&id));
    if !known {
        return Err(gone());
    }
    world.remove_key(repo, id, by);
    nothing()
}
