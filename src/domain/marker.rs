//! Markers: how we know our own words again.
//!
//! A marker is a hidden line with a case's name and an HMAC that only this installation of
//! Beholden can make. It counts only in objects that our own bot user wrote; text alone proves
//! nothing, because anybody can copy it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::domain::{CaseId, OrgId};

/// Makes and reads markers.
#[derive(Clone)]
pub struct Markers {
    key: Vec<u8>,
}

/// The words that open our part of a body.
const BEGIN: &str = "<!-- beholden:begin ";
/// The words that close it.
const END: &str = "<!-- beholden:end -->";

impl Markers {
    /// `key` is a secret of at least 16 bytes that outlives restarts.
    pub fn new(key: impl Into<Vec<u8>>) -> Self {
        Self { key: key.into() }
    }

    /// Wraps `text` as our part of a body. `what` tells apart the objects of one case: `issue`,
    /// or a comment's key.
    pub fn wrap(&self, org: OrgId, case: &CaseId, what: &str, text: &str) -> String {
        let mac = self.mac(org, case, what);
        format!("{BEGIN}case={case} what={what} mac={mac} -->\n{}\n{END}", text.trim_end())
    }

    /// The case and object named by the marker in `body`, if its HMAC holds.
    pub fn read(&self, org: OrgId, body: &str) -> Option<(CaseId, String)> {
        let line = body.split_once(BEGIN)?.1.split_once(" -->")?.0;
        let mut fields = line.split(' ');
        let case: CaseId = fields.next()?.strip_prefix("case=")?.parse().ok()?;
        let what = fields.next()?.strip_prefix("what=")?;
        let mac = hex::decode(fields.next()?.strip_prefix("mac=")?).ok()?;
        let valid = self.start(org, &case, what).verify_truncated_left(&mac).is_ok();
        (valid && mac.len() == 16 && fields.next().is_none()).then(|| (case, what.to_owned()))
    }

    fn mac(&self, org: OrgId, case: &CaseId, what: &str) -> String {
        hex::encode(&self.start(org, case, what).finalize().into_bytes()[..16])
    }

    fn start(&self, org: OrgId, case: &CaseId, what: &str) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        mac.update(format!("{org} {case} {what}").as_bytes());
        mac
    }
}

/// Our part of a body, markers included; `None` when it is not whole. Says nothing of its truth.
pub fn our_part(body: &str) -> Option<&str> {
    let start = body.find(BEGIN)?;
    let end = start + body[start..].find(END)? + END.len();
    Some(&body[start..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_read_back_only_with_its_key_organisation_and_object() {
        let markers = Markers::new("a key of sixteen");
        let (org, case) = (OrgId(7), "0123456789abcdef".parse::<CaseId>().unwrap());
        let body = format!("before\n{}\nafter", markers.wrap(org, &case, "issue", "Words."));
        assert_eq!(markers.read(org, &body), Some((case.clone(), "issue".to_owned())));
        assert!(our_part(&body).unwrap().contains("Words."));
        assert_eq!(markers.read(OrgId(8), &body), None);
        assert_eq!(Markers::new("another key").read(org, &body), None);
        assert_eq!(markers.read(org, &body.replace("what=issue", "what=reply")), None);
        let short = body.replace(&markers.mac(org, &case, "issue"), "");
        assert_eq!(markers.read(org, &short), None, "an empty HMAC proves nothing");
    }
}
