//! What people and other Apps do with checks.

use super::pushes::commit_named;
use crate::{
    deeds::{CheckChange, NewStatus},
    sim::Sim,
    world::Author,
};

impl Sim {
    /// Presses a button of a check run, by its identifier.
    #[track_caller]
    pub fn presses_check_button(&self, repo: &str, check_run: u64, identifier: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.press_check(id, check_run, Some(identifier), by);
        });
    }

    /// Asks for a check run again.
    #[track_caller]
    pub fn reruns_check(&self, repo: &str, check_run: u64, by: &str) {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.press_check(id, check_run, None, by);
        });
    }

    /// Asks the App that made a check run for all its checks of that commit again.
    #[track_caller]
    pub fn reruns_all_checks(&self, repo: &str, check_run: u64, by: &str) {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            let run = world.repos[&id].check_runs.get(&check_run);
            let suite = run.unwrap_or_else(|| panic!("there is no check run {check_run}")).suite;
            world.rerequest_suite(id, suite, by);
        });
    }

    /// Another App says how a check went, for example one that takes our name. The App is made when
    /// there is none; `github-actions` gets GitHub's own number. Gives back the run's id.
    #[track_caller]
    pub fn reports_check(
        &self,
        repo: &str,
        reference: &str,
        app_slug: &str,
        name: &str,
        conclusion: Option<&str>,
    ) -> u64 {
        self.act(|world| {
            let id = Self::repo_no(world, repo);
            let sha = commit_named(world, id, reference);
            let app = world.app_or_new(app_slug, id);
            let asked = CheckChange {
                name: Some(name.to_owned()),
                status: Some(if conclusion.is_some() { "completed" } else { "queued" }.to_owned()),
                conclusion: conclusion.map(str::to_owned),
                ..CheckChange::default()
            };
            world.make_check_run(id, app, &sha, asked).expect("the repository exists")
        })
    }

    /// Somebody sets a commit status under any name: `error`, `failure`, `pending` or `success`.
    #[track_caller]
    pub fn sets_status(&self, repo: &str, reference: &str, context: &str, state: &str, by: &str) {
        self.act(|world| {
            let (id, user) = (Self::repo_no(world, repo), Self::user_no(world, by));
            let sha = commit_named(world, id, reference);
            let new = NewStatus {
                context: context.to_owned(),
                state: state.to_owned(),
                ..NewStatus::default()
            };
            world.set_status(id, &sha, Author { user, through: None }, new);
        });
    }
}
