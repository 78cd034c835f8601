//! Records of GitHub's audit log, as a stream brings them.

use axum::body::Body;
use beholden::domain::Timestamp;
use beholden::events::{AUDIT, AuditToken, Delivery, Signed, audit_guid};
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::support::{Product, Setup};

const TOKEN: &str = "token-for-stories";

impl Setup {
    /// A stream of the audit log is taken.
    pub(crate) fn streaming(self) -> Self {
        self.collector(vec![token()])
    }
}

impl Product {
    /// Brings a record of something that was done in acme/api just now, with these fields besides.
    pub(crate) async fn audits(&self, action: &str, actor: &str, more: &Value) {
        let now = self.engine.clock().now();
        let mut record = json!({
            "@timestamp": now.as_millisecond(),
            "_document_id": uuid::Uuid::new_v4().simple().to_string(),
            "action": action,
            "actor": actor,
            "actor_id": self.github.user_id(actor),
            "actor_is_bot": actor.ends_with("[bot]"),
            "org": "acme",
            "org_id": self.github.org_id("acme"),
            "repo": "acme/api",
            "repo_id": self.github.repo_id("acme/api"),
        });
        for (field, value) in more.as_object().unwrap() {
            record[field] = value.clone();
        }
        let body = record.to_string();
        // The door's clock is the machine's: once time was moved, records are stored with ours.
        if now.duration_since(Timestamp::now()) < jiff::SignedDuration::from_mins(1) {
            let request = Request::post("/services/collector")
                .header("authorization", format!("Splunk {TOKEN}"))
                .body(Body::from(body))
                .unwrap();
            assert_eq!(self.asks(request).await.status(), StatusCode::OK);
            return;
        }
        let (guid, event) = (audit_guid(body.as_bytes()), AUDIT.to_owned());
        let delivery = Delivery { guid, event, body: body.into(), received: now };
        let signed = Signed::collected(delivery, &token());
        self.engine.store().accept(&signed).await.unwrap();
    }
}

fn token() -> AuditToken {
    AuditToken { orgs: Vec::new(), token: TOKEN.to_owned().into() }
}
