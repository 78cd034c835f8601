//! Webhooks: what happened becomes signed deliveries for the Apps that may hear it.

mod emit;
mod push;
mod sign;

pub(crate) use emit::Happening;
pub(crate) use push::run;
pub(crate) use sign::headers;

use jiff::Timestamp;
use serde_json::Value;
use std::{collections::BTreeMap, collections::VecDeque, sync::Arc};

/// A webhook as the receiver gets it.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// `X-GitHub-Event`.
    pub event: String,
    /// `X-GitHub-Delivery`: stays the same when it is delivered again.
    pub guid: String,
    /// The App it is for.
    pub app_id: u64,
    /// All headers that GitHub sends, content type included.
    pub headers: Vec<(String, String)>,
    /// The exact bytes that the signatures are made over.
    pub body: Vec<u8>,
}

impl Webhook {
    /// The payload.
    pub fn payload(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// `event.action`, or the event alone when it has no action.
    pub fn name(&self) -> String {
        match self.payload()["action"].as_str() {
            Some(action) => format!("{}.{action}", self.event),
            None => self.event.clone(),
        }
    }

    /// A header by its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// How a delivery went.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Waiting,
    /// A test took it.
    Taken,
    Answered {
        code: u16,
        seconds: f64,
        headers: BTreeMap<String, String>,
        body: String,
    },
    /// No answer.
    Failed {
        seconds: f64,
    },
}

impl Outcome {
    pub(crate) fn status(&self) -> &'static str {
        match self {
            Self::Waiting => "pending",
            Self::Taken => "OK",
            Self::Answered { code, .. } if (200..300).contains(code) => "OK",
            Self::Answered { .. } => "Invalid HTTP Response",
            Self::Failed { .. } => "failed to connect to host",
        }
    }

    pub(crate) fn code(&self) -> u16 {
        match self {
            Self::Waiting => 0,
            Self::Taken => 200,
            Self::Answered { code, .. } => *code,
            Self::Failed { .. } => 502,
        }
    }

    pub(crate) fn seconds(&self) -> f64 {
        match self {
            Self::Waiting | Self::Taken => 0.0,
            Self::Answered { seconds, .. } | Self::Failed { seconds } => *seconds,
        }
    }
}

/// One attempt to tell an App.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub id: u64,
    pub guid: String,
    pub event: String,
    pub action: Option<String>,
    pub app: u64,
    pub installation: Option<u64>,
    pub repository: Option<u64>,
    pub at: Timestamp,
    pub redelivery: bool,
    pub body: Arc<Vec<u8>>,
    pub outcome: Outcome,
}

/// The delivery log of all Apps.
#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    /// By id, so the oldest first.
    pub log: BTreeMap<u64, Delivery>,
    /// Those that wait to be pushed.
    pub queue: VecDeque<u64>,
    /// Those that wait to be taken by a test.
    pub shelf: VecDeque<u64>,
    /// Those on their way.
    pub flying: usize,
}
