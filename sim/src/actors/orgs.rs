//! People who come and go, teams, and what an organization does with an App.

use crate::{
    seed::Person,
    sim::Sim,
    world::{Access, Level, Role, Selection, World},
};

#[track_caller]
fn only_org(world: &World) -> u64 {
    *world.orgs.keys().next().expect("the seed has an organization")
}

impl Sim {
    /// Makes an account and gives back its number.
    pub fn signs_up(&self, person: Person) -> u64 {
        self.act(|world| world.make_user(&person))
    }

    /// Somebody becomes a member of the first organization. An account is made when there is none.
    #[track_caller]
    pub fn joins_organization(&self, login: &str, role: Role) {
        self.act(|world| {
            let (org, user) = (only_org(world), world.user_or_new(login));
            let by = world.first_owner(org);
            world.join(org, user, role, by);
        });
    }

    /// Somebody leaves the first organization, or is removed: teams and direct access go too.
    #[track_caller]
    pub fn leaves_organization(&self, login: &str) {
        self.act(|world| {
            let (org, user) = (only_org(world), Self::user_no(world, login));
            let by = world.first_owner(org);
            world.leave(org, user, by);
        });
    }

    /// Gives a member another role. GitHub sends no webhook for it.
    #[track_caller]
    pub fn changes_role(&self, login: &str, role: Role) {
        self.joins_organization(login, role);
    }

    /// What every member of the first organization may do in every repository. No webhook.
    pub fn sets_base_permission(&self, access: Access) {
        self.act(|world| {
            let org = only_org(world);
            if let Some(org) = world.orgs.get_mut(&org) {
                org.base_permission = access;
            }
        });
    }

    /// Gives an organization another name.
    #[track_caller]
    pub fn renames_organization(&self, organization: &str, name: &str, by: &str) {
        self.act(|world| {
            let (org, by) = (Self::org_no(world, organization), Self::user_no(world, by));
            world.rename_organization(org, name, by);
        });
    }

    /// Adds somebody to a team, named `organization/team`.
    #[track_caller]
    pub fn adds_to_team(&self, team: &str, login: &str, by: &str) {
        self.act(|world| {
            let ((org, team), user, by) =
                (Self::team_no(world, team), Self::user_no(world, login), Self::user_no(world, by));
            world.join_team(org, team, user, false, by);
        });
    }

    /// Takes somebody out of a team.
    #[track_caller]
    pub fn removes_from_team(&self, team: &str, login: &str, by: &str) {
        self.act(|world| {
            let ((org, team), user, by) =
                (Self::team_no(world, team), Self::user_no(world, login), Self::user_no(world, by));
            world.leave_team(org, team, user, by);
        });
    }

    /// Gives a team access to a repository, or changes it.
    #[track_caller]
    pub fn grants_team(&self, repo: &str, team: &str, access: Access, by: &str) {
        self.act(|world| {
            let ((org, team), id, by) =
                (Self::team_no(world, team), Self::repo_no(world, repo), Self::user_no(world, by));
            world.grant_team(org, team, id, access, by);
        });
    }

    /// Takes a team's access to a repository away.
    #[track_caller]
    pub fn revokes_team(&self, repo: &str, team: &str, by: &str) {
        self.act(|world| {
            let ((org, team), id, by) =
                (Self::team_no(world, team), Self::repo_no(world, repo), Self::user_no(world, by));
            world.revoke_team(org, team, id, by);
        });
    }

    /// Deletes a team.
    #[track_caller]
    pub fn deletes_team(&self, team: &str, by: &str) {
        self.act(|world| {
            let ((org, team), by) = (Self::team_no(world, team), Self::user_no(world, by));
            world.delete_team(org, team, by);
        });
    }

    /// GitHub suspends an account: its profile is gone and it cannot be assigned. No webhook.
    #[track_caller]
    pub fn suspends_user(&self, login: &str) {
        self.act(|world| {
            let id = Self::user_no(world, login);
            if let Some(user) = world.users.get_mut(&id) {
                user.suspended = true;
            }
        });
    }

    /// Installs an App on an organization: on these repositories (named in full), or on all.
    /// Gives back the installation's number.
    #[track_caller]
    pub fn installs(
        &self,
        app_slug: &str,
        organization: &str,
        repositories: Option<&[&str]>,
    ) -> u64 {
        self.act(|world| {
            let app = world
                .app_by_slug(app_slug)
                .unwrap_or_else(|| panic!("there is no App {app_slug}"))
                .id;
            let org = Self::org_no(world, organization);
            let selection = repositories.map_or(Selection::All, |names| {
                Selection::Selected(names.iter().map(|name| Self::repo_no(world, name)).collect())
            });
            let by = world.first_owner(org);
            world.install(app, org, selection, by)
        })
    }

    /// Removes the App from an organization.
    #[track_caller]
    pub fn uninstalls(&self, organization: &str) {
        let id = self.installation(organization);
        self.act(|world| {
            let by = world.first_owner(Self::org_no(world, organization));
            world.uninstall(id, by);
        });
    }

    /// The organization suspends the App.
    #[track_caller]
    pub fn suspends_installation(&self, organization: &str) {
        let id = self.installation(organization);
        self.act(|world| {
            let by = world.first_owner(Self::org_no(world, organization));
            world.set_suspended(id, true, by);
        });
    }

    /// The organization lets the App work again.
    #[track_caller]
    pub fn unsuspends_installation(&self, organization: &str) {
        let id = self.installation(organization);
        self.act(|world| {
            let by = world.first_owner(Self::org_no(world, organization));
            world.set_suspended(id, false, by);
        });
    }

    /// The organization takes a repository out of what the App may see.
    #[track_caller]
    pub fn deselects(&self, repo: &str) {
        let organization = repo.split('/').next().unwrap_or_default();
        let id = self.installation(organization);
        self.act(|world| {
            let (repo, by) =
                (Self::repo_no(world, repo), world.first_owner(Self::org_no(world, organization)));
            world.deselect(id, repo, by);
        });
    }

    /// The organization adds a repository to what the App may see.
    #[track_caller]
    pub fn selects(&self, repo: &str) {
        let organization = repo.split('/').next().unwrap_or_default();
        let id = self.installation(organization);
        self.act(|world| {
            let (repo, by) =
                (Self::repo_no(world, repo), world.first_owner(Self::org_no(world, organization)));
            world.select(id, repo, by);
        });
    }

    /// Whoever manages the first App takes a permission away from it: it is gone from every
    /// installation at once. No webhook.
    pub fn app_gives_up(&self, permission: &str) {
        self.act(|world| {
            let Some(app) = world.apps.values_mut().next() else { return };
            app.permissions.remove(permission);
            let app = app.id;
            let everywhere = world.installations.values_mut().filter(|place| place.app == app);
            for place in everywhere {
                place.permissions.remove(permission);
            }
        });
    }

    /// Whoever manages the first App lets it ask for a permission. Nothing is granted until an
    /// organization agrees.
    pub fn app_asks_for(&self, permission: &str, level: Level) {
        self.act(|world| {
            if let Some(app) = world.apps.values_mut().next() {
                app.permissions.insert(permission.to_owned(), level);
            }
        });
    }

    /// The organization agrees to the permissions and events that the App asks for now.
    #[track_caller]
    pub fn accepts_permissions(&self, organization: &str) {
        let id = self.installation(organization);
        self.act(|world| {
            let by = world.first_owner(Self::org_no(world, organization));
            world.accept_permissions(id, by);
        });
    }
}
