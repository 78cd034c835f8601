//! Every statement, tried: what `doctor` and the tests ask, so that a statement which one of the
//! two databases refuses, or answers by reading a whole table, is found before it is needed.

use crate::domain::OrgId;
use crate::store::sql::Statement;
use crate::store::value::{Query, Step, Value, Written, row};
use crate::store::{Store, StoreError, sql};

/// A statement that the database took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exercised {
    /// Its name.
    pub name: &'static str,
    /// How the database would go about it, one step a line.
    pub plan: String,
}

impl Store {
    /// Runs every statement with invented values and takes it back, and asks for its plan. `org`
    /// stands for the organisation wherever one is asked for first.
    pub async fn exercise(&self, org: OrgId) -> Result<Vec<Exercised>, StoreError> {
        let mut taken = Vec::new();
        for statement in sql::ALL.iter().flat_map(|group| group.iter()) {
            let args = invented(statement, org);
            let steps = vec![
                Step::one(*statement, args.clone()),
                // Nothing matches, so that all of it is taken back.
                Step::one(sql::CLOSE_GAP, row![0_i64, ""]).must(1),
            ];
            if let Written::Done(_) = self.database.write(steps).await? {
                let why = "it was not taken back".to_owned();
                return Err(StoreError::Refused { statement: statement.name, why });
            }
            let plan = self.database.plan(Query::new(*statement, args)).await?.join("\n");
            taken.push(Exercised { name: statement.name, plan });
        }
        Ok(taken)
    }
}

fn invented(statement: &Statement, org: OrgId) -> Vec<Value> {
    let mut args: Vec<Value> = statement
        .takes
        .bytes()
        .enumerate()
        .filter_map(|(at, letter)| match letter {
            b'i' if at == 0 => Some(Value::from(org)),
            b'i' => Some(Value::from(1_i64)),
            b't' => Some(Value::from("x")),
            b'b' => Some(Value::from(vec![0])),
            _ => None,
        })
        .collect();
    if statement.list_at().is_some() {
        let last = args.last().cloned();
        args.extend([last.clone(), last].into_iter().flatten());
    }
    args
}
