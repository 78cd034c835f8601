//! What a simulated GitHub starts with. Written in YAML for the binary, built in Rust for tests.

mod everyday;

use crate::world::{Access, Kind, Level, Permissions, Visibility};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The first state of a simulated GitHub. Nothing in it causes a webhook.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Seed {
    /// People and bots. Members and owners named elsewhere are made when they are missing here.
    pub people: Vec<Person>,
    /// Organizations with all that they own.
    pub organizations: Vec<Organization>,
    /// Apps and where they are installed.
    pub apps: Vec<AppSeed>,
    /// How strict this GitHub is.
    pub settings: Settings,
}

/// How a simulated GitHub behaves.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Accept webhook addresses on this machine and without TLS. GitHub does not.
    pub loopback_hooks: bool,
    /// Check requests and answers against GitHub's own description.
    pub check_schemas: bool,
    /// Requests an hour and installation, and of the App itself; `None` follows GitHub's rule
    /// (5,000 and more for large organizations).
    pub requests_per_hour: Option<u64>,
    /// Content-creating requests a minute and installation, GitHub's secondary limit. Here every POST
    /// with an installation token counts.
    pub content_per_minute: u64,
    /// Content-creating requests an hour and installation.
    pub content_per_hour: u64,
    /// How many webhooks are on their way at the same time. 1 keeps them in order, as GitHub does not promise.
    pub hooks_at_once: usize,
    /// The most rows on a page of a list, whatever is asked for; `None` follows GitHub's own limits.
    pub rows_of_a_page: Option<usize>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            loopback_hooks: true,
            check_schemas: true,
            requests_per_hour: None,
            content_per_minute: 80,
            content_per_hour: 500,
            hooks_at_once: 1,
            rows_of_a_page: None,
        }
    }
}

/// A person or a bot.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Person {
    /// The name after the `@`; for bots with `[bot]` at its end.
    pub login: String,
    /// A number of your choice, for example that of a well-known bot.
    pub id: Option<u64>,
    /// The name shown on the profile.
    pub name: Option<String>,
    /// `User` (also for machines that sign in like people) or `Bot`.
    pub kind: Kind,
    /// A suspended account.
    pub suspended: bool,
}

/// An organization.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Organization {
    /// Its name.
    pub login: String,
    /// A number of your choice.
    pub id: Option<u64>,
    /// Whether it belongs to an enterprise with single sign-on. Only then are there an audit log and
    /// credentials that were let in to read; others are answered 404.
    pub enterprise: bool,
    /// What every member may do in every repository.
    pub base_permission: Access,
    /// Members who own it.
    pub owners: Vec<String>,
    /// All other members.
    pub members: Vec<String>,
    /// Its teams.
    pub teams: Vec<TeamSeed>,
    /// Its repositories.
    pub repositories: Vec<Repository>,
}

/// A team.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TeamSeed {
    /// Its name in addresses and mentions.
    pub slug: String,
    /// A number of your choice.
    pub id: Option<u64>,
    /// Seen by its members only.
    pub secret: bool,
    /// Ordinary members.
    pub members: Vec<String>,
    /// Members who may change the team.
    pub maintainers: Vec<String>,
    /// Repository name (without the owner) → access.
    pub repositories: BTreeMap<String, Access>,
}

/// A repository.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Repository {
    /// Its name without the owner.
    pub name: String,
    /// A number of your choice.
    pub id: Option<u64>,
    /// Private unless said otherwise.
    pub visibility: Visibility,
    /// Read-only.
    pub archived: bool,
    /// Whether issues are switched on.
    pub has_issues: bool,
    /// `main` unless said otherwise.
    pub default_branch: String,
    /// Login → access given directly.
    pub collaborators: BTreeMap<String, Access>,
    /// Path → text on the default branch.
    pub files: BTreeMap<String, String>,
    /// Deploy keys.
    pub keys: Vec<KeySeed>,
}

impl Default for Repository {
    fn default() -> Self {
        Self {
            name: String::new(),
            id: None,
            visibility: Visibility::Private,
            archived: false,
            has_issues: true,
            default_branch: "main".to_owned(),
            collaborators: BTreeMap::new(),
            files: BTreeMap::new(),
            keys: Vec::new(),
        }
    }
}

/// A deploy key.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeySeed {
    /// Its title.
    pub title: String,
    /// A number of your choice.
    pub id: Option<u64>,
    /// False: it can push.
    pub read_only: bool,
    /// Who added it; the organization's first owner when empty.
    pub added_by: Option<String>,
}

/// An App.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AppSeed {
    /// Its name in addresses; its bot user is `slug[bot]`.
    pub slug: String,
    /// A number of your choice.
    pub id: Option<u64>,
    /// The number of its bot user.
    pub bot_id: Option<u64>,
    /// The organization that registered it.
    pub owner: String,
    /// What it asks for. `metadata: read` is always part of it.
    pub permissions: Permissions,
    /// The events it subscribes to.
    pub events: Vec<String>,
    /// Where its webhooks go; nowhere when empty: tests take them.
    pub webhook_url: Option<String>,
    /// Made up when empty.
    pub webhook_secret: Option<String>,
    /// An RSA key in PEM; made when empty.
    pub private_key_pem: Option<String>,
    /// Where it is installed from the start.
    pub installed_on: Vec<InstalledOn>,
}

