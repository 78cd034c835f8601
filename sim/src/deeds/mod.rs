//! What can be done in this GitHub, whoever does it and by whichever door: the change of the world
//! and the webhooks that tell of it. Permission was checked before.

mod app;
mod check;
mod comment;
mod git;
mod issue;
mod label;
mod member;
mod pat;
mod pull;
mod repo;
mod review;
mod security;
mod team;

pub(crate) use check::CheckChange;
pub(crate) use comment::Reacted;
pub(crate) use git::NewJob;
pub(crate) use issue::{IssueChange, NewIssue};
pub(crate) use pat::NewPat;
pub(crate) use pull::NewPull;
pub(crate) use review::{Line, NewReview};
