//! How far something is rotated since an incident. What nobody dates counts as not rotated.

use serde::Serialize;

use crate::domain::{IdentityKind, OrgId, Standing, Through, Timestamp};
use crate::register::{Change, Record};
use crate::store::{Store, StoreError};
use crate::words;

/// Lines of history that are looked through for a former bearer of a name.
const LINES: usize = 50;

/// How many things stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All of them.
    pub all: usize,
    /// Those that hold a credential and were there at the time: what must be rotated.
    pub to_rotate: usize,
    /// Of those, the ones that are older than the incident.
    pub older: usize,
    /// Of those, the ones that nobody says the age of.
    pub undated: usize,
    /// Accounts, which hold tokens and keys that GitHub does not show.
    pub accounts: usize,
    /// Of those to rotate, the ones that were replaced since.
    pub replaced: usize,
    /// Of those, the ones that are gone since.
    pub gone: usize,
}

/// How far a thing is rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rotation {
    /// It is older than the incident.
    Older,
    /// It cannot be dated, so it counts as not rotated.
    Undated,
    /// It is an account: what it acts with is listed by itself, as far as GitHub shows it.
    Account,
    /// No incident was named.
    NotAsked,
    /// It has had another value since.
    Replaced,
    /// It is gone since.
    Gone,
    /// It came about after the incident.
    Newer,
    /// It holds no credential of its own.
    NoCredential,
}

impl Rotation {
    /// The words in a table.
    pub fn words(self) -> &'static str {
        match self {
            Self::Older => "not rotated",
            Self::Undated => "unknown",
            Self::Account => "account",
            Self::NotAsked => "to rotate",
            Self::Replaced => "replaced",
            Self::Gone => "gone",
            Self::Newer => "made since",
            Self::NoCredential => "no credential",
        }
    }
}

/// How one thing stands.
pub(super) struct Stand {
    pub(super) rotation: Rotation,
    pub(super) made: Option<Timestamp>,
    pub(super) done: Option<Timestamp>,
    pub(super) why: String,
}

/// How a thing stands; `None` for what was gone before the incident, and, where none was named, for
/// what is gone at all.
pub(super) async fn stand(
    store: &Store,
    org: OrgId,
    record: &Record,
    since: Option<Timestamp>,
) -> Result<Option<Stand>, StoreError> {
    let made = made(record);
    let is = |rotation, done, why| Some(Stand { rotation, made, done, why });
    let day = words::moment;
    let kind = record.identity.key.kind();
    let is_account = matches!(kind, IdentityKind::MachineUser | IdentityKind::AiAgent);
    let (holds, gone) = (step(kind).is_some() && !is_account, gone(record));
    Ok(match (since, gone, made) {
        (None, Some(_), _) => None,
        (Some(since), Some(at), _) if at < since => None,
        _ if !holds && gone.is_some() => None,
        _ if is_account => {
            let why = "Tokens and keys of it that are known are listed by themselves.".to_owned();
            is(Rotation::Account, None, why)
        }
        _ if !holds => {
            let why = "It holds no credential of its own.".to_owned();
            is(Rotation::NoCredential, None, why)
        }
        (Some(_), Some(at), _) => is(Rotation::Gone, Some(at), format!("Gone on {}.", day(at))),
        (None, None, Some(made)) => {
            is(Rotation::NotAsked, None, format!("As it is since {}.", day(made)))
        }
        (None, None, None) => is(Rotation::NotAsked, None, undated(record).to_owned()),
        (Some(since), None, Some(made)) if made < since => {
            is(Rotation::Older, None, format!("As it is since {}.", day(made)))
        }
        (Some(since), None, Some(made)) if existed(store, org, record, since).await? => {
            is(Rotation::Replaced, Some(made), format!("Replaced on {}.", day(made)))
        }
        (Some(_), None, Some(made)) => {
            is(Rotation::Newer, None, format!("It came about on {}.", day(made)))
        }
        (Some(since), None, None) => match born(record).filter(|at| *at >= since) {
            Some(at) => is(Rotation::Newer, None, format!("It came about on {}.", day(at))),
            None => is(Rotation::Undated, None, undated(record).to_owned()),
        },
    })
}

fn gone(record: &Record) -> Option<Timestamp> {
    match record.identity.standing {
        Standing::Gone { at } => Some(at),
        Standing::Live | Standing::Proposed { .. } => None,
    }
}

/// Whether something of this name was there at that moment: it, with another value, or what bore its
/// name before.
async fn existed(
    store: &Store,
    org: OrgId,
    record: &Record,
    since: Timestamp,
) -> Result<bool, StoreError> {
    if record.grants.iter().any(|grant| grant.at < since) {
        return Ok(true);
    }
    let lines = store.timeline_of(org, &record.identity.key, None, LINES).await?;
    Ok(lines.iter().any(|line| matches!(line.entry.change, Change::Gone { .. })))
}

/// Since when its value, or it itself, is what it is.
fn made(record: &Record) -> Option<Timestamp> {
    let granted =
        record.grants.iter().filter(|grant| !matches!(grant.through, Through::TokenRequest { .. }));
    let granted = granted.map(|grant| grant.at).max();
    match record.identity.key.kind() {
        IdentityKind::DeployKey | IdentityKind::FineGrainedPat => record.dates.stored.or(granted),
        _ => record.dates.stored,
    }
}

/// When it came about, of those whose value nobody dates.
fn born(record: &Record) -> Option<Timestamp> {
    let listed = record.grants.iter().map(|grant| grant.at).min();
    match record.identity.key.kind() {
        IdentityKind::Webhook | IdentityKind::OauthApp | IdentityKind::PrivateRegistry => listed,
        _ => (!record.baseline).then_some(record.first_seen),
    }
}

