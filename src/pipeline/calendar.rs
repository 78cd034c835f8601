//! The calendar lane: what is looked at again because time has passed, and what is thrown away.

use jiff::SignedDuration;

use crate::decide::{Input, Reading};
use crate::domain::{Entity, Evidence, Fact, Hint, Names, Timestamp};
use crate::github::HookConfig;
use crate::pipeline::turn::{Turned, Work};
use crate::pipeline::{Engine, Fault};
use crate::store::{Lane, Lease, OrgRow, Save};

/// How often the policy file and our own permissions are read again.
const EVERY: SignedDuration = SignedDuration::from_mins(5);

/// How often every open pull request is looked at.
const SWEEP_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// Identities whose day has come, decided about together, and how often that at one visit.
const AT_ONCE: usize = 100;
const STRETCH: usize = 50;

/// How long it is believed where the webhook leads.
const HOOK_EVERY: SignedDuration = SignedDuration::from_mins(4);

impl Engine {
    /// Asks for the objects of an organisation that no event tells us about in time.
    pub(super) async fn calendar(&self, lease: &Lease) -> Result<(), Fault> {
        let turn = self.store().begin(lease.org, self.clock().now()).await?;
        let mut entities = vec![Entity::Installation];
        // Nothing can be read in an organisation that has us suspended or uninstalled.
        if self.floor(&turn.org).home.is_some() && !turn.org.suspended {
            entities.push(Entity::PolicyFile);
        }
        if !turn.org.suspended && self.sweep_is_due(&turn.org) {
            entities.push(Entity::Repositories);
        }
        let mut save = Save { lease: Some(lease.clone()), ..Save::default() };
        save.delta.hints = entities.into_iter().map(|entity| due(entity, turn.now)).collect();
        self.store().save(&turn, &save).await?;
        if self.options().sync.is_some() {
            self.store().wake(lease.org, Lane::Sync, turn.now).await?;
        }
        self.look_at_ourselves(lease).await?;
        self.name_our_owner(&turn.org, lease).await?;
        self.look_at_the_date(&turn.org, lease).await?;
        let every = self.options().watch.silence.map_or(EVERY, |silence| silence.min(EVERY));
        self.store().finish(lease, Some(self.clock().now() + every)).await?;
        Ok(())
    }

    /// Whether every open pull request should be looked at: when this process begins, when the
    /// policy changed, and every hour, because a delivery may have been missed. Where nothing is
    /// written nothing waits for a check.
    fn sweep_is_due(&self, org: &OrgRow) -> bool {
        let policy = self.policy(org);
        if !policy.writes_anywhere() {
            return false;
        }
        let now = self.clock().now();
        let reference = org.policy.as_ref().map(|policy| policy.reference.clone());
        let mut swept = self.inner.swept.lock().expect("no panic holds this lock");
        let fresh = swept
            .get(&org.org)
            .is_some_and(|(of, at)| *of == reference && now.duration_since(*at) < SWEEP_EVERY);
        if !fresh {
            swept.insert(org.org, (reference, now));
        }
        !fresh
    }

    /// Whether webhooks lead here and arrive: no event would tell that they do not.
    async fn look_at_ourselves(&self, lease: &Lease) -> Result<(), Fault> {
        let now = self.clock().now();
        let mut facts = Vec::new();
        if let Some(HookConfig { url, content_type }) = self.hook(now).await {
            facts.push(Fact::Hook { url, content_type });
        }
        match self.store().last_heard(lease.org).await? {
            Some(at) => facts.push(Fact::Heard { at }),
            // The silence begins when we begin to listen.
            None => self.store().heard(&[(lease.org, now)].into()).await?,
        }
        let evidence = Evidence::Api { request: "GET /app/hook/config".to_owned() };
        let input =
            Input::Read { hints: Vec::new(), reading: Reading { facts, as_of: now, evidence } };
        let work = Work::new(lease, std::slice::from_ref(&input));
        self.turn(work).await?;
        Ok(())
    }

    /// Decides about the identities whose day has come. One that was decided about is due another
    /// day, or never.
    async fn look_at_the_date(&self, org: &OrgRow, lease: &Lease) -> Result<(), Fault> {
        let limits = self.policy(org).limits;
        let before =
            self.inner.limits.lock().expect("no panic holds this lock").insert(org.org, limits);
        if before.is_some_and(|before| before != limits) {
            self.store().every_day_comes_now(org.org, self.clock().now()).await?;
        }
        for _ in 0..STRETCH {
            let now = self.clock().now();
            let due = self.store().due_identities(org.org, AT_ONCE, now).await?;
            if due.is_empty() {
                return Ok(());
            }
            let input = Input::Passed(due);
            let work = Work::new(lease, std::slice::from_ref(&input));
            if !matches!(self.turn(work).await?, Turned::Saved) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Where the App's webhook leads: the same for every organisation, so it is read once for all.
    async fn hook(&self, now: Timestamp) -> Option<HookConfig> {
        let known = self.inner.hook.lock().expect("no panic holds this lock").clone();
        if let Some((at, hook)) = known
            && now.duration_since(at) < HOOK_EVERY
        {
            return Some(hook);
        }
        match self.github().hook_config().await {
            Ok(hook) => {
                let mut known = self.inner.hook.lock().expect("no panic holds this lock");
                *known = Some((now, hook.clone()));
                Some(hook)
            }
            Err(failure) => {
                tracing::warn!(%failure, "where the webhook leads cannot be read");
                None
            }
        }
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
        self.store().renew_vendor_words().await?;
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
        with: None,
        at: now,
        command: None,
    }
}
