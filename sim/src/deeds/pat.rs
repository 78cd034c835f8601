//! Fine-grained personal access tokens: asked for, granted, refused, revoked.

use crate::{
    hooks::Happening,
    world::{Pat, PatRequest, World},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A token somebody asks the organization to accept.
#[derive(Clone, Debug)]
pub(crate) struct NewPat {
    pub name: String,
    pub owner: u64,
    pub permissions: Value,
    pub selection: String,
    pub repositories: BTreeSet<u64>,
    pub expires: Option<Timestamp>,
    pub reason: Option<String>,
    /// The token that asks for more than it was granted.
    pub token_id: Option<u64>,
}

impl World {
    /// Files a request and gives back its number.
    pub(crate) fn request_pat(&mut self, org: u64, new: NewPat) -> u64 {
        let id = self.next_id();
        let token_id = new.token_id.unwrap_or_else(|| self.next_id());
        let pat = Pat {
            id,
            token_id,
            token_name: new.name,
            owner: new.owner,
            permissions: new.permissions,
            selection: new.selection,
            repositories: new.repositories,
            expires: new.expires,
            last_used: None,
            at: self.now(),
        };
        let request = PatRequest { pat, reason: new.reason };
        if let Some(org) = self.orgs.get_mut(&org) {
            org.pat_requests.insert(id, request.clone());
        }
        self.tell_pat(org, &request, "created", request.pat.owner);
        id
    }

    /// Grants a request and gives back the number of the grant.
    pub(crate) fn approve_pat(&mut self, org: u64, request: u64, by: u64) -> Option<u64> {
        let now = self.now();
        let request = self.orgs.get_mut(&org)?.pat_requests.remove(&request)?;
        // Told with the request's own number, before the grant exists: `upgraded` is told against the former grant.
        self.tell_pat(org, &request, "approved", by);
        let org = self.orgs.get_mut(&org)?;
        let former =
            org.pats.values().find(|pat| pat.token_id == request.pat.token_id).map(|pat| pat.id);
        let id = former.unwrap_or(request.pat.id);
        org.pats.insert(id, Pat { id, at: now, ..request.pat });
        Some(id)
    }

    /// Ends a request without a grant: `denied` by an owner, `cancelled` by its author.
    pub(crate) fn end_pat_request(
        &mut self,
        org: u64,
        request: u64,
        action: &'static str,
        by: u64,
    ) {
        let ended = self.orgs.get_mut(&org).and_then(|org| org.pat_requests.remove(&request));
        if let Some(request) = ended {
            self.tell_pat(org, &request, action, by);
        }
    }

    /// Takes a grant away. GitHub sends no webhook for this.
    pub(crate) fn revoke_pat(&mut self, org: u64, id: u64) -> bool {
        self.orgs.get_mut(&org).is_some_and(|org| org.pats.remove(&id).is_some())
    }

    fn tell_pat(&mut self, org: u64, request: &PatRequest, action: &'static str, by: u64) {
        let nothing = json!({});
        let former = self
            .orgs
            .get(&org)
            .and_then(|org| org.pats.values().find(|pat| pat.token_id == request.pat.token_id))
            .map_or(&nothing, |pat| &pat.permissions);
        let (added, upgraded) = difference(former, &request.pat.permissions);
        let shown = self.show_pat_event(request, &upgraded, &added);
        let happening = Happening::new("personal_access_token_request", action, by)
            .with("personal_access_token_request", shown)
            .in_org(org);
        self.emit(happening);
    }
}

/// What the second set of permissions adds to the first, and what it raises.
fn difference(before: &Value, after: &Value) -> (Value, Value) {
    let (mut added, mut upgraded) = (json!({}), json!({}));
    for (scope, permissions) in after.as_object().into_iter().flatten() {
        for (name, level) in permissions.as_object().into_iter().flatten() {
            match &before[scope][name] {
                Value::Null => added[scope][name] = level.clone(),
                same if same == level => {}
                _ => upgraded[scope][name] = level.clone(),
            }
        }
    }
    (added, upgraded)
}
