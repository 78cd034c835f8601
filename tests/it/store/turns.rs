//! Turns: what was decided is saved whole, once, and only on what was read.

use beholden::domain::{Entity, RepoId, Standing, TeamId, Through, UserId};
use beholden::register::{Delta, Gap, Loaded, Need, Record};
use beholden::store::{InboxState, Lane, Outcome, Save, Saved, Store};
use tokio::task::JoinSet;

use crate::store::world::{
    ACME, at, case, case_id, deploy_key, entry, hint, key, met, owned_by, repo, signed, take,
    to_acme,
};
use crate::support::databases::on_each_database;

/// Saves a delta that must be taken.
async fn saved(store: &Store, second: i64, delta: Delta) {
    let turn = store.begin(ACME, at(second)).await.unwrap();
    let answer = store.save(&turn, &Save { delta, ..Save::default() }).await.unwrap();
    assert_eq!(answer, Saved::Done);
}

async fn set(store: &Store, need: Need) -> Vec<String> {
    match &store.load(ACME, &[need]).await.unwrap()[0].1 {
        Loaded::Records(records) => {
            records.iter().map(|record| record.identity.key.to_string()).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_turn_that_read_before_another_saved_is_stale() {
    on_each_database(async |base| {
        met(&base.store).await;
        let first = base.store.begin(ACME, at(1)).await.unwrap();
        let second = base.store.begin(ACME, at(1)).await.unwrap();
        assert_eq!(base.store.save(&first, &Save::default()).await.unwrap(), Saved::Done);
        let delta = Delta { records: vec![deploy_key(1, 1, "late")], ..Delta::default() };
        let late = Save { delta, ..Save::default() };
        assert_eq!(base.store.save(&second, &late).await.unwrap(), Saved::Stale);
        assert_eq!(base.store.record(ACME, &key(1)).await.unwrap(), None, "nothing is written");
        let again = base.store.begin(ACME, at(0)).await.unwrap();
        assert_eq!((again.seq, again.now), (1, at(1)), "time never goes back");
    })
    .await;
}

#[tokio::test]
async fn many_turns_at_once_are_saved_one_after_the_other() {
    on_each_database(async |base| {
        met(&base.store).await;
        let mut workers = JoinSet::new();
        for worker in 0..8_i64 {
            let store = base.store.clone();
            workers.spawn(async move {
                let mut stale = 0;
                loop {
                    let turn = store.begin(ACME, at(worker)).await.unwrap();
                    let delta =
                        Delta { timeline: vec![entry(worker, 1, worker)], ..Delta::default() };
                    match store.save(&turn, &Save { delta, ..Save::default() }).await.unwrap() {
                        Saved::Done => return stale,
                        Saved::Stale => stale += 1,
                        Saved::LeaseLost => panic!("there was no lease"),
                    }
                }
            });
        }
        workers.join_all().await;
        assert_eq!(base.store.org(ACME).await.unwrap().unwrap().turn, 8);
        let lines = base.store.timeline(ACME, None, 100).await.unwrap();
        let turns: Vec<i64> = lines.iter().map(|line| line.place.0).collect();
        assert_eq!(turns, [8, 7, 6, 5, 4, 3, 2, 1]);
    })
    .await;
}

#[tokio::test]
async fn what_is_saved_is_loaded_again_whole() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        let record = owned_by(deploy_key(1, 11, "Deploy \u{202e}@acme/everyone"), 5);
        let delta = Delta {
            records: vec![record.clone(), deploy_key(2, 12, "other")],
            repos: vec![repo(11, "acme/api"), repo(12, "acme/web")],
            cases: vec![case(1, 11, 0), case(2, 11, 9)],
            gaps: vec![Gap { what: "teams".into(), why: "No permission.".into(), since: at(0) }],
            timeline: vec![entry(1, 11, 0), entry(2, 12, 1)],
            ..Delta::default()
        };
        saved(store, 1, delta).await;

        let needs = [
            Need::Identity(key(1)),
            Need::Identity(key(99)),
            Need::Identity(key(2)),
            Need::Repo(RepoId(11)),
            Need::Repo(RepoId(99)),
            Need::Team(TeamId(1)),
            Need::Person(UserId(1)),
            Need::Case(case_id(2)),
            Need::OpenCase("grants/1".to_owned()),
            Need::OpenCase("grants/2".to_owned()),
            Need::CaseOf(RepoId(11), 4),
        ];
        let loaded = store.load(ACME, &needs).await.unwrap();
        assert_eq!(loaded.len(), needs.len());
        let answer = |n: usize| loaded[n].1.clone();
        assert_eq!(answer(0), Loaded::Record(Some(Box::new(record))));
        assert_eq!(answer(1), Loaded::Record(None));
        assert!(matches!(answer(2), Loaded::Record(Some(_))));
        assert_eq!(answer(3), Loaded::Repo(Some(repo(11, "acme/api"))));
        assert_eq!((answer(4), answer(5)), (Loaded::Repo(None), Loaded::Team(None)));
        assert_eq!(answer(6), Loaded::Person(None));
        assert_eq!(answer(7), Loaded::Case(Some(Box::new(case(2, 11, 9)))));
        assert_eq!(answer(8), Loaded::Case(Some(Box::new(case(2, 11, 9)))), "the newest");
        assert_eq!((answer(9), answer(10)), (Loaded::Case(None), Loaded::Case(None)));
        assert_eq!(store.gaps(ACME).await.unwrap()[0].what, "teams");
    })
    .await;
}

