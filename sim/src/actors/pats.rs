//! Fine-grained personal access tokens.

use crate::{deeds::NewPat, sim::Sim};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A token that somebody asks for.
#[derive(Clone, Debug)]
pub struct PatSpec {
    /// The name its owner gave it.
    pub name: String,
    /// `{repository: {contents: "write"}, organization: {…}}`.
    pub permissions: Value,
    /// Repositories in full (`acme/api`); empty: all of the organization's.
    pub repositories: Vec<String>,
    /// `None`: it never expires.
    pub expires: Option<Timestamp>,
    /// What its owner wrote.
    pub reason: Option<String>,
    /// The token that asks for more, when it is not a new one.
    pub token_id: Option<u64>,
}

impl PatSpec {
    /// A token with one repository permission on one repository, without an end.
    pub fn new(name: &str, repository: &str, permission: &str, level: &str) -> Self {
        Self {
            name: name.to_owned(),
            permissions: json!({ "repository": { permission: level, "metadata": "read" } }),
            repositories: vec![repository.to_owned()],
            expires: None,
            reason: None,
            token_id: None,
        }
    }

    /// With an end.
    #[must_use]
    pub fn until(mut self, expires: Timestamp) -> Self {
        self.expires = Some(expires);
        self
    }
}

impl Sim {
    /// Asks the first organization to accept a token. Gives back the request's number.
    #[track_caller]
    pub fn requests_pat(&self, owner: &str, spec: &PatSpec) -> u64 {
        self.act(|world| {
            let org = *world.orgs.keys().next().expect("the seed has an organization");
            let repositories =
                spec.repositories.iter().map(|name| Self::repo_no(world, name)).collect();
            let new = NewPat {
                name: spec.name.clone(),
                owner: Self::user_no(world, owner),
                permissions: spec.permissions.clone(),
                selection: if spec.repositories.is_empty() { "all" } else { "subset" }.to_owned(),
                repositories,
                expires: spec.expires,
                reason: spec.reason.clone(),
                token_id: spec.token_id,
            };
            world.request_pat(org, new)
        })
    }

    #[track_caller]
    fn org_of_request(&self, id: u64) -> u64 {
        let world = self.world();
        let org = world.orgs.values().find(|org| org.pat_requests.contains_key(&id));
        org.map(|org| org.id).unwrap_or_else(|| panic!("there is no request {id}"))
    }

    /// An organization owner accepts. Gives back the number of the grant, which is also what
    /// `GET /orgs/{org}/personal-access-tokens` lists.
    #[track_caller]
    pub fn approves_pat_request(&self, id: u64, by: &str) -> u64 {
        let org = self.org_of_request(id);
        self.act(|world| {
            let by = Self::user_no(world, by);
            world.approve_pat(org, id, by).expect("the request exists")
        })
    }

    /// An organization owner refuses.
    #[track_caller]
    pub fn denies_pat_request(&self, id: u64, by: &str) {
        let org = self.org_of_request(id);
        self.act(|world| {
            let by = Self::user_no(world, by);
            world.end_pat_request(org, id, "denied", by);
        });
    }

    /// Its owner takes the request back.
    #[track_caller]
    pub fn cancels_pat_request(&self, id: u64) {
        let org = self.org_of_request(id);
        self.act(|world| {
            let by = world
                .orgs
                .get(&org)
                .and_then(|org| org.pat_requests.get(&id))
                .map_or(0, |request| request.pat.owner);
            world.end_pat_request(org, id, "cancelled", by);
        });
    }

    /// A grant without a request, as for organization owners or where approval is off: no webhook.
    #[track_caller]
    pub fn grants_pat_without_request(&self, owner: &str, spec: &PatSpec) -> u64 {
        let waiting = self.world().deliveries.log.keys().next_back().copied().unwrap_or_default();
        let id = self.requests_pat(owner, spec);
        let granted = self.approves_pat_request(id, owner);
        self.world().forget_deliveries_after(waiting);
        granted
    }

    /// An organization owner revokes a token's access, by the number that
    /// [`Self::approves_pat_request`] gave: no webhook.
    #[track_caller]
    pub fn revokes_pat(&self, grant: u64) {
        self.act(|world| {
            let org = *world.orgs.keys().next().expect("the seed has an organization");
            assert!(world.revoke_pat(org, grant), "the grant exists");
        });
    }
}
