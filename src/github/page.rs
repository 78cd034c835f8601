//! Listings, page by page, as far as `Link` leads on the configured host.
//!
//! A listing that was not read to its end is never taken for a whole one.

use std::collections::BTreeMap;

use http::header::LINK;
use serde::de::DeserializeOwned;

use crate::domain::Timestamp;
use crate::github::answer::Answer;
use crate::github::call::Call;
use crate::github::{Failure, Github};

/// A listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing<T> {
    /// What was listed, in GitHub's order.
    pub items: Vec<T>,
    /// Every page was read. Only then does absence mean anything.
    pub complete: bool,
    /// When the first page was asked for.
    pub as_of: Timestamp,
}

impl Github {
    /// Reads at most `most` pages. `items` takes the rows out of one page: some listings are bare
    /// arrays, others name them.
    pub(super) async fn pages<P, T>(
        &self,
        call: Call,
        most: usize,
        items: impl Fn(P) -> Vec<T>,
    ) -> Result<Listing<T>, Failure>
    where
        P: DeserializeOwned,
    {
        let as_of = Timestamp::now();
        let first = self.send(call.clone()).await?;
        self.pages_from(call, first, as_of, most, items).await
    }

    /// The same, for a caller that has looked at the answer to the first page.
    pub(super) async fn pages_from<P, T>(
        &self,
        call: Call,
        first: Answer,
        as_of: Timestamp,
        most: usize,
        items: impl Fn(P) -> Vec<T>,
    ) -> Result<Listing<T>, Failure>
    where
        P: DeserializeOwned,
    {
        let mut page = first;
        let mut listing = Listing { items: Vec::new(), complete: false, as_of };
        for left in (0..most).rev() {
            let next = next_page(&page);
            listing.items.extend(items(page.json()?));
            match next {
                None => {
                    listing.complete = true;
                    break;
                }
                Some(path) if left > 0 => page = self.send(Call { path, ..call.clone() }).await?,
                Some(_) => break,
            }
        }
        Ok(listing)
    }

    /// One page of a listing that is walked by cursor, and the cursor of the next page.
    pub(super) async fn page_with_cursor<T: DeserializeOwned>(
        &self,
        call: Call,
    ) -> Result<(Vec<T>, Option<String>), Failure> {
        let answer = self.send(call).await?;
        let cursor = next_page(&answer).and_then(|url| {
            let query = url.split_once('?')?.1.to_owned();
            query.split('&').find_map(|field| Some(field.strip_prefix("cursor=")?.to_owned()))
        });
        Ok((answer.json()?, cursor))
    }
}

/// The URL of the next page. The host layer judges where it leads.
pub(super) fn next_page(answer: &Answer) -> Option<String> {
    let links = answer.header(LINK.as_str())?;
    // Not at every comma: a URL may hold some.
    links.split(", <").find_map(|link| {
        let (url, rest) = link.trim_start_matches('<').split_once('>')?;
        let fields: BTreeMap<_, _> = rest
            .split(';')
            .filter_map(|field| field.trim().split_once('='))
            .map(|(name, value)| (name.trim(), value.trim().trim_matches('"')))
            .collect();
        (fields.get("rel") == Some(&"next")).then(|| url.to_owned())
    })
}
