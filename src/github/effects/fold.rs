//! Comments of ours that are folded away because nothing waits there any more, and unfolded when it
//! does again. Only GraphQL can: REST has no such thing.
//!
//! Folding says nothing that the comment's text does not, so nothing else waits for it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::domain::LineComment;
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::effects::Desk;
use crate::github::host::GRAPHQL;
use crate::github::wire::Post;

const STATE: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on PullRequestReviewComment { id isMinimized } } }";
const FOLD: &str = "mutation($id: ID!, $why: ReportedContentClassifiers!) { minimizeComment(input: \
                    { subjectId: $id, classifier: $why }) { clientMutationId } }";
const UNFOLD: &str = "mutation($id: ID!) { unminimizeComment(input: { subjectId: $id }) { \
                      clientMutationId } }";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Answered {
    data: Data,
    errors: Vec<Trouble>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Data {
    nodes: Vec<Option<Node>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Node {
    id: String,
    #[serde(rename = "isMinimized")]
    is_folded: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Trouble {
    #[serde(rename = "type")]
    kind: String,
    message: String,
}

/// Folds and unfolds comments that stand, each as it should be. Those that are so already are left
/// alone: a comment that people unfolded to read stays open until its text changes.
pub(super) async fn fold(
    desk: &Desk<'_>,
    changed: &[(&LineComment, &Post)],
) -> Result<(), Failure> {
    let ids: Vec<&str> = changed.iter().map(|(_, post)| post.node_id.as_str()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let Some(data) = ask(desk, STATE, json!({ "ids": ids })).await? else { return Ok(()) };
    let folded: BTreeMap<String, bool> =
        data.nodes.into_iter().flatten().map(|node| (node.id, node.is_folded)).collect();
    for (comment, post) in changed {
        let id = &post.node_id;
        let asked = match (folded.get(id), comment.current) {
            (Some(false), false) => {
                let why = if comment.gone { "OUTDATED" } else { "RESOLVED" };
                ask(desk, FOLD, json!({ "id": id, "why": why })).await
            }
            (Some(true), true) => ask(desk, UNFOLD, json!({ "id": id })).await,
            _ => continue,
        };
        if asked?.is_none() {
            return Ok(());
        }
    }
    Ok(())
}

/// `None` when GitHub does not let us: then the text alone has to say it.
async fn ask(desk: &Desk<'_>, query: &str, variables: Value) -> Result<Option<Data>, Failure> {
    let body = json!({ "query": query, "variables": variables });
    let answer = desk.send(Call::post(&desk.who, GRAPHQL, &body)).await?;
    if answer.is_missing() {
        return Ok(None);
    }
    let answered: Answered = answer.json()?;
    match answered.errors.first() {
        None => Ok(Some(answered.data)),
        // GitHub answers 200 here as well.
        Some(trouble) if trouble.kind == "RATE_LIMITED" => Err(Failure::Later {
            until: crate::github::failure::in_seconds(60),
            why: format!("GitHub asks to wait: {}", trouble.message),
            maybe_done: false,
        }),
        Some(_) => {
            metrics::counter!("beholden_not_folded_total").increment(1);
            Ok(None)
        }
    }
}
