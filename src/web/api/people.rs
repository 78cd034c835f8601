//! `/people/{login}`: what hangs on a person.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};

use crate::answers::{self, PersonAnswer};
use crate::domain::Login;
use crate::web::Admin;
use crate::web::api::ask::{answer, chosen};
use crate::web::api::{Answer, Problem};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    org: Option<String>,
}

/// One person.
#[derive(Serialize)]
pub(super) struct Shown {
    person: PersonAnswer,
}

pub(super) async fn show(
    State(admin): State<Admin>,
    Path(login): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Answer<Shown>>, Problem> {
    let Query(asked) = asked?;
    let org = chosen(&admin, asked.org.as_deref()).await?;
    let wanted: Login = login.parse().map_err(|_| {
        Problem::bad("That is no login.", "A login has letters, digits and hyphens.")
    })?;
    let person = answers::person(admin.store(), &org, &wanted).await?.ok_or_else(|| {
        let message = format!("The register knows nobody of the login {wanted}.");
        Problem::missing(message, "It knows who is listed, and who acted or answered here.")
    })?;
    answer(&admin, org, Shown { person }).await
}
