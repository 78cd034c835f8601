//! One person: everything that hangs on them, and so what would be left if they went.

use askama::Template;
use axum::extract::{Path, Query, State};

use crate::answers;
use crate::register::Hangs as Hanging;
use crate::web::Admin;
use crate::web::pages::identity::Asked;
use crate::web::pages::{Choice, Shown, Trouble, chosen, page};
use crate::words::upper;

#[derive(Template)]
#[template(path = "person.html")]
struct Person {
    orgs: Vec<Choice>,
    org: i64,
    login: String,
    name: String,
    place: &'static str,
    hangs: Vec<Hangs>,
    coverage: String,
}

/// What hangs on a person in one way.
struct Hangs {
    how: String,
    things: Vec<Thing>,
}

struct Thing {
    key: String,
    name: String,
    word: &'static str,
}

pub(in crate::web) async fn show(
    State(admin): State<Admin>,
    Path(login): Path<String>,
    Query(asked): Query<Asked>,
) -> Shown {
    let missing = Trouble::Missing("The register knows nobody of this login.\n");
    let (orgs, org) = chosen(&admin, asked.org).await?;
    let (Some(org), Ok(wanted)) = (org, login.parse()) else { return Err(missing) };
    let Some(person) = answers::person(admin.store(), &org, &wanted).await? else {
        return Err(missing);
    };
    let hangs = Hanging::ALL.map(|way| Hangs {
        how: upper(way.words()),
        things: person
            .hangs
            .iter()
            .filter(|hanging| hanging.how == way)
            .map(|hanging| Thing {
                key: hanging.row.identity.to_string(),
                name: hanging.row.name.raw().to_owned(),
                word: hanging.row.standing,
            })
            .collect(),
    });
    let coverage = answers::sighted(admin.store(), &org).await?.line;
    page(&Person {
        orgs,
        org: org.org.0,
        login: org.login.map(|login| login.to_string()).unwrap_or_default(),
        name: person.login.to_string(),
        place: person.standing.words(),
        hangs: hangs.into(),
        coverage,
    })
}
