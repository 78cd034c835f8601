//! What people do with issues.

use crate::{
    deeds::{IssueChange, NewIssue, Reacted},
    sim::Sim,
    world::{Author, World},
};

fn by_hand(world: &World, login: &str) -> Author {
    Author { user: Sim::user_no(world, login), through: None }
}

#[track_caller]
fn issue(world: &World, repo: &str, number: u64) -> u64 {
    let id = Sim::repo_no(world, repo);
    assert!(world.issue_of(id, number).is_some(), "there is no issue {repo}#{number}");
    id
}

impl Sim {
    /// Opens an issue and gives back its number.
    #[track_caller]
    pub fn opens_issue(&self, repo: &str, login: &str, title: &str, body: &str) -> u64 {
        self.act(|world| {
            let (id, author) = (Self::repo_no(world, repo), by_hand(world, login));
            let new = NewIssue {
                title: title.to_owned(),
                body: Some(body.to_owned()),
                ..NewIssue::default()
            };
            world.open_issue(id, author, new)
        })
    }

    /// Writes a comment and gives back its id.
    #[track_caller]
    pub fn comments(&self, repo: &str, number: u64, login: &str, body: &str) -> u64 {
        self.act(|world| {
            let (id, author) = (issue(world, repo, number), by_hand(world, login));
            world.comment(id, number, author, body)
        })
    }

    /// Writes a comment through an App that acts with the person's account:
    /// `performed_via_github_app` names it.
    #[track_caller]
    pub fn comments_through(
        &self,
        repo: &str,
        number: u64,
        login: &str,
        app_slug: &str,
        body: &str,
    ) -> u64 {
        self.act(|world| {
            let through = world
                .app_by_slug(app_slug)
                .unwrap_or_else(|| panic!("there is no App {app_slug}"))
                .id;
            let author = Author { user: Self::user_no(world, login), through: Some(through) };
            let id = issue(world, repo, number);
            world.comment(id, number, author, body)
        })
    }

    /// Edits a comment, which need not be one's own.
    #[track_caller]
    pub fn edits_comment(&self, id: u64, by: &str, body: &str) {
        self.act(|world| {
            let (repo, by) = (repo_of_comment(world, id), Self::user_no(world, by));
            world.edit_comment(repo, id, by, body);
        });
    }

    /// Deletes a comment.
    #[track_caller]
    pub fn deletes_comment(&self, id: u64, by: &str) {
        self.act(|world| {
            let (repo, by) = (repo_of_comment(world, id), Self::user_no(world, by));
            world.delete_comment(repo, id, by);
        });
    }

    /// Reacts to a comment: `+1`, `eyes`, …
    #[track_caller]
    pub fn reacts_to_comment(&self, id: u64, by: &str, content: &str) {
        self.act(|world| {
            let (repo, by) = (repo_of_comment(world, id), Self::user_no(world, by));
            if let Some(place) = world.place_of_comment(repo, id) {
                world.react(Reacted::Comment(place), by, content);
            }
        });
    }

    /// Assigns an issue. Somebody who cannot be assigned is not.
    #[track_caller]
    pub fn assigns(&self, repo: &str, number: u64, login: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (issue(world, repo, number), Self::user_no(world, by));
            let people = world.assignable(id, &[login.to_owned()]);
            world.assign(id, number, by, &people);
        });
    }

    /// Takes an assignment back.
    #[track_caller]
    pub fn unassigns(&self, repo: &str, number: u64, login: &str, by: &str) {
        self.act(|world| {
            let (id, by, user) =
                (issue(world, repo, number), Self::user_no(world, by), Self::user_no(world, login));
            world.unassign(id, number, by, &[user]);
        });
    }

    /// Puts a label on an issue; it is made when the repository has none of that name.
    #[track_caller]
    pub fn labels_issue(&self, repo: &str, number: u64, label: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (issue(world, repo, number), Self::user_no(world, by));
            let label = world.label_or_new(id, label);
            world.label(id, number, by, label);
        });
    }

    /// Takes a label off an issue.
    #[track_caller]
    pub fn unlabels_issue(&self, repo: &str, number: u64, label: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (issue(world, repo, number), Self::user_no(world, by));
            let label = world.label_or_new(id, label);
            world.unlabel(id, number, by, label);
        });
    }

    #[track_caller]
    fn sets_state(&self, repo: &str, number: u64, by: &str, open: bool, reason: &str) {
        self.act(|world| {
            let (id, by) = (issue(world, repo, number), Self::user_no(world, by));
            world.set_state(id, number, by, open, Some(reason.to_owned()));
        });
    }

    /// Closes an issue as completed.
    #[track_caller]
    pub fn closes_issue(&self, repo: &str, number: u64, by: &str) {
        self.sets_state(repo, number, by, false, "completed");
    }

    /// Closes an issue as not planned.
    #[track_caller]
    pub fn closes_issue_as_not_planned(&self, repo: &str, number: u64, by: &str) {
        self.sets_state(repo, number, by, false, "not_planned");
    }

    /// Opens a closed issue again.
    #[track_caller]
    pub fn reopens(&self, repo: &str, number: u64, by: &str) {
        self.sets_state(repo, number, by, true, "reopened");
    }

    /// Changes the text of an issue, which need not be one's own.
    #[track_caller]
    pub fn edits_issue_body(&self, repo: &str, number: u64, body: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (issue(world, repo, number), Self::user_no(world, by));
            let change =
                IssueChange { body: Some(Some(body.to_owned())), ..IssueChange::default() };
            world.change_issue(id, number, by, change);
        });
    }

    /// Changes the title of an issue.
    #[track_caller]
    pub fn edits_issue_title(&self, repo: &str, number: u64, title: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (issue(world, repo, number), Self::user_no(world, by));
            let change = IssueChange { title: Some(title.to_owned()), ..IssueChange::default() };
            world.change_issue(id, number, by, change);
        });
    }

    /// Locks the conversation.
    #[track_caller]
    pub fn locks(&self, repo: &str, number: u64, by: &str) {
        self.act(|world| {
            let (id, by) = (issue(world, repo, number), Self::user_no(world, by));
            world.lock(id, number, by, Some(String::new()));
        });
    }

    /// Unlocks the conversation.
    #[track_caller]
    pub fn unlocks(&self, repo: &str, number: u64, by: &str) {
        self.act(|world| {
            let (id, by) = (issue(world, repo, number), Self::user_no(world, by));
            world.lock(id, number, by, None);
        });
    }

    /// Deletes an issue.
    #[track_caller]
    pub fn deletes_issue(&self, repo: &str, number: u64, by: &str) {
        self.act(|world| {
            let (id, by) = (issue(world, repo, number), Self::user_no(world, by));
            world.delete_issue(id, number, by);
        });
    }

    /// Moves an issue to another repository and gives back its number there.
    #[track_caller]
    pub fn transfers_issue(&self, repo: &str, number: u64, to: &str, by: &str) -> u64 {
        self.act(|world| {
            let (id, to, by) =
                (issue(world, repo, number), Self::repo_no(world, to), Self::user_no(world, by));
            world.transfer_issue(id, number, to, by).expect("both ends exist")
        })
    }
}

#[track_caller]
fn repo_of_comment(world: &World, id: u64) -> u64 {
    let found = world.repos.keys().find(|repo| world.place_of_comment(**repo, id).is_some());
    *found.unwrap_or_else(|| panic!("there is no comment {id}"))
}
