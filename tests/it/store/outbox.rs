//! The outbox: one row for each surface, and nothing is sent twice without looking.

use beholden::domain::{Force, IssueNumber, RepoId, Shown, Surface, SurfaceKey, hash_of};
use beholden::register::Delta;
use beholden::store::{Lane, Lease, OutboxRow, OutboxState, Report, Save, Saved, Store};

use crate::store::world::{ACME, at, case, case_id, issue, met, reply, take};
use crate::support::databases::on_each_database;

async fn want(store: &Store, second: i64, surfaces: Vec<Surface>) {
    let turn = store.begin(ACME, at(second)).await.unwrap();
    let delta = Delta { surfaces, cases: vec![case(1, 11, 0)], ..Delta::default() };
    let saved = store.save(&turn, &Save { delta, ..Save::default() }).await.unwrap();
    assert_eq!(saved, Saved::Done);
}

async fn due(store: &Store, second: i64) -> Vec<OutboxRow> {
    store.due_effects(ACME, 10, at(second)).await.unwrap()
}

async fn held(store: &Store, surface: &Surface) -> OutboxRow {
    store.surface(ACME, &surface.key).await.unwrap().unwrap()
}

async fn applied(store: &Store, lease: &Lease, surface: &Surface, remote_id: i64, second: i64) {
    let report = Report::Applied {
        remote_id,
        hash: hash_of(&surface.effect),
        at: at(0),
        shows: Shown::new(),
    };
    assert!(store.report(lease, &surface.key, report, at(second)).await.unwrap());
}

async fn number(store: &Store) -> Option<IssueNumber> {
    store.case(ACME, &case_id(1)).await.unwrap().unwrap().issue
}

#[tokio::test]
async fn an_issue_is_applied_once_and_its_case_learns_the_number() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        let (opened, answer) = (issue(1, 11, "one"), reply(1, 11, 5));
        want(store, 1, vec![opened.clone(), answer.clone()]).await;
        let lease = take(store, Lane::Outbox, 1).await;
        let rows = due(store, 1).await;
        assert_eq!(rows.len(), 1, "the reply waits for the issue");
        assert_eq!((&rows[0].surface, &rows[0].state), (&opened, &OutboxState::Waiting));

        assert!(store.attempting(&lease, &opened.key, "t1", at(2)).await.unwrap());
        assert!(due(store, 11).await.is_empty(), "not looked for at once");
        let row = due(store, 12).await.remove(0);
        assert!(matches!(row.state, OutboxState::Attempting(attempt) if attempt.at == at(2)));

        applied(store, &lease, &opened, 42, 13).await;
        assert_eq!(number(store).await, Some(IssueNumber(42)));
        let rows = due(store, 13).await;
        assert_eq!(rows[0].surface, answer);
        applied(store, &lease, &answer, 900, 14).await;
        assert!(due(store, 99).await.is_empty());
        assert_eq!(number(store).await, Some(IssueNumber(42)));

        want(store, 20, vec![opened.clone()]).await;
        assert!(due(store, 20).await.is_empty(), "it looks like that already");
        assert_eq!(number(store).await, Some(IssueNumber(42)), "a Turn does not lose the number");
        want(store, 21, vec![issue(1, 11, "two")]).await;
        let row = due(store, 21).await.remove(0);
        assert_eq!((row.remote_id, row.state), (Some(42), OutboxState::Waiting));
    })
    .await;
}

