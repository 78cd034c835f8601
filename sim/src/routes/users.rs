//! People and bots, by name and by number.

use crate::{
    http::{Call, Needs, Outcome, Refusal, Route, found, gone},
    world::{User, World},
};

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/user", needs: Needs::Token(""), run: myself },
    Route { method: "GET", path: "/users/{username}", needs: Needs::Nobody, run: by_login },
    Route { method: "GET", path: "/user/{account_id}", needs: Needs::Nobody, run: by_number },
];

/// An installation is no user.
fn myself(_: &mut World, _: &Call) -> Outcome {
    Err(Refusal::new(403, "Resource not accessible by integration"))
}

fn show(world: &World, user: Option<&User>) -> Outcome {
    found(world.show_profile(user.filter(|user| !user.suspended).ok_or_else(gone)?))
}

/// A person, a bot or an organization.
fn by_login(world: &mut World, call: &Call) -> Outcome {
    let login = call.param("username");
    match world.org(login) {
        Some(org) => found(world.show_org_profile(org)),
        None => show(world, world.user(login)),
    }
}

fn by_number(world: &mut World, call: &Call) -> Outcome {
    show(world, world.users.get(&call.number("account_id")?))
}
