//! What hangs together: one thing under several numbers, what made it, what it made, what reads it.

use serde::Serialize;

use crate::domain::{IdentityKey, IdentityKind, Login, Mark, OrgId, RepoId};
use crate::register::{Need, Record};

/// The most repositories in which readers of a secret are looked for.
const MOST_REPOS: usize = 20;

/// How one identity hangs together with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bond {
    /// The same key under another number, here or in another repository.
    SameKey,
    /// The same App: its installation, and the account it acts with.
    SameApp,
    /// What gave it its access is this.
    MadeBy,
    /// It gave this its access.
    Made,
    /// This credential was what gave it its access.
    GivenWith,
    /// It was used to give this its access.
    GaveWith,
    /// A runner of the same name under another number.
    SameRunner,
    /// It reads this secret.
    Reads,
    /// This reads it.
    ReadBy,
}

impl Bond {
    /// The words before the other's name.
    pub fn words(self) -> &'static str {
        match self {
            Self::SameKey => "the same key as",
            Self::SameApp => "the same App as",
            Self::MadeBy => "given access by",
            Self::Made => "gave access to",
            Self::GivenWith => "given access by means of",
            Self::GaveWith => "was used to give access to",
            Self::SameRunner => "registered under the same name as",
            Self::Reads => "reads",
            Self::ReadBy => "read by",
        }
    }
}

/// How something hangs on a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hangs {
    /// They answer for it.
    Owned,
    /// It is a credential of theirs.
    Held,
    /// They gave it its access.
    Granted,
    /// A token of theirs was used to give it its access, by somebody else or unseen.
    GrantedWithToken,
    /// They started sessions of it.
    Started,
}

impl Hangs {
    /// Every way, in the order of a list.
    pub const ALL: [Self; 5] =
        [Self::Owned, Self::Held, Self::Granted, Self::GrantedWithToken, Self::Started];

    /// The words between the person and it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Owned => "answers for",
            Self::Held => "holds",
            Self::Granted => "gave access to",
            Self::GrantedWithToken => "token gave access to",
            Self::Started => "started",
        }
    }
}

/// Where to look for what hangs together with an identity.
pub fn threads(org: OrgId, record: &Record) -> Vec<(Bond, Need)> {
    let identity = &record.identity;
    let mut threads = Vec::new();
    threads
        .extend(identity.fingerprint.iter().map(|it| (Bond::SameKey, Need::SameKey(it.clone()))));
    threads.extend(identity.login.iter().map(|it| (Bond::SameApp, Need::CalledSo(it.clone()))));
    threads.extend(record.account().map(|user| (Bond::Made, Need::GrantedBy(user))));
    let makers = record.grants.iter().filter_map(|grant| Some(&grant.by.as_ref()?.login));
    let mut bots: Vec<&Login> = makers.filter(|login| login.is_bot()).collect();
    bots.sort();
    bots.dedup();
    threads.extend(bots.into_iter().map(|login| (Bond::MadeBy, Need::CalledSo(login.clone()))));
    threads.extend(credentials(record));
    let made = record.own_marks().into_iter().map(|mark| mark.number());
    threads.extend(made.map(|mark| (Bond::GaveWith, Need::GivenWith(mark))));
    if identity.key.kind() == IdentityKind::SelfHostedRunner && !identity.name.raw().is_empty() {
        let name = identity.name.raw().to_lowercase();
        threads.push((Bond::SameRunner, Need::RunnersCalled(name)));
    }
    if secret_name(record).is_some() {
        let repos = record.repos().into_iter().take(MOST_REPOS);
        threads.extend(repos.map(|repo| (Bond::ReadBy, Need::InRepo(repo))));
    }
    threads.extend(read(org, record));
    threads
}

/// Where the credentials are to be found with which it was given access.
fn credentials(record: &Record) -> impl Iterator<Item = (Bond, Need)> + '_ {
    record.given_marks().map(|mark| (Bond::GivenWith, bearer(&mark)))
}

/// Where the token of a mark is to be found.
pub fn bearer(mark: &Mark) -> Need {
    match mark {
        Mark::Token(number) => {
            Need::Identity(IdentityKey::new(IdentityKind::FineGrainedPat, *number))
        }
        Mark::Print(print) => Need::SameKey(print.clone()),
        Mark::Name(holder, _) => Need::HeldBy(*holder),
    }
}

/// What hangs on what a first look found: what an App's account made, the App made.
pub fn further(bond: Bond, found: &Record) -> Option<(Bond, Need)> {
    (bond == Bond::SameApp).then_some(())?;
    found.account().map(|user| (Bond::Made, Need::GrantedBy(user)))
}

/// Whether what was found there does hang together with it.
pub fn holds(bond: Bond, record: &Record, found: &Record) -> bool {
    if found.identity.key == record.identity.key {
        return false;
    }
    match bond {
        Bond::SameKey => found.identity.fingerprint == record.identity.fingerprint,
        Bond::SameApp => found.identity.login == record.identity.login,
        Bond::MadeBy => {
            let login = &found.identity.login;
            record
                .grants
                .iter()
                .any(|grant| grant.by.as_ref().map(|by| &by.login) == login.as_ref())
        }
        Bond::ReadBy => {
            let name = secret_name(record);
            found.identity.is_live() && names(found).any(|read| Some(read) == name.as_deref())
        }
        Bond::GivenWith => {
            found.own_marks().iter().any(|own| record.given_marks().any(|it| it == *own))
        }
        Bond::GaveWith => {
            record.own_marks().iter().any(|own| found.given_marks().any(|it| it == *own))
        }
        Bond::Made | Bond::Reads | Bond::SameRunner => true,
    }
}

/// The secrets that it reads by name: of its repository and of the organisation.
fn read(org: OrgId, record: &Record) -> impl Iterator<Item = (Bond, Need)> + '_ {
    let secret = |scope: i64, place: &str, name: &str| {
        IdentityKey::scoped(IdentityKind::ActionsSecret, scope, &[place, name])
    };
    let repo = record.identity.repo;
    names(record).filter_map(move |name| Some((repo?, name))).flat_map(
        move |(RepoId(repo), name)| {
            [secret(repo, "repo", name), secret(org.0, "org", name)]
                .map(|key| (Bond::Reads, Need::Identity(key)))
        },
    )
}

/// The secrets that its files name.
fn names(record: &Record) -> impl Iterator<Item = &str> {
    let powers = record.grants.iter().filter_map(|grant| grant.power.as_ref());
    powers.flat_map(|power| &power.secrets).map(String::as_str)
}

/// Its name as files write it, if it is a secret.
fn secret_name(record: &Record) -> Option<String> {
    use IdentityKind::{ActionsSecret, AgentsSecret, CodespacesSecret, DependabotSecret};
    let kinds = [ActionsSecret, AgentsSecret, CodespacesSecret, DependabotSecret];
    let is_secret = kinds.contains(&record.identity.key.kind());
    is_secret.then(|| record.identity.name.raw().to_ascii_uppercase())
}
