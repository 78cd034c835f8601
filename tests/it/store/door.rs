//! The door: what is acknowledged is on disk, once.

use std::sync::Arc;

use beholden::store::{
    Accepted, Belongs, InboxState, Lane, Outcome, Routed, Save, Saved, Store, StoreError,
};
use bytes::Bytes;
use futures_util::FutureExt as _;
use tokio::task::JoinSet;

use crate::store::world::{ACME, at, met, signed, take, to_acme};
use crate::support::databases::on_each_database;

#[tokio::test]
async fn a_body_comes_back_byte_for_byte() {
    on_each_database(async |base| {
        let mut body: Vec<u8> = (0..=255).collect();
        body.extend("\0 not UTF-8: \u{fffd}".repeat(5_000).bytes());
        base.store.accept(&signed("g1", 0, body.clone())).await.unwrap();
        base.store.accept(&signed("g2", 1, Bytes::new())).await.unwrap();
        let held = base.store.unrouted(10).await.unwrap();
        assert_eq!(held[0].delivery, *signed("g1", 0, body).delivery());
        assert_eq!(held[1].delivery, *signed("g2", 1, Bytes::new()).delivery());
        assert_eq!((held[0].org, &held[0].state), (None, &InboxState::Waiting));
    })
    .await;
}

#[tokio::test]
async fn it_is_told_that_a_delivery_is_on_its_way_to_the_disk() {
    on_each_database(async |base| {
        let delivery = signed("g", 0, "body");
        assert!(!base.store.is_storing());
        let mut accepted = Box::pin(base.store.accept(&delivery));
        assert!((&mut accepted).now_or_never().is_none());
        assert!(base.store.is_storing());
        assert_eq!(accepted.await.unwrap(), Accepted::New);
        assert!(!base.store.is_storing());
    })
    .await;
}

#[tokio::test]
async fn a_known_delivery_makes_no_second_row_unless_it_was_parked() {
    on_each_database(async |base| {
        let store = &base.store;
        assert_eq!(store.accept(&signed("g", 0, "one")).await.unwrap(), Accepted::New);
        assert_eq!(store.accept(&signed("g", 5, "two")).await.unwrap(), Accepted::Known);
        assert_eq!(&store.unrouted(10).await.unwrap()[0].delivery.body[..], b"one");

        let parked = Routed::Parked { why: "It is not JSON.".to_owned() };
        store.route(&[("g".to_owned(), parked)], at(6)).await.unwrap();
        assert!(store.unrouted(10).await.unwrap().is_empty());
        let held = store.delivery("g").await.unwrap().unwrap();
        assert_eq!(held.state, InboxState::Parked { why: "It is not JSON.".to_owned() });

        assert_eq!(store.accept(&signed("g", 9, "three")).await.unwrap(), Accepted::Again);
        let held = store.unrouted(10).await.unwrap();
        assert_eq!((held.len(), &held[0].delivery.body[..]), (1, &b"three"[..]));
    })
    .await;
}

#[tokio::test]
async fn a_closed_delivery_stays_closed_when_it_comes_again_and_gets_no_new_body() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        store.accept(&signed("g", 0, "a comment")).await.unwrap();
        store.route(&[to_acme("g")], at(0)).await.unwrap();
        let turn = store.begin(ACME, at(1)).await.unwrap();
        let closed = vec![("g".to_owned(), Outcome::Done { keep_body: false })];
        let saved = store.save(&turn, &Save { closed, ..Save::default() }).await.unwrap();
        assert_eq!(saved, Saved::Done);
        assert_eq!(store.accept(&signed("g", 2, "a comment")).await.unwrap(), Accepted::Known);
        let held = store.delivery("g").await.unwrap().unwrap();
        assert_eq!((held.state, held.delivery.body.len()), (InboxState::Done, 0));
    })
    .await;
}

#[tokio::test]
async fn two_hundred_deliveries_at_once_share_transactions_and_are_all_there() {
    on_each_database(async |base| {
        let before = base.store.stats().await.unwrap();
        let mut doors = JoinSet::new();
        for n in 0..200 {
            let store = base.store.clone();
            doors.spawn(async move {
                store.accept(&signed(&format!("g{n}"), n, format!("body {n}"))).await.unwrap()
            });
        }
        let answers = doors.join_all().await;
        assert!(answers.iter().all(|answer| *answer == Accepted::New));
        let after = base.store.stats().await.unwrap();
        assert_eq!(after.writes - before.writes, 200);
        let transactions = after.transactions - before.transactions;
        assert!(transactions < 100, "{transactions} transactions for 200 deliveries");
        assert_eq!(after.inbox_waiting, 200);
        assert_eq!(after.oldest_waiting, Some(at(0)));
    })
    .await;
}

