//! Labels, made when they are first wanted.

use http::StatusCode;
use serde_json::json;

use crate::github::Failure;
use crate::github::call::Call;
use crate::github::effects::Desk;
use crate::github::wire::segment;

/// Labels that begin like this are ours to take away again.
const OURS: &str = "beholden";

/// The colour of labels that we make; people may change it.
const COLOUR: &str = "5319e7";

/// Makes the labels that the repository lacks. A label that appears meanwhile is fine: GitHub
/// answers 422 with `already_exists`.
pub(super) async fn ensure(desk: &Desk<'_>, labels: &[String]) -> Result<(), Failure> {
    for name in labels {
        let known = desk.path(&format!("/labels/{}", segment(name)));
        let answer = desk.send(Call::get(&desk.who, known)).await?;
        if !answer.is_missing() {
            answer.success()?;
            continue;
        }
        let body = json!({ "name": name, "color": COLOUR });
        let call = Call::post(&desk.who, desk.path("/labels"), &body);
        let answer = desk.send(call).await?;
        if answer.status == StatusCode::UNPROCESSABLE_ENTITY
            && answer.message().contains("already_exists")
        {
            continue;
        }
        // Making a label twice harms nothing, so nothing has to be looked for.
        desk.there(answer).await.map_err(|failure| match failure {
            Failure::Later { until, why, .. } => Failure::Later { until, why, maybe_done: false },
            other => other,
        })?;
    }
    Ok(())
}

/// The labels that an issue should have, when those differ from what it has.
pub(super) fn changed(held: &[&str], wanted: &[String]) -> Option<Vec<String>> {
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let stays = |name: &&&str| {
        !name.to_lowercase().starts_with(OURS) || wanted.iter().any(|want| same(want, name))
    };
    let mut labels: Vec<String> = held.iter().filter(stays).map(|&name| name.to_owned()).collect();
    for want in wanted {
        if !labels.iter().any(|name| same(name, want)) {
            labels.push(want.clone());
        }
    }
    let untouched = labels.len() == held.len() && labels.iter().zip(held).all(|(a, b)| a == b);
    (!untouched).then_some(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_people_stay_and_ours_follow() {
        let want = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(changed(&["bug", "Beholden"], &want(&["beholden"])), None);
        assert_eq!(
            changed(&["bug", "beholden:orphaned"], &want(&["beholden"])),
            Some(want(&["bug", "beholden"]))
        );
    }
}
