//! What a job's `GITHUB_TOKEN` may do.
//!
//! Source: "Controlling permissions for GITHUB_TOKEN", "Permissions for the GITHUB_TOKEN".

use std::collections::BTreeMap;

use github_actions_models::common::{BasePermission, Permission, Permissions};

use crate::catalogue::TOKEN_PERMISSIONS;
use crate::power::model::{Bounds, DefaultToken, Level, Scope};

/// Levels by scope; what is not there is nothing.
pub(super) type Token = BTreeMap<Scope, Bounds<Level>>;

/// Scopes that the restricted default reads.
const READ_BY_DEFAULT: &[&str] = &["contents", "packages"];

/// Scopes that no default gives.
const NEVER_BY_DEFAULT: &[&str] =
    &["id-token", "vulnerability-alerts", "copilot-requests", "models", "code-quality"];

/// What a `permissions:` gives.
pub(super) fn given(permissions: &Permissions, default: Option<DefaultToken>) -> Token {
    match permissions {
        Permissions::Base(BasePermission::Default) => by_default(default),
        Permissions::Base(BasePermission::ReadAll) => all(Level::Read),
        Permissions::Base(BasePermission::WriteAll) => all(Level::Write),
        Permissions::Explicit(scopes) => scopes
            .iter()
            .filter_map(|(scope, permission)| {
                let level = match permission {
                    Permission::None => return None,
                    Permission::Read => Level::Read,
                    Permission::Write => Level::Write,
                };
                Some((Scope::new(scope), Bounds::exactly(level)))
            })
            .collect(),
    }
}

/// What a called job gets: never more than its caller has.
pub(super) fn capped(token: Token, cap: &Token) -> Token {
    token
        .into_iter()
        .filter_map(|(scope, level)| {
            let cap = cap.get(&scope)?;
            let least = level.least().min(cap.least());
            let most = level.most().min(cap.most());
            Some((scope, Bounds::between(least, most)))
        })
        .collect()
}

fn by_default(default: Option<DefaultToken>) -> Token {
    let known = TOKEN_PERMISSIONS.rows.iter().filter(|it| {
        !NEVER_BY_DEFAULT.contains(&it.scope.as_str()) && can(&it.levels, Level::Write)
    });
    known
        .filter_map(|it| {
            let read = READ_BY_DEFAULT.contains(&it.scope.as_str());
            let least = if read { Level::Read } else { Level::None };
            let bounds = match default {
                Some(DefaultToken::Read) => Bounds::exactly(least),
                Some(DefaultToken::Write) => Bounds::exactly(Level::Write),
                None => Bounds::between(least, Level::Write),
            };
            (bounds.most() > Level::None).then(|| (Scope::new(&it.scope), bounds))
        })
        .collect()
}

fn all(level: Level) -> Token {
    TOKEN_PERMISSIONS
        .rows
        .iter()
        .filter_map(|it| {
            let most = [level, Level::Read].into_iter().find(|level| can(&it.levels, *level))?;
            (most <= level).then(|| (Scope::new(&it.scope), Bounds::exactly(most)))
        })
        .collect()
}

fn can(levels: &[String], level: Level) -> bool {
    let word = match level {
        Level::None => "none",
        Level::Read => "read",
        Level::Write | Level::Admin => "write",
    };
    levels.iter().any(|it| it == word)
}
