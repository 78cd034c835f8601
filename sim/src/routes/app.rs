//! The App itself: who it is, where it is installed, its tokens, its webhook.

use crate::{
    auth::{TOKEN_LIFE, suspended},
    clock::written,
    http::{Call, Caller, Needs, Outcome, Refusal, Route, found, gone, made, nothing},
    manifest,
    render::selection_name,
    world::{App, Hook, Installation, Permissions, Token, World},
};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/app", needs: Needs::App, run: myself },
    Route { method: "GET", path: "/apps/{app_slug}", needs: Needs::Nobody, run: by_slug },
    Route {
        method: "POST",
        path: "/app-manifests/{code}/conversions",
        needs: Needs::Nobody,
        run: manifest::convert,
    },
    Route { method: "GET", path: "/app/installations", needs: Needs::App, run: list },
    Route {
        method: "GET",
        path: "/app/installations/{installation_id}",
        needs: Needs::App,
        run: read,
    },
    Route {
        method: "DELETE",
        path: "/app/installations/{installation_id}",
        needs: Needs::App,
        run: uninstall,
    },
    Route {
        method: "POST",
        path: "/app/installations/{installation_id}/access_tokens",
        needs: Needs::App,
        run: token,
    },
    Route {
        method: "PUT",
        path: "/app/installations/{installation_id}/suspended",
        needs: Needs::App,
        run: suspend,
    },
    Route {
        method: "DELETE",
        path: "/app/installations/{installation_id}/suspended",
        needs: Needs::App,
        run: unsuspend,
    },
    Route { method: "GET", path: "/orgs/{org}/installation", needs: Needs::App, run: on_org },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/installation",
        needs: Needs::App,
        run: on_repo,
    },
    Route { method: "GET", path: "/app/hook/config", needs: Needs::App, run: hook },
    Route { method: "PATCH", path: "/app/hook/config", needs: Needs::App, run: change_hook },
];

/// The App that calls.
///
/// # Errors
/// 401 when it is gone.
pub(super) fn caller<'w>(world: &'w World, call: &Call) -> Result<&'w App, Refusal> {
    let Caller::App(id) = call.caller else {
        return Err(Refusal::new(401, "A JSON web token could not be decoded"));
    };
    world.apps.get(&id).ok_or_else(|| Refusal::new(401, "Integration not found"))
}

fn own<'w>(world: &'w World, call: &Call) -> Result<&'w Installation, Refusal> {
    let app = caller(world, call)?.id;
    let installation = world.installations.get(&call.number("installation_id")?);
    installation.filter(|installation| installation.app == app).ok_or_else(gone)
}

fn myself(world: &mut World, call: &Call) -> Outcome {
    let app = caller(world, call)?;
    let count =
        world.installations.values().filter(|installation| installation.app == app.id).count();
    found(crate::render::with(world.show_app(app), json!({ "installations_count": count })))
}

fn by_slug(world: &mut World, call: &Call) -> Outcome {
    found(world.show_app(world.app_by_slug(call.param("app_slug")).ok_or_else(gone)?))
}

fn list(world: &mut World, call: &Call) -> Outcome {
    let app = caller(world, call)?.id;
    let own: Vec<&Installation> =
        world.installations.values().filter(|installation| installation.app == app).collect();
    call.list(world, &own, |installation| world.show_installation(installation))
}

fn read(world: &mut World, call: &Call) -> Outcome {
    found(world.show_installation(own(world, call)?))
}

fn on_org(world: &mut World, call: &Call) -> Outcome {
    let app = caller(world, call)?.id;
    let org = world.org(call.param("org")).ok_or_else(gone)?;
    found(world.show_installation(world.installation_on(app, org.id).ok_or_else(gone)?))
}

fn on_repo(world: &mut World, call: &Call) -> Outcome {
    let app = caller(world, call)?.id;
    let repo = call.repo(world)?;
    let installation =
        world.installation_on(app, repo.org).filter(|installation| installation.covers(repo.id));
    found(world.show_installation(installation.ok_or_else(gone)?))
}

fn uninstall(world: &mut World, call: &Call) -> Outcome {
    let (id, by) = (own(world, call)?.id, call.author(world).user);
    world.uninstall(id, by);
    nothing()
}

fn suspend(world: &mut World, call: &Call) -> Outcome {
    let (id, by) = (own(world, call)?.id, call.author(world).user);
    world.set_suspended(id, true, by);
    nothing()
}

