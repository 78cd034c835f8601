//! Check runs. Only the App that made one may change it.

use super::commits::known;
use crate::{
    deeds::CheckChange,
    http::{Call, Caller, Needs, Outcome, Refusal, Route, found, gone, invalid, made},
    world::{CheckRun, CheckSuite, Repo, World},
};
use serde_json::Value;

const READ: Needs = Needs::Token("checks=read");
const WRITE: Needs = Needs::Token("checks=write");

pub(super) const ROUTES: &[Route] = &[
    Route { method: "POST", path: "/repos/{owner}/{repo}/check-runs", needs: WRITE, run: make },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/check-runs/{check_run_id}",
        needs: READ,
        run: read,
    },
    Route {
        method: "PATCH",
        path: "/repos/{owner}/{repo}/check-runs/{check_run_id}",
        needs: WRITE,
        run: change,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations",
        needs: READ,
        run: annotations,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/commits/{ref}/check-runs",
        needs: READ,
        run: of_ref,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/commits/{ref}/check-suites",
        needs: READ,
        run: suites,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/check-suites/{check_suite_id}",
        needs: READ,
        run: suite,
    },
];

fn app(call: &Call) -> Result<u64, Refusal> {
    match call.caller {
        Caller::Installation { app, .. } => Ok(app),
        _ => Err(Refusal::new(403, "You must authenticate via a GitHub App.")),
    }
}

/// What a request says about a run, held against GitHub's limits.
fn asked(call: &Call) -> Result<CheckChange, Refusal> {
    let bad = |field| invalid("CheckRun", field, "invalid");
    let output = &call.body["output"];
    let too_long = |field: &str| output[field].as_str().is_some_and(|text| text.len() > 65_535);
    if too_long("title") || too_long("summary") || too_long("text") {
        return Err(bad("output"));
    }
    let annotations = output["annotations"].as_array().cloned().unwrap_or_default();
    if annotations.len() > 50 || annotations.iter().any(is_bad_annotation) {
        return Err(bad("annotations"));
    }
    let actions = call.body["actions"].as_array().cloned();
    if let Some(actions) = &actions {
        let long = |action: &Value, field: &str, most: usize| {
            action[field].as_str().is_none_or(|text| text.chars().count() > most)
        };
        let is_bad = |action: &Value| {
            long(action, "label", 20)
                || long(action, "description", 40)
                || long(action, "identifier", 20)
        };
        if actions.len() > 3 || actions.iter().any(is_bad) {
            return Err(bad("actions"));
        }
    }
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let conclusion = call.text("conclusion").map(str::to_owned);
    let status = match (&conclusion, call.text("status")) {
        (Some(_), _) => Some("completed".to_owned()),
        (None, Some("completed")) => {
            return Err(invalid("CheckRun", "conclusion", "missing_field"));
        }
        (None, status) => status.map(str::to_owned),
    };
    Ok(CheckChange {
        name: call.text("name").map(str::to_owned),
        external_id: call.text("external_id").map(str::to_owned),
        details_url: call.text("details_url").map(str::to_owned),
        status,
        conclusion,
        title: text(&output["title"]),
        summary: text(&output["summary"]),
        text: text(&output["text"]),
        annotations,
        actions,
    })
}

/// Too long, or with columns over several lines.
fn is_bad_annotation(annotation: &Value) -> bool {
    let long =
        |field: &str, most: usize| annotation[field].as_str().is_some_and(|text| text.len() > most);
    let columns = ["start_column", "end_column"].iter().any(|field| annotation[*field].is_u64());
    long("message", 64 * 1024)
        || long("raw_details", 64 * 1024)
        || long("title", 255)
        || (columns && annotation["start_line"] != annotation["end_line"])
}

fn show(world: &World, repo: u64, id: u64) -> Outcome {
    let repo = world.repos.get(&repo).ok_or_else(gone)?;
    found(world.show_check_run(repo, repo.check_runs.get(&id).ok_or_else(gone)?))
}

