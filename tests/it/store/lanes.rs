//! Lanes: each piece of work by one worker, and no wake is lost.

use std::collections::BTreeSet;
use std::time::Duration;

use beholden::domain::OrgId;
use beholden::store::{Claim, Lane, Save, Saved, Store};
use tokio::task::JoinSet;

use crate::store::world::{ACME, at, met, take};
use crate::support::databases::on_each_database;

const LEASE: Duration = Duration::from_secs(90);

#[tokio::test]
async fn eight_workers_take_each_organisation_once() {
    on_each_database(async |base| {
        for org in 0..40 {
            base.store.wake(OrgId(org), Lane::Inbox, at(0)).await.unwrap();
        }
        let mut workers = JoinSet::new();
        for worker in 0..8 {
            let store = base.store.clone();
            workers.spawn(async move {
                let mut taken = Vec::new();
                loop {
                    match store.claim(Lane::Inbox, &format!("w{worker}"), at(1), LEASE).await {
                        Ok(Claim::Lease(lease)) => taken.push(lease.org),
                        Ok(Claim::Contended) => {}
                        Ok(Claim::Idle) => return taken,
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
        let taken: Vec<OrgId> = workers.join_all().await.into_iter().flatten().collect();
        assert_eq!(taken.len(), 40);
        assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), 40);
    })
    .await;
}

#[tokio::test]
async fn the_lane_that_waits_longest_comes_first_and_later_ones_wait() {
    on_each_database(async |base| {
        let store = &base.store;
        store.wake(OrgId(1), Lane::Refresh, at(20)).await.unwrap();
        store.wake(OrgId(2), Lane::Refresh, at(10)).await.unwrap();
        store.wake(OrgId(3), Lane::Refresh, at(99)).await.unwrap();
        assert_eq!(store.next_due().await.unwrap(), Some(at(10)));
        assert_eq!(take(store, Lane::Refresh, 30).await.org, OrgId(2));
        assert_eq!(take(store, Lane::Refresh, 30).await.org, OrgId(1));
        let none = store.claim(Lane::Refresh, "w", at(30), LEASE).await.unwrap();
        assert_eq!(none, Claim::Idle);
        assert_eq!(store.claim(Lane::Inbox, "w", at(99), LEASE).await.unwrap(), Claim::Idle);
    })
    .await;
}

#[tokio::test]
async fn work_that_comes_while_a_lane_is_held_makes_it_due_again() {
    on_each_database(async |base| {
        let store = &base.store;
        store.wake(ACME, Lane::Inbox, at(0)).await.unwrap();
        let lease = take(store, Lane::Inbox, 1).await;
        store.wake(ACME, Lane::Inbox, at(2)).await.unwrap();
        assert!(store.finish(&lease, None).await.unwrap());
        let again = take(store, Lane::Inbox, 3).await;
        assert!(store.finish(&again, Some(at(50))).await.unwrap());
        assert_eq!(store.claim(Lane::Inbox, "w", at(49), LEASE).await.unwrap(), Claim::Idle);
        let later = take(store, Lane::Inbox, 50).await;
        assert!(store.finish(&later, None).await.unwrap());
        assert_eq!(store.claim(Lane::Inbox, "w", at(999), LEASE).await.unwrap(), Claim::Idle);
    })
    .await;
}

#[tokio::test]
async fn a_lease_that_ran_out_belongs_to_whoever_took_it_next() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        store.wake(ACME, Lane::Inbox, at(0)).await.unwrap();
        let mut slow = match store.claim(Lane::Inbox, "slow", at(1), Duration::ZERO).await.unwrap()
        {
            Claim::Lease(lease) => lease,
            other => panic!("{other:?}"),
        };
        let quick = taken_when_free(store).await;
        assert_ne!(slow.token, quick.token);
        assert!(!store.finish(&slow, None).await.unwrap());
        assert!(!store.renew(&mut slow, LEASE).await.unwrap());

        let turn = store.begin(ACME, at(2)).await.unwrap();
        let late = Save { lease: Some(slow), ..Save::default() };
        assert_eq!(store.save(&turn, &late).await.unwrap(), Saved::LeaseLost);
        let good = Save { lease: Some(quick.clone()), ..Save::default() };
        assert_eq!(store.save(&turn, &good).await.unwrap(), Saved::Done);

        let mut quick = quick;
        let before = quick.until;
        assert!(store.renew(&mut quick, LEASE * 2).await.unwrap());
        assert!(quick.until > before);
        assert!(store.finish(&quick, None).await.unwrap());
        assert!(!store.finish(&quick, None).await.unwrap(), "only once");
    })
    .await;
}

/// Claims until the lease before has run out, which the database's clock decides.
async fn taken_when_free(store: &Store) -> beholden::store::Lease {
    loop {
        if let Claim::Lease(lease) = store.claim(Lane::Inbox, "quick", at(1), LEASE).await.unwrap()
        {
            return lease;
        }
    }
}