#[tokio::test]
async fn sets_follow_what_an_identity_hangs_on() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        let in_team = |mut record: Record| {
            record.grants[0].through = Through::Team { team: TeamId(3) };
            record
        };
        let records = vec![
            owned_by(deploy_key(1, 11, "one"), 5),
            owned_by(deploy_key(2, 11, "two"), 6),
            in_team(deploy_key(3, 12, "three")),
        ];
        saved(store, 1, Delta { records, ..Delta::default() }).await;
        let one = ["deploy_key/1"];
        assert_eq!(set(store, Need::InRepo(RepoId(11))).await, ["deploy_key/1", "deploy_key/2"]);
        assert_eq!(set(store, Need::OwnedBy(UserId(5))).await, one);
        assert_eq!(set(store, Need::InTeam(TeamId(3))).await, ["deploy_key/3"]);
        assert_eq!(set(store, Need::SameKey("print1".to_owned())).await, one);
        assert!(set(store, Need::OwnedByTeam(TeamId(3))).await.is_empty());

        let mut gone = owned_by(deploy_key(1, 11, "one"), 6);
        gone.identity.standing = Standing::Gone { at: at(2) };
        saved(store, 2, Delta { records: vec![gone], ..Delta::default() }).await;
        assert_eq!(set(store, Need::InRepo(RepoId(11))).await, ["deploy_key/2"]);
        assert!(set(store, Need::OwnedBy(UserId(5))).await.is_empty());
        assert_eq!(set(store, Need::OwnedBy(UserId(6))).await, ["deploy_key/1", "deploy_key/2"]);
        assert_eq!(set(store, Need::SameKey("print1".to_owned())).await, one, "also deleted ones");
    })
    .await;
}

#[tokio::test]
async fn a_cause_larger_than_a_save_is_whole_before_anybody_decides_again() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        let records: Vec<_> = (0..900).map(|n| owned_by(deploy_key(n, 11, "key"), 5)).collect();
        let timeline: Vec<_> = (0..3_000).map(|n| entry(n, 11, n)).collect();
        let turn = store.begin(ACME, at(1)).await.unwrap();
        let delta = Delta { records, timeline, ..Delta::default() };
        let answer = store.save(&turn, &Save { delta, ..Save::default() }).await.unwrap();
        assert_eq!(answer, Saved::Done);
        // A second process, as after a crash between the parts.
        let other = Store::open(&base.url).await.unwrap();
        other.begin(ACME, at(2)).await.unwrap();
        assert_eq!(set(&other, Need::OwnedBy(UserId(5))).await.len(), 900);
        let lines = other.timeline(ACME, None, 5_000).await.unwrap();
        assert_eq!(lines.len(), 3_000);
        assert!(lines.iter().all(|line| line.place.0 == 1), "one cause, one Turn");
        assert_eq!(store.save(&turn, &Save::default()).await.unwrap(), Saved::Stale);
    })
    .await;
}

