//! A register as large as it may become, written through the store as Turns write it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::bail;
use beholden::domain::{
    Access, Actor, ActorType, Class, Dates, Digest, Evidence, Expiry, Foreign, Grant, Identity,
    IdentityKey, IdentityKind, InstallationId, Login, OrgId, OrgRole, Owner, Ownership, Person,
    Reach, Reason, Repo, RepoId, Standing, Through, Timestamp, UserId, Visibility,
};
use beholden::register::{Change, Delta, Entry, Record};
use beholden::store::{Save, Saved, Store};

/// How much there is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    /// Deploy keys.
    pub(super) identities: usize,
    /// Rows of the timeline, spread evenly over them.
    pub(super) rows: usize,
}

/// Whose register it is.
#[derive(Clone, Debug)]
pub(super) struct Whose {
    pub(super) org: OrgId,
    pub(super) login: Login,
    pub(super) installation: InstallationId,
}

/// A vendor that holds a few of them.
pub(super) const VENDOR: &str = "Codecov";

/// One of so many is the vendor's.
const OF_VENDOR: usize = 500;

/// People, who own three of four.
const PEOPLE: usize = 997;

/// Identities of one repository.
const IN_A_REPOSITORY: usize = 20;

/// Identities that one Turn writes.
const RECORDS: usize = 1_000;

/// Rows of the timeline that one Turn writes.
const ROWS: usize = 10_000;

/// A step between two neighbouring rows: a prime, so that the rows of one identity lie far apart,
/// as those of months do.
const STRIDE: usize = 7_919;

/// How long ago the first row was written.
const PAST: Duration = Duration::from_secs(360 * 24 * 3_600);

/// Fills an empty database.
pub(super) async fn fill(store: &Store, whose: &Whose, size: Size) -> anyhow::Result<()> {
    store.meet(whose.org, Some(&whose.login), Some(whose.installation)).await?;
    let began = Timestamp::now() - PAST;
    let people = (0..PEOPLE).map(|n| Ok((member(n)?, began)));
    let people = people.collect::<anyhow::Result<_>>()?;
    save(store, whose.org, Delta { people, ..Delta::default() }, began).await?;
    for first in (0..size.identities).step_by(RECORDS) {
        let numbers = first..(first + RECORDS).min(size.identities);
        let repos = numbers.clone().step_by(IN_A_REPOSITORY).map(|n| repo(&whose.login, n, began));
        let delta = Delta {
            repos: repos.collect::<anyhow::Result<_>>()?,
            records: numbers.map(|n| record(n, began)).collect::<anyhow::Result<_>>()?,
            ..Delta::default()
        };
        save(store, whose.org, delta, began).await?;
    }
    let between = PAST / u32::try_from(size.rows.max(1))?;
    for first in (0..size.rows).step_by(ROWS) {
        let rows = first..(first + ROWS).min(size.rows);
        let when = |n: usize| began + between * u32::try_from(n).unwrap_or(u32::MAX);
        let timeline =
            rows.map(|n| entry(n.wrapping_mul(STRIDE) % size.identities, when(n))).collect();
        save(store, whose.org, Delta { timeline, ..Delta::default() }, when(first)).await?;
    }
    Ok(())
}

async fn save(store: &Store, org: OrgId, delta: Delta, now: Timestamp) -> anyhow::Result<()> {
    let turn = store.begin(org, now).await?;
    match store.save(&turn, &Save { delta, ..Save::default() }).await? {
        Saved::Done => Ok(()),
        other => bail!("not saved: {other:?}"),
    }
}

/// The key of an identity.
pub(super) fn key(number: usize) -> IdentityKey {
    IdentityKey::new(IdentityKind::DeployKey, id(number))
}

/// A number as GitHub gives them; below those of the simulated one's news.
fn id(number: usize) -> i64 {
    i64::try_from(number).unwrap_or_default() + 500_000_000
}

fn place(number: usize) -> RepoId {
    RepoId(id(number / IN_A_REPOSITORY))
}

fn repo(login: &Login, number: usize, as_of: Timestamp) -> anyhow::Result<Repo> {
    let name = format!("{login}/service-{:05}", number / IN_A_REPOSITORY);
    Ok(Repo {
        id: place(number),
        name: name.parse().map_err(anyhow::Error::msg)?,
        visibility: Visibility::Private,
        archived: false,
        has_issues: true,
        gone: false,
        hidden: false,
        default_branch: None,
        switches: BTreeMap::default(),
        as_of,
    })
}

fn somebody(number: usize) -> anyhow::Result<Actor> {
    let number = number % PEOPLE;
    let login = format!("octocat-{number}").parse().map_err(anyhow::Error::msg)?;
    Ok(Actor { id: UserId(id(number)), login, kind: ActorType::User })
}

fn member(number: usize) -> anyhow::Result<Person> {
    Ok(Person { actor: somebody(number)?, suspended: false, role: Some(OrgRole::Member) })
}

/// What the title of a key says that it is for.
fn title(number: usize) -> String {
    if number.is_multiple_of(OF_VENDOR) {
        format!("{VENDOR} reads service {number}")
    } else {
        format!("deploys service {number}")
    }
}

/// Three of four are owned.
fn record(number: usize, at: Timestamp) -> anyhow::Result<Record> {
    let owner = somebody(number / 3)?;
    let ownership = if number.is_multiple_of(4) {
        Ownership::Unowned { why: Reason::Never, proposed: None }
    } else {
        Ownership::Owned {
            owner: Owner::Person { id: owner.id, login: owner.login.clone() },
            backup: None,
            since: at,
            until: None,
            task: None,
            because: Some(Foreign::new("it deploys")),
            digest: Digest(format!("{number:064x}")),
            by_granter: false,
        }
    };
    Ok(Record {
        identity: Identity {
            key: key(number),
            name: Foreign::new(&title(number)),
            login: None,
            repo: Some(place(number)),
            class: Class::Machine,
            fingerprint: Some(format!("{number:064x}")),
            catalogue: None,
            holder: None,
            standing: Standing::Live,
        },
        grants: vec![Grant {
            through: Through::DeployKey,
            reach: Reach::one(place(number)),
            access: Some(if number.is_multiple_of(3) { Access::Write } else { Access::Read }),
            permissions: BTreeMap::default(),
            role: None,
            expiry: Expiry::NotApplicable,
            power: None,
            called: None,
            by: Some(owner),
            at,
            as_of: at,
            evidence: evidence(number),
        }],
        acts: Vec::new(),
        ownership,
        baseline: true,
        dates: Dates::default(),
        first_seen: at,
        last_seen: at,
        as_of: at,
        closed: Vec::new(),
        given_with: Vec::new(),
        habits: Default::default(),
        tasks: Vec::new(),
        case: None,
    })
}

fn entry(number: usize, at: Timestamp) -> Entry {
    Entry {
        identity: Some(key(number)),
        repo: Some(place(number)),
        change: Change::Used { what: "git.push".to_owned(), idle_since: None },
        by: somebody(number).ok(),
        at,
        evidence: evidence(number),
    }
}

fn evidence(number: usize) -> Evidence {
    Evidence::Webhook {
        delivery: format!("{number:08x}-0000-4000-8000-000000000000"),
        event: "push".to_owned(),
        sha256: format!("{number:064x}"),
    }
}
