//! `GET /repos/{home}/contents/beholden.yml` on the default branch.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::domain::Fact;
use crate::github::Failure;
use crate::github::answer::Answer;
use crate::github::call::Call;
use crate::github::inventory::{Found, Reading};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Content {
    encoding: String,
    content: String,
    sha: String,
    size: u64,
}

pub(super) async fn read(r: &Reading<'_>) -> Result<Found, Failure> {
    let (call, home) = ask(r)?;
    let found = r.find(call, &home).await?;
    file(found, &home)
}

pub(super) async fn read_if_changed(r: &Reading<'_>) -> Result<Option<Found>, Failure> {
    let (call, home) = ask(r)?;
    let answer = r.github.send(call.clone().if_changed()).await?;
    if answer.is_unchanged() {
        return Ok(None);
    }
    if answer.is_missing() {
        let found = r.find(call, &home).await?;
        return file(found, &home).map(Some);
    }
    file(Some(answer), &home).map(Some)
}

fn ask(r: &Reading<'_>) -> Result<(Call, String), Failure> {
    let who = r.with(&[("contents", "read")]);
    let name = r.names.repo.as_ref().ok_or_else(|| Failure::blind("No home is named."))?;
    let home = format!("/repos/{name}");
    Ok((Call::get(&who, format!("{home}/contents/beholden.yml")), home))
}

fn file(found: Option<Answer>, home: &str) -> Result<Found, Failure> {
    let request = format!("GET {home}/contents/beholden.yml");
    let Some(answer) = found else {
        return Ok((vec![Fact::PolicyFile { file: None }], request));
    };
    let unreadable = || Failure::refused("beholden.yml cannot be read as a file of text.");
    let wire: Content = answer.json()?;
    // Above 1 MB GitHub leaves the content out.
    if wire.encoding != "base64" || (wire.content.is_empty() && wire.size > 0) {
        return Err(unreadable());
    }
    let packed: String = wire.content.split_whitespace().collect();
    let bytes = STANDARD.decode(packed).map_err(|_| unreadable())?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable())?;
    Ok((vec![Fact::PolicyFile { file: Some((text, wire.sha)) }], request))
}
