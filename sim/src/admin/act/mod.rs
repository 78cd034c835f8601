//! `POST /_sim/act`: the sentences of [`Sim`]'s methods as JSON. `do` names the method, the other
//! fields its arguments; the answer carries what the method gives back.

mod code;

use crate::{
    actors::{PatSpec, Runner},
    seed::Person,
    sim::Sim,
    world::{Access, BypassActor, Role},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// The fields that the sentences share.
#[derive(Deserialize)]
pub(super) struct Deed {
    r#do: String,
    #[serde(default)]
    repo: String,
    #[serde(default)]
    number: u64,
    #[serde(default)]
    id: u64,
    #[serde(default)]
    login: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    team: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    permission: String,
    #[serde(default)]
    level: String,
    #[serde(default)]
    read_only: bool,
    #[serde(default)]
    access: Access,
    #[serde(default)]
    role: Role,
    #[serde(default)]
    organization: String,
    #[serde(default)]
    bypass: Vec<BypassActor>,
    /// The number of a self-hosted runner; 0 for GitHub's machines.
    #[serde(default)]
    runner_id: u64,
    #[serde(flatten)]
    on_code: code::OnCode,
}

impl Deed {
    pub(super) fn happen(self, sim: &Sim) -> Value {
        let Self { repo, number, id, login, by, .. } = &self;
        let id = *id;
        let number = *number;
        if let Some(shown) = self.on_code.happen(sim, &self.r#do, repo, number, by) {
            return shown;
        }
        let made = |id: u64| json!({ "id": id });
        match self.r#do.as_str() {
            "adds_deploy_key" => {
                return made(sim.adds_deploy_key(repo, &self.title, self.read_only, by));
            }
            "opens_issue" => {
                return json!({ "number": sim.opens_issue(repo, login, &self.title, &self.body) });
            }
            "comments" => return made(sim.comments(repo, number, login, &self.body)),
            "requests_pat" => {
                let spec = PatSpec::new(&self.name, repo, &self.permission, &self.level);
                return made(sim.requests_pat(login, &spec));
            }
            "approves_pat_request" => return made(sim.approves_pat_request(id, by)),
            "raises_secret_alert" => {
                return json!({ "number": sim.raises_secret_alert(repo, &self.name, &self.path) });
            }
            "changes_ruleset" => return made(sim.changes_ruleset(repo, &self.bypass, by)),
            "runs_job" => {
                let runner = match self.runner_id {
                    0 => Runner::Hosted,
                    id => Runner::self_hosted(id, &self.name),
                };
                return made(sim.runs_job(repo, &self.path, &runner, login));
            }
            "signs_up" => {
                return made(sim.signs_up(Person { login: login.clone(), ..Person::default() }));
            }
            "transfers_issue" => {
                return json!({ "number": sim.transfers_issue(repo, number, &self.to, by) });
            }
            "writes_file" => {
                return json!({ "commit": sim.writes_file(repo, &self.path, &self.body, by) });
            }
            "installs" => return made(sim.installs(&self.name, &self.organization, None)),
            _ => {}
        }
        self.happen_without_result(sim, id, number);
        json!({})
    }

    fn happen_without_result(&self, sim: &Sim, id: u64, number: u64) {
        let Self { repo, login, by, team, .. } = self;
        match self.r#do.as_str() {
            "removes_deploy_key" => sim.removes_deploy_key(repo, id, by),
            "adds_collaborator" => sim.adds_collaborator(repo, login, self.access, by),
            "changes_collaborator" => sim.changes_collaborator(repo, login, self.access, by),
            "removes_collaborator" => sim.removes_collaborator(repo, login, by),
            "joins_organization" => sim.joins_organization(login, self.role),
            "leaves_organization" => sim.leaves_organization(login),
            "adds_to_team" => sim.adds_to_team(team, login, by),
            "removes_from_team" => sim.removes_from_team(team, login, by),
            "grants_team" => sim.grants_team(repo, team, self.access, by),
            "denies_pat_request" => sim.denies_pat_request(id, by),
            "makes_public" => sim.makes_public(repo, by),
            "makes_private" => sim.makes_private(repo, by),
            "renames_repository" => sim.renames_repository(repo, &self.name, by),
            "archives" => sim.archives(repo, by),
            "deletes_repository" => sim.deletes_repository(repo, by),
            "transfers" => sim.transfers(repo, &self.to, by),
            "disables_issues" => sim.disables_issues(repo),
            "edits_comment" => sim.edits_comment(id, by, &self.body),
            "deletes_comment" => sim.deletes_comment(id, by),
            "assigns" => sim.assigns(repo, number, login, by),
            "unassigns" => sim.unassigns(repo, number, login, by),
            "labels_issue" => sim.labels_issue(repo, number, &self.label, by),
            "closes_issue" => sim.closes_issue(repo, number, by),
            "reopens" => sim.reopens(repo, number, by),
            "edits_issue_body" => sim.edits_issue_body(repo, number, &self.body, by),
            "locks" => sim.locks(repo, number, by),
            "deletes_issue" => sim.deletes_issue(repo, number, by),
            "suspends_user" => sim.suspends_user(login),
            "suspends_installation" => sim.suspends_installation(&self.organization),
            "unsuspends_installation" => sim.unsuspends_installation(&self.organization),
            "uninstalls" => sim.uninstalls(&self.organization),
            "deselects" => sim.deselects(repo),
            "selects" => sim.selects(repo),
            other => panic!("nobody can {other:?} over HTTP"),
        }
    }
}
