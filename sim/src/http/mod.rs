//! The door: from bytes on a connection to a call on the world and back.

mod answer;
mod call;
mod gate;
mod headers;
mod line;
mod paging;
mod route;
mod server;

pub(crate) use answer::{Answer, Content, Outcome, Refusal, found, gone, invalid, made, nothing};
pub(crate) use call::{Call, Caller, encoded, pairs};
pub(crate) use gate::Incoming;
pub(crate) use paging::Slice;
pub(crate) use route::{Needs, Route};
pub(crate) use server::{plain, serve};
