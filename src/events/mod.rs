//! Webhooks: bytes to what they say. The only place that sees a payload.
//!
//! Pure. An event is a hint: what it states outright becomes an observation, what it only points
//! at is read again. What we do not know is ignored, never refused, because GitHub adds events and
//! actions without notice.

mod audit;
mod bad;
mod check_run;
mod check_suite;
mod collected;
mod delete;
mod delivery;
mod deploy_key;
mod envelope;
mod heard;
mod installation;
mod installation_repositories;
mod installation_target;
mod issue_comment;
mod issues;
mod member;
mod membership;
mod merge_group;
mod meta;
mod organization;
mod ours;
mod personal_access_token_request;
mod ping;
mod public;
mod pull_request;
mod pull_request_review;
mod pull_request_review_comment;
mod push;
mod repository;
mod repository_ruleset;
mod route;
mod secret_scanning_alert;
mod status;
mod team;
mod told;
mod workflow_job;
mod workflow_run;

pub use audit::{
    AUDIT, Framed, REFUSED, Refused, Wrong, audit_guid, audit_moment, audit_record_in, framed,
};
pub use bad::BadPayload;
pub use collected::AuditToken;
pub use delivery::{BadSignature, Delivery, Signed};
pub use heard::{Heard, Receipt};
pub use ours::Us;
pub use route::{Route, route};

use crate::domain::Access;
use crate::events::envelope::Envelope;
use crate::events::told::Told;

/// One event that we read.
pub struct Kind {
    /// `X-GitHub-Event`.
    pub event: &'static str,
    /// How it comes to us.
    pub delivered: Delivered,
    /// Which of its payloads say anything to us.
    pub reads: Reads,
    /// What such a payload says.
    hear: fn(&Told<'_>) -> Result<Heard, BadPayload>,
}

/// How an event comes to a GitHub App. Source: "Webhook events and payloads".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// Without asking: it cannot be named in the manifest's `default_events`.
    Always,
    /// When the manifest names it and the App holds this permission at this level or above.
    Subscribed {
        /// In the manifest's spelling.
        permission: &'static str,
        /// The lowest level that offers the event.
        level: Access,
    },
}

/// Which payloads of an event say anything to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// None: we know the event and need nothing in it.
    Nothing,
    /// All: the event has no actions.
    Everything,
    /// Those with one of these actions.
    Actions(&'static [&'static str]),
}

/// Every event that we know.
pub static KINDS: &[Kind] = &[
    check_run::KIND,
    check_suite::KIND,
    delete::KIND,
    deploy_key::KIND,
    installation::KIND,
    installation_repositories::KIND,
    installation_target::KIND,
    issue_comment::KIND,
    issues::KIND,
    member::KIND,
    membership::KIND,
    merge_group::KIND,
    meta::KIND,
    organization::KIND,
    personal_access_token_request::KIND,
    ping::KIND,
    public::KIND,
    pull_request::KIND,
    pull_request_review::KIND,
    pull_request_review_comment::KIND,
    push::KIND,
    repository::KIND,
    repository_ruleset::KIND,
    secret_scanning_alert::KIND,
    status::KIND,
    team::KIND,
    workflow_job::KIND,
    workflow_run::KIND,
];

/// What a delivery says. An unknown event or action says nothing, and that is no error.
///
/// # Errors
/// When a payload that we read is not JSON or lacks what it must have.
pub fn hear(delivery: &Delivery, us: &Us<'_>) -> Result<Heard, BadPayload> {
    if delivery.event == AUDIT {
        return audit::hear(delivery);
    }
    let heard = hear_webhook(delivery, us)?;
    Ok(Heard { words: holds_words(&delivery.event), ..heard })
}

fn hear_webhook(delivery: &Delivery, us: &Us<'_>) -> Result<Heard, BadPayload> {
    let Some(kind) = kind(&delivery.event) else { return Ok(Heard::ignored()) };
    let envelope = Envelope::read(&delivery.body)?;
    let nobodys = envelope.org().is_none() && envelope.is_enterprise();
    if nobodys || !kind.reads(envelope.action()) {
        return Ok(Heard::ignored());
    }
    (kind.hear)(&Told::new(delivery, us, envelope)?)
}

/// Whether payloads of this event hold comments of people, which are nobody's business for longer than
/// it takes to see whether they hold a command.
pub fn holds_words(event: &str) -> bool {
    WORDS.contains(&event)
}

/// Events whose payloads hold comments, also those that we do not read.
const WORDS: &[&str] = &[
    "commit_comment",
    "discussion",
    "discussion_comment",
    "issue_comment",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_review_thread",
];

/// The event of this name, if we know it.
fn kind(event: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.event == event)
}

impl Kind {
    /// Whether a payload with this action says anything to us.
    fn reads(&self, action: Option<&str>) -> bool {
        match self.reads {
            Reads::Nothing => false,
            Reads::Everything => true,
            Reads::Actions(known) => action.is_some_and(|action| known.contains(&action)),
        }
    }
}
