//! Organisations: who they are, what we may do there, their policy.

use std::collections::BTreeMap;

use crate::domain::{IdentityKey, IdentityKind, InstallationId, Login, OrgId, Timestamp};
use crate::store::value::{Query, Row, Step, json, row};
use crate::store::{Store, StoreError, sql};

/// One organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgRow {
    /// Its number.
    pub org: OrgId,
    /// Its login when last heard.
    pub login: Option<Login>,
    /// Our installation on it.
    pub installation: Option<InstallationId>,
    /// Whether the installation is suspended.
    pub suspended: bool,
    /// What the installation may do, by GitHub's names.
    pub permissions: BTreeMap<String, String>,
    /// How many Turns were saved.
    pub turn: i64,
    /// The policy file as last read.
    pub policy: Option<PolicyRow>,
    /// The latest moment that a Turn took as now.
    pub last_now: Timestamp,
    /// Parts of a large cause that wait to be applied.
    pub(crate) pending: i64,
}

/// A policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRow {
    /// The last good text.
    pub text: String,
    /// The commit or blob that it is from.
    pub reference: String,
    /// Why a newer text was refused, if one was.
    pub error: Option<String>,
    /// When it was read.
    pub as_of: Timestamp,
}

/// What a Turn learnt about the organisation itself. `None` leaves things as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrgUpdate {
    /// Its login.
    pub login: Option<Login>,
    /// Our installation on it.
    pub installation: Option<InstallationId>,
    /// Whether the installation is suspended.
    pub suspended: Option<bool>,
    /// What the installation may do.
    pub permissions: Option<BTreeMap<String, String>>,
    /// The policy file; `Some(None)` when there is none any more.
    pub policy: Option<Option<PolicyRow>>,
}

impl Store {
    /// Every organisation, by number.
    pub async fn orgs(&self) -> Result<Vec<OrgRow>, StoreError> {
        let rows = self.database.ask(Query::new(sql::ORGS, row![])).await?;
        rows.into_iter().map(org_row).collect()
    }

    /// One organisation.
    pub async fn org(&self, org: OrgId) -> Result<Option<OrgRow>, StoreError> {
        self.one_org(Query::new(sql::ORG, row![org])).await
    }

    /// The organisation of an installation.
    pub async fn org_by_installation(
        &self,
        installation: InstallationId,
    ) -> Result<Option<OrgRow>, StoreError> {
        self.one_org(Query::new(sql::ORG_OF_INSTALLATION, row![installation])).await
    }

    /// Makes an organisation known that no delivery has named yet. A known one stays as it is,
    /// except for what was missing or is newer: installations are numbered upwards.
    pub async fn meet(
        &self,
        org: OrgId,
        login: Option<&Login>,
        installation: Option<InstallationId>,
    ) -> Result<(), StoreError> {
        let args = row![org, login.map(Login::as_str), installation];
        self.database.write(vec![Step::one(sql::MEET, args)]).await.map(|_| ())
    }

    async fn one_org(&self, query: Query) -> Result<Option<OrgRow>, StoreError> {
        self.database.ask(query).await?.into_iter().next().map(org_row).transpose()
    }
}

impl OrgRow {
    /// Our own App in the register.
    pub fn ourselves(&self) -> Option<IdentityKey> {
        let installation = self.installation?;
        Some(IdentityKey::new(IdentityKind::AppInstallation, installation.0))
    }
}

impl OrgUpdate {
    /// The steps that write it.
    pub(crate) fn steps(&self, org: OrgId) -> Vec<Step> {
        let Self { login, installation, suspended, permissions, policy } = self;
        let update = row![
            org,
            login.as_ref().map(Login::as_str),
            *installation,
            suspended.map(i64::from),
            permissions.as_ref().map(json),
        ];
        let mut steps = vec![Step::one(sql::UPDATE_ORG, update)];
        if let Some(policy) = policy {
            let args = row![
                org,
                policy.as_ref().map(|policy| policy.text.as_str()),
                policy.as_ref().map(|policy| policy.reference.as_str()),
                policy.as_ref().and_then(|policy| policy.error.as_deref()),
                policy.as_ref().map(|policy| policy.as_of),
            ];
            steps.push(Step::one(sql::SET_POLICY, args));
        }
        steps
    }
}

/// Reads an organisation's row.
pub(crate) fn org_row(mut row: Row) -> Result<OrgRow, StoreError> {
    let org = OrgId(row.int()?);
    let login = row
        .maybe_text()?
        .map(|text| text.parse().map_err(|_| row.corrupt("a login")))
        .transpose()?;
    let installation = row.maybe_int()?.map(InstallationId);
    let suspended = row.int()? != 0;
    let permissions = row.doc()?;
    let turn = row.int()?;
    let last_now = row.time()?;
    let pending = row.int()?;
    let text = row.maybe_text()?;
    let reference = row.maybe_text()?;
    let error = row.maybe_text()?;
    let as_of = row.maybe_time()?;
    let policy = match (text, reference, as_of) {
        (Some(text), Some(reference), Some(as_of)) => {
            Some(PolicyRow { text, reference, error, as_of })
        }
        _ => None,
    };
    Ok(OrgRow { org, login, installation, suspended, permissions, turn, policy, last_now, pending })
}
