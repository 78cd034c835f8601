//! One person: everything that hangs on them, and so what would be left if they went.

use serde::Serialize;

use crate::answers::register::repos;
use crate::answers::{Listed, Row};
use crate::domain::{Login, Person, Timestamp, UserId};
use crate::register::Hangs;
use crate::store::{OrgRow, Store, StoreError};

/// A person, and what hangs on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonAnswer {
    /// The account's login.
    pub login: Login,
    /// The account's number.
    pub id: UserId,
    /// Where they stand.
    pub standing: Standing,
    /// When that was read; `None` when it never was.
    pub read: Option<Timestamp>,
    /// What hangs on them.
    pub hangs: Vec<Hanging>,
}

/// Something that hangs on a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hanging {
    /// How.
    pub how: Hangs,
    /// What.
    #[serde(flatten)]
    pub row: Row,
}

/// Where a person stands in the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// In it.
    Member,
    /// Not in it.
    Outside,
    /// Suspended, or not shown by GitHub any more.
    Suspended,
    /// They are known only by what they said here; nothing was read of them.
    Unread,
}

impl Standing {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Member => "in the organisation",
            Self::Outside => "not in the organisation",
            Self::Suspended => "suspended",
            Self::Unread => {
                "known by what they said here; their place in the organisation was not read"
            }
        }
    }
}

/// Where a person stands, as it was read at that moment.
pub fn standing(person: &Person, read: Timestamp) -> Standing {
    match (person.role, person.suspended) {
        _ if read == Timestamp::UNIX_EPOCH => Standing::Unread,
        (_, true) => Standing::Suspended,
        (Some(_), false) => Standing::Member,
        (None, false) => Standing::Outside,
    }
}

/// What hangs on the person of a login; `None` when the register knows nobody of it.
pub async fn person(
    store: &Store,
    org: &OrgRow,
    login: &Login,
) -> Result<Option<PersonAnswer>, StoreError> {
    let Some((person, read)) = store.person_named(org.org, login).await? else {
        return Ok(None);
    };
    let hanging = store.hanging_on(org.org, person.actor.id).await?;
    let first = |record: &crate::register::Record| record.repos().first().copied();
    let places = hanging.iter().filter_map(|(_, record)| first(record));
    let places = repos(store, org.org, places).await?;
    let standing = standing(&person, read);
    Ok(Some(PersonAnswer {
        login: person.actor.login,
        id: person.actor.id,
        standing,
        read: (standing != Standing::Unread).then_some(read),
        hangs: hanging
            .into_iter()
            .map(|(how, record)| {
                let repo = first(&record).and_then(|repo| places.get(&repo)).cloned();
                Hanging { how, row: Listed { record, repo }.row() }
            })
            .collect(),
    }))
}
