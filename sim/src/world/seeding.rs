//! From a seed to a world. Nothing here causes a webhook.

use super::{
    App, Collaborator, DeployKey, Entry, Git, Holdings, Hook, Installation, Kind, Level, NewCommit,
    Org, OrgRole, Repo, Role, Selection, Team, Tree, User, WorkflowDefaults, World, sha,
};
use crate::{
    keys::AppKey,
    seed::{AppSeed, InstalledOn, KeySeed, Organization, Person, Repository, Seed, TeamSeed},
};
use anyhow::Context;
use std::collections::BTreeMap;

impl World {
    /// Plants a seed.
    ///
    /// # Errors
    /// When it names an organization, a team member or a key that cannot be.
    pub(crate) fn plant(&mut self, seed: &Seed) -> anyhow::Result<()> {
        self.ghost();
        for person in &seed.people {
            self.make_user(person);
        }
        for organization in &seed.organizations {
            self.make_org(organization)?;
        }
        for app in &seed.apps {
            self.make_app_from(app)?;
        }
        Ok(())
    }

    /// The placeholder that GitHub names when it does not know who did something.
    fn ghost(&mut self) {
        let person =
            Person { login: "ghost".to_owned(), id: Some(10_137_000), ..Person::default() };
        self.make_user(&person);
    }

    pub(crate) fn make_user(&mut self, person: &Person) -> u64 {
        let id = self.id_or_next(person.id);
        let created = self.now();
        self.add_user(User {
            id,
            login: person.login.clone(),
            name: person.name.clone(),
            kind: if person.login.ends_with("[bot]") { Kind::Bot } else { person.kind },
            created,
            suspended: person.suspended,
        })
    }

    /// A user's number; an unknown login becomes a person.
    pub(crate) fn user_or_new(&mut self, login: &str) -> u64 {
        match self.user(login) {
            Some(user) => user.id,
            None => self.make_user(&Person { login: login.to_owned(), ..Person::default() }),
        }
    }

    fn make_org(&mut self, seed: &Organization) -> anyhow::Result<()> {
        let id = self.id_or_next(seed.id);
        let mut members = BTreeMap::new();
        for login in &seed.owners {
            members.insert(self.user_or_new(login), Role::Admin);
        }
        for login in &seed.members {
            members.entry(self.user_or_new(login)).or_insert(Role::Member);
        }
        let created = self.now();
        self.add_org(Org {
            id,
            login: seed.login.clone(),
            created,
            enterprise: seed.enterprise,
            records: Vec::new(),
            base_permission: seed.base_permission,
            members,
            teams: BTreeMap::new(),
            pats: BTreeMap::new(),
            pat_requests: BTreeMap::new(),
            rulesets: BTreeMap::new(),
            workflow_defaults: WorkflowDefaults::default(),
            holdings: Holdings { roles: OrgRole::predefined(), ..Holdings::default() },
        });
        for repository in &seed.repositories {
            self.make_repo(id, repository);
        }
        for team in &seed.teams {
            self.make_team(id, &seed.login, team)?;
        }
        Ok(())
    }

    fn make_team(&mut self, org: u64, org_login: &str, seed: &TeamSeed) -> anyhow::Result<()> {
        let id = self.id_or_next(seed.id);
        let mut members = BTreeMap::new();
        for (logins, maintains) in [(&seed.members, false), (&seed.maintainers, true)] {
            for login in logins {
                members.insert(self.user_or_new(login), maintains);
            }
        }
        let mut repos = BTreeMap::new();
        for (name, access) in &seed.repositories {
            let full = format!("{org_login}/{name}");
            let repo = self
                .repo_id(&full)
                .with_context(|| format!("team {}: no repository {full}", seed.slug))?;
            repos.insert(repo, *access);
        }
        let created = self.now();
        let team = Team {
            id,
            slug: seed.slug.clone(),
            name: seed.slug.clone(),
            secret: seed.secret,
            created,
            members,
            repos,
        };
        if let Some(org) = self.orgs.get_mut(&org) {
            org.teams.insert(id, team);
        }
        Ok(())
    }

    /// The organization's first owner, or the placeholder user.
    pub(crate) fn first_owner(&self, org: u64) -> u64 {
        let owner = self.orgs.get(&org).and_then(|org| {
            org.members.iter().find(|(_, role)| **role == Role::Admin).map(|(id, _)| *id)
        });
        owner.or_else(|| self.user("ghost").map(|ghost| ghost.id)).unwrap_or_default()
    }

    pub(crate) fn make_repo(&mut self, org: u64, seed: &Repository) -> u64 {
        let id = self.id_or_next(seed.id);
        let now = self.now();
        let owner = self.first_owner(org);
        let git = self.first_commit(seed, owner);
        let collaborators = seed
            .collaborators
            .iter()
            .map(|(login, access)| (self.user_or_new(login), Collaborator { access: *access }))
            .collect();
        let keys =
            seed.keys.iter().map(|key| self.make_key(org, key)).map(|key| (key.id, key)).collect();
        self.add_repo(Repo {
            id,
            org,
            fork_of: None,
            name: seed.name.clone(),
            visibility: seed.visibility,
            archived: seed.archived,
            has_issues: seed.has_issues,
            default_branch: seed.default_branch.clone(),
            created: now,
            updated: now,
            pushed: now,
            git,
            keys,
            collaborators,
            labels: BTreeMap::new(),
            issues: BTreeMap::new(),
            moved_issues: BTreeMap::new(),
            last_number: 0,
            rulesets: BTreeMap::new(),
            protections: BTreeMap::new(),
            queues: BTreeMap::new(),
            environments: Vec::new(),
            workflow_defaults: None,
            holdings: Holdings::default(),
            runs: BTreeMap::new(),
            alerts: BTreeMap::new(),
            check_suites: BTreeMap::new(),
            check_runs: BTreeMap::new(),
            statuses: Vec::new(),
            activity: Vec::new(),
        })
    }

