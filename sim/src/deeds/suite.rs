//! Check suites: GitHub opens one for every App that may write checks when a commit arrives.

use crate::{
    hooks::Happening,
    world::{CheckSuite, Level, World},
};

impl World {
    /// Opens suites for a pushed commit and asks each App for its checks.
    pub(super) fn open_suites(
        &mut self,
        repo: u64,
        branch: Option<&str>,
        before: Option<&str>,
        after: &str,
        by: u64,
    ) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let org = place.org;
        let apps: Vec<u64> = self
            .installations
            .values()
            .filter(|i| i.org == org && i.covers(repo) && i.suspended.is_none())
            .filter(|i| i.permissions.get("checks") >= Some(&Level::Write))
            .map(|installation| installation.app)
            .collect();
        for app in apps {
            let known = self.suite_of(repo, app, after);
            let id = known.unwrap_or_else(|| self.make_suite(repo, app, after, branch, before));
            if known.is_none() {
                self.tell_suite(repo, id, "requested", by);
            }
        }
    }

    /// The head of a pull request from a fork is checked in the repository that it is for.
    pub(super) fn open_suites_for_fork(&mut self, repo: u64, number: u64, by: u64) {
        let head = self
            .pull_of(repo, number)
            .filter(|pull| pull.head_repo != repo)
            .map(|pull| pull.head_sha.clone());
        if let Some(head) = head {
            self.open_suites(repo, None, None, &head, by);
        }
    }

    fn suite_of(&self, repo: u64, app: u64, sha: &str) -> Option<u64> {
        let suites = &self.repos.get(&repo)?.check_suites;
        suites.values().find(|one| one.app == app && one.head_sha == sha).map(|one| one.id)
    }

    fn make_suite(
        &mut self,
        repo: u64,
        app: u64,
        sha: &str,
        branch: Option<&str>,
        before: Option<&str>,
    ) -> u64 {
        let (id, now) = (self.next_id(), self.now());
        if let Some(place) = self.repos.get_mut(&repo) {
            let suite = CheckSuite {
                id,
                app,
                head_sha: sha.to_owned(),
                head_branch: branch.map(str::to_owned),
                before: before.map(str::to_owned),
                created: now,
                updated: now,
            };
            place.check_suites.insert(id, suite);
        }
        id
    }

    /// The suite that a new run belongs to.
    pub(super) fn suite_for(&mut self, repo: u64, app: u64, sha: &str) -> u64 {
        if let Some(known) = self.suite_of(repo, app, sha) {
            return known;
        }
        let branch = self.repos.get(&repo).and_then(|repo| {
            let mut here = repo.git.below("refs/heads/").filter(|(_, tip)| *tip == sha);
            here.next().map(|(name, _)| name.to_owned())
        });
        self.make_suite(repo, app, sha, branch.as_deref(), None)
    }

    pub(super) fn tell_suite_when_completed(&mut self, repo: u64, run: u64, by: u64) {
        let now = self.now();
        let Some(place) = self.repos.get_mut(&repo) else {
            return;
        };
        let Some(suite) = place.check_runs.get(&run).map(|run| run.suite) else {
            return;
        };
        if let Some(suite) = place.check_suites.get_mut(&suite) {
            suite.updated = now;
        }
        let mut own = place.check_runs.values().filter(|run| run.suite == suite);
        if own.all(|run| run.conclusion.is_some()) {
            self.tell_suite(repo, suite, "completed", by);
        }
    }

    /// Somebody asks for all checks of an App again.
    pub(crate) fn rerequest_suite(&mut self, repo: u64, suite: u64, by: u64) {
        self.tell_suite(repo, suite, "rerequested", by);
    }

    /// Tells everybody of a suite that ended, and its own App alone that one is asked for.
    fn tell_suite(&mut self, repo: u64, suite: u64, action: &'static str, by: u64) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let Some(suite) = place.check_suites.get(&suite) else {
            return;
        };
        let shown = self.show_check_suite(place, suite, false);
        let mut happening = Happening::new("check_suite", action, by).with("check_suite", shown);
        if action != "completed" {
            happening = happening.only_to(suite.app);
        }
        let happening = happening.in_repo(self, repo);
        self.emit(happening);
    }
}
