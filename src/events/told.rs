//! One delivery on its way to being heard: its common fields, and how to word what it says.

use serde::de::DeserializeOwned;

use crate::domain::{
    Actor, ActorType, Entity, Evidence, Fact, Hint, Names, Observation, OrgId, RepoId, Timestamp,
};
use crate::events::envelope::{Account, Envelope, Repository};
use crate::events::{BadPayload, Delivery, Heard, Us, bad};

/// A delivery whose action we read.
pub(super) struct Told<'a> {
    delivery: &'a Delivery,
    /// Who we are.
    pub(super) us: &'a Us<'a>,
    /// The organisation.
    pub(super) org: OrgId,
    envelope: Envelope,
    evidence: Evidence,
}

impl<'a> Told<'a> {
    /// # Errors
    /// When the payload names no organisation.
    pub(super) fn new(
        delivery: &'a Delivery,
        us: &'a Us<'a>,
        envelope: Envelope,
    ) -> Result<Self, BadPayload> {
        let (org, _) = envelope.org().ok_or(BadPayload::Lacks("organization"))?;
        let evidence = delivery.evidence(envelope.action());
        Ok(Self { delivery, us, org, envelope, evidence })
    }

    /// What happened; empty for events without actions.
    pub(super) fn action(&self) -> &str {
        self.envelope.action().unwrap_or_default()
    }

    /// When the delivery was received.
    pub(super) fn received(&self) -> Timestamp {
        self.delivery.received
    }

    /// Where this is said.
    pub(super) fn evidence(&self) -> Evidence {
        self.evidence.clone()
    }

    /// Reads the event's own fields.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, BadPayload> {
        bad::read(&self.delivery.body)
    }

    /// Who brought it about, if GitHub names anybody.
    pub(super) fn by(&self) -> Option<Actor> {
        self.envelope.sender.as_ref().and_then(Account::actor)
    }

    /// The sender as the payload has it.
    pub(super) fn sender(&self) -> Option<&Account> {
        self.envelope.sender.as_ref()
    }

    /// The repository, where the payload has one.
    pub(super) fn repo(&self) -> Option<RepoId> {
        self.envelope.repository.as_ref()?.id.map(RepoId)
    }

    /// The repository, where there must be one.
    pub(super) fn must_repo(&self) -> Result<RepoId, BadPayload> {
        self.repo().ok_or(BadPayload::Lacks("repository.id"))
    }

    /// The names that the payload's common fields give.
    pub(super) fn names(&self) -> Names {
        let repo = self.envelope.repository.as_ref().and_then(Repository::name);
        Names { repo, ..Names::default() }
    }

    /// Interesting, with no more said than which repository was mentioned.
    pub(super) fn heard(&self) -> Heard {
        let mut heard = Heard { interesting: true, ..Heard::default() };
        heard
            .observations
            .extend(self.envelope.repository.as_ref().and_then(|it| self.mention(it)));
        heard.observations.extend(self.acting_bot());
        heard
    }

    /// Whatever a bot does is a sign of life. What we do ourselves tells nothing, and it may be us
    /// until our own account is known.
    fn acting_bot(&self) -> Option<Observation> {
        let (actor, repo) = (self.by()?, self.repo()?);
        if actor.kind != ActorType::Bot || self.us.bot_user? == actor.id {
            return None;
        }
        let what = self.delivery.event.clone();
        Some(self.observe(Fact::Used { actor, repo, what }, false))
    }

    /// A repository mentioned in passing: older than any reading, so that it never overrides one.
    pub(super) fn mention(&self, repository: &Repository) -> Option<Observation> {
        let repo = repository.mention()?;
        Some(Observation {
            as_of: repo.as_of,
            by: None,
            ..self.observe(Fact::Repo { repo }, false)
        })
    }

    /// What the payload states.
    pub(super) fn observe(&self, fact: Fact, news: bool) -> Observation {
        let (by, evidence) = (self.by(), self.evidence());
        Observation { fact, as_of: self.received(), by, news, evidence }
    }

    /// What the payload points at.
    pub(super) fn hint(&self, entity: Entity, news: bool) -> Hint {
        Hint {
            entity,
            names: self.names(),
            by: self.by(),
            about: None,
            news,
            with: None,
            at: self.received(),
            evidence: self.evidence(),
            command: None,
        }
    }
}

/// Reads GitHub's date; `None` when there is none or it is no date.
pub(super) fn date(text: Option<&str>) -> Option<Timestamp> {
    text?.parse().ok()
}
