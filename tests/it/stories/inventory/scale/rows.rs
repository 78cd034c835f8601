//! What a register holds, as it is compared with what was planted.

use std::collections::BTreeMap;

use beholden::domain::{Access, OrgRole, Reach, Through};
use beholden::register::Record;

/// One thing as the register holds it, or must.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) powers: Vec<Power>,
}

/// What it may do through one door. Of a file: the secrets that it hands on, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Power {
    through: Through,
    reach: Reach,
    access: Option<Access>,
    permissions: BTreeMap<String, Access>,
    role: Option<OrgRole>,
    secrets: Vec<String>,
    stands: Option<(String, u32)>,
}

/// What must be held, by key.
pub(super) type Rows = BTreeMap<String, Row>;

impl Power {
    pub(super) fn new(through: Through, reach: Reach) -> Self {
        let (permissions, secrets) = (BTreeMap::new(), Vec::new());
        Self { through, reach, access: None, permissions, role: None, secrets, stands: None }
    }

    pub(super) fn access(self, access: Access) -> Self {
        Self { access: Some(access), ..self }
    }

    pub(super) fn role(self, role: OrgRole) -> Self {
        Self { role: Some(role), ..self }
    }

    pub(super) fn permits(mut self, name: &str, access: Access) -> Self {
        self.permissions.insert(name.to_owned(), access);
        self
    }

    pub(super) fn of_file(mut self, path: &str, line: u32, secrets: &[&str]) -> Self {
        self.stands = Some((path.to_owned(), line));
        self.secrets = secrets.iter().map(|&it| it.to_owned()).collect();
        self
    }
}

impl From<&Record> for Row {
    fn from(record: &Record) -> Self {
        let powers = record.grants.iter().map(|grant| {
            let power = grant.power.as_deref();
            Power {
                through: grant.through.clone(),
                reach: grant.reach.clone(),
                access: grant.access,
                permissions: grant.permissions.clone(),
                role: grant.role,
                secrets: power.map(|it| it.secrets.clone()).unwrap_or_default(),
                stands: power.map(|it| (it.lines.path.raw().to_owned(), it.lines.first)),
            }
        });
        Self { name: record.identity.name.raw().to_owned(), powers: powers.collect() }
    }
}