/// One installation of an App.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InstalledOn {
    /// The organization.
    pub organization: String,
    /// A number of your choice.
    pub id: Option<u64>,
    /// Only these repositories (without the owner); all of them when missing.
    pub repositories: Option<Vec<String>>,
}

impl Seed {
    /// Reads a seed from YAML.
    ///
    /// # Errors
    /// When a key is unknown or a value has the wrong type.
    pub fn from_yaml(text: &str) -> Result<Self, serde_saphyr::Error> {
        serde_saphyr::from_str(text)
    }

    /// The organization that most tests tell about: `acme`, owned by `octocat`, with `monalisa` and
    /// the machine account `hubot`; private repositories `acme/api` and `acme/home`, the public
    /// `acme/site`; the team `acme/platform` (monalisa, write on `api`); the App `beholden`
    /// installed on all repositories.
    pub fn acme() -> Self {
        let repository = |name: &str, id, visibility| Repository {
            name: name.to_owned(),
            id: Some(id),
            visibility,
            files: [("README.md".to_owned(), format!("# {name}\n"))].into(),
            ..Repository::default()
        };
        let person = |login: &str, id, name: &str| Person {
            login: login.to_owned(),
            id: Some(id),
            name: Some(name.to_owned()),
            ..Person::default()
        };
        Self {
            people: vec![
                person("octocat", 101, "Octavia Catt"),
                person("monalisa", 102, "Mona Lisa"),
                person("hubot", 103, "Hubot"),
            ],
            organizations: vec![Organization {
                login: "acme".to_owned(),
                id: Some(201),
                enterprise: true,
                base_permission: Access::Read,
                owners: vec!["octocat".to_owned()],
                members: vec!["monalisa".to_owned(), "hubot".to_owned()],
                teams: vec![TeamSeed {
                    slug: "platform".to_owned(),
                    id: Some(301),
                    members: vec!["monalisa".to_owned()],
                    repositories: [("api".to_owned(), Access::Write)].into(),
                    ..TeamSeed::default()
                }],
                repositories: vec![
                    repository("api", 401, Visibility::Private),
                    repository("home", 402, Visibility::Private),
                    repository("site", 403, Visibility::Public),
                ],
            }],
            apps: vec![AppSeed {
                slug: "beholden".to_owned(),
                id: Some(501),
                bot_id: Some(502),
                owner: "acme".to_owned(),
                permissions: everyday::permissions(),
                events: everyday::EVENTS.iter().map(|&event| event.to_owned()).collect(),
                installed_on: vec![InstalledOn {
                    organization: "acme".to_owned(),
                    id: Some(601),
                    repositories: None,
                }],
                ..AppSeed::default()
            }],
            settings: Settings::default(),
        }
    }

    /// Replaces the permissions of the first App.
    #[must_use]
    pub fn permissions(mut self, permissions: &[(&str, Level)]) -> Self {
        if let Some(app) = self.apps.first_mut() {
            app.permissions =
                permissions.iter().map(|&(name, level)| (name.to_owned(), level)).collect();
        }
        self
    }

    /// Replaces the events of the first App.
    #[must_use]
    pub fn events(mut self, events: &[&str]) -> Self {
        if let Some(app) = self.apps.first_mut() {
            app.events = events.iter().map(|&event| event.to_owned()).collect();
        }
        self
    }

    /// Sends the webhooks of the first App to this address.
    #[must_use]
    pub fn webhooks_to(mut self, url: &str) -> Self {
        if let Some(app) = self.apps.first_mut() {
            app.webhook_url = Some(url.to_owned());
        }
        self
    }

    /// Adds a person to the world, in no organization.
    #[must_use]
    pub fn person(mut self, person: Person) -> Self {
        self.people.push(person);
        self
    }

    /// Adds an organization.
    #[must_use]
    pub fn organization(mut self, organization: Organization) -> Self {
        self.organizations.push(organization);
        self
    }

    /// Adds a repository to the first organization.
    #[must_use]
    pub fn repository(mut self, repository: Repository) -> Self {
        if let Some(org) = self.organizations.first_mut() {
            org.repositories.push(repository);
        }
        self
    }

    /// Adds `repositories` private repositories `repo-0000…` with `keys_each` deploy keys to the first organization.
    #[must_use]
    pub fn many(mut self, repositories: usize, keys_each: usize) -> Self {
        let key = |repo: usize, key: usize| KeySeed {
            title: format!("key {key} of repository {repo}"),
            read_only: key.is_multiple_of(2),
            ..KeySeed::default()
        };
        for number in 0..repositories {
            self = self.repository(Repository {
                name: format!("repo-{number:04}"),
                keys: (0..keys_each).map(|k| key(number, k)).collect(),
                ..Repository::default()
            });
        }
        self
    }

    /// Changes how strict this GitHub is.
    #[must_use]
    pub fn settings(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }
}
