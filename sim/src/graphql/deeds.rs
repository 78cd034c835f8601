//! What a mutation does: comments are hidden and shown again, threads resolved and opened.

use super::{Failure, things::Thing};
use crate::{
    http::{Call, Caller},
    world::{Level, World},
};
use serde_json::{Value, json};

/// Carries a mutation out and gives back its payload.
///
/// # Errors
/// When it is not allowed, or there is no such thing.
pub(super) fn happen(
    world: &mut World,
    call: &Call,
    name: &str,
    input: &Value,
) -> Result<Value, Failure> {
    let (subject, payload) = match name {
        "minimizeComment" | "unminimizeComment" => {
            let global = input["subjectId"].as_str().unwrap_or_default();
            let field =
                if name == "minimizeComment" { "minimizedComment" } else { "unminimizedComment" };
            (global, field)
        }
        "resolveReviewThread" | "unresolveReviewThread" => {
            (input["threadId"].as_str().unwrap_or_default(), "thread")
        }
        other => return Err(Failure::unknown(&format!("Mutation.{other}"))),
    };
    let thing = Thing::find(world, call, subject).ok_or_else(|| Failure::not_found(subject))?;
    let needed: &[&str] = match thing {
        Thing::Comment(..) => &["issues", "pull_requests"],
        _ => &["pull_requests"],
    };
    if !needed.iter().any(|permission| may_write(world, call, permission)) {
        return Err(Failure::forbidden());
    }
    let by = call.author(world).user;
    match (name, thing) {
        ("minimizeComment", Thing::Thread(..)) | ("unminimizeComment", Thing::Thread(..)) => {
            return Err(Failure::not_found(subject));
        }
        ("minimizeComment", _) => {
            let why = input["classifier"].as_str().unwrap_or_default();
            if !CLASSIFIERS.contains(&why) {
                return Err(Failure {
                    kind: "argumentLiteralsIncompatible",
                    message: format!("'{why}' is no ReportedContentClassifiers"),
                });
            }
            minimize(world, thing, Some(why.to_lowercase().replace('_', "-")));
        }
        ("unminimizeComment", _) => minimize(world, thing, None),
        (_, Thing::Thread(repo, number, first)) => {
            world.resolve_thread(repo, number, first, by, name == "resolveReviewThread");
        }
        _ => return Err(Failure::not_found(subject)),
    }
    Ok(json!({
        "__typename": "Payload",
        "clientMutationId": input["clientMutationId"],
        payload: thing.show(world),
    }))
}

/// `ReportedContentClassifiers`.
const CLASSIFIERS: [&str; 7] =
    ["SPAM", "ABUSE", "OFF_TOPIC", "OUTDATED", "DUPLICATE", "RESOLVED", "LOW_QUALITY"];

fn may_write(world: &World, call: &Call, permission: &str) -> bool {
    let Caller::Installation { permissions, .. } = &call.caller else {
        return false;
    };
    !world.faults.forbidden.contains(permission)
        && permissions.get(permission) >= Some(&Level::Write)
}

fn minimize(world: &mut World, thing: Thing, why: Option<String>) {
    match thing {
        Thing::Comment(repo, number, id) => {
            let comments = world.issue_mut(repo, number).map(|issue| &mut issue.comments);
            for comment in comments.into_iter().flatten().filter(|one| one.id == id) {
                comment.minimized.clone_from(&why);
            }
        }
        Thing::Line(repo, _, id) => {
            if let Some(comment) = world.line_mut(repo, id) {
                comment.minimized = why;
            }
        }
        Thing::Review(repo, number, id) => {
            let reviews = world.pull_mut(repo, number).map(|pull| &mut pull.reviews);
            for review in reviews.into_iter().flatten().filter(|one| one.id == id) {
                review.minimized.clone_from(&why);
            }
        }
        Thing::Thread(..) => {}
    }
}
