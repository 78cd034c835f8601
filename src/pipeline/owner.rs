//! Beholden itself answers to a human like everything else: whom the operator or the policy file
//! names is read from GitHub, and taken down once.

use crate::decide::{Input, Reading};
use crate::domain::{
    Act, Deed, Entity, Evidence, Fact, Login, Names, Owner, Person, Timestamp, UserId,
};
use crate::pipeline::turn::Work;
use crate::pipeline::{Engine, Fault};
use crate::store::{Lease, OrgRow};

impl Engine {
    /// Takes down who is named, where that is not what was taken down last.
    pub(super) async fn name_our_owner(&self, org: &OrgRow, lease: &Lease) -> Result<(), Fault> {
        let Some(identity) = org.ourselves() else { return Ok(()) };
        let Some(record) = self.store().record(org.org, &identity).await? else { return Ok(()) };
        let named = self.policy(org).owner.clone();
        let before = taken_down(&record.acts);
        let now = self.clock().now();
        let owner = match (&named, &before) {
            (None, None) => return Ok(()),
            (Some(named), Some(before)) if named == before => return Ok(()),
            // Somebody else has taken it since: that stays.
            (None, Some(_)) if !is_by_setting(&record.acts) => return Ok(()),
            (None, Some(_)) => None,
            (Some(named), _) => match self.read_person(org, named, now).await {
                Some(person) => Some(Box::new(person)),
                None => return Ok(()),
            },
        };
        let facts = vec![Fact::Named { identity, owner }];
        let evidence = Evidence::Setting { name: "owner".to_owned() };
        let reading = Reading { facts, as_of: now, evidence };
        let input = Input::Read { hints: Vec::new(), reading };
        let work = Work::new(lease, std::slice::from_ref(&input));
        self.turn(work).await.map(|_| ())
    }

    /// The account of a login and its place in the organisation; `None` when it cannot be read now.
    async fn read_person(&self, org: &OrgRow, login: &Login, now: Timestamp) -> Option<Person> {
        let (installation, org_login) = (org.installation?, org.login.as_ref()?);
        let names = Names { login: Some(login.clone()), ..Names::default() };
        // The number is GitHub's to say.
        let entity = Entity::Person { user: UserId(0) };
        let reader = self.github().reader();
        match reader.read(installation, org_login, &entity, &names, now).await {
            Ok(read) => read.facts.into_iter().find_map(|fact| match fact {
                Fact::Person { person } => Some(person),
                _ => None,
            }),
            Err(failure) => {
                tracing::warn!(%login, %failure, "the owner of Beholden cannot be read");
                None
            }
        }
    }
}

/// Who was taken down last because a setting named them.
fn taken_down(acts: &[Act]) -> Option<Login> {
    let last = acts.iter().rev().find(|act| matches!(act.evidence, Evidence::Setting { .. }))?;
    match &last.deed {
        Deed::Own { owner: Owner::Person { login, .. }, .. } => Some(login.clone()),
        _ => None,
    }
}

/// Whether whoever answers for it now does so because a setting names them.
fn is_by_setting(acts: &[Act]) -> bool {
    let last = acts.iter().rev().find(|act| matches!(act.deed, Deed::Own { .. }));
    last.is_some_and(|act| matches!(act.evidence, Evidence::Setting { .. }))
}
