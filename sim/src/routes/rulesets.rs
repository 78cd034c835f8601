//! Rule sets. Who may bypass one is shown only to tokens that may change it.

use crate::{
    http::{Call, Caller, Needs, Outcome, Route, found, gone},
    world::{Level, Ruleset, World},
};

const READ: Needs = Needs::Token("metadata=read");

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/repos/{owner}/{repo}/rulesets", needs: READ, run: list },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/rulesets/{ruleset_id}",
        needs: READ,
        run: read,
    },
];

fn may_change(world: &World, call: &Call) -> bool {
    let Caller::Installation { permissions, .. } = &call.caller else {
        return false;
    };
    !world.faults.forbidden.contains("administration")
        && permissions.get("administration") >= Some(&Level::Write)
}

fn list(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let org = world.orgs.get(&repo.org).ok_or_else(gone)?;
    let with_parents = call.query("includes_parents") != Some("false");
    let inherited = org.rulesets.values().filter(|_| with_parents).map(|ruleset| (false, ruleset));
    let all: Vec<(bool, &Ruleset)> =
        repo.rulesets.values().map(|ruleset| (true, ruleset)).chain(inherited).collect();
    call.list(world, &all, |(own, ruleset)| {
        world.show_ruleset(own.then_some(repo), org, ruleset, false)
    })
}

fn read(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let org = world.orgs.get(&repo.org).ok_or_else(gone)?;
    let id = call.number("ruleset_id")?;
    let bypass = may_change(world, call);
    match (repo.rulesets.get(&id), org.rulesets.get(&id)) {
        (Some(ruleset), _) => found(world.show_ruleset(Some(repo), org, ruleset, bypass)),
        (None, Some(ruleset)) => found(world.show_ruleset(None, org, ruleset, bypass)),
        (None, None) => Err(gone()),
    }
}
