//! Objects to read again: one row each, however many events hint at it.
//!
//! The generation of a row is the number of the Turn that hinted last. It only rises, also when a
//! row was cleared and is made anew, so a reading never clears a hint that it has not seen.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::domain::{Entity, Hint, OrgId, Timestamp};
use crate::store::value::{Query, Step, in_lists, row};
use crate::store::{Store, StoreError, sql};

/// The most hints kept on one object.
const HINTS: usize = 8;

/// An object to read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refresh {
    /// The object.
    pub entity: Entity,
    /// What to clear, if no hint comes meanwhile.
    pub generation: i64,
    /// Why, newest first: at most eight. Grants and commands are kept before others.
    pub hints: Vec<Hint>,
    /// How many readings failed since the last hint.
    pub attempts: i64,
    /// Since when it is due.
    pub due: Timestamp,
}

impl Store {
    /// An organisation's objects that are due at `now`, those that wait longest first.
    pub async fn due_refreshes(
        &self,
        org: OrgId,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<Refresh>, StoreError> {
        let query = Query::new(sql::DUE_REFRESHES, row![org, now, limit]);
        let rows = self.database.ask(query).await?;
        rows.into_iter()
            .map(|mut row| {
                Ok(Refresh {
                    entity: row.doc()?,
                    generation: row.int()?,
                    hints: row.doc()?,
                    attempts: row.int()?,
                    due: row.time()?,
                })
            })
            .collect()
    }

    /// A reading failed. It is due again at `due`; with `None` it is put aside until a new hint
    /// comes. `reason` is a sentence for people. `false` when a hint came meanwhile: it is due.
    pub async fn postpone_refresh(
        &self,
        org: OrgId,
        entity: &Entity,
        generation: i64,
        due: Option<Timestamp>,
        reason: &str,
    ) -> Result<bool, StoreError> {
        let args = row![org, entity.key(), generation, due, reason];
        self.all_or_nothing(vec![Step::one(sql::POSTPONE, args).must(1)]).await
    }

    /// Each hinted object with its old and new hints together.
    pub(crate) async fn merged(
        &self,
        org: OrgId,
        hints: &[Hint],
    ) -> Result<BTreeMap<String, (Entity, Vec<Hint>)>, StoreError> {
        let mut merged: BTreeMap<String, (Entity, Vec<Hint>)> = BTreeMap::new();
        for hint in hints {
            let held = merged
                .entry(hint.entity.key())
                .or_insert_with(|| (hint.entity.clone(), Vec::new()));
            held.1.push(hint.clone());
        }
        let queries = in_lists(row![org], merged.keys())
            .into_iter()
            .map(|args| Query::new(sql::HINTS, args))
            .collect();
        for mut row in self.database.read(queries).await?.into_iter().flatten() {
            let key = row.text()?;
            let old: Vec<Hint> = row.doc()?;
            if let Some((_, held)) = merged.get_mut(&key) {
                held.extend(old);
            }
        }
        for (_, held) in merged.values_mut() {
            keep_newest(held);
        }
        Ok(merged)
    }
}

/// Keeps at most eight hints, newest first. One that states a grant or holds a person's words is
/// never dropped in favour of one that does not.
fn keep_newest(hints: &mut Vec<Hint>) {
    let weighs = |hint: &Hint| hint.news || hint.command.is_some();
    hints.sort_by_key(|hint| (Reverse(weighs(hint)), Reverse(hint.at)));
    let mut seen: Vec<Hint> = Vec::with_capacity(HINTS);
    for hint in hints.drain(..) {
        if seen.len() < HINTS && !seen.contains(&hint) {
            seen.push(hint);
        }
    }
    seen.sort_by_key(|hint| Reverse(hint.at));
    *hints = seen;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Evidence, Names, RepoId};

    fn hint(second: i64, news: bool) -> Hint {
        Hint {
            entity: Entity::Repo { repo: RepoId(1) },
            names: Names::default(),
            by: None,
            about: None,
            news,
            with: None,
            at: Timestamp::from_second(second).unwrap(),
            evidence: Evidence::Api { request: format!("GET /{second}") },
            command: None,
        }
    }

    #[test]
    fn the_newest_eight_hints_stay_and_news_is_never_crowded_out() {
        let mut hints: Vec<_> = (0..20).map(|second| hint(second, second == 0)).collect();
        hints.push(hint(19, false));
        keep_newest(&mut hints);
        let seconds: Vec<_> = hints.iter().map(|hint| hint.at.as_second()).collect();
        assert_eq!(seconds, [19, 18, 17, 16, 15, 14, 13, 0]);
    }
}
