//! Time zones by name, from the copy that is compiled in: every machine reads a policy alike.

use jiff::tz::{TimeZone, TimeZoneDatabase};

/// A name that is no time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such time zone; write it as in Europe/Berlin")]
pub struct UnknownZone;

/// The time zone of this IANA name, such as `Europe/Berlin` or `UTC`.
///
/// # Errors
/// There is none.
pub fn zone_named(name: &str) -> Result<TimeZone, UnknownZone> {
    match name {
        "UTC" => Ok(TimeZone::UTC),
        _ => TimeZoneDatabase::bundled().get(name).map_err(|_| UnknownZone),
    }
}
