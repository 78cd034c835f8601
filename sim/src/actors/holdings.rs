//! What owners and administrators do in settings, of which GitHub sends no webhook. A place is an
//! organization (`acme`) or a repository (`acme/api`).

use crate::{
    sim::Sim,
    world::{Endpoint, Holdings, Lent, Level, Machine, Registry, Secret, Vault, World},
};
use std::collections::BTreeSet;

#[track_caller]
pub(super) fn at<'w>(world: &'w mut World, place: &str) -> &'w mut Holdings {
    if place.contains('/') {
        let id = world.repo_id(place).unwrap_or_else(|| panic!("there is no repository {place}"));
        return &mut world.repos.get_mut(&id).expect("it was just found").holdings;
    }
    let id = world.org(place).unwrap_or_else(|| panic!("there is no organization {place}")).id;
    &mut world.orgs.get_mut(&id).expect("it was just found").holdings
}

impl Sim {
    /// Somebody stores a secret, or a new value for it. One of an organization is lent to all
    /// repositories.
    #[track_caller]
    pub fn stores_secret(&self, place: &str, vault: Vault, name: &str) {
        self.act(|world| {
            let now = world.now();
            let name = name.to_ascii_uppercase();
            let fresh = Secret { name: name.clone(), created: now, updated: now, lent: Lent::All };
            let secret = at(world, place).secrets.entry((vault, name)).or_insert(fresh);
            secret.updated = now;
        });
    }

    /// A secret of the organization is lent to these repositories only, named in full; to every
    /// private one when none is named.
    #[track_caller]
    pub fn lends_secret(&self, organization: &str, vault: Vault, name: &str, to: &[&str]) {
        self.act(|world| {
            let repos = to.iter().map(|repo| Self::repo_no(world, repo)).collect();
            let held = at(world, organization);
            let secret = held.secrets.get_mut(&(vault, name.to_ascii_uppercase()));
            secret.expect("it was stored before").lent =
                if to.is_empty() { Lent::Private } else { Lent::Selected(repos) };
        });
    }

    /// Other repositories of the organization may call the workflows and actions of a private one.
    #[track_caller]
    pub fn lets_others_call(&self, repo: &str) {
        self.act(|world| at(world, repo).shared = true);
    }

    /// Somebody deletes a secret.
    #[track_caller]
    pub fn deletes_secret(&self, place: &str, vault: Vault, name: &str) {
        self.act(|world| at(world, place).secrets.remove(&(vault, name.to_ascii_uppercase())));
    }

    /// Somebody stores a secret in an environment.
    #[track_caller]
    pub fn stores_environment_secret(&self, repo: &str, environment: &str, name: &str) {
        self.act(|world| {
            let (id, now) = (Self::repo_no(world, repo), world.now());
            let name = name.to_ascii_uppercase();
            let secret = Secret { name: name.clone(), created: now, updated: now, lent: Lent::All };
            let repo = world.repos.get_mut(&id).expect("it was just found");
            let place = repo.environments.iter_mut().find(|one| one.spec.name == environment);
            place.expect("there is such an environment").secrets.insert(name, secret);
        });
    }

    /// Somebody adds a webhook and gives back its number.
    #[track_caller]
    pub fn adds_webhook(&self, place: &str, url: &str, events: &[&str]) -> u64 {
        self.act(|world| {
            let (id, now) = (world.next_id(), world.now());
            let events: BTreeSet<String> = events.iter().map(|&it| it.to_owned()).collect();
            let (url, active) = (url.to_owned(), true);
            let endpoint = Endpoint { id, url, events, active, created: now, updated: now };
            at(world, place).endpoints.insert(id, endpoint);
            id
        })
    }

    /// Somebody lets a webhook lead elsewhere.
    #[track_caller]
    pub fn moves_webhook(&self, place: &str, id: u64, url: &str) {
        self.act(|world| {
            let endpoint = at(world, place).endpoints.get_mut(&id);
            url.clone_into(&mut endpoint.expect("there is such a webhook").url);
        });
    }

    /// Somebody removes a webhook.
    #[track_caller]
    pub fn removes_webhook(&self, place: &str, id: u64) {
        self.act(|world| at(world, place).endpoints.remove(&id));
    }

    /// A machine registers as a runner and gives back its number.
    #[track_caller]
    pub fn registers_runner(&self, place: &str, name: &str, ephemeral: bool) -> u64 {
        self.act(|world| {
            let id = world.next_id();
            let machine = Machine { id, name: name.to_owned(), ephemeral, group: 1 };
            at(world, place).machines.insert(id, machine);
            id
        })
    }

    /// An owner puts a runner of the organization in a group of this name.
    #[track_caller]
    pub fn puts_runner_in_group(&self, runner: u64, group: &str) {
        self.act(|world| {
            let held = at(world, "acme");
            let found = held.groups.values().find(|it| it.name == group).map(|it| it.id);
            let machine = held.machines.get_mut(&runner).expect("there is such a runner");
            machine.group = found.unwrap_or_else(|| panic!("there is no group {group}"));
        });
    }

    /// A runner is removed.
    #[track_caller]
    pub fn removes_runner(&self, place: &str, id: u64) {
        self.act(|world| at(world, place).machines.remove(&id));
    }

    /// An owner stores a private package registry.
    #[track_caller]
    pub fn stores_registry(&self, organization: &str, name: &str, url: &str) {
        self.act(|world| {
            let created = world.now();
            let name = name.to_ascii_uppercase();
            let registry = Registry { name: name.clone(), url: url.to_owned(), created };
            at(world, organization).registries.insert(name, registry);
        });
    }

    /// Another App asks for a permission, and every organization agrees at once.
    #[track_caller]
    pub fn app_is_granted(&self, slug: &str, permission: &str, level: Level) {
        self.act(|world| {
            let now = world.now();
            let app =
                world.app_by_slug(slug).unwrap_or_else(|| panic!("there is no App {slug}")).id;
            for place in world.installations.values_mut().filter(|place| place.app == app) {
                place.permissions.insert(permission.to_owned(), level);
                place.updated = now;
            }
        });
    }

    /// Which repositories another App reaches is changed. Nobody but its owner is shown which.
    #[track_caller]
    pub fn app_is_given_other_repositories(&self, slug: &str) {
        self.act(|world| {
            let now = world.now();
            let app =
                world.app_by_slug(slug).unwrap_or_else(|| panic!("there is no App {slug}")).id;
            for place in world.installations.values_mut().filter(|place| place.app == app) {
                place.updated = now;
            }
        });
    }

    /// Another App is removed from an organization.
    #[track_caller]
    pub fn app_is_removed(&self, slug: &str, organization: &str) {
        self.act(|world| {
            let app =
                world.app_by_slug(slug).unwrap_or_else(|| panic!("there is no App {slug}")).id;
            let org = Self::org_no(world, organization);
            world.installations.retain(|_, place| place.app != app || place.org != org);
        });
    }

    /// Whose runs need a yes before they begin. No webhook.
    #[track_caller]
    pub fn sets_fork_approval(&self, place: &str, policy: &str) {
        self.act(|world| at(world, place).fork_approval = Some(policy.to_owned()));
    }

    /// Whose actions workflows may use, and whether they have to be held to a commit. No webhook.
    #[track_caller]
    pub fn sets_allowed_actions(&self, place: &str, allowed: &str, sha_pinning: bool) {
        self.act(|world| {
            let holdings = at(world, place);
            holdings.allowed_actions = Some(allowed.to_owned());
            holdings.sha_pinning = sha_pinning;
        });
    }
}
