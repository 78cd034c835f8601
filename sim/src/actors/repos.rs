//! What people do with repositories, their keys, collaborators and rules.

use crate::{
    seed::{KeySeed, Repository},
    sim::Sim,
    world::{Access, BypassActor, SecretAlert, Visibility},
};

impl Sim {
    /// Adds a deploy key and gives back its id.
    #[track_caller]
    pub fn adds_deploy_key(&self, repo: &str, title: &str, read_only: bool, by: &str) -> u64 {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            let seed = KeySeed { title: title.to_owned(), read_only, ..KeySeed::default() };
            world.add_key(id, &seed, by)
        })
    }

    /// The public half of a deploy key: `type base64`.
    #[track_caller]
    pub fn public_key(&self, repo: &str, id: u64) -> String {
        self.act(|world| world.repos[&Self::repo_no(world, repo)].keys[&id].key.clone())
    }

    /// Something fetches or pushes with a deploy key.
    #[track_caller]
    pub fn uses_deploy_key(&self, repo: &str, id: u64) {
        self.act(|world| {
            let (repo, now) = (Self::repo_no(world, repo), world.now());
            let repo = world.repos.get_mut(&repo).expect("it was just found");
            repo.keys.get_mut(&id).expect("there is such a key").used = Some(now);
        });
    }

    /// Removes a deploy key.
    #[track_caller]
    pub fn removes_deploy_key(&self, repo: &str, id: u64, by: &str) {
        self.act(|world| {
            let (repo, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.remove_key(repo, id, by);
        });
    }

    /// Gives somebody access to a repository directly.
    #[track_caller]
    pub fn adds_collaborator(&self, repo: &str, login: &str, access: Access, by: &str) {
        self.act(|world| {
            let (id, by, user) =
                (Self::repo_no(world, repo), Self::user_no(world, by), world.user_or_new(login));
            world.set_collaborator(id, user, access, by);
        });
    }

    /// Changes the access that somebody has directly.
    #[track_caller]
    pub fn changes_collaborator(&self, repo: &str, login: &str, access: Access, by: &str) {
        self.adds_collaborator(repo, login, access, by);
    }

    /// Takes direct access away.
    #[track_caller]
    pub fn removes_collaborator(&self, repo: &str, login: &str, by: &str) {
        self.act(|world| {
            let (id, by, user) =
                (Self::repo_no(world, repo), Self::user_no(world, by), Self::user_no(world, login));
            world.remove_collaborator(id, user, by);
        });
    }

    /// Makes a repository and gives back its number.
    #[track_caller]
    pub fn creates_repository(&self, repo: &str, visibility: Visibility, by: &str) -> u64 {
        self.act(|world| {
            let (org, name) = repo
                .split_once('/')
                .unwrap_or_else(|| panic!("write organization/name, not {repo}"));
            let (org, by) = (Self::org_no(world, org), Self::user_no(world, by));
            let seed = Repository { name: name.to_owned(), visibility, ..Repository::default() };
            let id = world.make_repo(org, &seed);
            world.tell_repo(id, "created", by, None);
            id
        })
    }

    /// Makes a repository public.
    #[track_caller]
    pub fn makes_public(&self, repo: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.set_visibility(id, Visibility::Public, by);
        });
    }

    /// Makes a repository private.
    #[track_caller]
    pub fn makes_private(&self, repo: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.set_visibility(id, Visibility::Private, by);
        });
    }

    /// Gives a repository another name; the former one redirects.
    #[track_caller]
    pub fn renames_repository(&self, repo: &str, name: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.rename(id, name, by);
        });
    }

    /// Archives a repository.
    #[track_caller]
    pub fn archives(&self, repo: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.set_archived(id, true, by);
        });
    }

    /// Takes a repository out of the archive.
    #[track_caller]
    pub fn unarchives(&self, repo: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.set_archived(id, false, by);
        });
    }

    /// Deletes a repository.
    #[track_caller]
    pub fn deletes_repository(&self, repo: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.delete_repo(id, by);
        });
    }

    /// Gives a repository to another organization.
    #[track_caller]
    pub fn transfers(&self, repo: &str, to_organization: &str, by: &str) {
        self.act(|world| {
            let (id, org, by) = (
                Self::repo_no(world, repo),
                Self::org_no(world, to_organization),
                Self::user_no(world, by),
            );
            world.transfer(id, org, by);
        });
    }

    /// Switches issues off. GitHub sends no webhook for it.
    #[track_caller]
    pub fn disables_issues(&self, repo: &str) {
        self.act(|world| world.set_has_issues(Self::repo_no(world, repo), false));
    }

    /// Switches issues on again.
    #[track_caller]
    pub fn enables_issues(&self, repo: &str) {
        self.act(|world| world.set_has_issues(Self::repo_no(world, repo), true));
    }

    /// Writes a file on the default branch and pushes it. Gives back the commit.
    #[track_caller]
    pub fn writes_file(&self, repo: &str, path: &str, text: &str, by: &str) -> String {
        let branch = self.default_branch(repo);
        self.writes_file_on(repo, &branch, path, text, by)
    }

    /// The same on another branch, which starts at the default branch when it is new.
    #[track_caller]
    pub fn writes_file_on(
        &self,
        repo: &str,
        branch: &str,
        path: &str,
        text: &str,
        by: &str,
    ) -> String {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.push_file(id, branch, path, Some(text.as_bytes()), by)
        })
    }

    /// Removes a file from the default branch and pushes that.
    #[track_caller]
    pub fn removes_file(&self, repo: &str, path: &str, by: &str) -> String {
        let branch = self.default_branch(repo);
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.push_file(id, &branch, path, None, by)
        })
    }

    #[track_caller]
    fn default_branch(&self, repo: &str) -> String {
        let world = self.world();
        world
            .repo(repo)
            .map(|repo| repo.default_branch.clone())
            .unwrap_or_else(|| panic!("there is no repository {repo}"))
    }

    /// GitHub finds a secret in a repository. Gives back the alert's number.
    #[track_caller]
    pub fn raises_secret_alert(&self, repo: &str, secret_type: &str, path: &str) -> u64 {
        self.act(|world| {
            let (id, now) = (Self::repo_no(world, repo), world.now());
            let alert = SecretAlert {
                number: 0,
                secret_type: secret_type.to_owned(),
                display_name: secret_type.replace('_', " "),
                provider: secret_type.split('_').next().unwrap_or_default().to_owned(),
                secret: "not-a-secret-but-stands-for-one".to_owned(),
                validity: "active".to_owned(),
                publicly_leaked: false,
                resolution: None,
                created: now,
                updated: now,
                path: path.to_owned(),
            };
            world.raise_alert(id, alert)
        })
    }

    /// Resolves an alert: `revoked`, `false_positive`, `used_in_tests`, `wont_fix`.
    #[track_caller]
    pub fn resolves_secret_alert(&self, repo: &str, number: u64, resolution: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.resolve_alert(id, number, resolution, by);
        });
    }

    /// The secret of an alert turns up in public.
    #[track_caller]
    pub fn leaks_secret_publicly(&self, repo: &str, number: u64) {
        self.act(|world| world.leak_alert_publicly(Self::repo_no(world, repo), number));
    }

    /// Makes the rule set `main` with these bypass actors, or gives it these. Gives back its id.
    #[track_caller]
    pub fn changes_ruleset(&self, repo: &str, bypass: &[BypassActor], by: &str) -> u64 {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.set_ruleset(id, "main", bypass.to_vec(), by)
        })
    }

    /// Deletes a rule set.
    #[track_caller]
    pub fn deletes_ruleset(&self, repo: &str, id: u64, by: &str) {
        self.act(|world| {
            let (repo, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.delete_ruleset(repo, id, by);
        });
    }
}
