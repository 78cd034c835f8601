//! Things of an invented organisation, one line each.

use std::collections::BTreeMap;
use std::time::Duration;

use beholden::domain::{
    Access, Actor, ActorType, Case, CaseId, CaseState, Cause, Class, Digest, Effect, Entity,
    Evidence, Expiry, Force, Foreign, Grant, Hint, Identity, IdentityKey, IdentityKind,
    InstallationId, IssueNumber, Names, OrgId, Owner, Ownership, Place, Reach, Reason, Repo,
    RepoId, Standing, Surface, SurfaceKey, Through, Timestamp, UserId, Visibility,
};
use beholden::events::{Delivery, Signed};
use beholden::register::{Change, Entry, Record};
use beholden::store::{Accepted, Claim, Lane, Lease, Routed, Store};
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio::task::JoinSet;

/// The organisation `acme`.
pub(crate) const ACME: OrgId = OrgId(7);

/// Seconds into the story.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

/// A delivery that GitHub signed.
pub(crate) fn signed(guid: &str, second: i64, body: impl Into<Bytes>) -> Signed {
    let body = body.into();
    let mut mac = Hmac::<Sha256>::new_from_slice(b"secret").unwrap();
    mac.update(&body);
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    let delivery = Delivery {
        guid: guid.to_owned(),
        event: "deploy_key".to_owned(),
        body,
        received: at(second),
    };
    Signed::verify(delivery, &signature, &["secret"]).unwrap()
}

/// Deliveries that arrive at once, all of them new.
pub(crate) async fn accept_all(store: &Store, guids: impl IntoIterator<Item = String>) {
    let mut doors = JoinSet::new();
    for guid in guids {
        let store = store.clone();
        doors.spawn(async move { store.accept(&signed(&guid, 0, "body")).await.unwrap() });
    }
    assert!(doors.join_all().await.iter().all(|accepted| *accepted == Accepted::New));
}

/// The route to `acme`.
pub(crate) fn to_acme(guid: &str) -> (String, Routed) {
    let routed = Routed::To {
        org: ACME,
        installation: Some(InstallationId(70)),
        login: Some("acme".parse().unwrap()),
    };
    (guid.to_owned(), routed)
}

/// A store that has met `acme`.
pub(crate) async fn met(store: &Store) {
    store.meet(ACME, Some(&"acme".parse().unwrap()), Some(InstallationId(70))).await.unwrap();
}

/// Takes a lane that must be due.
pub(crate) async fn take(store: &Store, lane: Lane, second: i64) -> Lease {
    match store.claim(lane, "w", at(second), Duration::from_secs(90)).await.unwrap() {
        Claim::Lease(lease) => lease,
        other => panic!("{lane:?} at {second}: {other:?}"),
    }
}

pub(crate) fn octocat() -> Actor {
    Actor { id: UserId(1), login: "octocat".parse().unwrap(), kind: ActorType::User }
}

pub(crate) fn evidence() -> Evidence {
    Evidence::Api { request: "GET /repos/acme/api/keys/1".to_owned() }
}

pub(crate) fn key(number: i64) -> IdentityKey {
    IdentityKey::new(IdentityKind::DeployKey, number)
}

/// A deploy key of a repository that nobody owns.
pub(crate) fn deploy_key(number: i64, repo: i64, name: &str) -> Record {
    Record {
        identity: Identity {
            key: key(number),
            name: Foreign::new(name),
            login: None,
            repo: Some(RepoId(repo)),
            class: Class::Machine,
            fingerprint: Some(format!("print{number}")),
            catalogue: None,
            holder: None,
            standing: Standing::Live,
        },
        grants: vec![Grant {
            through: Through::DeployKey,
            reach: Reach::one(RepoId(repo)),
            access: Some(Access::Write),
            permissions: BTreeMap::new(),
            role: None,
            expiry: Expiry::NotApplicable,
            power: None,
            called: None,
            by: Some(octocat()),
            at: at(0),
            as_of: at(0),
            evidence: evidence(),
        }],
        acts: Vec::new(),
        ownership: Ownership::Unowned { why: Reason::Never, proposed: None },
        baseline: false,
        first_seen: at(0),
        last_seen: at(0),
        as_of: at(0),
        closed: Vec::new(),
        given_with: Vec::new(),
        habits: Default::default(),
        tasks: Vec::new(),
        case: None,
        dates: Default::default(),
    }
}

/// The same, owned by an account.
pub(crate) fn owned_by(record: Record, user: i64) -> Record {
    let owner = Owner::Person { id: UserId(user), login: format!("user{user}").parse().unwrap() };
    Record {
        ownership: Ownership::Owned {
            owner,
            backup: None,
            since: at(1),
            until: None,
            task: None,
            because: None,
            digest: Digest("d".to_owned()),
            by_granter: false,
        },
        ..record
    }
}

pub(crate) fn repo(id: i64, name: &str) -> Repo {
    Repo {
        id: RepoId(id),
        name: name.parse().unwrap(),
        visibility: Visibility::Private,
        archived: false,
        has_issues: true,
        gone: false,
        hidden: false,
        default_branch: None,
        switches: Default::default(),
        as_of: at(0),
    }
}

pub(crate) fn entry(identity: i64, repo: i64, second: i64) -> Entry {
    Entry {
        identity: Some(key(identity)),
        repo: Some(RepoId(repo)),
        change: Change::Used { what: "push".to_owned(), idle_since: None },
        by: Some(octocat()),
        at: at(second),
        evidence: evidence(),
    }
}

pub(crate) fn hint(repo: i64, second: i64) -> Hint {
    Hint {
        entity: Entity::Repo { repo: RepoId(repo) },
        names: Names::default(),
        by: Some(octocat()),
        about: None,
        news: false,
        with: None,
        at: at(second),
        evidence: evidence(),
        command: None,
    }
}

pub(crate) fn case_id(n: u64) -> CaseId {
    format!("{n:016x}").parse().unwrap()
}

pub(crate) fn case(n: u64, repo: i64, second: i64) -> Case {
    Case {
        id: case_id(n),
        cause: Cause::Grants { by: Some(UserId(1)), repo: None },
        place: Place::Repo { repo: RepoId(repo) },
        rows: Vec::new(),
        state: CaseState::Open,
        issue: None,
        reopened: false,
        opened: at(second),
        latest: at(second),
        merged_into: None,
        exposed: Vec::new(),
        backlog: None,
    }
}

/// The issue of a case as it should look.
pub(crate) fn issue(n: u64, repo: i64, body: &str) -> Surface {
    Surface {
        key: SurfaceKey::issue(&case_id(n)),
        case: case_id(n),
        repo: RepoId(repo),
        effect: Effect::Issue {
            title: "A key needs an owner".to_owned(),
            body: body.to_owned(),
            labels: vec!["beholden".to_owned()],
            open: true,
        },
        force: Force::No,
    }
}

/// A reply in the issue of a case.
pub(crate) fn reply(n: u64, repo: i64, comment: i64) -> Surface {
    Surface {
        key: SurfaceKey(format!("reply/{}/{comment}", case_id(n))),
        effect: Effect::Reply {
            issue: IssueNumber(1),
            in_pull: false,
            body: "Thank you.".to_owned(),
        },
        ..issue(n, repo, "")
    }
}
