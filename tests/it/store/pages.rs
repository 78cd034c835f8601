//! Pages and retention: keysets that neither skip nor repeat, and forgetting on time.

use std::collections::BTreeMap;
use std::time::Duration;

use beholden::domain::{CaseState, IdentityKey, IdentityKind, RepoId};
use beholden::register::Delta;
use beholden::store::{
    Filter, InboxState, OrgUpdate, Outcome, PolicyRow, Retention, Routed, Save, Saved, Store,
};

use crate::store::world::{
    ACME, accept_all, at, case, case_id, deploy_key, entry, key, met, owned_by, repo, to_acme,
};
use crate::support::databases::on_each_database;

async fn saved(store: &Store, second: i64, save: Save) {
    let turn = store.begin(ACME, at(second)).await.unwrap();
    assert_eq!(store.save(&turn, &save).await.unwrap(), Saved::Done);
}

/// All pages of a filter, three at a time.
async fn all(store: &Store, filter: &Filter) -> Vec<String> {
    let (mut keys, mut after) = (Vec::new(), None::<IdentityKey>);
    loop {
        let page = store.register_page(ACME, filter, after.as_ref(), 3).await.unwrap();
        keys.extend(page.items.iter().map(|record| record.identity.key.to_string()));
        match page.next {
            Some(next) => after = Some(next),
            None => return keys,
        }
    }
}

#[tokio::test]
async fn pages_of_the_register_neither_skip_nor_repeat() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        let mut records: Vec<_> = (0..7)
            .map(|n| deploy_key(n, 11 + n % 2, if n < 4 { "Ship it" } else { "ßeta" }))
            .collect();
        records[6] = owned_by(records[6].clone(), 5);
        let mut runner = deploy_key(8, 11, "zed");
        runner.identity.key = IdentityKey::new(IdentityKind::SelfHostedRunner, 8);
        records.push(runner);
        let delta = Delta { records, ..Delta::default() };
        saved(store, 1, Save { delta, ..Save::default() }).await;

        let everything = all(store, &Filter::default()).await;
        assert_eq!(everything.len(), 8);
        assert!(everything.is_sorted());
        let keys = Filter { kind: Some(IdentityKind::DeployKey), ..Filter::default() };
        assert_eq!(all(store, &keys).await.len(), 7);
        let owned = Filter { word: Some("owned".to_owned()), ..Filter::default() };
        assert_eq!(all(store, &owned).await, ["deploy_key/6"]);
        let unowned = Filter { word: Some("unowned".to_owned()), ..keys.clone() };
        assert_eq!(all(store, &unowned).await.len(), 6);
        let there = Filter { repo: Some(RepoId(11)), ..keys.clone() };
        assert_eq!(all(store, &there).await.len(), 4);
        let ship = Filter { text: Some("SHIP".to_owned()), ..Filter::default() };
        assert_eq!(all(store, &ship).await.len(), 4);
        let beta = Filter { text: Some("ß".to_owned()), ..unowned.clone() };
        assert_eq!(all(store, &beta).await, ["deploy_key/4", "deploy_key/5"]);
        let wild = Filter { text: Some("%".to_owned()), ..Filter::default() };
        assert!(all(store, &wild).await.is_empty(), "nothing in a search is a pattern");
        let words = store.words(ACME).await.unwrap();
        assert_eq!(words, BTreeMap::from([("owned".to_owned(), 1), ("unowned".to_owned(), 7)]));
    })
    .await;
}

#[tokio::test]
async fn history_is_paged_from_the_newest_and_from_a_moment() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        for second in 0..6 {
            let timeline = vec![entry(second % 2, 11, second), entry(9, 12, second)];
            let delta = Delta { timeline, ..Delta::default() };
            saved(store, second, Save { delta, ..Save::default() }).await;
        }
        let first = store.timeline_of(ACME, &key(0), None, 2).await.unwrap();
        let seconds = |lines: &[beholden::store::Line]| -> Vec<i64> {
            lines.iter().map(|line| (line.entry.at - at(0)).as_secs()).collect()
        };
        assert_eq!(seconds(&first), [4, 2]);
        let rest = store.timeline_of(ACME, &key(0), Some(first[1].place), 2).await.unwrap();
        assert_eq!(seconds(&rest), [0]);
        let there = store.timeline_in(ACME, RepoId(12), None, 100).await.unwrap();
        assert_eq!(seconds(&there), [5, 4, 3, 2, 1, 0]);
        let since = store.timeline_since(ACME, at(4), None, 3).await.unwrap();
        assert_eq!(seconds(&since), [4, 4, 5]);
        let last = &since[2];
        let rest = store.timeline_since(ACME, last.entry.at, Some(last.place), 9).await.unwrap();
        assert_eq!(seconds(&rest), [5]);
    })
    .await;
}

