//! What hangs together: one thing under several numbers, what made it, what it made, what reads it.

use serde::Serialize;

use crate::domain::{IdentityKey, IdentityKind, Login, Mark, OrgId};
use crate::register::readers::{EVERY, Sure, in_environment, reads, secret_name, secret_names};
use crate::register::{Need, NotLoaded, Record, Slice};

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
    /// It could read this secret, or does under conditions that no file shows.
    MayRead,
    /// This could read it, or does under such conditions.
    MayBeReadBy,
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
            Self::MayRead => "may read",
            Self::MayBeReadBy => "may be read by",
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

/// What people answer for where an account acts: the App that acts with it, or the account itself.
///
/// # Errors
/// When the slice lacks what goes by the account's login.
pub fn answering<'a>(slice: &'a Slice, actor: &'a Record) -> Result<&'a Record, NotLoaded> {
    let login = actor.identity.login.as_ref().filter(|login| login.is_bot());
    let Some(login) = login.filter(|_| actor.account().is_some()) else { return Ok(actor) };
    let same = slice.set(&Need::CalledSo(login.clone()))?;
    let is_app = |other: &&Record| other.identity.is_live() && is_installation(other);
    Ok(same.into_iter().find(is_app).unwrap_or(actor))
}

/// Whether it is an App's installation, and not the account with which that acts.
pub fn is_installation(record: &Record) -> bool {
    record.identity.key.kind() == IdentityKind::AppInstallation && record.account().is_none()
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
    for need in readers(record) {
        threads.extend([Bond::ReadBy, Bond::MayBeReadBy].map(|bond| (bond, need.clone())));
    }
    for need in read(org, record) {
        threads.extend([Bond::Reads, Bond::MayRead].map(|bond| (bond, need.clone())));
    }
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
        Bond::ReadBy => reads(found, record) == Some(Sure::Surely),
        Bond::MayBeReadBy => reads(found, record) == Some(Sure::Perhaps),
        Bond::Reads => reads(record, found) == Some(Sure::Surely),
        Bond::MayRead => reads(record, found) == Some(Sure::Perhaps),
        Bond::GivenWith => {
            found.own_marks().iter().any(|own| record.given_marks().any(|it| it == *own))
        }
        Bond::GaveWith => {
            record.own_marks().iter().any(|own| found.given_marks().any(|it| it == *own))
        }
        Bond::Made | Bond::SameRunner => true,
    }
}

/// Where what reads a secret is to be found: by its name, where every secret is read, and, because a
/// job may name its environment alone, in its repository.
fn readers(secret: &Record) -> Vec<Need> {
    let Some(name) = secret_name(secret) else { return Vec::new() };
    let mut needs = vec![Need::NamesSecret(name), Need::NamesSecret(EVERY.to_owned())];
    let repo = secret.identity.repo.filter(|_| in_environment(secret));
    needs.extend(repo.map(Need::InRepo));
    needs
}

/// Where the secrets are to be found that it reads: by name, of its repository and of the
/// organisation; and in its repository, where it gets those of an environment, or all.
fn read(org: OrgId, record: &Record) -> Vec<Need> {
    use IdentityKind::{ActionsSecret, AgentsSecret, DependabotSecret};
    let Some(repo) = record.identity.repo else { return Vec::new() };
    let mut needs = Vec::new();
    for name in secret_names(record).filter(|name| name != EVERY) {
        for kind in [ActionsSecret, DependabotSecret, AgentsSecret] {
            let secret = |scope, place| IdentityKey::scoped(kind, scope, &[place, name.as_str()]);
            needs.extend([secret(repo.0, "repo"), secret(org.0, "org")].map(Need::Identity));
        }
    }
    let ties = record.grants.iter().filter_map(|grant| grant.power.as_ref()?.ties.as_ref());
    if ties.into_iter().any(|ties| ties.every_secret || !ties.environments.is_empty()) {
        needs.push(Need::InRepo(repo));
    }
    needs
}
