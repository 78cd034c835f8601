//! `GET /app/installations/{id}`: what we were granted.

use crate::domain::Fact;
use crate::github::app::WireInstallation;
use crate::github::call::Call;
use crate::github::inventory::{Found, Reading};
use crate::github::{Failure, Who};

pub(super) async fn read(r: &Reading<'_>) -> Result<Found, Failure> {
    let path = format!("/app/installations/{}", r.installation);
    let request = format!("GET {path}");
    let Some(answer) = r.find(Call::get(&Who::App, path), "/app").await? else {
        return Ok((vec![Fact::Uninstalled], request));
    };
    let wire: WireInstallation = answer.json()?;
    let suspended = wire.suspended_at.is_some();
    Ok((vec![Fact::Installation { permissions: wire.permissions, suspended }], request))
}
