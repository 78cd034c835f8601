//! What payloads have in common: the action, the organisation, the repository, the sender.
//!
//! Tolerant: every field may be missing or null, unknown ones are skipped, and names that do not
//! validate are left out rather than refused.

use serde::Deserialize;

use crate::domain::{
    Actor, ActorType, Foreign, InstallationId, Login, OrgId, Repo, RepoId, RepoName,
};
use crate::domain::{Timestamp, UserId, Visibility};
use crate::events::{BadPayload, bad};

/// The outermost fields of a payload.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Envelope {
    action: Option<String>,
    organization: Option<Account>,
    installation: Option<Installation>,
    account: Option<Account>,
    /// The repository that the event is about.
    pub(super) repository: Option<Repository>,
    /// Who brought the event about.
    pub(super) sender: Option<Account>,
}

/// An account: a user, a bot, an organisation.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Account {
    /// Its number.
    pub(super) id: Option<i64>,
    /// Its login, as GitHub spelt it.
    pub(super) login: Option<String>,
    /// GitHub's `type`.
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
}

/// The installation: short in most events, whole in its own.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Installation {
    id: Option<i64>,
    account: Option<Account>,
    target_type: Option<String>,
}

/// A repository, whole or as in an installation's list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Repository {
    /// Its number.
    pub(super) id: Option<i64>,
    full_name: Option<String>,
    private: Option<bool>,
    visibility: Option<String>,
    archived: Option<bool>,
    has_issues: Option<bool>,
    default_branch: Option<String>,
    owner: Option<Account>,
}

impl Envelope {
    /// Reads the outermost fields of a body.
    pub(super) fn read(body: &[u8]) -> Result<Self, BadPayload> {
        bad::read(body)
    }

    /// What happened, where the event has actions.
    pub(super) fn action(&self) -> Option<&str> {
        self.action.as_deref()
    }

    /// The installation that the delivery came through.
    pub(super) fn installation(&self) -> Option<InstallationId> {
        self.installation.as_ref()?.id.map(InstallationId)
    }

    /// Whether our App stands in an enterprise itself, which is no organisation.
    pub(super) fn is_enterprise(&self) -> bool {
        let target = self.installation.as_ref().and_then(|it| it.target_type.as_deref());
        target == Some("Enterprise")
    }

    /// The organisation: the `organization` object, else the installation's account, else the
    /// renamed account of `installation_target`, else the repository's owner. An enterprise is
    /// none: its numbers are another space.
    pub(super) fn org(&self) -> Option<(OrgId, Option<Login>)> {
        let installation = self.installation.as_ref();
        let account = self
            .organization
            .as_ref()
            .or_else(|| {
                installation.and_then(|it| it.account.as_ref()).filter(|_| !self.is_enterprise())
            })
            .or(self.account.as_ref().filter(|it| it.kind.as_deref() == Some("Organization")))
            .or_else(|| self.repository.as_ref().and_then(|it| it.owner.as_ref()))?;
        Some((OrgId(account.id?), account.login()))
    }
}

impl Account {
    /// The login, if it is one.
    pub(super) fn login(&self) -> Option<Login> {
        self.login.as_deref()?.parse().ok()
    }

    /// Its number.
    pub(super) fn user(&self) -> Option<UserId> {
        self.id.map(UserId)
    }

    /// The account as an actor. `None` for GitHub's placeholder `ghost` and for accounts without
    /// a number or a login: nobody in particular.
    pub(super) fn actor(&self) -> Option<Actor> {
        let kind = ActorType::from_github(self.kind.as_deref());
        let actor = Actor { id: self.user()?, login: self.login()?, kind };
        (!actor.is_ghost()).then_some(actor)
    }
}

impl Repository {
    /// Its name, if it is one.
    pub(super) fn name(&self) -> Option<RepoName> {
        self.full_name.as_deref()?.parse().ok()
    }

    /// The repository as far as the payload describes it, older than any reading of it. `None`
    /// when the payload does not say who may read it.
    pub(super) fn mention(&self) -> Option<Repo> {
        Some(Repo {
            id: RepoId(self.id?),
            name: self.name()?,
            visibility: Visibility::from_github(self.visibility.as_deref(), self.private)?,
            archived: self.archived.unwrap_or(false),
            has_issues: self.has_issues.unwrap_or(true),
            gone: false,
            hidden: false,
            default_branch: self.default_branch.as_deref().map(Foreign::new),
            switches: Default::default(),
            as_of: Timestamp::UNIX_EPOCH,
        })
    }
}
