//! A small organisation to speak about: acme, its repositories, people and keys.

use std::collections::BTreeMap;

use beholden::domain::{
    Access, Actor, ActorType, Case, CaseId, CaseState, Cause, Class, Evidence, Expiry, Finding,
    FindingKey, Foreign, Grant, Identity, IdentityKey, IdentityKind, IssueNumber, Login, OrgId,
    Ownership, Place, Reach, Reason, Repo, RepoId, RepoName, Row, Severity, Standing, Through,
    Timestamp, UserId, Visibility,
};
use beholden::register::{Loaded, Need, Record, Slice};

/// The number of the private home repository, `acme/home`.
pub(crate) const HOME: RepoId = RepoId(1);

/// 23 November 2026, 14:05 UTC.
pub(crate) fn noon() -> Timestamp {
    "2026-11-23T14:05:00Z".parse().unwrap()
}

pub(crate) fn login(text: &str) -> Login {
    text.parse().unwrap()
}

/// A person's account; the number is made from the login.
pub(crate) fn actor(name: &str) -> Actor {
    let id = name.bytes().fold(7, |sum, byte| sum * 31 % 100_003 + i64::from(byte));
    let kind = if name.ends_with("[bot]") { ActorType::Bot } else { ActorType::User };
    Actor { id: UserId(id), login: login(name), kind }
}

/// A repository, private unless said otherwise.
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
        as_of: noon(),
    }
}

/// A deploy key that can push to one repository, added by octocat.
pub(crate) fn record(number: i64, title: &str, place: i64) -> Record {
    let grant = Grant {
        through: Through::DeployKey,
        reach: Reach::one(RepoId(place)),
        access: Some(Access::Write),
        permissions: BTreeMap::new(),
        role: None,
        expiry: Expiry::NotApplicable,
        power: None,
        called: None,
        by: Some(actor("octocat")),
        at: noon(),
        as_of: noon(),
        evidence: Evidence::Webhook {
            delivery: "72d3162e-cc78-11e3-81ab-4c9367dc0958".to_owned(),
            event: "deploy_key.created".to_owned(),
            sha256: String::new(),
        },
    };
    Record {
        identity: Identity {
            key: IdentityKey::new(IdentityKind::DeployKey, number),
            name: Foreign::new(title),
            login: None,
            repo: Some(RepoId(place)),
            class: Class::Machine,
            fingerprint: None,
            catalogue: None,
            holder: None,
            standing: Standing::Live,
        },
        grants: vec![grant],
        acts: Vec::new(),
        ownership: Ownership::Unowned { why: Reason::Never, proposed: None },
        baseline: false,
        first_seen: noon(),
        last_seen: noon(),
        as_of: noon(),
        closed: Vec::new(),
        given_with: Vec::new(),
        habits: Default::default(),
        tasks: Vec::new(),
        case: None,
        dates: Default::default(),
    }
}

/// One case with its identities and repositories.
pub(crate) struct World {
    pub(crate) case: Case,
    pub(crate) records: Vec<Record>,
    pub(crate) repos: Vec<Repo>,
}

impl World {
    /// A case in home about these identities, each found without an owner.
    pub(crate) fn of(records: Vec<Record>) -> Self {
        let rows = records.iter().map(|record| Row {
            identity: record.identity.key.clone(),
            findings: vec![finding(record)],
            settled: false,
        });
        let case = Case {
            id: "0123456789abcdef".parse::<CaseId>().unwrap(),
            cause: Cause::Grants { by: Some(actor("octocat").id), repo: None },
            place: Place::Repo { repo: HOME },
            rows: rows.collect(),
            state: CaseState::Open,
            issue: Some(IssueNumber(7)),
            reopened: false,
            opened: noon(),
            latest: noon(),
            merged_into: None,
            exposed: Vec::new(),
            backlog: None,
        };
        let mut repos = vec![repo(1, "acme/home"), repo(10, "acme/api"), repo(11, "acme/web")];
        repos.extend((12..80).map(|id| repo(id, &format!("acme/service-{id}"))));
        Self { case, records, repos }
    }

    /// All of it loaded.
    pub(crate) fn slice(&self) -> Slice {
        let mut slice = Slice::empty(OrgId(9));
        slice.fill(Need::Overview, Loaded::Overview(Box::default()));
        for repo in &self.repos {
            slice.fill(Need::Repo(repo.id), Loaded::Repo(Some(repo.clone())));
        }
        for record in &self.records {
            let need = Need::Identity(record.identity.key.clone());
            slice.fill(need, Loaded::Record(Some(Box::new(record.clone()))));
        }
        slice
    }

    /// Names by number.
    pub(crate) fn names(&self) -> BTreeMap<RepoId, RepoName> {
        self.repos.iter().map(|repo| (repo.id, repo.name.clone())).collect()
    }
}

fn finding(record: &Record) -> Finding {
    Finding {
        key: FindingKey::new("unowned-identity", &record.identity.key, ""),
        rule: "unowned-identity".to_owned(),
        severity: Severity::Medium,
        identity: record.identity.key.clone(),
        repo: record.identity.repo,
        message: format!("Nobody owns {}.", beholden::words::named(&record.identity, None)),
        by: Some(actor("octocat")),
        at: noon(),
        news: true,
    }
}
