//! Forks, environments and what Actions may do.

use crate::{
    sim::Sim,
    world::{Environment, EnvironmentSpec, WorkflowDefaults},
};

impl Sim {
    /// Forks a repository to a person or an organization. Gives back its full name.
    #[track_caller]
    pub fn forks(&self, repo: &str, to: &str) -> String {
        self.act(|world| {
            let id = Self::repo_no(world, repo);
            let owner = match world.org(to) {
                Some(org) => org.id,
                None => Self::user_no(world, to),
            };
            let by = world.users.contains_key(&owner).then_some(owner);
            let by = by.unwrap_or_else(|| world.first_owner(owner));
            let fork = world.fork(id, owner, by).expect("the repository exists");
            world.full_name(&world.repos[&fork])
        })
    }

    /// Makes an environment, or gives it these guards. GitHub sends no webhook for it.
    #[track_caller]
    pub fn sets_up_environment(&self, repo: &str, spec: &EnvironmentSpec) {
        self.act(|world| {
            let (id, fresh, created) = (Self::repo_no(world, repo), world.next_id(), world.now());
            let Some(place) = world.repos.get_mut(&id) else { return };
            match place.environments.iter_mut().find(|one| one.spec.name == spec.name) {
                Some(known) => known.spec = spec.clone(),
                None => {
                    place.environments.push(Environment {
                        id: fresh,
                        spec: spec.clone(),
                        secrets: Default::default(),
                        variables: Default::default(),
                        created,
                    });
                }
            }
        });
    }

    /// Somebody deletes an environment, with its secrets. No webhook tells of it.
    pub fn deletes_environment(&self, repo: &str, environment: &str) {
        self.act(|world| {
            let id = Self::repo_no(world, repo);
            let Some(place) = world.repos.get_mut(&id) else { return };
            place.environments.retain(|one| one.spec.name != environment);
        });
    }

    /// The number of an environment.
    #[track_caller]
    pub fn environment_id(&self, repo: &str, environment: &str) -> u64 {
        let world = self.world();
        let place = &world.repos[&Self::repo_no(&world, repo)];
        let found = place.environments.iter().find(|one| one.spec.name == environment);
        found.unwrap_or_else(|| panic!("there is no environment {environment}")).id
    }

    /// What workflow tokens may do in a repository unless a workflow says otherwise; `None` follows
    /// the organization. No webhook.
    #[track_caller]
    pub fn sets_workflow_permissions(&self, repo: &str, defaults: Option<WorkflowDefaults>) {
        self.act(|world| {
            let id = Self::repo_no(world, repo);
            if let Some(place) = world.repos.get_mut(&id) {
                place.workflow_defaults = defaults;
            }
        });
    }

    /// The same for all repositories of an organization that do not say otherwise. No webhook.
    #[track_caller]
    pub fn sets_workflow_permissions_of(&self, organization: &str, defaults: WorkflowDefaults) {
        self.act(|world| {
            let id = Self::org_no(world, organization);
            if let Some(org) = world.orgs.get_mut(&id) {
                org.workflow_defaults = defaults;
            }
        });
    }
}
