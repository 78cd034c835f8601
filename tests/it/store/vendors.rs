//! What may be a vendor's, found by its words: nothing is left out, whoever made the words.

use std::collections::BTreeSet;

use beholden::domain::{
    Actor, ActorType, Credential, Foreign, IdentityKey, Mark, Standing, UserId,
};
use beholden::register::{Delta, Record};
use beholden::store::{Save, Saved, Store};

use crate::store::world::{ACME, at, deploy_key, key, met};
use crate::support::databases::on_each_database;

async fn saved(store: &Store, second: i64, records: Vec<Record>) {
    let turn = store.begin(ACME, at(second)).await.unwrap();
    let delta = Delta { records, ..Delta::default() };
    let save = Save { delta, ..Save::default() };
    assert_eq!(store.save(&turn, &save).await.unwrap(), Saved::Done);
}

/// All pages about a vendor, two at a time.
async fn found(store: &Store, vendor: &str) -> Vec<String> {
    let (mut keys, mut after) = (Vec::new(), None::<IdentityKey>);
    loop {
        let page = store.maybe_of_vendor(ACME, vendor, after.as_ref(), 2).await.unwrap();
        keys.extend(page.items.iter().map(|record| record.identity.key.to_string()));
        match page.next {
            Some(next) => after = Some(next),
            None => return keys,
        }
    }
}

fn of_an_app(number: i64) -> Record {
    let mut record = deploy_key(number, 11, "deploys");
    let login = "circleci-checks[bot]".parse().unwrap();
    record.grants[0].by = Some(Actor { id: UserId(9), login, kind: ActorType::Bot });
    record
}

#[tokio::test]
async fn what_may_be_a_vendors_is_found_page_by_page_whatever_catalogue_made_its_words() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        let mut records: Vec<_> =
            (1..=3).map(|n| deploy_key(n, 11, "Circle-CI: acme/api")).collect();
        records.extend([of_an_app(4), deploy_key(5, 11, "travis"), of_an_app(6)]);
        saved(store, 1, records).await;
        let theirs =
            ["deploy_key/1", "deploy_key/2", "deploy_key/3", "deploy_key/4", "deploy_key/6"];
        assert_eq!(found(store, "CircleCI").await, theirs);
        assert_eq!(found(store, "Travis").await, ["deploy_key/5"]);
        assert!(found(store, "%").await.is_empty(), "nothing in a name is a pattern");

        saved(store, 2, vec![deploy_key(2, 11, "travis")]).await;
        assert_eq!(found(store, "travis").await, ["deploy_key/2", "deploy_key/5"]);

        base.has_words_of_another_catalogue().await;
        let unread = ["deploy_key/1", "deploy_key/2", "deploy_key/3", "deploy_key/4"];
        assert_eq!(found(store, "travis").await, unread, "old words exclude nothing");
        store.renew_vendor_words().await.unwrap();
        assert_eq!(found(store, "travis").await, ["deploy_key/2", "deploy_key/5"]);
        assert_eq!(
            found(store, "circle ci").await,
            ["deploy_key/1", "deploy_key/3", "deploy_key/4", "deploy_key/6"]
        );
    })
    .await;
}

#[tokio::test]
async fn what_a_token_made_is_found_by_its_mark_also_when_it_is_gone() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        let how = Foreign::new("Fine-grained personal access token");
        let with = Credential { how, token: Some(77), print: None, name: None, holder: None };
        let mut lives = deploy_key(1, 11, "lives");
        lives.given_with = vec![with];
        let mut gone = Record { ..lives.clone() };
        gone.identity.key = key(2);
        saved(store, 1, vec![lives, gone.clone(), deploy_key(3, 11, "other")]).await;
        gone.identity.standing = Standing::Gone { at: at(2) };
        saved(store, 2, vec![gone]).await;
        let made = store.given_with(ACME, &BTreeSet::from([Mark::Token(77)])).await.unwrap();
        let made: BTreeSet<_> = made.iter().map(|record| record.identity.key.clone()).collect();
        assert_eq!(made, BTreeSet::from([key(1), key(2)]));
        assert!(store.given_with(ACME, &BTreeSet::new()).await.unwrap().is_empty());
    })
    .await;
}
