//! Our check runs: made once for a commit, then edited in place.
//!
//! Annotations can be added and never taken back, so a run whose annotations changed is made anew:
//! GitHub shows the newest of a name.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::domain::{Annotation, Button, CheckRun, Severity};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::effects::Desk;
use crate::github::wire::Numbered;

/// The name that rules require.
const NAME: &str = CheckRun::NAME;

/// Annotations of one request. Source: "Create a check run", `annotations`.
const BATCH: usize = 50;

/// The most bytes of a summary. GitHub takes 65,535 characters.
const LONGEST: usize = 65_000;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Run {
    id: i64,
    app: Numbered,
    external_id: Option<String>,
    output: Output,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Output {
    annotations_count: usize,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Runs {
    check_runs: Vec<Run>,
}

pub(super) async fn create(desk: &Desk<'_>, run: &CheckRun) -> Result<i64, Failure> {
    let mut body = fields(run, run.annotations.iter().take(BATCH));
    body["name"] = json!(NAME);
    body["head_sha"] = json!(run.head.as_str());
    let call = Call::post(&desk.who, desk.path("/check-runs"), &body);
    let made: Numbered = desk.there(desk.send(call).await?).await?.json()?;
    for batch in run.annotations.chunks(BATCH).skip(1) {
        let body = json!({ "output": output(run, batch.iter()) });
        let call = Call::patch(&desk.who, path(desk, made.id), &body);
        desk.there(desk.send(call).await?).await?;
    }
    Ok(made.id)
}

pub(super) async fn update(desk: &Desk<'_>, id: i64, run: &CheckRun) -> Result<i64, Failure> {
    let answer = desk.send(Call::get(&desk.who, path(desk, id))).await?;
    let stands: Run = desk.there(answer).await?.json()?;
    if stands.app.id != desk.github.shared().settings.app_id.0 {
        return Err(Failure::refused(format!("Check run {id} in {} is not ours.", desk.repo)));
    }
    if stands.output.annotations_count != run.annotations.len() {
        return create(desk, run).await;
    }
    let body = fields(run, [].iter());
    desk.there(desk.send(Call::patch(&desk.who, path(desk, id), &body)).await?).await?;
    Ok(id)
}

/// The newest that an earlier call may have made.
pub(super) async fn look(desk: &Desk<'_>, run: &CheckRun) -> Result<Vec<i64>, Failure> {
    let app = desk.github.shared().settings.app_id;
    let path = desk.path(&format!(
        "/commits/{}/check-runs?check_name={NAME}&app_id={app}&filter=all&per_page=100",
        run.head
    ));
    let answer = desk.send(Call::get(&desk.who, path)).await?;
    let runs: Runs = desk.there(answer).await?.json()?;
    let ours = runs.check_runs.iter().filter(|found| {
        found.app.id == app.0 && found.external_id.as_deref() == Some(&run.external_id)
    });
    Ok(ours.map(|found| found.id).max().into_iter().collect())
}

fn path(desk: &Desk<'_>, id: i64) -> String {
    desk.path(&format!("/check-runs/{id}"))
}

fn fields<'a>(run: &CheckRun, annotations: impl Iterator<Item = &'a Annotation>) -> Value {
    let mut body = json!({
        "external_id": run.external_id,
        "output": output(run, annotations),
        "actions": run.buttons.iter().map(button).collect::<Vec<_>>(),
    });
    match run.conclusion {
        Some(conclusion) => {
            body["status"] = json!("completed");
            body["conclusion"] = json!(conclusion.as_str());
        }
        None => body["status"] = json!("in_progress"),
    }
    body
}

fn output<'a>(run: &CheckRun, annotations: impl Iterator<Item = &'a Annotation>) -> Value {
    let summary = &run.summary[..run.summary.floor_char_boundary(LONGEST)];
    let annotations: Vec<Value> = annotations.map(annotation).collect();
    json!({ "title": run.title, "summary": summary, "annotations": annotations })
}

fn annotation(note: &Annotation) -> Value {
    let level = match note.severity {
        Severity::Info | Severity::Low => "notice",
        Severity::Medium => "warning",
        Severity::High | Severity::Critical => "failure",
    };
    json!({
        "path": note.lines.path.raw(),
        "start_line": note.lines.first,
        "end_line": note.lines.last,
        "annotation_level": level,
        "title": note.title,
        "message": note.message,
    })
}

fn button(button: &Button) -> Value {
    json!({
        "label": button.label(),
        "description": button.description(),
        "identifier": button.identifier(),
    })
}
