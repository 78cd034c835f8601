//! The calendar lane: what is looked at again because time has passed, and what is thrown away.

use jiff::SignedDuration;

use crate::domain::{Entity, Evidence, Hint, Names, Timestamp};
use crate::pipeline::{Engine, Fault};
use crate::store::{Lane, Lease, Save};

/// How often the policy file and our own permissions are read again.
const EVERY: SignedDuration = SignedDuration::from_mins(5);

impl Engine {
    /// Asks for the objects of an organisation that no event tells us about in time.
    pub(super) async fn calendar(&self, lease: &Lease) -> Result<(), Fault> {
        let turn = self.store().begin(lease.org, self.clock().now()).await?;
        let mut entities = vec![Entity::Installation];
        if self.floor(&turn.org).home.is_some() {
            entities.push(Entity::PolicyFile);
        }
        let mut save = Save { lease: Some(lease.clone()), ..Save::default() };
        save.delta.hints = entities.into_iter().map(|entity| due(entity, turn.now)).collect();
        self.store().save(&turn, &save).await?;
        self.store().finish(lease, Some(self.clock().now() + EVERY)).await?;
        Ok(())
    }

    /// Meets the organisations that have installed the App, so that they are known before their
    /// first delivery. Failing is no harm: deliveries introduce them too.
    pub async fn meet_installations(&self) -> Result<usize, Fault> {
        let listed = match self.github().installations().await {
            Ok(listed) => listed,
            Err(failure) => {
                tracing::warn!(%failure, "the installations cannot be listed yet");
                return Ok(0);
            }
        };
        let mut met = 0;
        for found in &listed.items {
            let Some(login) = &found.login else { continue };
            if (self.options().serves)(login) {
                self.store().meet(found.org, Some(login), Some(found.id)).await?;
                self.store().wake(found.org, Lane::Calendar, self.clock().now()).await?;
                met += 1;
            }
        }
        Ok(met)
    }

    /// Throws away what has been kept long enough, and tidies the database.
    pub async fn tidy(&self) -> Result<(), Fault> {
        self.store().retain(self.clock().now(), self.options().retention).await?;
        self.store().tidy().await?;
        Ok(())
    }
}

fn due(entity: Entity, now: Timestamp) -> Hint {
    Hint {
        evidence: Evidence::Api { request: entity.key() },
        entity,
        names: Names::default(),
        by: None,
        about: None,
        news: false,
        at: now,
        command: None,
    }
}
