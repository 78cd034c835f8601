//! Labels of a repository and on an issue.

use super::issues::{label_names, to_write};
use crate::{
    http::{Call, Needs, Outcome, Refusal, Route, found, gone, invalid, made, nothing},
    world::{Label, World},
};
use serde_json::Value;

const READ: Needs = Needs::Token("issues=read; pull_requests=read");
const WRITE: Needs = Needs::Token("issues=write; pull_requests=write");

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/repos/{owner}/{repo}/labels", needs: READ, run: list },
    Route { method: "POST", path: "/repos/{owner}/{repo}/labels", needs: WRITE, run: make },
    Route { method: "GET", path: "/repos/{owner}/{repo}/labels/{name}", needs: READ, run: read },
    Route {
        method: "PATCH",
        path: "/repos/{owner}/{repo}/labels/{name}",
        needs: WRITE,
        run: change,
    },
    Route {
        method: "DELETE",
        path: "/repos/{owner}/{repo}/labels/{name}",
        needs: WRITE,
        run: delete,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/issues/{issue_number}/labels",
        needs: READ,
        run: of_issue,
    },
    Route {
        method: "POST",
        path: "/repos/{owner}/{repo}/issues/{issue_number}/labels",
        needs: WRITE,
        run: add,
    },
    Route {
        method: "PUT",
        path: "/repos/{owner}/{repo}/issues/{issue_number}/labels",
        needs: WRITE,
        run: set,
    },
    Route {
        method: "DELETE",
        path: "/repos/{owner}/{repo}/issues/{issue_number}/labels",
        needs: WRITE,
        run: clear,
    },
    Route {
        method: "DELETE",
        path: "/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}",
        needs: WRITE,
        run: remove,
    },
];

fn list(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let mut labels: Vec<&Label> = repo.labels.values().collect();
    labels.sort_by_key(|label| label.name.to_lowercase());
    call.list(world, &labels, |label| world.show_label(repo, label))
}

fn read(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let label = repo.label(call.param("name")).ok_or_else(gone)?;
    found(world.show_label(repo, label))
}

fn color(call: &Call) -> Result<Option<String>, Refusal> {
    let is_color = |text: &str| text.len() == 6 && text.bytes().all(|b| b.is_ascii_hexdigit());
    match call.text("color") {
        Some(text) if !is_color(text) => Err(invalid("Label", "color", "invalid")),
        text => Ok(text.map(str::to_ascii_lowercase)),
    }
}

fn make(world: &mut World, call: &Call) -> Outcome {
    let name = call
        .text("name")
        .filter(|name| !name.is_empty())
        .ok_or_else(|| invalid("Label", "name", "missing_field"))?;
    let repo = call.repo_to_write(world)?;
    if repo.label(name).is_some() {
        return Err(invalid("Label", "name", "already_exists"));
    }
    if name.chars().count() > 50
        || call.text("description").is_some_and(|text| text.chars().count() > 100)
    {
        return Err(invalid("Label", "name", "too_long"));
    }
    let repo = repo.id;
    let color = color(call)?.unwrap_or_else(|| "ededed".to_owned());
    let id = world.make_label(repo, name, &color, call.text("description").map(str::to_owned));
    let place = world.repos.get(&repo).ok_or_else(gone)?;
    made(world.show_label(place, place.labels.get(&id).ok_or_else(gone)?))
}

fn change(world: &mut World, call: &Call) -> Outcome {
    let color = color(call)?;
    let repo = call.repo_to_write(world)?;
    let id = repo.label(call.param("name")).ok_or_else(gone)?.id;
    let repo_id = repo.id;
    if let Some(label) = repo.labels.get_mut(&id) {
        if let Some(name) = call.text("new_name") {
            name.clone_into(&mut label.name);
        }
        if let Some(color) = color {
            label.color = color;
        }
        if let Some(text) = call.text("description") {
            label.description = Some(text.to_owned());
        }
    }
    let place = world.repos.get(&repo_id).ok_or_else(gone)?;
    found(world.show_label(place, place.labels.get(&id).ok_or_else(gone)?))
}

fn delete(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo_to_write(world)?;
    let id = repo.label(call.param("name")).ok_or_else(gone)?.id;
    repo.labels.remove(&id);
    for issue in repo.issues.values_mut() {
        issue.labels.retain(|label| *label != id);
    }
    nothing()
}

fn on_issue(world: &World, call: &Call) -> Outcome {
    let (repo, issue) = call.issue(world)?;
    found(Value::Array(world.labels_of(repo, issue)))
}

fn of_issue(world: &mut World, call: &Call) -> Outcome {
    let (repo, issue) = call.issue(world)?;
    let labels: Vec<&Label> = issue.labels.iter().filter_map(|id| repo.labels.get(id)).collect();
    call.list(world, &labels, |label| world.show_label(repo, label))
}

/// The body is `{labels: […]}` or the list itself.
fn named(call: &Call) -> Vec<String> {
    if call.body.is_array() { label_names(&call.body) } else { label_names(&call.body["labels"]) }
}

fn add(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    for name in named(call) {
        let label = world.label_or_new(repo, &name);
        world.label(repo, number, by, label);
    }
    on_issue(world, call)
}

fn set(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    world.set_labels(repo, number, by, &named(call));
    on_issue(world, call)
}

fn clear(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    world.set_labels(repo, number, by, &[]);
    nothing()
}

fn remove(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    let label = world
        .repos
        .get(&repo)
        .and_then(|repo| repo.label(call.param("name")))
        .map(|label| label.id);
    let present = world
        .issue_of(repo, number)
        .is_some_and(|issue| label.is_some_and(|id| issue.labels.contains(&id)));
    let label =
        label.filter(|_| present).ok_or_else(|| Refusal::new(404, "Label does not exist"))?;
    world.unlabel(repo, number, by, label);
    on_issue(world, call)
}
