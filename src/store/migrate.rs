//! The steps from one shape of the database to the next. Additive: an older program can still run
//! on a newer shape, so replicas may be updated one by one.

use crate::store::sql::Dialect;

/// One step. `text` serves both databases unless they have texts of their own.
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    text: Text,
}

enum Text {
    Shared(&'static str),
}

/// All steps, in order.
pub(crate) const ALL: &[Migration] = &[
    Migration {
        version: 1,
        name: "start",
        text: Text::Shared(include_str!("migrations/0001_start.sql")),
    },
    Migration {
        version: 2,
        name: "sight",
        text: Text::Shared(include_str!("migrations/0002_sight.sql")),
    },
    Migration {
        version: 3,
        name: "pulls",
        text: Text::Shared(include_str!("migrations/0003_pulls.sql")),
    },
    Migration {
        version: 4,
        name: "door",
        text: Text::Shared(include_str!("migrations/0004_door.sql")),
    },
    Migration {
        version: 5,
        name: "missed",
        text: Text::Shared(include_str!("migrations/0005_missed.sql")),
    },
    Migration {
        version: 6,
        name: "inventory",
        text: Text::Shared(include_str!("migrations/0006_inventory.sql")),
    },
    Migration {
        version: 7,
        name: "callers",
        text: Text::Shared(include_str!("migrations/0007_callers.sql")),
    },
    Migration {
        version: 8,
        name: "due",
        text: Text::Shared(include_str!("migrations/0008_due.sql")),
    },
    Migration {
        version: 9,
        name: "words",
        text: Text::Shared(include_str!("migrations/0009_words.sql")),
    },
    Migration {
        version: 10,
        name: "references",
        text: Text::Shared(include_str!("migrations/0010_references.sql")),
    },
    Migration {
        version: 11,
        name: "upstream",
        text: Text::Shared(include_str!("migrations/0011_upstream.sql")),
    },
    Migration {
        version: 12,
        name: "overview",
        text: Text::Shared(include_str!("migrations/0012_overview.sql")),
    },
    Migration {
        version: 13,
        name: "vendor_words",
        text: Text::Shared(include_str!("migrations/0013_vendor_words.sql")),
    },
];

/// The table of steps taken.
pub(crate) const LEDGER: &str = "
    CREATE TABLE IF NOT EXISTS migrations (
        version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)";

impl Migration {
    /// The text for a database. Text is compared bytewise on both, so that keysets agree.
    pub(crate) fn text(&self, dialect: Dialect) -> String {
        let Text::Shared(text) = self.text;
        match dialect {
            Dialect::Sqlite => text.to_owned(),
            Dialect::Postgres => {
                text.replace(" TEXT", " TEXT COLLATE \"C\"").replace(" BLOB", " BYTEA")
            }
        }
    }
}
