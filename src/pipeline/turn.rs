//! A Turn: read, decide, save. Deciding asks for more until it has enough; a save that comes too
//! late begins again.

use std::collections::BTreeSet;

use crate::decide::{Closing, Decision, Input, OrgNews, Setting, Wanting, decide, named};
use crate::domain::{Alert, Entity, Names, OrgId};
use crate::events::Us;
use crate::pipeline::{Engine, Fault, nobody};
use crate::plan::Voice;
use crate::policy::Policy;
use crate::register::{Gap, Need, Slice};
use crate::store::{Lease, OrgUpdate, Outcome, PlaceSave, PolicyRow, Save, Saved, Turn};

/// How often somebody else may save first.
const TRIES: usize = 20;

/// How often a decision may ask for more of the register.
const ASKS: usize = 200;

/// What a Turn is about.
pub(super) struct Work<'a> {
    pub(super) org: OrgId,
    /// The first try's beginning, if there is one already.
    pub(super) begun: Option<Turn>,
    pub(super) inputs: &'a [Input],
    pub(super) cleared: Vec<(Entity, i64)>,
    pub(super) gaps: Vec<Gap>,
    pub(super) seen_again: Vec<String>,
    /// A place that was listed.
    pub(super) place: Option<PlaceSave>,
    pub(super) lease: &'a Lease,
}

impl<'a> Work<'a> {
    /// A Turn about inputs alone, in the organisation of a lease.
    pub(super) fn new(lease: &'a Lease, inputs: &'a [Input]) -> Self {
        Self {
            org: lease.org,
            begun: None,
            inputs,
            cleared: Vec::new(),
            gaps: Vec::new(),
            seen_again: Vec::new(),
            place: None,
            lease,
        }
    }
}

/// What became of a Turn.
#[derive(Debug)]
pub(super) enum Turned {
    /// Saved.
    Saved,
    /// One of the deliveries was closed by somebody else, or the lease is lost: look again.
    Overtaken,
    /// It needs these from GitHub first.
    Fetch(Vec<(Entity, Names)>),
    /// It makes no sense yet.
    Later(&'static str),
}

impl Engine {
    /// Decides about inputs and saves what follows.
    pub(super) async fn turn(&self, mut work: Work<'_>) -> Result<Turned, Fault> {
        for _ in 0..TRIES {
            let turn = match work.begun.take() {
                Some(begun) => begun,
                None => self.store().begin(work.org, self.clock().now()).await?,
            };
            let decision = match self.decided(&turn, work.inputs).await? {
                Ok(decision) => decision,
                Err(Wanting::Fetch(what)) => return Ok(Turned::Fetch(what)),
                Err(Wanting::Later(why)) => return Ok(Turned::Later(why)),
                Err(Wanting::Load(_)) => return Err(Fault::Stuck("a decision kept asking")),
            };
            let told = decision.alerts.clone();
            let save = self.to_save(&turn, decision, &work);
            match self.store().save(&turn, &save).await? {
                Saved::Done => {
                    say(work.org, &told);
                    return Ok(Turned::Saved);
                }
                Saved::LeaseLost => return Ok(Turned::Overtaken),
                // Somebody saved first. If they closed our deliveries, trying again tells.
                Saved::Stale => {}
            }
        }
        Ok(Turned::Overtaken)
    }

    /// Decides, loading what the decision asks for.
    async fn decided(
        &self,
        turn: &Turn,
        inputs: &[Input],
    ) -> Result<Result<Decision, Wanting>, Fault> {
        let policy = self.policy(&turn.org);
        let login = turn.org.login.clone().unwrap_or_else(nobody);
        let options = self.options();
        let slug = self.slug().await;
        let setting = Setting {
            org: turn.org.org,
            policy: &policy,
            home: self.home(&turn.org).await?,
            us: Us {
                app: options.app,
                bot_user: self.bot_user(&turn.org).await,
                markers: &options.markers,
            },
            voice: Voice {
                login: &login,
                slug: &slug,
                markers: &options.markers,
                page_url: options.page_url.as_deref(),
            },
            watch: &options.watch,
            now: turn.now,
        };
        let mut slice = Slice::empty(turn.org.org);
        self.load(&mut slice, named(inputs)).await?;
        for _ in 0..ASKS {
            match decide(&setting, inputs, &slice) {
                Err(Wanting::Load(needs)) => self.load(&mut slice, needs).await?,
                decided => return Ok(decided),
            }
        }
        Err(Fault::Stuck("a decision kept asking for more of the register"))
    }

