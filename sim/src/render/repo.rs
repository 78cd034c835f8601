//! Repositories.

use super::{account::permission_flags, node, with};
use crate::{
    clock::written,
    world::{Access, Repo, Visibility, World},
};
use serde_json::{Map, Value, json};

/// Addresses below a repository's own: field, and what follows.
const BELOW: &[(&str, &str)] = &[
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
];

impl World {
    /// Where a repository answers.
    pub(crate) fn repo_url(&self, repo: &Repo) -> String {
        format!("{}/repos/{}", self.base, self.full_name(repo))
    }

    /// Where people see it.
    pub(crate) fn repo_page(&self, repo: &Repo) -> String {
        format!("{}/{}", self.base, self.full_name(repo))
    }

    /// `minimal-repository` and more: what lists and webhooks carry.
    pub(crate) fn show_repo(&self, repo: &Repo) -> Value {
        let (api, page, full) = (self.repo_url(repo), self.repo_page(repo), self.full_name(repo));
        let mut urls = Map::new();
        for (field, below) in BELOW {
            urls.insert((*field).to_owned(), format!("{api}{below}").into());
        }
        let open = repo.issues.values().filter(|issue| issue.open).count();
        let owner = self.show_owner_id(repo.org);
        let about = json!({
            "id": repo.id,
            "node_id": node("R", repo.id),
            "name": repo.name,
            "full_name": full,
            "private": repo.visibility == Visibility::Private,
            "owner": owner,
            "html_url": page,
            "description": null,
            "fork": repo.fork_of.is_some(),
            "url": api,
            "git_url": format!("git://github.invalid/{full}.git"),
            "ssh_url": format!("git@github.invalid:{full}.git"),
            "clone_url": format!("{page}.git"),
            "svn_url": page,
            "mirror_url": null,
            "homepage": null,
            "language": null,
            "license": null,
            "topics": [],
            "size": 0,
            "forks": 0,
            "forks_count": 0,
            "stargazers_count": 0,
            "watchers": 0,
            "watchers_count": 0,
            "open_issues": open,
            "open_issues_count": open,
            "default_branch": repo.default_branch,
            "is_template": false,
            "has_issues": repo.has_issues,
            "has_projects": true,
            "has_wiki": true,
            "has_pages": false,
            "has_downloads": true,
            "has_discussions": false,
            "archived": repo.archived,
            "disabled": false,
            "visibility": if repo.is_public() { "public" } else { "private" },
            "allow_forking": true,
            "web_commit_signoff_required": false,
            "pushed_at": written(repo.pushed),
            "created_at": written(repo.created),
            "updated_at": written(repo.updated),
        });
        with(Value::Object(urls), about)
    }

    /// `full-repository`.
    pub(crate) fn show_repo_fully(&self, repo: &Repo) -> Value {
        let mut more = json!({
            "permissions": permission_flags(Access::None),
            "network_count": 0,
            "subscribers_count": 0,
            "allow_merge_commit": true,
            "allow_rebase_merge": true,
            "allow_squash_merge": true,
            "custom_properties": {},
        });
        if let Some(org) = self.orgs.get(&repo.org) {
            more["organization"] = self.show_owner(org);
        }
        if let Some(parent) = repo.fork_of.and_then(|parent| self.repos.get(&parent)) {
            more["parent"] = self.show_repo(parent);
            more["source"] = self.show_repo(parent);
        }
        with(self.show_repo(repo), more)
    }

    /// A repository with what a team may do in it: `team-repository`.
    pub(crate) fn show_repo_for(&self, repo: &Repo, access: Access) -> Value {
        with(
            self.show_repo(repo),
            json!({ "permissions": permission_flags(access), "role_name": access.role_name() }),
        )
    }

    /// The five fields that webhooks about installations and tokens name a repository by.
    pub(crate) fn show_repo_briefly(&self, repo: &Repo) -> Value {
        json!({
            "id": repo.id,
            "node_id": node("R", repo.id),
            "name": repo.name,
            "full_name": self.full_name(repo),
            "private": !repo.is_public(),
        })
    }
}
