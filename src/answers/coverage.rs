//! How well each part of an organisation is seen, why not better, and what would widen it.

use jiff::SignedDuration;
use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::{Breadth, Coverage, Login, Timestamp};
use crate::plan::{self, PartRow};
use crate::store::{OrgRow, Store, StoreError};

/// All of it, `beholden/coverage/1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CoverageAnswer {
    /// The form of this answer.
    pub schema: &'static str,
    /// The organisation.
    pub organisation: Option<Login>,
    /// When everything had been listed once.
    pub baseline: Option<Timestamp>,
    /// Each part, over all places.
    pub parts: Vec<PartRow>,
    /// Each place.
    pub places: Vec<PlaceAnswer>,
}

/// One place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlaceAnswer {
    /// The organisation or a repository, by name.
    pub place: String,
    /// How well each part of it is seen.
    pub parts: Value,
}

/// How well an organisation is seen. `every` is how often everything is listed, if it is.
pub async fn coverage(
    store: &Store,
    org: &OrgRow,
    every: Option<SignedDuration>,
    now: Timestamp,
) -> Result<CoverageAnswer, StoreError> {
    let login = org.login.as_ref().map_or_else(|| org.org.to_string(), ToString::to_string);
    let places: Vec<(String, Breadth, Coverage)> = store
        .names_of_places(org.org)
        .await?
        .into_iter()
        .map(|(place, name)| match place.repo {
            Some(_) => (name, Breadth::Repository, place.coverage),
            None => (login.clone(), Breadth::Organization, place.coverage),
        })
        .collect();
    let listed: Vec<_> = places.iter().map(|(name, of, seen)| (name.clone(), *of, seen)).collect();
    Ok(CoverageAnswer {
        schema: "beholden/coverage/1",
        organisation: org.login.clone(),
        baseline: store.baseline(org.org).await?,
        parts: plan::coverage(&listed, every, now),
        places: places
            .iter()
            .map(|(place, _, seen)| PlaceAnswer { place: place.clone(), parts: parts(seen) })
            .collect(),
    })
}

/// What is seen of one place, without the tags, which say nothing to anybody.
fn parts(seen: &Coverage) -> Value {
    let mut parts = json!(seen.parts);
    for covered in parts.as_object_mut().into_iter().flat_map(|parts| parts.values_mut()) {
        if let Some(covered) = covered.as_object_mut() {
            covered.remove("tags");
        }
    }
    parts
}
