//! `GET /orgs/{org}/insights/api/subject-stats` and `…/user-stats/{user}`: with what GitHub's API was
//! used for the organisation. One request more for each account that used it.
//!
//! It shows REST and nothing else, four to six hours late, and thirty days back. It says neither what
//! a credential may do nor that one is gone. An App that acts as a person is left out: what it may do
//! stands in its own list, and it is not named there as it is here.

use jiff::SignedDuration;
use serde::Deserialize;

use super::{About, Facts, Lister};
use crate::domain::{Actor, ActorType, ApiUse, ApiWith, Fact, Foreign, Timestamp, UserId};
use crate::github::Failure;

/// How far back GitHub keeps it.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How much of what was read before is read again, because GitHub counts late.
const AGAIN: SignedDuration = SignedDuration::from_hours(24);

#[derive(Default, Deserialize)]
#[serde(default)]
struct Subject {
    subject_type: String,
    subject_name: String,
    subject_id: i64,
    last_request_timestamp: Option<Timestamp>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Means {
    actor_type: String,
    actor_name: String,
    actor_id: i64,
    oauth_application_id: Option<i64>,
    last_request_timestamp: Option<Timestamp>,
}

pub(super) async fn list(l: &Lister<'_>) -> Result<Facts, Failure> {
    // The span is another one each time, so no tag says that nothing has changed.
    l.blur();
    let (from, to) = (since(l.whole.before, l.r.now), l.r.now);
    let span = format!("?min_timestamp={from:.0}&max_timestamp={to:.0}");
    let subjects = format!("{}/subject-stats{span}", l.path());
    let subjects = l.rows(&subjects, |page: Vec<Subject>| page).await?;
    let mut facts = Vec::new();
    for subject in &subjects {
        if subject.subject_type.eq_ignore_ascii_case("installation") {
            let (with, at) =
                (ApiWith::Installation(subject.subject_id), subject.last_request_timestamp);
            facts.extend(used(with, &subject.subject_name, None, at));
        }
        let Some(user) = subject.account() else { continue };
        let at = subject.last_request_timestamp;
        facts.extend(used(ApiWith::Anything, &subject.subject_name, Some(&user), at));
        let path = format!("{}/user-stats/{}{span}", l.path(), user.id);
        let means = l.rows(&path, |page: Vec<Means>| page).await?;
        facts.extend(means.iter().filter_map(|means| {
            let at = means.last_request_timestamp;
            used(means.with()?, &means.actor_name, Some(&user), at)
        }));
    }
    Ok(facts)
}

/// From when on it is read: a little of what was read before, and never more than there is.
fn since(before: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let all = now - KEPT;
    before.map_or(all, |before| (before - AGAIN).max(all))
}

fn used(with: ApiWith, name: &str, user: Option<&Actor>, at: Option<Timestamp>) -> Option<About> {
    let name = Foreign::new(name);
    let used = ApiUse { with, name, user: user.map(|user| user.id), at: at? };
    Some((Fact::UsedApi { used: Box::new(used) }, user.cloned()))
}

impl Subject {
    /// The account, where it is one of a person or of a machine that signs in like one.
    fn account(&self) -> Option<Actor> {
        let is_user = self.subject_type.eq_ignore_ascii_case("user");
        let login = self.subject_name.parse().ok().filter(|_| is_user)?;
        Some(Actor { id: UserId(self.subject_id), login, kind: ActorType::User })
    }
}

impl Means {
    fn with(&self) -> Option<ApiWith> {
        match self.actor_type.as_str() {
            "classic_pat" => Some(ApiWith::ClassicPat(self.actor_id)),
            "fine_grained_pat" => Some(ApiWith::FineGrainedPat(self.actor_id)),
            // Its own number is the same with everybody who uses it.
            "oauth_app" => self.oauth_application_id.map(ApiWith::OauthApp),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_again_and_never_more_than_a_month() {
        let now: Timestamp = "2026-03-31T00:00:00Z".parse().unwrap();
        assert_eq!(since(None, now), now - KEPT);
        let lately = now - SignedDuration::from_hours(6);
        assert_eq!(since(Some(lately), now), now - SignedDuration::from_hours(30));
        assert_eq!(since(Some(now - KEPT), now), now - KEPT);
    }
}
