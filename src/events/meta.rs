//! `meta`: our App's own webhook was deleted. It names no organisation, and a manifest cannot ask
//! for it, so nothing hangs on it: that we hear nothing any more is noticed elsewhere.

use crate::events::{Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "meta",
    delivered: Delivered::Always,
    reads: Reads::Nothing,
    hear: |_| Ok(Heard::ignored()),
};