    async fn load(&self, slice: &mut Slice, needs: BTreeSet<Need>) -> Result<(), Fault> {
        if needs.is_empty() {
            return Ok(());
        }
        let needs: Vec<Need> = needs.into_iter().collect();
        for (need, loaded) in self.store().load(slice.org, &needs).await? {
            slice.fill(need, loaded);
        }
        Ok(())
    }

    fn to_save(&self, turn: &Turn, decision: Decision, work: &Work<'_>) -> Save {
        let Decision { mut delta, closed, receipts, org, alerts, weakened: _, hasten, resume } =
            decision;
        delta.gaps.extend(work.gaps.iter().cloned());
        delta.seen_again.extend(work.seen_again.iter().cloned());
        let update = self.learnt(turn, &org);
        Save {
            delta,
            closed: closed.into_iter().map(|(guid, closing)| (guid, outcome(closing))).collect(),
            cleared: work.cleared.clone(),
            receipts: receipts.into_iter().map(|r| (r.key, r.remote_id)).collect(),
            org: update,
            // Where there is no alarm, nobody would ever take them.
            alerts: self.options().alarm.as_ref().map(|_| alerts).unwrap_or_default(),
            place: work.place.clone(),
            // Where nothing is listed there is nothing to hasten.
            hasten: hasten.into_iter().filter(|_| self.options().sync.is_some()).collect(),
            resume,
            lease: Some(work.lease.clone()),
        }
    }

    /// What was learnt about our own installation, as rows.
    fn learnt(&self, turn: &Turn, news: &[OrgNews]) -> Option<OrgUpdate> {
        let mut update = OrgUpdate::default();
        for news in news {
            match news {
                OrgNews::Installation { permissions, suspended } => {
                    update.permissions = Some(permissions.clone());
                    update.suspended = Some(*suspended);
                }
                OrgNews::PolicyFile { file } => {
                    update.policy = Some(self.policy_row(turn, file.as_ref()));
                }
            }
        }
        (!news.is_empty()).then_some(update)
    }

    /// A policy file that can be read takes the place of the last good one; one that cannot is
    /// kept out, and the refusal is kept beside the last good text.
    fn policy_row(&self, turn: &Turn, file: Option<&(String, String)>) -> Option<PolicyRow> {
        let (text, reference) = file?;
        let known = turn.org.policy.clone();
        match Policy::read(text, &self.floor(&turn.org)) {
            Ok(_) => Some(PolicyRow {
                text: text.clone(),
                reference: reference.clone(),
                error: None,
                as_of: turn.now,
            }),
            Err(bad) => {
                tracing::warn!(org = %turn.org.org, error = %bad, "beholden.yml is refused");
                let good = known.unwrap_or_else(|| PolicyRow {
                    text: String::new(),
                    reference: String::new(),
                    error: None,
                    as_of: turn.now,
                });
                Some(PolicyRow { error: Some(bad.to_string()), as_of: turn.now, ..good })
            }
        }
    }
}

/// What the operator must hear stands in the log, whether or not an alarm is set.
fn say(org: OrgId, alerts: &[Alert]) {
    for Alert { blind, cause, message, .. } in alerts {
        if *blind {
            tracing::error!(%org, %cause, message, "blind");
        } else {
            tracing::warn!(%org, %cause, message, "sees again");
        }
    }
}

fn outcome(closing: Closing) -> Outcome {
    match closing {
        Closing::Done { keep_body } => Outcome::Done { keep_body },
        Closing::Ignored { keep_body } => Outcome::Ignored { keep_body },
        Closing::Parked { why } => Outcome::Parked { why },
    }
}
