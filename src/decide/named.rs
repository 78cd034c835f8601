//! Who answers for Beholden itself: whom the operator or the policy file names. What a person says on
//! GitHub afterwards counts for more.

use crate::decide::{Reading, Turn, Wanting};
use crate::domain::{
    Act, Actor, ActorType, Deed, Evidence, Foreign, Grant, IdentityKey, Order, OrgRole, Owner,
    Person, UserId,
};
use crate::register::{Change, Entry, add_act};

impl Turn<'_> {
    /// Somebody is named, or nobody any more.
    pub(super) fn named(
        &mut self,
        identity: &IdentityKey,
        owner: Option<&Person>,
        reading: &Reading,
    ) -> Result<(), Wanting> {
        let Some(mut record) = self.slice.record(identity)?.cloned() else { return Ok(()) };
        let (by, deed) = match owner {
            Some(person) if self.may_be_named(person) => {
                let Actor { id, login, .. } = person.actor.clone();
                let deed = Deed::Own {
                    owner: Owner::Person { id, login },
                    backup: None,
                    until: None,
                    task: None,
                    because: Some(Foreign::new("named in the settings as the owner of Beholden")),
                    digest: Grant::digest(&record.grants),
                    by_granter: false,
                };
                (person.actor.clone(), deed)
            }
            Some(_) => return Ok(()),
            None => (nobody(), Deed::Disown { for_others: true }),
        };
        let evidence = Evidence::Setting { name: "owner".to_owned() };
        let order = Order { at: reading.as_of, id: 0 };
        let act = Act { order, by, deed, evidence: evidence.clone() };
        if !add_act(&mut record, act.clone()) {
            return Ok(());
        }
        let word = record.ownership.word().to_owned();
        self.slice.put_record(record);
        self.entries.push(Entry {
            identity: Some(identity.clone()),
            repo: None,
            change: Change::Acted { act: Box::new(act), word },
            by: None,
            at: reading.as_of,
            evidence,
        });
        Ok(())
    }

    /// A human of the organisation who can act.
    fn may_be_named(&self, person: &Person) -> bool {
        let is_in = matches!(person.role, Some(OrgRole::Member | OrgRole::Owner));
        let class = self.setting.nature(&person.actor).class;
        is_in && !person.suspended && class == crate::domain::Class::Human
    }
}

/// No account stands behind a setting that is gone.
fn nobody() -> Actor {
    let login = "ghost".parse().expect("a valid login");
    Actor { id: UserId(0), login, kind: ActorType::Unknown }
}
