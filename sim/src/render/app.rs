//! Apps, installations and webhook deliveries.

use super::node;
use crate::{
    clock::written,
    hooks::Delivery,
    world::{App, Installation, Selection, World},
};
use serde_json::{Value, json};

impl World {
    /// `integration`.
    pub(crate) fn show_app(&self, app: &App) -> Value {
        let owner = self.orgs.get(&app.owner).map_or(Value::Null, |org| self.show_owner(org));
        json!({
            "id": app.id,
            "client_id": app.client_id,
            "slug": app.slug,
            "node_id": node("A", app.id),
            "owner": owner,
            "name": app.name,
            "description": app.description,
            "external_url": app.external_url,
            "html_url": format!("{}/apps/{}", self.base, app.slug),
            "created_at": written(app.created),
            "updated_at": written(app.created),
            "permissions": app.permissions,
            "events": app.events,
        })
    }

    /// `installation`.
    pub(crate) fn show_installation(&self, installation: &Installation) -> Value {
        let app = self.apps.get(&installation.app);
        let org = self.orgs.get(&installation.org);
        let login = org.map_or("ghost", |org| org.login.as_str());
        json!({
            "id": installation.id,
            "node_id": node("IN", installation.id),
            "account": org.map(|org| self.show_owner(org)),
            "repository_selection": selection_name(&installation.selection),
            "access_tokens_url": format!("{}/app/installations/{}/access_tokens", self.base, installation.id),
            "repositories_url": format!("{}/installation/repositories", self.base),
            "html_url": format!("{}/organizations/{login}/settings/installations/{}", self.base, installation.id),
            "app_id": installation.app,
            "client_id": app.map(|app| app.client_id.as_str()),
            "app_slug": app.map(|app| app.slug.as_str()),
            "target_id": installation.org,
            "target_type": "Organization",
            "permissions": installation.permissions,
            "events": installation.events,
            "created_at": written(installation.created),
            "updated_at": written(installation.updated),
            "single_file_name": null,
            "has_multiple_single_files": false,
            "single_file_paths": [],
            "suspended_at": installation.suspended.map(|(at, _)| written(at)),
            "suspended_by": installation.suspended.map(|(_, by)| self.show_user_id(by)),
        })
    }

    /// `hook-delivery-item`.
    pub(crate) fn show_delivery(&self, delivery: &Delivery) -> Value {
        json!({
            "id": delivery.id,
            "guid": delivery.guid,
            "delivered_at": written(delivery.at),
            "redelivery": delivery.redelivery,
            "duration": delivery.outcome.seconds(),
            "status": delivery.outcome.status(),
            "status_code": delivery.outcome.code(),
            "event": delivery.event,
            "action": delivery.action,
            "installation_id": delivery.installation,
            "repository_id": delivery.repository,
            "throttled_at": null,
        })
    }
}

pub(crate) fn selection_name(selection: &Selection) -> &'static str {
    match selection {
        Selection::All => "all",
        Selection::Selected(_) => "selected",
    }
}