/// Why one of this kind cannot be dated.
fn undated(record: &Record) -> &'static str {
    match record.identity.key.kind() {
        IdentityKind::AppInstallation => {
            "GitHub does not say when the vendor made the keys of its App."
        }
        IdentityKind::OauthApp => {
            "GitHub does not say when the app got its tokens, or a new secret."
        }
        IdentityKind::Webhook => "GitHub does not say when its secret was set.",
        IdentityKind::PrivateRegistry => {
            "GitHub does not say when its credential was stored, only when it was made."
        }
        IdentityKind::SelfHostedRunner => "GitHub does not say when it was registered.",
        _ => "Nobody says since when its value is what it is.",
    }
}

/// How one of this kind is rotated; `None` for what holds no credential.
pub(super) fn step(kind: IdentityKind) -> Option<&'static str> {
    Some(match kind {
        IdentityKind::DeployKey => "delete it, and add a new key if it is still needed",
        IdentityKind::FineGrainedPat | IdentityKind::ClassicPat => "revoke it and make a new one",
        IdentityKind::ActionsSecret
        | IdentityKind::DependabotSecret
        | IdentityKind::CodespacesSecret
        | IdentityKind::AgentsSecret
        | IdentityKind::PrivateRegistry => {
            "revoke it where it was issued, and store a new value under its name"
        }
        IdentityKind::AppInstallation | IdentityKind::OauthApp => {
            "suspend or uninstall it until the vendor has new keys"
        }
        IdentityKind::Webhook => "set a new secret, or delete it",
        IdentityKind::SelfHostedRunner => "remove it, and register a fresh machine",
        IdentityKind::LeakedCredential => "revoke it where it was issued",
        IdentityKind::MachineUser | IdentityKind::AiAgent => "revoke its tokens and keys",
        IdentityKind::Workflow
        | IdentityKind::OidcTrust
        | IdentityKind::ThirdPartyAction
        | IdentityKind::McpServer
        | IdentityKind::AgentInstructions
        | IdentityKind::RulesetBypass => return None,
    })
}

pub(super) fn counts(stands: impl Iterator<Item = Rotation>) -> Counts {
    let mut counts = Counts::default();
    for rotation in stands {
        counts.all += 1;
        let counted = match rotation {
            Rotation::Older => &mut counts.older,
            Rotation::Undated => &mut counts.undated,
            Rotation::Replaced => &mut counts.replaced,
            Rotation::Gone => &mut counts.gone,
            Rotation::NotAsked => {
                counts.to_rotate += 1;
                continue;
            }
            Rotation::Account => {
                counts.accounts += 1;
                continue;
            }
            Rotation::Newer | Rotation::NoCredential => continue,
        };
        *counted += 1;
        counts.to_rotate += 1;
    }
    counts
}

/// The first line of the answer.
pub(super) fn line(counts: &Counts, since: Option<Timestamp>) -> String {
    let mut line = rotated(counts, since);
    if counts.accounts > 0 {
        let accounts = words::count(counts.accounts, "account");
        line.push_str(&format!(" What else {accounts} of it can act with, GitHub does not say."));
    }
    line
}

/// How far the credentials are that are known.
fn rotated(counts: &Counts, since: Option<Timestamp>) -> String {
    let Counts { all, to_rotate, older, undated, .. } = *counts;
    let Some(since) = since else {
        return match (all, to_rotate) {
            (0, _) => "Nothing that is known here belongs to this vendor.".to_owned(),
            (_, 0) => "Nothing of it that is known here holds a credential.".to_owned(),
            (_, n) => format!(
                "{} to rotate after an incident; name its day to see how far that is.",
                words::count(n, "credential")
            ),
        };
    };
    let day = since.strftime("%Y-%m-%d");
    match (to_rotate, older + undated) {
        (0, _) => format!("Nothing that is known here was this vendor's on {day}."),
        (n, 0) => format!("All {n} are rotated or gone since {day}."),
        (n, left) => {
            let mut parts = Vec::new();
            if older > 0 {
                parts.push(format!("{older} older than {day}"));
            }
            if undated > 0 {
                parts.push(format!("{undated} of unknown age"));
            }
            let verb = if left == 1 { "is" } else { "are" };
            format!("{left} of {n} {verb} not rotated: {}.", words::list(&parts))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_counts_what_is_left_and_calls_nothing_done_that_nobody_dates() {
        use Rotation::{Account, Gone, Newer, NoCredential, NotAsked, Older, Replaced, Undated};
        let day = |stands: &[Rotation]| {
            let since = "2026-03-19T00:00:00Z".parse().unwrap();
            line(&counts(stands.iter().copied()), Some(since))
        };
        assert_eq!(
            day(&[Older, Replaced, Replaced, Gone, Gone, Newer, NoCredential]),
            "1 of 5 is not rotated: 1 older than 2026-03-19."
        );
        assert_eq!(
            day(&[Older, Older, Undated, Gone]),
            "3 of 4 are not rotated: 2 older than 2026-03-19 and 1 of unknown age."
        );
        assert_eq!(day(&[Replaced, Gone]), "All 2 are rotated or gone since 2026-03-19.");
        assert_eq!(day(&[Newer]), "Nothing that is known here was this vendor's on 2026-03-19.");
        assert_eq!(
            day(&[Older, Account]),
            "1 of 1 is not rotated: 1 older than 2026-03-19. What else 1 account of it can act with, \
             GitHub does not say."
        );
        let asked = |stands: &[Rotation]| line(&counts(stands.iter().copied()), None);
        assert!(asked(&[NotAsked, NoCredential]).starts_with("1 credential to rotate"));
        assert_eq!(asked(&[]), "Nothing that is known here belongs to this vendor.");
    }
}
