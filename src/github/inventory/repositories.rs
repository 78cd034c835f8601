//! `GET /installation/repositories`: what our installation covers.

use serde::Deserialize;

use crate::domain::Fact;
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::inventory::{Found, Reading};
use crate::github::wire::Repository;

/// The most pages, 100 repositories each.
const PAGES: usize = 100;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Page {
    repositories: Vec<Repository>,
}

pub(super) async fn read(r: &Reading<'_>) -> Result<Found, Failure> {
    let path = "/installation/repositories";
    let call = Call::get(&r.with(&[]), format!("{path}?per_page=100"));
    let listing = r.github.pages(call, PAGES, |page: Page| page.repositories).await?;
    let repos = listing.items.iter().filter_map(|repository| repository.repo(r.now)).collect();
    Ok((vec![Fact::Repositories { repos }], format!("GET {path}")))
}