#[tokio::test]
async fn cases_repositories_and_the_policy_are_found_again() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        let policy = PolicyRow {
            text: "mode: comment".to_owned(),
            reference: "abc".to_owned(),
            error: None,
            as_of: at(1),
        };
        let update = OrgUpdate {
            suspended: Some(true),
            permissions: Some(BTreeMap::from([("issues".to_owned(), "write".to_owned())])),
            policy: Some(Some(policy.clone())),
            ..OrgUpdate::default()
        };
        let delta = Delta {
            cases: vec![case(1, 11, 1), case(2, 11, 2), case(3, 11, 3)],
            repos: vec![repo(11, "acme/api"), repo(12, "acme/web")],
            ..Delta::default()
        };
        saved(store, 1, Save { delta, org: Some(update), ..Save::default() }).await;
        let org = store.org(ACME).await.unwrap().unwrap();
        assert_eq!((org.suspended, org.policy), (true, Some(policy)));
        assert_eq!(org.permissions["issues"], "write");
        assert_eq!(org.login, Some("acme".parse().unwrap()), "left as it was");
        let none = OrgUpdate { policy: Some(None), ..OrgUpdate::default() };
        saved(store, 2, Save { org: Some(none), ..Save::default() }).await;
        let installation = org.installation.unwrap();
        let org = store.org_by_installation(installation).await.unwrap().unwrap();
        assert_eq!((org.org, org.policy, org.suspended), (ACME, None, true));

        let newest = store.cases(ACME, CaseState::Open, None, 2).await.unwrap();
        assert_eq!((&newest[0].id, &newest[1].id), (&case_id(3), &case_id(2)));
        let before = Some((newest[1].opened, &newest[1].id));
        let rest = store.cases(ACME, CaseState::Open, before, 2).await.unwrap();
        assert_eq!(rest, [case(1, 11, 1)]);
        let web = store.repo_named(ACME, &"Acme/Web".parse().unwrap()).await.unwrap();
        assert_eq!(web.unwrap().id, RepoId(12));
        assert_eq!(store.repos(ACME, Some(RepoId(11)), 10).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn bodies_go_after_a_week_parked_ones_and_guids_after_a_month() {
    on_each_database(async |base| {
        let store = &base.store;
        let day = 24 * 3600;
        let done = (0..600).map(|n| format!("done{n:03}"));
        accept_all(store, done.chain(["parked".to_owned(), "waits".to_owned()])).await;
        let mut routed: Vec<_> = (0..600)
            .map(|n| (format!("done{n:03}"), Routed::Ignored { keep_body: true }))
            .collect();
        routed.push(("parked".to_owned(), Routed::Parked { why: "Odd.".to_owned() }));
        routed.push(to_acme("waits"));
        store.route(&routed, at(0)).await.unwrap();

        let retention = Retention::default();
        let size = async |guid| {
            store.delivery(guid).await.unwrap().map(|stored| stored.delivery.body.len())
        };
        let none = store.retain(at(6 * day), retention).await.unwrap();
        assert_eq!((none.bodies, none.guids), (0, 0));
        let week = store.retain(at(8 * day), retention).await.unwrap();
        assert_eq!((week.bodies, week.guids), (600, 0));
        assert_eq!((size("done000").await, size("parked").await), (Some(0), Some(4)));
        let month = store.retain(at(31 * day), retention).await.unwrap();
        assert_eq!((month.bodies, month.guids), (1, 601));
        assert_eq!((size("done000").await, size("parked").await), (None, None));
        assert_eq!(size("waits").await, Some(4), "what waits is never forgotten");
        let sooner = Retention { bodies: Duration::ZERO, ..retention };
        let closed = vec![("waits".to_owned(), Outcome::Done { keep_body: true })];
        saved(store, 40 * day, Save { closed, ..Save::default() }).await;
        assert_eq!(store.retain(at(40 * day + 1), sooner).await.unwrap().bodies, 1);
        let held = store.delivery("waits").await.unwrap().unwrap();
        assert_eq!(held.state, InboxState::Done);
    })
    .await;
}
