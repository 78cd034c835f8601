//! What owners and administrators trust: variables, groups of runners, subjects of OIDC tokens, tokens
//! let in by single sign-on, and GitHub's coding agent. No webhook tells of any of it.

use super::holdings::at;
use crate::{
    sim::Sim,
    world::{Access, ApiUse, Credential, Lent, OrgRole, RunnerGroup, Subject, Variable, World},
};
use serde_json::Value;

/// The repositories by name: all of the organization when none is named.
fn lent(world: &World, repos: &[&str]) -> Lent {
    if repos.is_empty() {
        return Lent::All;
    }
    Lent::Selected(repos.iter().map(|repo| Sim::repo_no(world, repo)).collect())
}

fn variable(world: &World, name: &str, value: &str) -> Variable {
    let (name, value, now) = (name.to_ascii_uppercase(), value.to_owned(), world.now());
    Variable { name, value, created: now, updated: now, lent: Lent::All }
}

fn use_of_api(
    world: &mut World,
    user: Option<u64>,
    kind: &str,
    name: &str,
    at_last: Option<jiff::Timestamp>,
) -> u64 {
    let fresh = world.next_id();
    let uses = &mut at(world, "acme").api_uses;
    let same = |it: &&ApiUse| {
        it.kind == kind && it.name == name && (it.user == user || kind == "oauth_app")
    };
    let id = uses.iter().find(same).map_or(fresh, |known| known.id);
    uses.retain(|it| it.id != id || it.user != user);
    uses.push(ApiUse { id, user, kind: kind.to_owned(), name: name.to_owned(), at: at_last });
    id
}

#[track_caller]
fn role<'w>(world: &'w mut World, name: &str) -> &'w mut OrgRole {
    let roles = &mut at(world, "acme").roles;
    let found = roles.values_mut().find(|role| role.name == name);
    found.unwrap_or_else(|| panic!("there is no role {name}"))
}

impl Sim {
    /// Somebody sets a variable of an organization or a repository.
    #[track_caller]
    pub fn sets_variable(&self, place: &str, name: &str, value: &str) {
        self.act(|world| {
            let fresh = variable(world, name, value);
            let variables = &mut at(world, place).variables;
            let created = variables.get(&fresh.name).map_or(fresh.created, |known| known.created);
            variables.insert(fresh.name.clone(), Variable { created, ..fresh });
        });
    }

    /// Somebody sets a variable that coding agents are handed.
    #[track_caller]
    pub fn sets_agents_variable(&self, place: &str, name: &str, value: &str) {
        self.act(|world| {
            let fresh = variable(world, name, value);
            at(world, place).agents_variables.insert(fresh.name.clone(), fresh);
        });
    }

    /// Somebody sets a variable of an environment.
    #[track_caller]
    pub fn sets_environment_variable(&self, repo: &str, environment: &str, name: &str) {
        self.act(|world| {
            let (id, fresh) = (Self::repo_no(world, repo), variable(world, name, "1"));
            let repo = world.repos.get_mut(&id).expect("it was just found");
            let place = repo.environments.iter_mut().find(|one| one.spec.name == environment);
            let variables = &mut place.expect("there is such an environment").variables;
            variables.insert(fresh.name.clone(), fresh);
        });
    }

    /// An owner makes a group of runners, or gives one of this name to others: to these repositories,
    /// or to all of them when none is named; to public ones too; for these workflows, or for any.
    #[track_caller]
    pub fn groups_runners(&self, name: &str, repos: &[&str], public: bool, workflows: &[&str]) {
        self.act(|world| {
            let (id, lent) = (world.next_id(), lent(world, repos));
            let groups = &mut at(world, "acme").groups;
            let known = groups.values().find(|group| group.name == name).map(|group| group.id);
            let (id, name) = (known.unwrap_or(id), name.to_owned());
            let workflows = workflows.iter().map(|&it| it.to_owned()).collect();
            groups.insert(id, RunnerGroup { id, name, lent, public, workflows });
        });
    }

    /// Somebody says what stands in the subject of OIDC tokens.
    #[track_caller]
    pub fn sets_oidc_subject(&self, place: &str, claims: &[&str], immutable: bool) {
        let claims = claims.iter().map(|&it| it.to_owned()).collect();
        self.act(|world| at(world, place).subject = Some(Subject { claims, immutable }));
    }

