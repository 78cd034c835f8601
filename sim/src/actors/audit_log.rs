//! What GitHub writes into an organization's audit log.

use crate::sim::Sim;
use serde_json::{Value, json};

impl Sim {
    /// A record appears in the log. What it does not say is filled in: that it happened now, in this
    /// organization, under a name of its own.
    #[track_caller]
    pub fn writes_audit_record(&self, organization: &str, record: Value) {
        self.act(|world| {
            let (id, org) = (world.next_id(), Self::org_no(world, organization));
            let now = world.now().as_millisecond();
            let mut whole = json!({
                "@timestamp": now,
                "_document_id": format!("record-{id}"),
                "created_at": now,
                "org": organization,
                "org_id": org,
            });
            let fields = whole.as_object_mut().expect("it was made as an object");
            fields.extend(record.as_object().expect("a record is an object").clone());
            world.orgs.get_mut(&org).expect("it was just found").records.push(whole);
        });
    }

    /// The organization joins an enterprise, or leaves it: from then on there is an audit log to read,
    /// or none.
    #[track_caller]
    pub fn belongs_to_enterprise(&self, organization: &str, belongs: bool) {
        self.act(|world| {
            let org = Self::org_no(world, organization);
            world.orgs.get_mut(&org).expect("it was just found").enterprise = belongs;
        });
    }
}