#[tokio::test]
async fn the_same_delivery_at_once_from_many_sides_is_new_once() {
    on_each_database(async |base| {
        let mut doors = JoinSet::new();
        for _ in 0..50 {
            let store = base.store.clone();
            doors.spawn(async move { store.accept(&signed("g", 0, "body")).await.unwrap() });
        }
        let answers = doors.join_all().await;
        assert_eq!(answers.iter().filter(|answer| **answer == Accepted::New).count(), 1);
        assert_eq!(base.store.unrouted(100).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn of_those_that_arrive_together_some_wait_to_be_routed_and_then_all_are_where_they_belong() {
    on_each_database(async |base| {
        let store = &base.store;
        let mut doors = JoinSet::new();
        for n in 0..200 {
            let store = store.clone();
            let belongs = Belongs { org: ACME, waits: n % 2 == 0 };
            doors.spawn(async move {
                store.accept_for(&signed(&format!("g{n}"), n, "body"), Some(belongs)).await.unwrap()
            });
        }
        assert!(doors.join_all().await.iter().all(|answer| *answer == Accepted::New));
        let unrouted = store.unrouted(200).await.unwrap();
        assert!((2..150).contains(&unrouted.len()), "{} wait to be routed", unrouted.len());
        let routed: Vec<_> = unrouted
            .iter()
            .map(|held| match held.delivery.received.as_second() % 2 {
                0 => to_acme(&held.delivery.guid),
                _ => (held.delivery.guid.clone(), Routed::Ignored { keep_body: true }),
            })
            .collect();
        store.route(&routed, at(300)).await.unwrap();
        assert!(store.unrouted(200).await.unwrap().is_empty());
        take(store, Lane::Inbox, 301).await;
        let waiting = store.waiting(ACME, 200, at(301), None).await.unwrap();
        let received: Vec<_> = waiting.iter().map(|held| held.delivery.received).collect();
        assert_eq!(received, (0..100).map(|n| at(n * 2)).collect::<Vec<_>>());
        for n in 0..100 {
            let held = store.delivery(&format!("g{}", n * 2 + 1)).await.unwrap().unwrap();
            assert_eq!((held.state, &held.delivery.body[..]), (InboxState::Ignored, &b"body"[..]));
        }
    })
    .await;
}

#[tokio::test]
async fn a_known_delivery_never_stands_for_a_new_one_that_has_to_be_routed() {
    on_each_database(async |base| {
        let (store, belongs) = (&base.store, Some(Belongs { org: ACME, waits: true }));
        store.accept(&signed("known", 0, "body")).await.unwrap();
        store.route(&[to_acme("known")], at(0)).await.unwrap();
        for n in 0..50 {
            let new = format!("new{n}");
            let (known, news) = (signed("known", 0, "body"), signed(&new, n, "body"));
            let answers =
                tokio::join!(store.accept_for(&known, belongs), store.accept_for(&news, belongs));
            assert_eq!((answers.0.unwrap(), answers.1.unwrap()), (Accepted::Known, Accepted::New));
            let unrouted = store.unrouted(9).await.unwrap();
            assert_eq!(unrouted.len(), 1, "alone, or beside one that is known");
            store.route(&[to_acme(&new)], at(n)).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn bodies_beyond_sixty_four_megabytes_at_once_are_refused_not_lost() {
    on_each_database(async |base| {
        let body = Arc::new(Bytes::from(vec![b'x'; 16 << 20]));
        let mut doors = JoinSet::new();
        for n in 0..12 {
            let (store, body) = (base.store.clone(), Arc::clone(&body));
            doors.spawn(async move {
                let signed = signed(&format!("g{n}"), n, Bytes::clone(&body));
                (n, store.accept(&signed).await)
            });
        }
        let mut stored = 0;
        for (n, answer) in doors.join_all().await {
            let held = base.store.delivery(&format!("g{n}")).await.unwrap();
            match answer {
                Ok(_) => {
                    stored += 1;
                    assert_eq!(held.unwrap().delivery.body.len(), body.len());
                }
                Err(error) => {
                    assert!(matches!(error, StoreError::Busy), "{error}");
                    assert!(error.is_passing() && held.is_none());
                }
            }
        }
        assert!(stored >= 1);
        let late = base.store.accept(&signed("late", 20, Bytes::clone(&body))).await;
        assert_eq!(late.unwrap(), Accepted::New, "the room is given back");
    })
    .await;
}

#[tokio::test]
async fn what_was_acknowledged_outlives_a_store_that_is_dropped_without_a_word() {
    on_each_database(async |base| {
        let second = Store::open(&base.url).await.unwrap();
        for n in 0..20 {
            second.accept(&signed(&format!("g{n}"), n, "body")).await.unwrap();
        }
        drop(second);
        let again = Store::open(&base.url).await.unwrap();
        assert_eq!(again.unrouted(100).await.unwrap().len(), 20);
    })
    .await;
}

#[tokio::test]
async fn a_closed_store_says_that_it_is_not_available() {
    on_each_database(async |base| {
        base.store.ping().await.unwrap();
        base.store.clone().close().await;
        let error = base.store.accept(&signed("g", 0, "body")).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
        assert!(base.store.ping().await.unwrap_err().is_passing());
    })
    .await;
}
