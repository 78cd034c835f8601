//! What the rules of a branch say about a commit or a pull request, and who may pass by.

use crate::world::{Access, BypassActor, Repo, RequiredCheck, Role, Rules, World};
use std::collections::BTreeMap;

/// How a required check stands on a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Passing,
    /// Nobody has said anything yet.
    Expected,
    Pending,
    Failing,
}

impl World {
    /// The rules in force on a branch: of the repository, the organization, and the older branch protection.
    pub(crate) fn rules_on<'w>(&'w self, repo: &'w Repo, branch: &str) -> Vec<&'w Rules> {
        let inherited = self.orgs.get(&repo.org).into_iter().flat_map(|org| org.rulesets.values());
        let sets = repo.rulesets.values().chain(inherited);
        let active = sets
            .filter(|set| set.enforcement == "active")
            .map(|set| &set.rules)
            .filter(|rules| rules.holds_for(branch, &repo.default_branch));
        active.chain(repo.protections.get(branch)).collect()
    }

    /// Whether pull requests onto a branch go through a queue.
    pub(crate) fn has_queue(&self, repo: &Repo, branch: &str) -> bool {
        self.rules_on(repo, branch).iter().any(|rules| rules.queue)
    }

    /// What a required check says of a commit: the worst of all that go by its name.
    pub(crate) fn verdict(&self, repo: &Repo, sha: &str, wanted: &RequiredCheck) -> Verdict {
        let fits = |app: Option<u64>| wanted.app.is_none() || wanted.app == app;
        let mut latest: BTreeMap<(bool, Option<u64>), Verdict> = BTreeMap::new();
        let runs = repo
            .check_runs
            .values()
            .filter(|run| run.head_sha == sha && run.name == wanted.context && fits(Some(run.app)));
        for run in runs {
            let verdict = match run.conclusion.as_deref() {
                None => Verdict::Pending,
                Some("success" | "neutral" | "skipped") => Verdict::Passing,
                Some(_) => Verdict::Failing,
            };
            latest.insert((true, Some(run.app)), verdict);
        }
        let statuses = repo.statuses.iter().filter(|status| {
            status.sha == sha && status.context == wanted.context && fits(status.app)
        });
        for status in statuses {
            let verdict = match status.state.as_str() {
                "success" => Verdict::Passing,
                "pending" => Verdict::Pending,
                _ => Verdict::Failing,
            };
            latest.insert((false, None), verdict);
        }
        latest.into_values().max().unwrap_or(Verdict::Expected)
    }

    /// The worst of the checks that rules demand of a commit.
    pub(crate) fn checks_of(&self, repo: &Repo, branch: &str, sha: &str) -> Verdict {
        let rules = self.rules_on(repo, branch);
        let checks = rules.iter().flat_map(|rules| &rules.checks);
        checks.map(|check| self.verdict(repo, sha, check)).max().unwrap_or(Verdict::Passing)
    }

    /// What one set of rules has against a pull request, in GitHub's words.
    pub(crate) fn objections(&self, repo: &Repo, number: u64, rules: &Rules) -> Vec<String> {
        let Some(pull) = self.pull_of(repo.id, number) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for check in &rules.checks {
            let state = match self.verdict(repo, &pull.head_sha, check) {
                Verdict::Passing => continue,
                Verdict::Expected => "expected",
                Verdict::Pending => "in progress",
                Verdict::Failing => "failing",
            };
            found.push(format!("Required status check \"{}\" is {state}.", check.context));
        }
        let (approvals, refusals) = self.votes(repo, number);
        if let Some(wanted) = rules.approvals {
            if refusals > 0 {
                found.push("Changes have been requested.".to_owned());
            } else if approvals < wanted {
                found.push(format!(
                    "At least {wanted} approving review is required by reviewers with write access."
                ));
            }
        }
        found
    }

    /// How many people with write access approve, and how many ask for changes.
    fn votes(&self, repo: &Repo, number: u64) -> (usize, usize) {
        let author = self.issue_of(repo.id, number).map(|issue| issue.author.user);
        let reviews = self.pull_of(repo.id, number).map(|pull| pull.reviews.as_slice());
        let mut latest: BTreeMap<u64, &str> = BTreeMap::new();
        for review in reviews.unwrap_or_default() {
            let counts = Some(review.user) != author
                && self.access(repo, review.user) >= Access::Write
                && ["APPROVED", "CHANGES_REQUESTED", "DISMISSED"].contains(&review.state.as_str());
            if counts {
                latest.insert(review.user, &review.state);
            }
        }
        let count = |state| latest.values().filter(|one| **one == state).count();
        (count("APPROVED"), count("CHANGES_REQUESTED"))
    }

    /// Whether somebody may pass by these rules.
    pub(crate) fn may_bypass(&self, repo: &Repo, rules: &Rules, classic: bool, user: u64) -> bool {
        let access = self.access(repo, user);
        let listed = rules.bypass.iter().any(|actor| self.is_meant(repo, actor, user, access));
        listed || (classic && !rules.for_admins && access >= Access::Admin)
    }

    fn is_meant(&self, repo: &Repo, actor: &BypassActor, user: u64, access: Access) -> bool {
        let org = self.orgs.get(&repo.org);
        match (actor.actor_type.as_str(), actor.actor_id) {
            ("OrganizationAdmin", _) => {
                org.is_some_and(|org| org.members.get(&user) == Some(&Role::Admin))
            }
            ("User", id) => id == Some(user),
            ("Integration", Some(id)) => self.apps.get(&id).is_some_and(|app| app.bot == user),
            ("Team", Some(id)) => org
                .and_then(|org| org.teams.get(&id))
                .is_some_and(|team| team.members.contains_key(&user)),
            // GitHub's numbers for its own roles.
            ("RepositoryRole", Some(2)) => access >= Access::Maintain,
            ("RepositoryRole", Some(4)) => access >= Access::Write,
            ("RepositoryRole", Some(5)) => access >= Access::Admin,
            _ => false,
        }
    }
}
