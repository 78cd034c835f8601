//! `/_sim/…`: control over HTTP, so that another process can drive this GitHub.

use crate::{
    http::{Answer, Incoming, plain},
    shared::Shared,
};

pub(crate) fn answer(_shared: &Shared, _incoming: &Incoming) -> Answer {
    plain(404, "github-sim: no such control")
}
