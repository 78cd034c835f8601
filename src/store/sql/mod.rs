//! Every SQL statement, as named text that serves both databases.
//!
//! The text is written once and dressed for a database when it is first used: parameters are `$1`,
//! a list is `$2...` (any number, padded to a power of two), [`NOW`] is the database's own clock in
//! milliseconds, and [`SKIP`] passes over rows that another worker holds. Only TEXT, BIGINT and
//! BLOB (BYTEA) exist; LIKE, SUM without a cast, LEAST and GREATEST are not used, because the two
//! databases differ in them.

mod callers;
mod inbox;
mod inventory;
mod missed;
mod orgs;
mod outbox;
mod pages;
mod pulls;
mod references;
mod register;
mod sight;
mod upstream;
mod vendors;
mod work;

pub(crate) use callers::*;
pub(crate) use inbox::*;
pub(crate) use inventory::*;
pub(crate) use missed::*;
pub(crate) use orgs::*;
pub(crate) use outbox::*;
pub(crate) use pages::*;
pub(crate) use pulls::*;
pub(crate) use references::*;
pub(crate) use register::*;
pub(crate) use sight::*;
pub(crate) use upstream::*;
pub(crate) use vendors::*;
pub(crate) use work::*;

/// The database's clock: milliseconds since 1970.
const NOW: &str = "now_ms()";
/// Passes over locked rows where there are row locks.
const SKIP: &str = "/*skip locked*/";

/// One statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement {
    /// Its name, in errors and tests.
    pub(crate) name: &'static str,
    /// One letter for each parameter: `i` BIGINT, `t` TEXT, `b` BLOB; `*` after the last when it
    /// is a list.
    pub(crate) takes: &'static str,
    /// The text.
    pub(crate) sql: &'static str,
    /// For an INSERT that may carry several rows at once: how many of its first parameters are
    /// the key. Zero for all others.
    pub(crate) key: usize,
}

/// A database's way of writing SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Statement {
    /// A statement that runs once for each row of parameters.
    const fn new(name: &'static str, takes: &'static str, sql: &'static str) -> Self {
        Self { name, takes, sql, key: 0 }
    }

    /// An INSERT whose rows may travel together; the first `key` parameters tell rows apart.
    const fn rows(name: &'static str, key: usize, takes: &'static str, sql: &'static str) -> Self {
        Self { name, takes, sql, key }
    }

    /// How many parameters stand before the list, if it ends in a list.
    pub(crate) fn list_at(&self) -> Option<usize> {
        self.takes.strip_suffix('*').map(|takes| takes.len() - 1)
    }

    /// The text for a database, with `list` places in the list and `rows` rows of values.
    pub(crate) fn text(&self, dialect: Dialect, list: usize, rows: usize) -> String {
        let mut sql = self.sql.to_owned();
        if let Some(before) = self.list_at() {
            let places: Vec<_> = (before + 1..=before + list).map(|n| format!("${n}")).collect();
            sql = sql.replace(&format!("${}...", before + 1), &places.join(", "));
        }
        if rows > 1 {
            sql = repeat_values(&sql, self.takes.len(), rows);
        }
        match dialect {
            Dialect::Sqlite => sql
                .replace('$', "?")
                .replace(NOW, "CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)"),
            Dialect::Postgres => sql
                .replace(SKIP, "FOR UPDATE SKIP LOCKED")
                .replace(NOW, "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"),
        }
    }
}

/// Writes the group after VALUES `rows` times, each with parameters of its own.
fn repeat_values(sql: &str, width: usize, rows: usize) -> String {
    let Some((head, rest)) = sql.split_once("VALUES (") else { return sql.to_owned() };
    let Some((group, tail)) = rest.split_once(')') else { return sql.to_owned() };
    let groups: Vec<String> = (0..rows)
        .map(|row| {
            let mut parts = group.split('$');
            let mut text = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                let digits = part.bytes().take_while(u8::is_ascii_digit).count();
                let number: usize = part[..digits].parse().unwrap_or_default();
                text.push_str(&format!("${}{}", number + row * width, &part[digits..]));
            }
            format!("({text})")
        })
        .collect();
    format!("{head}VALUES {}{tail}", groups.join(", "))
}

/// Every statement there is: what is not here cannot be resumed from a continuation and is not
/// tested, so a test counts them against the source.
pub(crate) static ALL: &[&[Statement]] = &[
    inbox::STATEMENTS,
    missed::STATEMENTS,
    orgs::STATEMENTS,
    work::STATEMENTS,
    register::STATEMENTS,
    outbox::STATEMENTS,
    pages::STATEMENTS,
    pulls::STATEMENTS,
    sight::STATEMENTS,
    inventory::STATEMENTS,
    callers::STATEMENTS,
    references::STATEMENTS,
    upstream::STATEMENTS,
    vendors::STATEMENTS,
];

/// The statement of a name.
pub(crate) fn named(name: &str) -> Option<Statement> {
    ALL.iter().flat_map(|group| group.iter()).find(|statement| statement.name == name).copied()
}

/// Declares statements and lists them in `STATEMENTS`.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $kind:ident($($arg:literal),+) $sql:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: crate::store::sql::Statement =
            crate::store::sql::Statement::$kind(stringify!($name), $($arg,)+ $sql);)*
        /// All of this file.
        pub(super) const STATEMENTS: &[crate::store::sql::Statement] = &[$($name),*];
    };
}
use statements;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_is_dressed_for_both_databases() {
        let insert = Statement::rows(
            "x",
            1,
            "it",
            "INSERT INTO a VALUES ($1, 'k', $2) ON CONFLICT (x) DO NOTHING",
        );
        assert_eq!(
            insert.text(Dialect::Postgres, 0, 2),
            "INSERT INTO a VALUES ($1, 'k', $2), ($3, 'k', $4) ON CONFLICT (x) DO NOTHING"
        );
        let list = Statement::new("y", "it*", "SELECT b FROM a WHERE org = $1 AND k IN ($2...)");
        assert_eq!(
            list.text(Dialect::Sqlite, 2, 1),
            "SELECT b FROM a WHERE org = ?1 AND k IN (?2, ?3)"
        );
    }
}
