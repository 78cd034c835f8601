//! A Turn: what an organisation's counter stood at when reading began.

use std::time::Duration;

use crate::domain::{OrgId, Timestamp};
use crate::store::value::{Query, Step, Value, Written, row};
use crate::store::{OrgRow, Store, StoreError, sql};

/// How often a part of a large cause is tried before the caller hears of it.
const TRIES: u32 = 20;

/// The beginning of read, decide, save. Holds nothing: dropping it costs nobody anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The organisation as it was.
    pub org: OrgRow,
    /// The counter that a save demands.
    pub seq: i64,
    /// The moment to decide with: never before one that this organisation has decided with.
    pub now: Timestamp,
}

impl Store {
    /// Begins a Turn. What is left of a large cause is applied first, so that nobody decides on
    /// half of it.
    pub async fn begin(&self, org: OrgId, now: Timestamp) -> Result<Turn, StoreError> {
        let held = self.caught_up(org).await?;
        let now = now.max(held.last_now);
        Ok(Turn { seq: held.turn, org: held, now })
    }

    /// Applies what is left of a large cause, part by part, each in a transaction of its own.
    /// Whoever else does the same is welcome: each part is applied once.
    pub(crate) async fn caught_up(&self, org: OrgId) -> Result<OrgRow, StoreError> {
        let mut tries = 0;
        loop {
            let held = self.org(org).await?.ok_or(StoreError::UnknownOrg(org))?;
            if held.pending <= 0 {
                return Ok(held);
            }
            let query = Query::new(sql::CONTINUATION, row![org]);
            let Some(mut part) = self.database.ask(query).await?.pop() else {
                // Somebody else has just applied the last part.
                tries += 1;
                if tries > TRIES {
                    return Err(StoreError::Corrupt(format!("the pending parts of {org}")));
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
                continue;
            };
            let (turn, n) = (part.int()?, part.int()?);
            let packed = part.maybe_blob()?.unwrap_or_default();
            let mut steps = vec![
                Step::one(sql::BUMP, row![org, held.turn, held.last_now, -1_i64]).must(1),
                Step::one(sql::CONTINUED, row![org, turn, n]).must(1),
            ];
            steps.extend(unpack(&packed)?);
            if matches!(self.database.write(steps).await?, Written::Missed(_)) {
                tries += 1;
                if tries > TRIES {
                    return Err(StoreError::Busy);
                }
            }
        }
    }
}

/// Steps as bytes, to be applied later.
pub(crate) fn pack(steps: &[Step]) -> Vec<u8> {
    let named: Vec<(&str, &[Vec<Value>])> =
        steps.iter().map(|step| (step.statement.name, step.rows.as_slice())).collect();
    let text = serde_json::to_vec(&named).expect("plain data serialises");
    lz4_flex::compress_prepend_size(&text)
}

/// Bytes as steps. A statement of a newer program is unreadable, never skipped.
fn unpack(packed: &[u8]) -> Result<Vec<Step>, StoreError> {
    let corrupt = |why: &str| StoreError::Corrupt(format!("a continuation: {why}"));
    let text = lz4_flex::decompress_size_prepended(packed).map_err(|_| corrupt("not packed"))?;
    let named: Vec<(String, Vec<Vec<Value>>)> =
        serde_json::from_slice(&text).map_err(|error| corrupt(&error.to_string()))?;
    named
        .into_iter()
        .map(|(name, rows)| {
            let statement = sql::named(&name).ok_or_else(|| corrupt("a statement is unknown"))?;
            Ok(Step::many(statement, rows))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::RepoId;

    #[tokio::test]
    async fn parts_that_a_crash_left_over_are_applied_before_the_next_turn() {
        let store = Store::open("sqlite::memory:").await.unwrap();
        let (org, now) = (OrgId(7), Timestamp::UNIX_EPOCH);
        store.meet(org, None, None).await.unwrap();
        let gap = |what: &str| vec![Step::one(sql::PUT_GAP, row![org, what, "why", 0_i64])];
        let left = vec![
            Step::one(sql::BUMP, row![org, 0_i64, 0_i64, 2_i64]).must(1),
            Step::one(sql::CONTINUE, row![org, 1_i64, 0_i64, pack(&gap("a"))]),
            Step::one(sql::CONTINUE, row![org, 1_i64, 1_i64, pack(&gap("b"))]),
        ];
        assert!(store.all_or_nothing(left).await.unwrap());
        assert!(store.gaps(org).await.unwrap().is_empty());

        let turn = store.begin(org, now).await.unwrap();
        assert_eq!((turn.org.pending, turn.seq), (0, 3));
        assert_eq!(store.gaps(org).await.unwrap().len(), 2);
        assert_eq!(store.begin(org, now).await.unwrap().seq, 3, "once");
    }

    #[test]
    fn a_part_of_a_newer_program_is_refused_not_skipped() {
        let text = lz4_flex::compress_prepend_size(br#"[["FROM_TOMORROW",[]]]"#);
        assert!(matches!(unpack(&text), Err(StoreError::Corrupt(_))));
        assert!(matches!(unpack(b"not packed"), Err(StoreError::Corrupt(_))));
        let steps = vec![Step::one(sql::PUT_REPO, row![RepoId(1), RepoId(2), "n", "{}"])];
        assert_eq!(unpack(&pack(&steps)).unwrap()[0].rows, steps[0].rows);
    }
}
