//! One request, understood: who asks, for what, with which words.

use super::{Refusal, answer::gone, route::decoded};
use crate::world::{Author, Installation, Issue, Org, Permissions, Repo, World};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Who is asking.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    Nobody,
    /// An App by its JWT.
    App(u64),
    /// An App through one of its installations.
    Installation {
        app: u64,
        id: u64,
        permissions: Permissions,
        repositories: Option<BTreeSet<u64>>,
    },
}

impl Caller {
    /// As the log of requests names it.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Nobody => "nobody".to_owned(),
            Self::App(id) => format!("app {id}"),
            Self::Installation { id, .. } => format!("installation {id}"),
        }
    }

    pub(crate) fn installation(&self) -> Option<u64> {
        match self {
            Self::Installation { id, .. } => Some(*id),
            _ => None,
        }
    }
}

pub(crate) struct Call {
    pub caller: Caller,
    /// The token or JWT that was shown.
    pub credential: String,
    pub params: BTreeMap<&'static str, String>,
    pub query: Vec<(String, String)>,
    /// `Null` when there was none.
    pub body: Value,
    pub accept: String,
    /// Without the query.
    pub path: String,
}

impl Call {
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    /// # Errors
    /// 404 when it is not a number.
    pub(crate) fn number(&self, name: &str) -> Result<u64, Refusal> {
        self.param(name).parse().map_err(|_| gone())
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values of a repeated parameter: `owner=a&owner[]=b`.
    pub(crate) fn query_all(&self, name: &str) -> Vec<&str> {
        let listed = format!("{name}[]");
        self.query
            .iter()
            .filter(|(key, _)| key == name || *key == listed)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.body.get(field).and_then(Value::as_str)
    }

    pub(crate) fn words(&self, field: &str) -> Option<Vec<String>> {
        let list = self.body.get(field)?.as_array()?;
        Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// The user and App that a write is made by.
    pub(crate) fn author(&self, world: &World) -> Author {
        let ghost = world.user("ghost").map_or(0, |ghost| ghost.id);
        match &self.caller {
            Caller::Installation { app, .. } | Caller::App(app) => Author {
                user: world.apps.get(app).map_or(ghost, |app| app.bot),
                through: Some(*app),
            },
            Caller::Nobody => Author { user: ghost, through: None },
        }
    }

    /// The organization of the path. Its members and settings are for its own installations only.
    ///
    /// # Errors
    /// 404 when there is none, 403 when the token belongs elsewhere.
    pub(crate) fn org<'w>(&self, world: &'w World) -> Result<&'w Org, Refusal> {
        let org = world.org(self.param("org")).ok_or_else(gone)?;
        match self.caller.installation().and_then(|id| world.installations.get(&id)) {
            Some(installation) if installation.org != org.id => {
                Err(Refusal::new(403, "Resource not accessible by integration"))
            }
            _ => Ok(org),
        }
    }

    pub(crate) fn installation<'w>(&self, world: &'w World) -> Result<&'w Installation, Refusal> {
        let id = self.caller.installation().ok_or_else(gone)?;
        world.installations.get(&id).ok_or_else(gone)
    }

    /// Whether the token covers a repository.
    pub(crate) fn covers(&self, world: &World, repo: &Repo) -> bool {
        match &self.caller {
            Caller::Installation { id, repositories, .. } => {
                let installation = world.installations.get(id);
                installation.is_some_and(|i| i.org == repo.org && i.covers(repo.id))
                    && repositories.as_ref().is_none_or(|narrowed| narrowed.contains(&repo.id))
            }
            Caller::App(_) => true,
            Caller::Nobody => repo.is_public(),
        }
    }

    /// Whether the caller may read a repository: also what everybody can, of other owners.
    fn reads(&self, world: &World, repo: &Repo) -> bool {
        let Caller::Installation { id, .. } = &self.caller else { return self.covers(world, repo) };
        let own = world.installations.get(id).is_some_and(|it| it.org == repo.org);
        self.covers(world, repo) || !own && repo.is_public()
    }

    /// The repository of the path.
    ///
    /// # Errors
    /// 404 outside of the token's reach, 301 when it has another name now.
    pub(crate) fn repo<'w>(&self, world: &'w World) -> Result<&'w Repo, Refusal> {
        let named = format!("{}/{}", self.param("owner"), self.param("repo")).to_ascii_lowercase();
        if let Some(repo) = world.repo(&named) {
            return if self.reads(world, repo) { Ok(repo) } else { Err(gone()) };
        }
        let moved = world.moved.get(&named).and_then(|id| world.repos.get(id)).ok_or_else(gone)?;
        if !self.reads(world, moved) {
            return Err(gone());
        }
        let rest: Vec<&str> = self.path.splitn(5, '/').collect();
        let rest = rest.get(4).map(|rest| format!("/{rest}")).unwrap_or_default();
        let query = self.query_text();
        Err(Refusal::moved(format!("{}/repositories/{}{rest}{query}", world.base, moved.id)))
    }

    /// The same for a write.
    ///
    /// # Errors
    /// As [`Call::repo`]; 403 when the repository is archived.
    pub(crate) fn repo_to_write<'w>(&self, world: &'w mut World) -> Result<&'w mut Repo, Refusal> {
        let repo = self.repo(world)?;
        if !self.covers(world, repo) {
            return Err(Refusal::new(403, "Resource not accessible by integration"));
        }
        if repo.archived {
            return Err(Refusal::new(403, "Repository was archived so is read-only."));
        }
        let id = repo.id;
        world.repos.get_mut(&id).ok_or_else(gone)
    }

    /// The issue of the path, in a repository that has issues.
    ///
    /// # Errors
    /// 404; 301 when it was transferred; 410 when issues are switched off or this one was deleted.
    pub(crate) fn issue<'w>(&self, world: &'w World) -> Result<(&'w Repo, &'w Issue), Refusal> {
        let repo = self.repo(world)?;
        let number = self.number("issue_number")?;
        if let Some((to, arrived)) = repo.moved_issues.get(&number) {
            let there =
                world.repos.get(to).filter(|there| self.covers(world, there)).ok_or_else(gone)?;
            return Err(Refusal::moved(format!(
                "{}/repositories/{}/issues/{arrived}",
                world.base, there.id
            )));
        }
        match repo.issues.get(&number) {
            Some(issue) if issue.pull.is_none() && !repo.has_issues => Err(issues_disabled()),
            Some(issue) => Ok((repo, issue)),
            None if !repo.has_issues => Err(issues_disabled()),
            None if number >= 1 && number <= repo.last_number => {
                Err(Refusal::new(410, "This issue was deleted"))
            }
            None => Err(gone()),
        }
    }

    /// The query as it was sent, with its question mark; empty when there was none.
    pub(crate) fn query_text(&self) -> String {
        if self.query.is_empty() {
            return String::new();
        }
        let pairs: Vec<String> = self
            .query
            .iter()
            .map(|(key, value)| format!("{}={}", encoded(key), encoded(value)))
            .collect();
        format!("?{}", pairs.join("&"))
    }
}

/// 410 on everything about issues of a repository that has none.
pub(crate) fn issues_disabled() -> Refusal {
    Refusal::new(410, "Issues are disabled for this repo")
}

/// The pairs of a query.
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(&key.replace('+', " ")), decoded(&value.replace('+', " ")))
        })
        .collect()
}

/// A value as it stands in a query.
pub(crate) fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~[]:".contains(&b);
    text.bytes()
        .map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