    /// Somebody lets a classic token in through single sign-on. Gives back the authorization's number.
    #[track_caller]
    pub fn lets_in_token(&self, login: &str, note: &str, scopes: &[&str]) -> u64 {
        self.act(|world| {
            let (id, at_now) = (world.next_id(), world.now());
            let (login, note) = (login.to_owned(), note.to_owned());
            let scopes = scopes.iter().map(|&it| it.to_owned()).collect();
            let credential = Credential { id, login, note, scopes, at: at_now };
            at(world, "acme").credentials.insert(id, credential);
            id
        })
    }

    /// Somebody uses the API with something, GitHub's word for which is `kind`: `classic_pat`,
    /// `fine_grained_pat`, `oauth_app`. Gives back its number, which is the same for an OAuth app
    /// whoever uses it.
    #[track_caller]
    pub fn uses_api(&self, login: &str, kind: &str, name: &str) -> u64 {
        self.act(|world| {
            let (user, now) = (Self::user_no(world, login), world.now());
            use_of_api(world, Some(user), kind, name, Some(now))
        })
    }

    /// The same, again and again from now on.
    #[track_caller]
    pub fn keeps_using_api(&self, login: &str, kind: &str, name: &str) {
        self.act(|world| {
            let user = Self::user_no(world, login);
            use_of_api(world, Some(user), kind, name, None);
        });
    }

    /// An App uses the API as itself, by the number of its installation.
    #[track_caller]
    pub fn app_uses_api(&self, installation: u64, name: &str) {
        self.act(|world| {
            let now = Some(world.now());
            let used = use_of_api(world, None, "installation", name, now);
            let uses = &mut at(world, "acme").api_uses;
            uses.retain(|it| it.id != installation);
            uses.iter_mut().filter(|it| it.id == used).for_each(|it| it.id = installation);
        });
    }

    /// An owner takes back that a token was let in.
    #[track_caller]
    pub fn locks_out_token(&self, id: u64) {
        self.act(|world| at(world, "acme").credentials.remove(&id));
    }

    /// An owner makes a role of the organization, or gives one of this name another content. Gives back
    /// its number.
    #[track_caller]
    pub fn makes_role(&self, name: &str, base: Option<Access>, permissions: &[&str]) -> u64 {
        self.act(|world| {
            let fresh = world.next_id();
            let roles = &mut at(world, "acme").roles;
            let known = roles.values().find(|role| role.name == name).map(|role| role.id);
            let id = known.unwrap_or(fresh);
            let role = roles.entry(id).or_default();
            (role.id, role.name, role.base) = (id, name.to_owned(), base);
            role.permissions = permissions.iter().map(|&it| it.to_owned()).collect();
            id
        })
    }

    /// An owner deletes a role.
    #[track_caller]
    pub fn deletes_role(&self, name: &str) {
        self.act(|world| at(world, "acme").roles.retain(|_, role| role.name != name));
    }

    /// An owner gives somebody a role, or takes it away.
    #[track_caller]
    pub fn gives_role(&self, name: &str, login: &str, is_given: bool) {
        self.act(|world| {
            let user = Self::user_no(world, login);
            let role = role(world, name);
            if is_given {
                role.users.insert(user)
            } else {
                role.users.remove(&user)
            };
        });
    }

    /// An owner gives a team a role, or takes it away.
    #[track_caller]
    pub fn gives_role_to_team(&self, name: &str, team: &str, is_given: bool) {
        self.act(|world| {
            let (_, team) = Self::team_no(world, team);
            let role = role(world, name);
            if is_given {
                role.teams.insert(team)
            } else {
                role.teams.remove(&team)
            };
        });
    }

    /// The host is an older one: whoever has a role through a team is not named with it.
    pub fn names_no_teams_of_roles(&self) {
        self.act(|world| at(world, "acme").roles_without_teams = true);
    }

    /// An owner lets GitHub's coding agent into repositories: `all`, `selected`, `none`.
    #[track_caller]
    pub fn lets_coding_agent_into(&self, word: &str) {
        self.act(|world| word.clone_into(&mut at(world, "acme").agent_in));
    }

    /// An owner lets GitHub's coding agent into these repositories and no others.
    #[track_caller]
    pub fn lets_coding_agent_into_chosen(&self, repos: &[&str]) {
        self.act(|world| {
            let repos = repos.iter().map(|repo| Self::repo_no(world, repo)).collect();
            let held = at(world, "acme");
            (held.agent_in, held.agent_repos) = ("selected".to_owned(), repos);
        });
    }

    /// An administrator says which MCP servers the coding agent is given, and whether its firewall is on.
    #[track_caller]
    pub fn sets_up_coding_agent(&self, repo: &str, servers: Value, firewall: bool) {
        self.act(|world| {
            let agent = &mut at(world, repo).agent;
            (agent.servers, agent.firewall) = (servers, firewall);
        });
    }
}
