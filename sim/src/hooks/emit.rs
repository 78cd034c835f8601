//! Who hears of what happened.

use super::{Deliveries, Delivery, Outcome, Webhook, headers};
use crate::{
    catalogue, render, schema,
    world::{Installation, World},
};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Something that happened, as GitHub would tell it.
pub(crate) struct Happening {
    event: &'static str,
    action: Option<&'static str>,
    org: u64,
    repo: Option<u64>,
    sender: u64,
    /// The one App that hears it, whoever else could.
    only: Option<u64>,
    more: Map<String, Value>,
}

impl Happening {
    /// `action` is empty for events that have none.
    pub(crate) fn new(event: &'static str, action: &'static str, sender: u64) -> Self {
        let action = (!action.is_empty()).then_some(action);
        Self { event, action, org: 0, repo: None, sender, only: None, more: Map::new() }
    }

    pub(crate) fn in_repo(mut self, world: &World, repo: u64) -> Self {
        self.repo = Some(repo);
        self.org = world.repos.get(&repo).map_or(0, |repo| repo.org);
        self
    }

    pub(crate) fn in_org(mut self, org: u64) -> Self {
        self.org = org;
        self
    }

    /// Tells one App alone.
    pub(crate) fn only_to(mut self, app: u64) -> Self {
        self.only = Some(app);
        self
    }

    pub(crate) fn with(mut self, field: &str, value: Value) -> Self {
        self.more.insert(field.to_owned(), value);
        self
    }
}

impl World {
    /// Makes a delivery for every App that may hear it.
    pub(crate) fn emit(&mut self, happening: Happening) {
        let listeners: Vec<u64> = self
            .installations
            .values()
            .filter(|installation| {
                installation.org == happening.org && self.hears(installation, &happening)
            })
            .map(|installation| installation.id)
            .collect();
        for id in listeners {
            let payload =
                self.payload(&happening, json!({ "id": id, "node_id": render::node("MDIz", id) }));
            let app = self.installations[&id].app;
            self.deliver(app, Some(id), &happening, &payload);
        }
    }

    /// Tells one App about its own installation, whatever it subscribed to.
    pub(crate) fn emit_installation(&mut self, happening: Happening, installation: u64) {
        let Some(about) = self.installations.get(&installation) else {
            return;
        };
        let (app, shown) = (about.app, self.show_installation(about));
        let payload = self.payload(&happening, shown);
        self.deliver(app, Some(installation), &happening, &payload);
    }

    fn hears(&self, installation: &Installation, happening: &Happening) -> bool {
        let Some(event) = catalogue::event(happening.event) else {
            return false;
        };
        let checks_write =
            installation.permissions.get("checks") >= Some(&crate::world::Level::Write);
        let subscribed = installation.events.contains(happening.event)
            || event.always
            // Apps that may write checks get these two without asking.
            || (checks_write && ["check_run", "check_suite"].contains(&happening.event));
        subscribed
            && installation.suspended.is_none()
            && happening.only.is_none_or(|app| app == installation.app)
            && (event.always || event.is_offered_by(&installation.permissions))
            && happening.repo.is_none_or(|repo| installation.covers(repo))
    }

    fn payload(&self, happening: &Happening, installation: Value) -> Value {
        let mut payload = Map::new();
        if let Some(action) = happening.action {
            payload.insert("action".to_owned(), action.into());
        }
        payload.extend(happening.more.clone());
        if let Some(repo) = happening.repo.and_then(|id| self.repos.get(&id)) {
            payload.entry("repository").or_insert_with(|| self.show_repo(repo));
        }
        let is_about_the_app = catalogue::event(happening.event).is_some_and(|event| event.always);
        if let Some(org) = self.orgs.get(&happening.org).filter(|_| !is_about_the_app) {
            payload.entry("organization").or_insert_with(|| self.show_org(org));
        }
        payload.insert("sender".to_owned(), self.show_user_id(happening.sender));
        payload.insert("installation".to_owned(), installation);
        Value::Object(payload)
    }

    fn deliver(
        &mut self,
        app: u64,
        installation: Option<u64>,
        happening: &Happening,
        payload: &Value,
    ) {
        if self.settings.check_schemas {
            let action = happening.action.map(|action| format!(".{action}")).unwrap_or_default();
            let name = format!("{}{action}", happening.event);
            let found = schema::check_webhook(&name, payload);
            self.complaints.extend(found.into_iter().map(|what| format!("webhook {name}: {what}")));
        }
        let delivery = Delivery {
            id: self.next_id(),
            guid: uuid::Uuid::new_v4().to_string(),
            event: happening.event.to_owned(),
            action: happening.action.map(str::to_owned),
            app,
            installation,
            repository: happening.repo,
            at: self.now(),
            redelivery: false,
            body: Arc::new(payload.to_string().into_bytes()),
            outcome: Outcome::Waiting,
        };
        self.enqueue(delivery);
    }

    /// Delivers any payload of any event to an App, signed like the others. Gives back its GUID.
    pub(crate) fn deliver_raw(&mut self, app: u64, event: &str, body: Vec<u8>) -> String {
        let guid = uuid::Uuid::new_v4().to_string();
        let delivery = Delivery {
            id: self.next_id(),
            guid: guid.clone(),
            event: event.to_owned(),
            action: None,
            app,
            installation: None,
            repository: None,
            at: self.now(),
            redelivery: false,
            body: Arc::new(body),
            outcome: Outcome::Waiting,
        };
        self.enqueue(delivery);
        guid
    }

    fn enqueue(&mut self, delivery: Delivery) {
        let pushes = self.apps.get(&delivery.app).is_some_and(|app| app.hook.url.is_some());
        let Deliveries { log, queue, shelf, .. } = &mut self.deliveries;
        if pushes {
            queue.push_back(delivery.id)
        } else {
            shelf.push_back(delivery.id)
        }
        log.insert(delivery.id, delivery);
    }

    /// Delivers again: another number, the same GUID.
    pub(crate) fn redeliver(&mut self, id: u64) -> bool {
        let Some(first) = self.deliveries.log.get(&id).cloned() else {
            return false;
        };
        let again = Delivery {
            id: self.next_id(),
            at: self.now(),
            redelivery: true,
            outcome: Outcome::Waiting,
            ..first
        };
        self.enqueue(again);
        true
    }

    /// Undoes the deliveries made after this one, before anybody got them.
    pub(crate) fn forget_deliveries_after(&mut self, last: u64) {
        self.deliveries.log.retain(|id, _| *id <= last);
        self.deliveries.queue.retain(|id| *id <= last);
        self.deliveries.shelf.retain(|id| *id <= last);
    }

    /// Takes what waits on the shelf.
    pub(crate) fn take_webhooks(&mut self) -> Vec<Webhook> {
        let ids: Vec<u64> = self.deliveries.shelf.drain(..).collect();
        let mut taken = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(delivery) = self.deliveries.log.get_mut(&id) else {
                continue;
            };
            delivery.outcome = Outcome::Taken;
            if let Some(app) = self.apps.get(&delivery.app) {
                taken.push(Webhook {
                    event: delivery.event.clone(),
                    guid: delivery.guid.clone(),
                    app_id: app.id,
                    headers: headers(app, delivery),
                    body: delivery.body.to_vec(),
                });
            }
        }
        taken
    }
}
