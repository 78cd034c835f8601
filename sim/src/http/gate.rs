//! From a request to an answer, under the lock of the world: find the route, know the caller, check
//! permission and limits, do it, dress the answer. Nothing here waits.

use super::{
    Answer, Call, Caller, Content, Needs, Refusal, Route,
    call::pairs,
    headers::{Dress, Version, version},
};
use crate::{
    catalogue::alternatives,
    graphql,
    limits::{Resource, exhausted, secondary},
    routes, schema,
    world::{Permissions, World, sha},
};
use serde_json::Value;
use std::collections::BTreeMap;

/// A request as it came from the connection.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    pub method: String,
    /// Without the query.
    pub path: String,
    pub query: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Incoming {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// What a limit fault makes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Primary,
    Secondary,
}

/// Answers, and says who asked.
pub(crate) fn answer(
    world: &mut World,
    incoming: &Incoming,
    refused: Option<Refused>,
) -> (Answer, Caller) {
    let caller = world.caller(incoming.header("authorization"));
    let (caller, credential) = match caller {
        Ok(caller) => (caller, Ok(())),
        Err(refusal) => (Caller::Nobody, Err(refusal)),
    };
    let mut needs = None;
    let mut answer = attempt(world, incoming, &caller, credential, refused, &mut needs)
        .unwrap_or_else(|Refusal(refusal)| *refusal);
    let exhausted = refused == Some(Refused::Primary);
    Dress { incoming, caller: &caller, needs, exhausted }.put_on(world, &mut answer);
    (answer, caller)
}

fn attempt(
    world: &mut World,
    incoming: &Incoming,
    caller: &Caller,
    credential: Result<(), Refusal>,
    refused: Option<Refused>,
    needs: &mut Option<&'static str>,
) -> Result<Answer, Refusal> {
    if incoming.header("user-agent").is_none_or(str::is_empty) {
        return Err(Refusal::new(
            403,
            "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.",
        ));
    }
    if let Version::Unsupported(asked) = version(incoming) {
        return Err(Refusal::new(410, &format!("API version {asked} is not supported")));
    }
    credential?;
    match refused {
        Some(Refused::Primary) => return Err(exhausted()),
        Some(Refused::Secondary) => return Err(secondary(60)),
        None => {}
    }
    let path = by_number(world, &incoming.path)?;
    let Some((route, params)) = find(&incoming.method, &path) else {
        let gap = format!("{} {} is not simulated", incoming.method, incoming.path);
        world.complaints.push(gap.clone());
        return Err(Refusal::new(404, &format!("github-sim: {gap}")));
    };
    world.spend(caller, Resource::of(&path))?;
    if let Needs::Token(notation) = route.needs {
        *needs = Some(notation);
    }
    admit(world, route, caller)?;
    let body = parse_body(incoming)?;
    let query = pairs(&incoming.query);
    if world.settings.check_schemas {
        let found = schema::check_request(route.method, route.path, &query, &body);
        world.complaints.extend(
            found.into_iter().map(|what| format!("request {} {path}: {what}", route.method)),
        );
    }
    let creates = incoming.method == "POST" && matches!(route.needs, Needs::Token(_));
    let (now, installation) = (world.now(), caller.installation());
    if let (true, Some(id)) = (creates, installation) {
        world.limits.may_create(id, now)?;
    }
    let accept = incoming.header("accept").unwrap_or_default().to_owned();
    let credential = incoming.header("authorization").and_then(|header| header.split_once(' '));
    let credential = credential.map(|(_, credential)| credential.to_owned()).unwrap_or_default();
    let call = Call {
        caller: caller.clone(),
        credential,
        params,
        query,
        body,
        accept,
        path: incoming.path.clone(),
    };
    let answer = (route.run)(world, &call)?;
    if let (true, Some(id)) = (creates, installation) {
        world.limits.created(id, now);
    }
    if world.settings.check_schemas
        && let Content::Json(body) = &answer.content
    {
        let found = schema::check_answer(route.method, route.path, answer.status, body);
        world.complaints.extend(
            found.into_iter().map(|what| format!("answer {} {path}: {what}", route.method)),
        );
    }
    Ok(answer)
}

/// The most exact route that fits: `issues/comments` is no issue number.
fn find(method: &str, path: &str) -> Option<(&'static Route, BTreeMap<&'static str, String>)> {
    routes::all()
        .chain(graphql::ROUTES)
        .filter_map(|route| route.fits(method, path).map(|params| (route, params)))
        .max_by_key(|(route, _)| route.fixed_parts())
}

/// GitHub's redirects name repositories and organizations by number: `/repositories/7/issues`.
fn by_number(world: &World, path: &str) -> Result<String, Refusal> {
    let mut parts = path.trim_start_matches('/').splitn(3, '/');
    let (kind, id) =
        (parts.next().unwrap_or_default(), parts.next().and_then(|id| id.parse::<u64>().ok()));
    let rest = parts.next().map(|rest| format!("/{rest}")).unwrap_or_default();
    match (kind, id) {
        ("repositories", Some(id)) => {
            let repo = world.repos.get(&id).ok_or_else(super::gone)?;
            Ok(format!("/repos/{}{rest}", world.full_name(repo)))
        }
        ("organizations", Some(id)) => {
            let org = world.orgs.get(&id).ok_or_else(super::gone)?;
            Ok(format!("/orgs/{}{rest}", org.login))
        }
        _ => Ok(path.to_owned()),
    }
}

fn admit(world: &World, route: &Route, caller: &Caller) -> Result<(), Refusal> {
    match (route.needs, caller) {
        (Needs::Nobody, _) | (Needs::App, Caller::App(_)) => Ok(()),
        (Needs::App, _) => Err(Refusal::new(401, "A JSON web token could not be decoded")),
        (Needs::Token(_), Caller::Nobody) => Err(Refusal::new(401, "Requires authentication")),
        (Needs::Token(_), Caller::App(_)) => {
            Err(Refusal::new(403, "Resource not accessible by integration"))
        }
        (Needs::Token(notation), Caller::Installation { permissions, .. }) => {
            if allows(world, permissions, notation) {
                Ok(())
            } else {
                Err(Refusal::new(403, "Resource not accessible by integration"))
            }
        }
    }
}

fn allows(world: &World, granted: &Permissions, notation: &str) -> bool {
    notation.is_empty()
        || alternatives(notation).iter().any(|all| {
            all.iter().all(|(name, level)| {
                !world.faults.forbidden.contains(name)
                    && granted.get(name).is_some_and(|has| has >= level)
            })
        })
}

fn parse_body(incoming: &Incoming) -> Result<Value, Refusal> {
    if incoming.body.is_empty() || incoming.method == "GET" {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&incoming.body).map_err(|_| Refusal::new(400, "Problems parsing JSON"))
}

/// A tag for what this caller sees: another token's view has another one.
pub(super) fn etag(caller: &Caller, content: &[u8]) -> String {
    let view = match caller {
        Caller::Installation { id, permissions, repositories, .. } => {
            format!("{id} {permissions:?} {repositories:?}")
        }
        other => other.describe(),
    };
    format!("W/\"{}{}\"", sha(view.as_bytes()), sha(content))
}
