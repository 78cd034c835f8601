//! Where a delivery belongs, read cheaply: before any Turn, and without what it says.

use crate::domain::{InstallationId, Login, OrgId};
use crate::events::{AUDIT, BadPayload, Delivery, REFUSED, audit, envelope::Envelope, kind};

/// Where a delivery belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// To an organisation.
    To {
        /// Its number.
        org: OrgId,
        /// Its login, where the payload says it.
        login: Option<Login>,
        /// The installation that it came through, where the payload says it.
        installation: Option<InstallationId>,
        /// Whether [`crate::events::hear`] reads this event and action. If not, the delivery can
        /// be closed unread.
        interesting: bool,
    },
    /// To no organisation: a ping, our own App's settings, a person's authorisation. Nothing to do.
    Nobody,
    /// It cannot be read.
    Unreadable {
        /// Why, as a sentence without any text of the payload.
        why: String,
    },
}

/// Reads where a delivery belongs.
pub fn route(delivery: &Delivery) -> Route {
    if [AUDIT, REFUSED].contains(&delivery.event.as_str()) {
        return audit::route(delivery);
    }
    let envelope = match Envelope::read(&delivery.body) {
        Ok(envelope) => envelope,
        Err(bad) => return Route::Unreadable { why: bad.to_string() },
    };
    let interesting = kind(&delivery.event).is_some_and(|kind| kind.reads(envelope.action()));
    match envelope.org() {
        Some((org, login)) => {
            Route::To { org, login, installation: envelope.installation(), interesting }
        }
        None if interesting && !envelope.is_enterprise() => {
            Route::Unreadable { why: BadPayload::Lacks("organization").to_string() }
        }
        None => Route::Nobody,
    }
}