    /// The files of a seed in one commit on the default branch.
    fn first_commit(&self, seed: &Repository, owner: u64) -> Git {
        let mut git = Git::default();
        if seed.files.is_empty() {
            return git;
        }
        let mut tree = Tree::new();
        for (path, text) in &seed.files {
            let blob = git.store(text.as_bytes());
            tree.insert(path.clone(), Entry { blob, mode: "100644" });
        }
        let by = self.signature(owner);
        let commit = git.commit(NewCommit {
            tree,
            parents: Vec::new(),
            message: "Initial commit".to_owned(),
            author: by.clone(),
            committer: by,
            verified: false,
        });
        git.refs.insert(format!("refs/heads/{}", seed.default_branch), commit);
        git
    }

    pub(crate) fn make_key(&mut self, org: u64, seed: &KeySeed) -> DeployKey {
        let id = self.id_or_next(seed.id);
        let added_by = match &seed.added_by {
            Some(login) => self.user_or_new(login),
            None => self.first_owner(org),
        };
        DeployKey {
            id,
            title: seed.title.clone(),
            key: format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{}AAA", sha(&id.to_be_bytes())),
            read_only: seed.read_only,
            added_by,
            created: self.now(),
            used: None,
        }
    }

    fn make_app_from(&mut self, seed: &AppSeed) -> anyhow::Result<u64> {
        let owner =
            self.org(&seed.owner).with_context(|| format!("no organization {}", seed.owner))?.id;
        let key = match &seed.private_key_pem {
            Some(pem) => AppKey::from_pem(pem)?,
            None => AppKey::of_this_process()?,
        };
        let hook = Hook {
            id: self.next_id(),
            url: seed.webhook_url.clone(),
            secret: Some(
                seed.webhook_secret
                    .clone()
                    .unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string()),
            ),
            content_type: "json".to_owned(),
            insecure_ssl: "0".to_owned(),
        };
        let id = self.id_or_next(seed.id);
        let bot = self.make_user(&Person {
            login: format!("{}[bot]", seed.slug),
            id: seed.bot_id,
            kind: Kind::Bot,
            ..Person::default()
        });
        let mut permissions = seed.permissions.clone();
        permissions.entry("metadata".to_owned()).or_insert(Level::Read);
        let app = App {
            id,
            client_id: client_id(id),
            client_secret: sha(format!("client secret {id}").as_bytes()),
            slug: seed.slug.clone(),
            name: seed.slug.clone(),
            description: None,
            external_url: "https://beholden.invalid".to_owned(),
            owner,
            bot,
            private_key_pem: key.private_pem,
            public_key: key.public_der,
            hook,
            permissions,
            events: seed.events.iter().cloned().collect(),
            created: self.now(),
        };
        self.apps.insert(id, app);
        for place in &seed.installed_on {
            self.install_from(id, place)?;
        }
        Ok(id)
    }

    /// An App by its slug; made without permissions and installed nowhere when there is none. The
    /// owner of the repository registered it.
    pub(crate) fn app_or_new(&mut self, slug: &str, repo: u64) -> u64 {
        /// GitHub Actions' own number.
        const ACTIONS: u64 = 15_368;
        if let Some(app) = self.app_by_slug(slug) {
            return app.id;
        }
        let owner = self.repos.get(&repo).map_or(0, |repo| repo.org);
        let seed = AppSeed {
            slug: slug.to_owned(),
            id: (slug == "github-actions").then_some(ACTIONS),
            owner: self.owner_login(owner).to_owned(),
            ..AppSeed::default()
        };
        self.make_app_from(&seed).expect("the owner of a repository may register an App")
    }

    fn install_from(&mut self, app: u64, place: &InstalledOn) -> anyhow::Result<()> {
        let org = self
            .org(&place.organization)
            .with_context(|| format!("no organization {}", place.organization))?;
        let (org_id, login) = (org.id, org.login.clone());
        let selection = match &place.repositories {
            None => Selection::All,
            Some(names) => Selection::Selected(
                names
                    .iter()
                    .map(|name| {
                        self.repo_id(&format!("{login}/{name}"))
                            .with_context(|| format!("no {login}/{name}"))
                    })
                    .collect::<anyhow::Result<_>>()?,
            ),
        };
        self.make_installation(place.id, app, org_id, selection);
        Ok(())
    }

    /// Installs without telling anybody.
    pub(crate) fn make_installation(
        &mut self,
        id: Option<u64>,
        app: u64,
        org: u64,
        selection: Selection,
    ) -> u64 {
        let id = self.id_or_next(id);
        let now = self.now();
        let (permissions, events) = self
            .apps
            .get(&app)
            .map(|app| (app.permissions.clone(), app.events.clone()))
            .unwrap_or_default();
        self.installations.insert(
            id,
            Installation {
                id,
                app,
                org,
                selection,
                permissions,
                events,
                created: now,
                updated: now,
                suspended: None,
            },
        );
        id
    }
}

/// A client id in GitHub's present form.
pub(crate) fn client_id(app: u64) -> String {
    format!("Iv23li{}", &sha(&app.to_be_bytes())[..14])
}
