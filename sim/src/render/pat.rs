//! Fine-grained personal access tokens and requests for them.

use crate::{
    clock::written,
    world::{Org, Pat, PatRequest, World},
};
use serde_json::{Value, json};

impl World {
    fn show_token_basics(&self, pat: &Pat, repositories_url: String) -> Value {
        json!({
            "id": pat.id,
            "owner": self.show_user_id(pat.owner),
            "repository_selection": pat.selection,
            "repositories_url": repositories_url,
            "permissions": pat.permissions,
            "token_id": pat.token_id,
            "token_name": pat.token_name,
            "token_expired": pat.expires.is_some_and(|at| at <= self.now()),
            "token_expires_at": pat.expires.map(written),
            "token_last_used_at": pat.last_used.map(written),
        })
    }

    /// `organization-programmatic-access-grant`.
    pub(crate) fn show_pat(&self, org: &Org, pat: &Pat) -> Value {
        let url = format!(
            "{}/organizations/{}/personal-access-tokens/{}/repositories",
            self.base, org.id, pat.id
        );
        super::with(
            self.show_token_basics(pat, url),
            json!({ "access_granted_at": written(pat.at) }),
        )
    }

    /// `organization-programmatic-access-grant-request`.
    pub(crate) fn show_pat_request(&self, org: &Org, request: &PatRequest) -> Value {
        let id = request.pat.id;
        let url = format!(
            "{}/organizations/{}/personal-access-token-requests/{id}/repositories",
            self.base, org.id
        );
        let more = json!({ "reason": request.reason, "created_at": written(request.pat.at) });
        super::with(self.show_token_basics(&request.pat, url), more)
    }

    /// The object that `personal_access_token_request` webhooks carry. It says what is new beside what is the result.
    pub(crate) fn show_pat_event(
        &self,
        request: &PatRequest,
        upgraded: &Value,
        added: &Value,
    ) -> Value {
        let pat = &request.pat;
        let repositories: Vec<Value> = pat
            .repositories
            .iter()
            .filter_map(|id| self.repos.get(id))
            .map(|repo| self.show_repo_briefly(repo))
            .collect();
        json!({
            "id": pat.id,
            "owner": self.show_user_id(pat.owner),
            "permissions_added": added,
            "permissions_upgraded": upgraded,
            "permissions_result": pat.permissions,
            "repository_selection": pat.selection,
            "repository_count": (pat.selection == "subset").then_some(repositories.len()),
            "repositories": (pat.selection == "subset").then_some(repositories),
            "created_at": written(pat.at),
            "token_id": pat.token_id,
            "token_name": pat.token_name,
            "token_expired": pat.expires.is_some_and(|at| at <= self.now()),
            "token_expires_at": pat.expires.map(written),
            "token_last_used_at": pat.last_used.map(written),
        })
    }
}
