//! Our own App in words: it stands in its own register, with what it may do and why.

use crate::catalogue::own_reason;
use crate::domain::Grant;

/// A line for each permission that our App holds, with the reason of its manifest.
pub fn own_power(grant: &Grant) -> Vec<String> {
    let lines = grant.permissions.iter().map(|(name, access)| match own_reason(name) {
        Some(why) => format!("{name}: {access}, because of {why}."),
        None => format!("{name}: {access}, which this version does not ask for. Take it away."),
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Access, Evidence, Expiry, Reach, Through, Timestamp};

    #[test]
    fn what_is_held_and_not_asked_for_is_said() {
        let grant = Grant {
            through: Through::Installation,
            reach: Reach::AllRepos,
            access: None,
            permissions: [("contents", Access::Read), ("workflows", Access::Write)]
                .map(|(name, access)| (name.to_owned(), access))
                .into(),
            role: None,
            expiry: Expiry::NotApplicable,
            power: None,
            called: None,
            by: None,
            at: Timestamp::UNIX_EPOCH,
            as_of: Timestamp::UNIX_EPOCH,
            evidence: Evidence::Api { request: "GET /orgs/acme/installations".to_owned() },
        };
        let lines = own_power(&grant);
        assert!(lines[0].starts_with("contents: read, because of the policy file"), "{lines:?}");
        assert!(lines[1].contains("does not ask for"), "{lines:?}");
    }
}