#[tokio::test]
async fn deliveries_are_closed_with_what_was_decided_from_them() {
    on_each_database(async |base| {
        let store = &base.store;
        for n in 0..4 {
            store.accept(&signed(&format!("g{n}"), n, "body")).await.unwrap();
        }
        let routed: Vec<_> = (0..4).map(|n| to_acme(&format!("g{n}"))).collect();
        store.route(&routed, at(4)).await.unwrap();
        store.route(&routed, at(4)).await.unwrap();
        let lease = take(store, Lane::Inbox, 5).await;
        let waiting = store.waiting(ACME, 10, at(5), None).await.unwrap();
        let guids: Vec<_> = waiting.iter().map(|stored| stored.delivery.guid.as_str()).collect();
        assert_eq!(guids, ["g0", "g1", "g2", "g3"], "oldest first");
        let behind = store.waiting(ACME, 10, at(5), Some(&waiting[1].delivery)).await.unwrap();
        assert_eq!(behind, waiting[2..]);

        let turn = store.begin(ACME, at(5)).await.unwrap();
        assert_eq!(turn.org.login, Some("acme".parse().unwrap()));
        let closed = vec![
            ("g0".to_owned(), Outcome::Done { keep_body: true }),
            ("g1".to_owned(), Outcome::Ignored { keep_body: false }),
            ("g2".to_owned(), Outcome::Parked { why: "It names nobody.".to_owned() }),
            ("g3".to_owned(), Outcome::Deferred { until: at(60), why: "Later.".to_owned() }),
        ];
        let save = Save { closed, lease: Some(lease.clone()), ..Save::default() };
        assert_eq!(store.save(&turn, &save).await.unwrap(), Saved::Done);
        assert!(store.waiting(ACME, 10, at(59), None).await.unwrap().is_empty());
        assert_eq!(store.waiting(ACME, 10, at(60), None).await.unwrap()[0].attempts, 1);
        assert_eq!(store.next_in_lane(ACME, Lane::Inbox).await.unwrap(), Some(at(60)));
        let state = async |guid| store.delivery(guid).await.unwrap().unwrap().state;
        assert_eq!(state("g0").await, InboxState::Done);
        assert_eq!(state("g1").await, InboxState::Ignored);
        assert_eq!(store.parked(10).await.unwrap()[0].why, "It names nobody.");
        assert!(store.unpark("g2").await.unwrap() && !store.unpark("g2").await.unwrap());
        assert_eq!(store.unrouted(10).await.unwrap()[0].delivery.guid, "g2");

        let turn = store.begin(ACME, at(6)).await.unwrap();
        let closed = vec![("g0".to_owned(), Outcome::Done { keep_body: true })];
        let again = Save { closed, ..Save::default() };
        assert_eq!(store.save(&turn, &again).await.unwrap(), Saved::Stale, "closed already");
    })
    .await;
}

#[tokio::test]
async fn a_reading_clears_only_the_hints_that_it_has_seen() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        let entity = Entity::Repo { repo: RepoId(1) };
        let hints = (0..10).map(|second| hint(1, second)).collect();
        saved(store, 1, Delta { hints, ..Delta::default() }).await;
        let lease = take(store, Lane::Refresh, 1).await;
        let due = store.due_refreshes(ACME, 10, at(1)).await.unwrap();
        assert_eq!((due.len(), due[0].hints.len(), &due[0].entity), (1, 8, &entity));
        assert_eq!(due[0].hints[0].at, at(9));

        saved(store, 2, Delta { hints: vec![hint(1, 20)], ..Delta::default() }).await;
        let turn = store.begin(ACME, at(3)).await.unwrap();
        let cleared = vec![(entity.clone(), due[0].generation)];
        let save = Save { cleared, lease: Some(lease.clone()), ..Save::default() };
        assert_eq!(store.save(&turn, &save).await.unwrap(), Saved::Done);
        let again = store.due_refreshes(ACME, 10, at(3)).await.unwrap();
        assert!(again[0].generation > due[0].generation);
        assert_eq!(again[0].hints[0].at, at(20));
        let seen = due[0].generation;
        assert!(!store.postpone_refresh(ACME, &entity, seen, None, "Old.").await.unwrap());

        let seen = again[0].generation;
        let later = Some(at(50));
        assert!(store.postpone_refresh(ACME, &entity, seen, later, "Busy.").await.unwrap());
        assert!(store.due_refreshes(ACME, 10, at(49)).await.unwrap().is_empty());
        assert_eq!(store.next_in_lane(ACME, Lane::Refresh).await.unwrap(), later);
        assert_eq!(store.due_refreshes(ACME, 10, at(50)).await.unwrap()[0].attempts, 1);
        assert!(store.postpone_refresh(ACME, &entity, seen, None, "No permission.").await.unwrap());
        assert_eq!(store.parked(10).await.unwrap()[0].why, "No permission.");
        assert_eq!(store.next_in_lane(ACME, Lane::Refresh).await.unwrap(), None);

        let turn = store.begin(ACME, at(60)).await.unwrap();
        let save = Save { cleared: vec![(entity, seen)], ..Save::default() };
        store.save(&turn, &save).await.unwrap();
        assert!(store.parked(10).await.unwrap().is_empty());
    })
    .await;
}
