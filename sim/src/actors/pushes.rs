//! Pushing commits, branches and tags.

use crate::{
    deeds::{Change, Draft, Pusher},
    sim::Sim,
    world::{Signature, World},
};

/// A push: commits on a branch, written like a list of what somebody did.
///
/// ```ignore
/// sim.pushes(
///     &Push::to("acme/api", "feature")
///         .writes(".github/workflows/ci.yml", "on: push\n")
///         .removes("old.yml")
///         .message("Build on every push"),
///     "monalisa",
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Push {
    repo: String,
    branch: String,
    from: Option<String>,
    key: Option<String>,
    commits: Vec<Step>,
}

#[derive(Clone, Debug, Default)]
struct Step {
    changes: Vec<(String, Change)>,
    message: String,
    author: Option<String>,
    committer: Option<String>,
    verified: bool,
}

impl Push {
    /// A push to a branch of a repository. A new branch starts at the default branch.
    pub fn to(repo: &str, branch: &str) -> Self {
        Self {
            repo: repo.to_owned(),
            branch: branch.to_owned(),
            from: None,
            key: None,
            commits: vec![Step::default()],
        }
    }

    /// Starts at this branch, tag or commit, whatever the branch was before: a forced push when it
    /// was something else.
    #[must_use]
    pub fn starting_at(mut self, reference: &str) -> Self {
        self.from = Some(reference.to_owned());
        self
    }

    /// Pushes with the deploy key of this title instead of an account.
    #[must_use]
    pub fn with_deploy_key(mut self, title: &str) -> Self {
        self.key = Some(title.to_owned());
        self
    }

    fn step(mut self, change: impl FnOnce(&mut Step)) -> Self {
        if let Some(last) = self.commits.last_mut() {
            change(last);
        }
        self
    }

    fn file(self, path: &str, bytes: &[u8], mode: &'static str) -> Self {
        let change = Change::Write { bytes: bytes.to_vec(), mode };
        self.step(|step| step.changes.push((path.to_owned(), change)))
    }

    /// Writes a file.
    #[must_use]
    pub fn writes(self, path: &str, text: &str) -> Self {
        self.file(path, text.as_bytes(), "100644")
    }

    /// Writes a file that is no text.
    #[must_use]
    pub fn writes_bytes(self, path: &str, bytes: &[u8]) -> Self {
        self.file(path, bytes, "100644")
    }

    /// Writes a file that can be run.
    #[must_use]
    pub fn writes_program(self, path: &str, text: &str) -> Self {
        self.file(path, text.as_bytes(), "100755")
    }

    /// Makes a symbolic link.
    #[must_use]
    pub fn links(self, path: &str, target: &str) -> Self {
        self.file(path, target.as_bytes(), "120000")
    }

    /// Removes a file.
    #[must_use]
    pub fn removes(self, path: &str) -> Self {
        self.step(|step| step.changes.push((path.to_owned(), Change::Remove)))
    }

    /// Moves a file.
    #[must_use]
    pub fn renames(self, from: &str, to: &str) -> Self {
        self.step(|step| step.changes.push((to.to_owned(), Change::Move(from.to_owned()))))
    }

    /// What the commit says of itself; made up when nothing is given.
    #[must_use]
    pub fn message(self, text: &str) -> Self {
        self.step(|step| text.clone_into(&mut step.message))
    }

    /// Whom the commit names as its author: anybody can write any name there. The person who pushes
    /// unless said otherwise. Names with an `@` are addresses of nobody's account.
    #[must_use]
    pub fn authored_by(self, who: &str) -> Self {
        self.step(|step| step.author = Some(who.to_owned()))
    }

    /// Whom the commit names as its committer.
    #[must_use]
    pub fn committed_by(self, who: &str) -> Self {
        self.step(|step| step.committer = Some(who.to_owned()))
    }

    /// Signs the commit, so that GitHub calls it verified.
    #[must_use]
    pub fn signed(self) -> Self {
        self.step(|step| step.verified = true)
    }

