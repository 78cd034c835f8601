//! One person: everything that hangs on them, and so what would be left if they went.

use askama::Template;
use axum::extract::{Path, Query, State};

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
    let store = admin.store();
    let Some((person, _)) = store.person_named(org.org, &wanted).await? else {
        return Err(missing);
    };
    let user = person.actor.id;
    let hanging = store.hanging_on(org.org, user).await?;
    let hangs = Hanging::ALL.map(|way| Hangs {
        how: upper(way.words()),
        things: hanging
            .iter()
            .filter(|(how, _)| *how == way)
            .map(|(_, record)| Thing {
                key: record.identity.key.to_string(),
                name: record.identity.name.raw().to_owned(),
                word: record.ownership.word(),
            })
            .collect(),
    });
    page(&Person {
        orgs,
        org: org.org.0,
        login: org.login.map(|login| login.to_string()).unwrap_or_default(),
        name: person.actor.login.to_string(),
        place: match (person.role, person.suspended) {
            (_, true) => "suspended",
            (Some(_), false) => "in the organisation",
            (None, false) => "not in the organisation",
        },
        hangs: hangs.into(),
    })
}
