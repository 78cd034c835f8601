//! What can be done in this GitHub, whoever does it and by whichever door: the change of the world
//! and the webhooks that tell of it. Permission was checked before.

mod app;
mod check;
mod comment;
mod fork;
mod issue;
mod label;
mod lines;
mod member;
mod merge;
mod pat;
mod pull;
mod push;
mod queue;
mod repo;
mod review;
mod rules;
mod run;
mod security;
mod status;
mod suite;
mod team;

pub(crate) use check::CheckChange;
pub(crate) use comment::Reacted;
pub(crate) use issue::{IssueChange, NewIssue};
pub(crate) use lines::{Line, OffDiff, Spot};
pub(crate) use merge::Merging;
pub(crate) use pat::NewPat;
pub(crate) use pull::NewPull;
pub(crate) use push::{Change, Draft, Pusher};
pub(crate) use review::NewReview;
pub(crate) use run::NewJob;
pub(crate) use status::NewStatus;