    /// What follows belongs to another commit on top.
    #[must_use]
    pub fn and_then(mut self) -> Self {
        self.commits.push(Step::default());
        self
    }
}

fn signature(world: &World, who: &str) -> Signature {
    match (world.user(who), who.split_once('@')) {
        (Some(user), _) => world.signature(user.id),
        (None, Some((name, _))) => {
            Signature { user: None, name: name.to_owned(), email: who.to_owned(), at: world.now() }
        }
        (None, None) => panic!("there is no user {who}; an address has an @"),
    }
}

#[track_caller]
pub(super) fn commit_named(world: &World, repo: u64, name: &str) -> String {
    let found = world.repos.get(&repo).and_then(|repo| repo.git.resolve(name));
    found.unwrap_or_else(|| panic!("there is no {name} in that repository")).sha.clone()
}

impl Sim {
    /// Pushes commits to a branch and gives back the last one.
    #[track_caller]
    pub fn pushes(&self, push: &Push, by: &str) -> String {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, &push.repo), Self::user_no(world, by));
            let place = &world.repos[&id];
            let known = place.git.branch(&push.branch).or(place.git.branch(&place.default_branch));
            let mut tip = match &push.from {
                Some(name) => Some(commit_named(world, id, name)),
                None => known.cloned(),
            };
            for step in push.commits.iter().filter(|step| !step.changes.is_empty()) {
                let who = |named: &Option<String>, other: &Signature| {
                    named.as_deref().map_or(other.clone(), |login| signature(world, login))
                };
                let author = who(&step.author, &world.signature(by));
                let committer = who(&step.committer, &author);
                let draft = Draft {
                    changes: step.changes.clone(),
                    message: step.message.clone(),
                    author,
                    committer,
                    verified: step.verified,
                };
                tip = Some(world.draft(id, tip.as_deref(), draft));
            }
            let tip = tip.expect("a push has a file or a place to start at");
            let pusher = match &push.key {
                None => Pusher::user(by),
                Some(title) => Pusher { user: holder_of_key(world, id, title), by_key: true },
            };
            world.push(id, pusher, &[(format!("refs/heads/{}", push.branch), Some(tip.clone()))]);
            tip
        })
    }

    /// Makes a branch where another branch, a tag or a commit is. Gives back the commit.
    #[track_caller]
    pub fn creates_branch(&self, repo: &str, branch: &str, at: &str, by: &str) -> String {
        self.pushes(&Push::to(repo, branch).starting_at(at), by)
    }

    /// Deletes a branch. Pull requests from it are closed.
    #[track_caller]
    pub fn deletes_branch(&self, repo: &str, branch: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.push(id, Pusher::user(by), &[(format!("refs/heads/{branch}"), None)]);
        });
    }

    /// Pushes tags in one go, each at that branch or commit. GitHub tells of no more than three.
    #[track_caller]
    pub fn pushes_tags(&self, repo: &str, tags: &[&str], at: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            let commit = commit_named(world, id, at);
            let updates: Vec<_> =
                tags.iter().map(|tag| (format!("refs/tags/{tag}"), Some(commit.clone()))).collect();
            world.push(id, Pusher::user(by), &updates);
        });
    }

    /// Deletes a tag.
    #[track_caller]
    pub fn deletes_tag(&self, repo: &str, tag: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.push(id, Pusher::user(by), &[(format!("refs/tags/{tag}"), None)]);
        });
    }

    /// The commit that a branch, tag, ref or shortened commit stands for.
    #[track_caller]
    pub fn commit_at(&self, repo: &str, reference: &str) -> String {
        let world = self.world();
        commit_named(&world, Self::repo_no(&world, repo), reference)
    }
}

/// Whoever added a deploy key: GitHub names that account as the sender.
#[track_caller]
fn holder_of_key(world: &World, repo: u64, title: &str) -> u64 {
    let mut keys = world.repos[&repo].keys.values();
    let key = keys.find(|key| key.title == title);
    let key = key.unwrap_or_else(|| panic!("there is no deploy key {title}"));
    assert!(!key.read_only, "the deploy key {title} can only read");
    key.added_by
}
