//! What GitHub's API was used with: of what is known it is the last use; a classic token or an OAuth
//! app that nothing else shows becomes known by it, without a word on what it may do.

use super::Observer;
use crate::domain::{
    Actor, ApiUse, ApiWith, Class, Identity, IdentityKey, IdentityKind, Reach, Standing, Through,
};
use crate::register::{Need, NotLoaded, Record};

impl Observer<'_> {
    pub(super) fn used_api(
        &mut self,
        used: &ApiUse,
        user: Option<&Actor>,
    ) -> Result<(), NotLoaded> {
        let user = user.filter(|actor| Some(actor.id) == used.user);
        let key = match (used.with, user) {
            (ApiWith::Installation(number), _) => {
                Some(IdentityKey::new(IdentityKind::AppInstallation, number))
            }
            (ApiWith::Anything, Some(account)) => self.identity_of(account).map(|it| it.key),
            (ApiWith::FineGrainedPat(number), Some(holder)) => {
                self.token(IdentityKind::FineGrainedPat, Some(number), used, holder)?
            }
            (ApiWith::ClassicPat(number), Some(holder)) => {
                match self.token(IdentityKind::ClassicPat, None, used, holder)? {
                    None => {
                        let number = number.to_string();
                        let kind = IdentityKind::ClassicPat;
                        let key = IdentityKey::scoped(kind, holder.id.0, &["used", &number]);
                        Some(self.seen_in_use(key, used, Some(holder))?)
                    }
                    known => known,
                }
            }
            (ApiWith::OauthApp(number), _) => Some(self.oauth_app(number, used)?),
            (_, None) => None,
        };
        key.map_or(Ok(()), |key| self.dated(&key, None, Some(used.at)))
    }

    /// A token of this holder's that another list shows. Nobody has two of one name; that the numbers
    /// of two lists are the same, GitHub says of fine-grained ones only.
    fn token(
        &self,
        kind: IdentityKind,
        number: Option<i64>,
        used: &ApiUse,
        holder: &Actor,
    ) -> Result<Option<IdentityKey>, NotLoaded> {
        let held = self.slice.set(&Need::HeldBy(holder.id))?;
        let listed = held.into_iter().filter(|record| {
            let identity = &record.identity;
            let is_it =
                number.is_some() && identity.key.number() == number || identity.name == used.name;
            let elsewhere = record.grant(&Through::ApiUse).is_none();
            identity.key.kind() == kind && identity.is_live() && elsewhere && is_it
        });
        Ok(listed.map(|record| record.identity.key.clone()).next())
    }

    /// The OAuth app of this name that an owner let in, or one that is known by its use alone.
    fn oauth_app(&mut self, number: i64, used: &ApiUse) -> Result<IdentityKey, NotLoaded> {
        let approved = IdentityKey::oauth_app_called(self.slice.org(), used.name.raw());
        let numbered = IdentityKey::new(IdentityKind::OauthApp, number);
        let is_live = |record: Option<&Record>| record.is_some_and(|it| it.identity.is_live());
        let known = [self.slice.record(&approved), self.slice.record(&numbered)];
        let [approves, uses] = &NotLoaded::all(known)?[..] else {
            unreachable!("two were asked for")
        };
        if is_live(*approves) && !is_live(*uses) {
            return Ok(approved);
        }
        self.seen_in_use(numbered, used, None)
    }

    /// Known by its use alone.
    fn seen_in_use(
        &mut self,
        key: IdentityKey,
        used: &ApiUse,
        holder: Option<&Actor>,
    ) -> Result<IdentityKey, NotLoaded> {
        let mut grant = self.grant(Through::ApiUse, Reach::Unknown, None);
        grant.at = used.at;
        let identity = Identity {
            key: key.clone(),
            name: used.name.clone(),
            login: None,
            repo: None,
            class: Class::Machine,
            fingerprint: None,
            catalogue: None,
            holder: holder.cloned(),
            standing: Standing::Live,
        };
        self.holds(&identity, &grant)?;
        Ok(key)
    }
}
