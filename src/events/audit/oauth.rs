//! OAuth apps that an owner let in or kept out. No list shows them: only the audit log tells.

use std::collections::BTreeMap;

use crate::domain::{
    Class, Evidence, Expiry, Fact, Foreign, Grant, Identity, IdentityKey, Reach, Standing, Through,
    Timestamp,
};
use crate::events::audit::record::Record;

/// What a record says of an OAuth app, if it is one that decides about it.
pub(super) fn decided(
    record: &Record,
    action: &str,
    at: Timestamp,
    evidence: &Evidence,
) -> Option<Fact> {
    let identity = key(record, action)?;
    match action {
        "org.oauth_app_access_approved" => Some(Fact::Holds {
            grant: Box::new(Grant {
                through: Through::Approval,
                reach: Reach::Unknown,
                access: None,
                permissions: BTreeMap::new(),
                role: None,
                expiry: Expiry::NotApplicable,
                power: None,
                called: None,
                by: record.actor(),
                at,
                as_of: at,
                evidence: evidence.clone(),
            }),
            identity: Box::new(Identity {
                key: identity,
                name: Foreign::new(&record.text("oauth_application_name")?),
                login: None,
                repo: None,
                class: Class::Machine,
                fingerprint: None,
                catalogue: None,
                holder: None,
                standing: Standing::Live,
            }),
        }),
        "org.oauth_app_access_denied" => Some(Fact::Gone { identity }),
        _ => None,
    }
}

/// Its key. Records name it by its name alone.
pub(super) fn key(record: &Record, action: &str) -> Option<IdentityKey> {
    if !action.starts_with("org.oauth_app_access_") {
        return None;
    }
    let (name, (org, _)) = (record.text("oauth_application_name")?, record.org()?);
    Some(IdentityKey::oauth_app_called(org, &name))
}
