//! `ping`: GitHub asks whether anybody is there. Stored and acknowledged like any delivery.

use crate::events::{Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "ping",
    delivered: Delivered::Always,
    reads: Reads::Nothing,
    hear: |_| Ok(Heard::ignored()),
};
