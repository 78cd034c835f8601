//! Accounts that are known not to be people, by number and by login.
//!
//! A number decides alone, because it survives renaming. A login decides only together with
//! GitHub's type: anybody can register a login that a bot uses without its brackets.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalogue::table::{self, Confidence, Table};
use crate::domain::{ActorType, IdentityKind, Login, UserId};

/// One known account, or a family of accounts of one product.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Names the entry for good: `google-jules`.
    pub id: String,
    /// The product's name.
    pub name: String,
    /// Who makes it.
    pub vendor: String,
    /// What it is: `ai_agent`, `ai_reviewer`, `dependency_bot`, `machine_user` and so on.
    pub kind: String,
    /// `User` where the account is a plain user account; else it is the bot of an App.
    pub account_type: Option<String>,
    /// Its logins today.
    #[serde(default)]
    pub logins: Vec<String>,
    /// Logins it had before.
    #[serde(default)]
    pub former_logins: Vec<String>,
    /// Numbers of its accounts.
    #[serde(default)]
    pub ids: Vec<i64>,
    /// Slugs of its Apps.
    #[serde(default)]
    pub app_slugs: Vec<String>,
    /// Numbers of its Apps. Not account numbers.
    #[serde(default)]
    pub app_ids: Vec<i64>,
    /// How well that is known.
    pub confidence: Confidence,
    /// The best grade among the sources.
    pub evidence: String,
    /// Where it was read.
    pub source: Vec<String>,
}

/// The table as it is compiled in.
pub(super) const TEXT: &str = include_str!("actors.toml");

/// Every known account.
pub static ACTORS: LazyLock<Table<Entry>> = LazyLock::new(|| table::parse(TEXT));

static BY_ID: LazyLock<BTreeMap<i64, &'static Entry>> = LazyLock::new(|| {
    ACTORS.rows.iter().flat_map(|entry| entry.ids.iter().map(move |id| (*id, entry))).collect()
});

/// The first entry that claims a login has it: `Copilot` belongs to several, told apart by number.
static BY_LOGIN: LazyLock<BTreeMap<String, &'static Entry>> = LazyLock::new(|| {
    let mut map = BTreeMap::new();
    for entry in &ACTORS.rows {
        for login in entry.logins.iter().chain(&entry.former_logins) {
            map.entry(login.to_ascii_lowercase()).or_insert(entry);
        }
    }
    map
});

/// The known account that this is: by number, else by login if GitHub's type fits it.
pub fn actor(id: UserId, login: &Login, kind: ActorType) -> Option<&'static Entry> {
    BY_ID.get(&id.0).copied().or_else(|| by_login(login).filter(|entry| entry.fits(login, kind)))
}

/// The entry that uses this login, whoever has it here.
pub(super) fn by_login(login: &Login) -> Option<&'static Entry> {
    BY_LOGIN.get(login.as_str()).copied()
}

impl Entry {
    /// The kind of identity that an account of this entry is.
    pub fn identity_kind(&self) -> IdentityKind {
        match self.kind.as_str() {
            "ai_agent" | "ai_reviewer" | "ai_assistant" => IdentityKind::AiAgent,
            _ => IdentityKind::MachineUser,
        }
    }

    /// Whether a login together with GitHub's type can be this entry's account.
    fn fits(&self, login: &Login, kind: ActorType) -> bool {
        login.is_bot()
            || match kind {
                ActorType::Bot => true,
                ActorType::User => self.account_type.as_deref() == Some("User"),
                ActorType::Organization | ActorType::Unknown => false,
            }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_entry_names_a_source_and_can_be_found() {
        for entry in &ACTORS.rows {
            ACTORS.check_sources(&entry.id, &entry.source);
            let login: Login = entry.logins.first().map_or("octocat", |it| it).parse().unwrap();
            for id in &entry.ids {
                let found = actor(UserId(*id), &login, ActorType::Unknown);
                assert_eq!(found.map(|it| &it.id), Some(&entry.id));
            }
            let kind = ActorType::from_github(entry.account_type.as_deref().or(Some("Bot")));
            let found = entry.logins.iter().chain(&entry.former_logins).any(|login| {
                let found = actor(UserId(0), &login.parse().unwrap(), kind);
                found.is_some_and(|it| it.id == entry.id)
            });
            assert!(found || !entry.ids.is_empty(), "nothing matches {}", entry.id);
        }
    }

    #[test]
    fn names_and_numbers_are_unique() {
        let ids: BTreeSet<_> = ACTORS.rows.iter().map(|entry| &entry.id).collect();
        assert_eq!(ids.len(), ACTORS.rows.len());
        let numbers: Vec<_> = ACTORS.rows.iter().flat_map(|entry| &entry.ids).collect();
        assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), numbers.len());
        let apps: Vec<_> = ACTORS.rows.iter().flat_map(|entry| &entry.app_ids).collect();
        assert_eq!(apps.iter().collect::<BTreeSet<_>>().len(), apps.len());
    }

    #[test]
    fn a_number_outlives_a_renaming_and_a_borrowed_login_proves_nothing() {
        let jules = actor(UserId(161_369_871), &"renamed".parse().unwrap(), ActorType::User);
        assert_eq!(jules.unwrap().id, "google-jules");
        let former = "labs-code-app[bot]".parse().unwrap();
        assert_eq!(actor(UserId(5), &former, ActorType::Bot).unwrap().id, "google-jules");
        let borrowed = "kiro-agent".parse().unwrap();
        assert!(actor(UserId(5), &borrowed, ActorType::User).is_none());
        assert_eq!(actor(UserId(5), &borrowed, ActorType::Bot).unwrap().id, "kiro-agent");
    }
}
