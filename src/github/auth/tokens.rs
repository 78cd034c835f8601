//! Installation tokens: one per installation and scope, made once however many ask.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex};

use http::HeaderValue;
use jiff::SignedDuration;
use tokio::sync;

use crate::domain::{InstallationId, Timestamp};
use crate::github::{Failure, Scope};

/// A token is renewed this long before it ends.
const EARLY: SignedDuration = SignedDuration::from_mins(5);

/// One token, as the header that carries it.
#[derive(Clone)]
pub(crate) struct Token {
    /// `Authorization`, marked as secret.
    pub(crate) bearer: HeaderValue,
    /// When it ends, on our clock.
    pub(crate) ends: Timestamp,
}

type Slot = Arc<sync::Mutex<Option<Token>>>;

/// The tokens in use.
#[derive(Default)]
pub(crate) struct Tokens {
    slots: Mutex<BTreeMap<(InstallationId, Scope), Slot>>,
}

impl Tokens {
    /// The token for a scope. Whoever comes first mints it; the others wait for that one. A token
    /// that is about to end is used when no new one can be had.
    pub(crate) async fn get<F>(
        &self,
        installation: InstallationId,
        scope: &Scope,
        now: Timestamp,
        mint: impl FnOnce() -> F,
    ) -> Result<Token, Failure>
    where
        F: Future<Output = Result<Token, Failure>>,
    {
        let slot = self.slot(installation, scope);
        let mut held = slot.lock().await;
        if let Some(token) = held.as_ref()
            && token.ends.duration_since(now) > EARLY
        {
            return Ok(token.clone());
        }
        match mint().await {
            Ok(token) => Ok(held.insert(token).clone()),
            Err(failure) => match held.as_ref() {
                Some(token) if token.ends.duration_since(now) > SignedDuration::from_secs(30) => {
                    Ok(token.clone())
                }
                _ => Err(failure),
            },
        }
    }

    /// GitHub refused this token: it is not used again. A newer one in its place stays.
    pub(crate) async fn drop(&self, installation: InstallationId, scope: &Scope, refused: &Token) {
        let slot = self.slot(installation, scope);
        let mut held = slot.lock().await;
        if held.as_ref().is_some_and(|token| token.bearer == refused.bearer) {
            *held = None;
        }
    }

    fn slot(&self, installation: InstallationId, scope: &Scope) -> Slot {
        let mut slots = self.slots.lock().expect("no holder of this lock panics");
        Arc::clone(slots.entry((installation, scope.clone())).or_default())
    }
}
