//! What may be a vendor's: found by short texts beside the register, so that a question about one vendor
//! does not read all of it.

use std::collections::BTreeSet;

use crate::catalogue::{VENDOR_EDITION, vendor_word, vendor_words};
use crate::domain::{Actor, IdentityKey, Mark, OrgId};
use crate::register::Record;
use crate::store::rows::link;
use crate::store::value::{Query, Row, Step, Value, in_lists, row};
use crate::store::{Page, Store, StoreError, sql};

/// Texts that one transaction makes anew.
const BATCH: usize = 500;

impl Store {
    /// Identities that may be of a vendor, by key, after one. Everything that is of the vendor by the
    /// catalogue's [`told`](crate::catalogue::told) is among them, and a little that is not.
    pub async fn maybe_of_vendor(
        &self,
        org: OrgId,
        vendor: &str,
        after: Option<&IdentityKey>,
        limit: usize,
    ) -> Result<Page<Record, IdentityKey>, StoreError> {
        let after = after.map(ToString::to_string).unwrap_or_default();
        let args = row![org, after, *VENDOR_EDITION, vendor_word(vendor), limit];
        let rows = self.database.ask(Query::new(sql::MAYBE_OF_VENDOR, args)).await?;
        let keys: Vec<IdentityKey> =
            rows.into_iter().map(|mut row| row.parsed()).collect::<Result<_, _>>()?;
        let lists = in_lists(row![org], &keys);
        let queries = lists.into_iter().map(|args| Query::new(sql::IDENTITIES, args)).collect();
        let rows = self.database.read(queries).await?.into_iter().flatten();
        let items = rows.map(read).collect::<Result<_, _>>()?;
        Ok(Page { items, next: keys.into_iter().nth(limit.saturating_sub(1)) })
    }

    /// What tokens of these marks were used to give access to, also what is gone.
    pub async fn given_with(
        &self,
        org: OrgId,
        marks: &BTreeSet<Mark>,
    ) -> Result<Vec<Record>, StoreError> {
        let kinds = [link::CREDENTIAL, link::CREDENTIAL_ONCE];
        let queries = marks.iter().flat_map(|mark| {
            kinds.map(|kind| Query::new(sql::LINKED, row![org, kind, mark.number()]))
        });
        let rows = self.database.read(queries.collect()).await?.into_iter().flatten();
        rows.map(|mut row| row.doc()).collect()
    }

    /// Makes the texts anew that another edition of the catalogue made, and those that are missing.
    /// Until then what has an old one is read whole.
    pub async fn renew_vendor_words(&self) -> Result<(), StoreError> {
        let (mut org, mut after) = (0, String::new());
        loop {
            let args = row![org, after.as_str(), *VENDOR_EDITION, BATCH];
            let old = self.database.ask(Query::new(sql::OLD_VENDOR_WORDS, args)).await?;
            let mut renewed = Vec::new();
            for mut row in old {
                org = row.int()?;
                let record: Record = row.doc()?;
                after = record.identity.key.to_string();
                renewed.push(vendor_row(OrgId(org), &record));
            }
            if renewed.is_empty() {
                return Ok(());
            }
            self.database.write(vec![Step::many(sql::RENEW_VENDOR_WORDS, renewed)]).await?;
        }
    }
}

/// Parameters of `PUT_VENDOR_WORDS`.
pub(crate) fn vendor_row(org: OrgId, record: &Record) -> Vec<Value> {
    let by: Vec<&Actor> = record.grants.iter().filter_map(|grant| grant.by.as_ref()).collect();
    let words = vendor_words(&record.identity, by);
    row![org, &record.identity.key, *VENDOR_EDITION, words]
}

fn read(mut row: Row) -> Result<Record, StoreError> {
    row.text()?;
    row.doc()
}