fn unsuspend(world: &mut World, call: &Call) -> Outcome {
    let (id, by) = (own(world, call)?.id, call.author(world).user);
    world.set_suspended(id, false, by);
    nothing()
}

fn token(world: &mut World, call: &Call) -> Outcome {
    let installation = own(world, call)?;
    if installation.suspended.is_some() {
        return Err(suspended());
    }
    let permissions = narrowed(&installation.permissions, call.body.get("permissions"))?;
    let repositories = chosen(world, call, installation)?;
    let (id, app, org) = (installation.id, installation.app, installation.org);
    let selection =
        if repositories.is_some() { "selected" } else { selection_name(&installation.selection) };
    let text = world.token_text(app);
    let expires = world.now() + TOKEN_LIFE;
    let mut shown = json!({
        "token": text,
        "expires_at": written(expires),
        "permissions": permissions,
        "repository_selection": selection,
    });
    if let Some(chosen) = &repositories {
        let repos: Vec<Value> = world
            .repos_of(org)
            .filter(|repo| chosen.contains(&repo.id))
            .map(|repo| world.show_repo(repo))
            .collect();
        shown["repositories"] = repos.into();
    }
    world.tokens.insert(text, Token { installation: id, permissions, repositories, expires });
    made(shown)
}

/// What the token may do: what was asked for, when all of it was granted.
fn narrowed(granted: &Permissions, asked: Option<&Value>) -> Result<Permissions, Refusal> {
    let Some(asked) = asked.and_then(Value::as_object) else {
        return Ok(granted.clone());
    };
    let mut narrowed = Permissions::new();
    for (name, level) in asked {
        let level = serde_json::from_value(level.clone()).map_err(|_| too_much())?;
        if granted.get(name).is_none_or(|has| *has < level) {
            return Err(too_much());
        }
        narrowed.insert(name.clone(), level);
    }
    if let Some(level) = granted.get("metadata") {
        narrowed.entry("metadata".to_owned()).or_insert(*level);
    }
    Ok(narrowed)
}

fn too_much() -> Refusal {
    Refusal::new(422, "The permissions requested are not granted to this installation.")
}

fn chosen(
    world: &World,
    call: &Call,
    installation: &Installation,
) -> Result<Option<BTreeSet<u64>>, Refusal> {
    let outside = || {
        Refusal::new(
            422,
            "There is at least one repository that does not exist or is not accessible to the parent installation.",
        )
    };
    let org = world.orgs.get(&installation.org).ok_or_else(gone)?;
    let mut ids: Vec<Option<u64>> = Vec::new();
    for name in call.words("repositories").unwrap_or_default() {
        ids.push(world.repo_id(&format!("{}/{name}", org.login)));
    }
    for id in call.body["repository_ids"].as_array().into_iter().flatten() {
        ids.push(id.as_u64());
    }
    if ids.is_empty() {
        return Ok(None);
    }
    let fits = |id: u64| {
        let here = world.repos.get(&id).is_some_and(|repo| repo.org == installation.org);
        (here && installation.covers(id)).then_some(id)
    };
    ids.into_iter()
        .map(|id| id.and_then(fits).ok_or_else(outside))
        .collect::<Result<_, _>>()
        .map(Some)
}

fn show_hook(hook: &Hook) -> Value {
    let mut shown = Map::new();
    shown.insert("content_type".to_owned(), hook.content_type.as_str().into());
    shown.insert("insecure_ssl".to_owned(), hook.insecure_ssl.as_str().into());
    if hook.secret.is_some() {
        shown.insert("secret".to_owned(), "********".into());
    }
    if let Some(url) = &hook.url {
        shown.insert("url".to_owned(), url.as_str().into());
    }
    Value::Object(shown)
}

fn hook(world: &mut World, call: &Call) -> Outcome {
    found(show_hook(&caller(world, call)?.hook))
}

fn change_hook(world: &mut World, call: &Call) -> Outcome {
    let id = caller(world, call)?.id;
    if let Some(url) = call.text("url") {
        manifest::check_hook_url(&world.settings, url).map_err(|why| Refusal::new(422, &why))?;
    }
    let hook = &mut world.apps.get_mut(&id).ok_or_else(gone)?.hook;
    if let Some(url) = call.text("url") {
        hook.url = Some(url.to_owned());
    }
    if let Some(secret) = call.text("secret") {
        hook.secret = Some(secret.to_owned());
    }
    if let Some(kind) = call.text("content_type") {
        kind.clone_into(&mut hook.content_type);
    }
    found(show_hook(hook))
}