fn make(world: &mut World, call: &Call) -> Outcome {
    let (app, asked) = (app(call)?, asked(call)?);
    if asked.name.is_none() {
        return Err(invalid("CheckRun", "name", "missing_field"));
    }
    let repo = call.repo_to_write(world)?;
    let sha = call.text("head_sha").unwrap_or_default().to_owned();
    if !repo.git.commits.contains_key(&sha) {
        return Err(Refusal::new(422, &format!("No commit found for SHA: {sha}")));
    }
    let repo = repo.id;
    let id = world.make_check_run(repo, app, &sha, asked).ok_or_else(gone)?;
    let place = world.repos.get(&repo).ok_or_else(gone)?;
    made(world.show_check_run(place, place.check_runs.get(&id).ok_or_else(gone)?))
}

fn read(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?.id;
    show(world, repo, call.number("check_run_id")?)
}

fn change(world: &mut World, call: &Call) -> Outcome {
    let (app, asked) = (app(call)?, asked(call)?);
    let id = call.number("check_run_id")?;
    let repo = call.repo_to_write(world)?;
    let run = repo.check_runs.get(&id).ok_or_else(gone)?;
    if run.app != app {
        return Err(Refusal::new(403, "Invalid app_id `check run was made by another App`"));
    }
    let repo = repo.id;
    world.change_check_run(repo, id, asked);
    show(world, repo, id)
}

fn annotations(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let run = repo.check_runs.get(&call.number("check_run_id")?).ok_or_else(gone)?;
    call.list(world, &run.annotations, |annotation| {
        let mut shown = annotation.clone();
        for field in ["start_column", "end_column", "title", "raw_details"] {
            if shown.get(field).is_none() {
                shown[field] = Value::Null;
            }
        }
        let path = annotation["path"].as_str().unwrap_or_default();
        shown["blob_href"] =
            format!("{}/blob/{}/{path}", world.repo_page(repo), run.head_sha).into();
        shown
    })
}

fn at<'w>(repo: &'w Repo, call: &Call) -> Result<Vec<&'w CheckRun>, Refusal> {
    let commit = known(repo, call.param("ref"))?;
    Ok(repo.check_runs.values().filter(|run| run.head_sha == commit.sha).collect())
}

/// The latest run of each name unless all are asked for.
fn of_ref(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let mut runs = at(repo, call)?;
    let app = call.query("app_id").and_then(|text| text.parse::<u64>().ok());
    let now = world.now();
    runs.retain(|run| run.listed_from <= now);
    runs.retain(|run| call.query("check_name").is_none_or(|name| name == run.name));
    runs.retain(|run| app.is_none_or(|app| app == run.app));
    runs.retain(|run| call.query("status").is_none_or(|status| status == run.status));
    runs.reverse();
    if call.query("filter") != Some("all") {
        let mut seen: Vec<(u64, &str)> = Vec::new();
        runs.retain(|run| {
            let is_first = !seen.contains(&(run.app, run.name.as_str()));
            seen.push((run.app, run.name.as_str()));
            is_first
        });
    }
    call.list_in(world, "check_runs", &runs, |run| world.show_check_run(repo, run))
}

fn suites(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let sha = &known(repo, call.param("ref"))?.sha;
    let app = call.query("app_id").and_then(|text| text.parse::<u64>().ok());
    let here = repo.check_suites.values().filter(|suite| suite.head_sha == *sha);
    let all: Vec<&CheckSuite> =
        here.filter(|suite| app.is_none_or(|app| app == suite.app)).collect();
    call.list_in(world, "check_suites", &all, |suite| world.show_check_suite(repo, suite, true))
}

fn suite(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let suite = repo.check_suites.get(&call.number("check_suite_id")?).ok_or_else(gone)?;
    found(world.show_check_suite(repo, suite, true))
}