#[tokio::test]
async fn what_changes_while_it_is_sent_is_due_again_after_the_report() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        let (old, new) = (issue(1, 11, "old"), issue(1, 11, "new"));
        want(store, 1, vec![old.clone()]).await;
        let lease = take(store, Lane::Outbox, 1).await;
        store.attempting(&lease, &old.key, "t", at(1)).await.unwrap();
        want(store, 2, vec![new.clone()]).await;
        assert!(matches!(held(store, &old).await.state, OutboxState::Attempting(_)));
        applied(store, &lease, &old, 42, 3).await;
        let row = due(store, 3).await.remove(0);
        assert_eq!((row.surface, row.remote_id), (new.clone(), Some(42)));
        assert_eq!(row.applied, Some(hash_of(&old.effect)));
        applied(store, &lease, &new, 42, 4).await;
        assert!(due(store, 99).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_attempt_of_unknown_outcome_is_looked_for_before_it_is_sent_again() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        let surface = issue(1, 11, "one");
        let key = &surface.key;
        want(store, 1, vec![surface.clone()]).await;
        let lease = take(store, Lane::Outbox, 1).await;
        store.attempting(&lease, key, "t1", at(1)).await.unwrap();
        let unsure = Report::Unsure { due: at(11), reason: "GitHub answered 502.".to_owned() };
        store.report(&lease, key, unsure, at(2)).await.unwrap();
        let row = due(store, 11).await.remove(0);
        assert!(matches!(&row.state, OutboxState::Attempting(attempt) if attempt.token == "t1"));
        assert_eq!((row.attempts, row.looks), (1, 0));
        store.report(&lease, key, Report::Looked { due: at(60) }, at(11)).await.unwrap();
        assert!(due(store, 59).await.is_empty());
        assert_eq!(due(store, 60).await[0].looks, 1);
        assert!(store.attempting(&lease, key, "t2", at(60)).await.unwrap(), "sent again");

        assert!(store.receipt(ACME, key, 42).await.unwrap(), "our own webhook was faster");
        assert_eq!(number(store).await, Some(IssueNumber(42)));
        assert!(!store.receipt(ACME, key, 43).await.unwrap(), "only while attempting");
        let row = held(store, &surface).await;
        assert_eq!((row.remote_id, row.state), (Some(42), OutboxState::Waiting));
        applied(store, &lease, &surface, 42, 61).await;
        assert_eq!(held(store, &surface).await.state, OutboxState::Applied);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_parked_until_something_new_is_wanted() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        let surface = issue(1, 11, "one");
        want(store, 1, vec![surface.clone()]).await;
        let lease = take(store, Lane::Outbox, 1).await;
        let refused = Report::Parked { reason: "Issues are switched off.".to_owned() };
        store.report(&lease, &surface.key, refused, at(2)).await.unwrap();
        want(store, 3, vec![surface.clone()]).await;
        assert!(due(store, 99).await.is_empty(), "the same thing stays parked");
        assert_eq!(store.parked(10).await.unwrap()[0].why, "Issues are switched off.");
        assert!(store.unpark_effect(ACME, &surface.key, at(4)).await.unwrap());
        assert_eq!(due(store, 4).await.len(), 1);
        let later = Report::Later { due: at(50), reason: "Rate limit.".to_owned() };
        store.report(&lease, &surface.key, later, at(5)).await.unwrap();
        assert_eq!(store.next_in_lane(ACME, Lane::Outbox).await.unwrap(), Some(at(50)));
        want(store, 6, vec![issue(1, 11, "two")]).await;
        assert!(due(store, 49).await.is_empty(), "the pace holds for new words too");
        assert_eq!(due(store, 50).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_surface_is_applied_again_or_made_anew_when_a_turn_says_so() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        let surface = issue(1, 11, "one");
        want(store, 1, vec![surface.clone()]).await;
        let lease = take(store, Lane::Outbox, 1).await;
        applied(store, &lease, &surface, 42, 1).await;

        want(store, 2, vec![Surface { force: Force::Reapply, ..surface.clone() }]).await;
        let row = due(store, 2).await.remove(0);
        assert_eq!((row.remote_id, row.state), (Some(42), OutboxState::Waiting));
        applied(store, &lease, &surface, 42, 2).await;

        want(store, 3, vec![Surface { force: Force::Recreate, ..surface.clone() }]).await;
        assert_eq!(due(store, 3).await[0].remote_id, None);
        applied(store, &lease, &surface, 77, 3).await;
        assert_eq!(number(store).await, Some(IssueNumber(77)));

        let gone = Report::Gone { reason: "The repository is gone.".to_owned() };
        store.report(&lease, &surface.key, gone, at(4)).await.unwrap();
        assert!(store.open_surfaces(ACME, None, 10).await.unwrap().is_empty());
        let home = Surface { repo: RepoId(12), ..surface.clone() };
        want(store, 5, vec![home]).await;
        let row = due(store, 5).await.remove(0);
        assert_eq!((row.surface.repo, row.remote_id), (RepoId(12), None));
        assert_eq!(store.open_surfaces(ACME, None, 10).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn without_the_lease_nothing_is_written() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        let surface = issue(1, 11, "one");
        want(store, 1, vec![surface.clone()]).await;
        let lease = take(store, Lane::Outbox, 1).await;
        assert!(store.set_pacing(&lease, "{\"hour\":3}").await.unwrap());
        assert!(store.finish(&lease, None).await.unwrap());
        assert!(!store.attempting(&lease, &surface.key, "t", at(2)).await.unwrap());
        let report =
            Report::Applied { remote_id: 1, hash: String::new(), at: at(0), shows: Shown::new() };
        assert!(!store.report(&lease, &surface.key, report, at(2)).await.unwrap());
        assert!(!store.set_pacing(&lease, "{}").await.unwrap());
        assert_eq!(store.pacing(ACME).await.unwrap().as_deref(), Some("{\"hour\":3}"));
        assert_eq!(held(store, &surface).await.state, OutboxState::Waiting);
    })
    .await;
}

#[tokio::test]
async fn a_receipt_in_a_save_counts_like_one_alone() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        let surface = issue(1, 11, "one");
        want(store, 1, vec![surface.clone()]).await;
        let lease = take(store, Lane::Outbox, 1).await;
        store.attempting(&lease, &surface.key, "t", at(1)).await.unwrap();
        let turn = store.begin(ACME, at(2)).await.unwrap();
        let receipts = vec![(surface.key.clone(), 42), (SurfaceKey("issue/x".to_owned()), 1)];
        let saved = store.save(&turn, &Save { receipts, ..Save::default() }).await.unwrap();
        assert_eq!(saved, Saved::Done);
        assert_eq!(number(store).await, Some(IssueNumber(42)));
    })
    .await;
}
