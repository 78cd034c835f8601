//! Who brought about what a listing finds, with what, and whose it is: GitHub's lists rarely say more
//! than a login, the audit log does.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::catalogue::audit_grants;
use crate::decide::Input;
use crate::domain::{About, Actor, Evidence, Fact, Grant, Identity, IdentityKey, Login, OrgId};
use crate::pipeline::{Engine, Fault};
use crate::register::{Change, Entry, Loaded, Need, Record};

/// Lines of history that are looked through for whoever granted something.
const LINES: usize = 10;

/// How far the moment of a record may be from that of what it is about.
const LAG: SignedDuration = SignedDuration::from_mins(1);

/// Identities of one listing for which that is done. A first listing has many, and they are no news.
const MOST: usize = 50;

impl Engine {
    /// Keys that an App added: its account is known when it was ever seen acting.
    pub(super) async fn name_bots(
        &self,
        org: OrgId,
        facts: &mut [(Fact, Option<Actor>)],
    ) -> Result<(), Fault> {
        let mut known: BTreeMap<Login, Option<Actor>> = BTreeMap::new();
        for (fact, about) in facts {
            let (Fact::Holds { grant, .. }, Some(added)) = (fact, about.take_if(|it| it.id.0 == 0))
            else {
                continue;
            };
            if !added.login.is_bot() {
                continue;
            }
            if !known.contains_key(&added.login) {
                let account = self.store().account(org, &added.login).await?;
                known.insert(added.login.clone(), account);
            }
            grant.by = known.get(&added.login).cloned().flatten();
        }
        Ok(())
    }

    /// Names who granted what is new or wider, where a record of the audit log was about that very
    /// thing.
    pub(super) async fn name_from_audit(
        &self,
        org: OrgId,
        facts: &mut Vec<(Fact, Option<Actor>)>,
    ) -> Result<(), Fault> {
        let nameless: Vec<Need> = facts
            .iter()
            .filter_map(|(fact, _)| match fact {
                Fact::Holds { identity, grant } if grant.by.is_none() => {
                    Some(Need::Identity(identity.key.clone()))
                }
                _ => None,
            })
            .collect();
        let known = self.store().load(org, &nameless).await?.into_iter();
        let mut known: BTreeMap<IdentityKey, Option<Box<Record>>> = known
            .filter_map(|(need, loaded)| match (need, loaded) {
                (Need::Identity(key), Loaded::Record(record)) => Some((key, record)),
                _ => None,
            })
            .collect();
        let mut asked = 0;
        let mut made = Vec::new();
        for (fact, _) in facts.iter_mut() {
            let Fact::Holds { identity, grant } = fact else { continue };
            let Some(before) = known.remove(&identity.key) else { continue };
            if asked >= MOST || !before.is_none_or(|before| is_later(&before, grant)) {
                continue;
            }
            asked += 1;
            let Some(told) = self.told_of(org, identity, grant).await? else { continue };
            if let Change::Audited { with: Some(with), .. } = told.change {
                made.push((Fact::GivenWith { identity: identity.key.clone(), with }, None));
            }
            grant.by = told.by;
        }
        facts.extend(made);
        Ok(())
    }

    /// The newest record that tells of its being granted: under its key, or under the name that the
    /// record gave it when nobody knew yet what that was.
    async fn told_of(
        &self,
        org: OrgId,
        identity: &Identity,
        grant: &Grant,
    ) -> Result<Option<Entry>, Fault> {
        let tells = |entry: &Entry| match &entry.evidence {
            Evidence::Audit { action, .. } => entry.by.is_some() && audit_grants(action),
            _ => false,
        };
        // Another thing may have borne the name before.
        let then = |entry: &Entry| entry.at.duration_since(grant.at).abs() <= LAG;
        let (key, by_name) = (&identity.key, About::of(identity, grant));
        let lines = self.store().timeline_of(org, key, None, LINES).await?;
        let mut told = lines.into_iter().map(|line| line.entry).filter(tells);
        let found = match &by_name {
            Some(_) => told.find(then),
            None => told.next(),
        };
        let alias = by_name.and_then(|it| it.alias(org)).filter(|_| found.is_none());
        let Some(alias) = alias else { return Ok(found) };
        let lines = self.store().timeline_of(org, &alias, None, LINES).await?;
        Ok(lines.into_iter().map(|line| line.entry).find(|entry| tells(entry) && then(entry)))
    }
}

/// Whether what a listing shows was granted after what is held: an App that may do more than before.
fn is_later(before: &Record, grant: &Grant) -> bool {
    before.grant(&grant.through).is_some_and(|held| held.at < grant.at)
}

/// The people that listings of one reading found.
pub(super) fn people_in(inputs: &[Input]) -> Vec<Actor> {
    let listed = inputs.iter().filter_map(|input| match input {
        Input::Listed(inventory) => Some(&inventory.facts),
        _ => None,
    });
    let people = listed.flatten().filter_map(|(fact, _)| match fact {
        Fact::Person { person } => Some(person.actor.clone()),
        _ => None,
    });
    people.collect()
}

/// GitHub names whose a classic token is by login alone. A member's number is known.
pub(super) fn name_holders(facts: &mut [(Fact, Option<Actor>)], people: &[Actor]) {
    for (fact, about) in facts {
        let (Fact::Holds { identity, .. }, Some(holder)) = (fact, about.take()) else { continue };
        identity.holder = people.iter().find(|person| person.login == holder.login).cloned();
    }
}

/// GitHub names who added a deploy key by login alone. A member's login is good enough for a
/// proposal, and it is never more than that.
pub(super) fn name_granters(facts: &mut [(Fact, Option<Actor>)], members: &[Actor]) {
    for (fact, about) in facts {
        let (Fact::Holds { grant, .. }, Some(added)) = (fact, &*about) else { continue };
        let member = members.iter().find(|member| member.login == added.login);
        if added.id.0 == 0 && (member.is_some() || !added.login.is_bot()) {
            grant.by = member.cloned();
            *about = None;
        }
    }
}
