//! What is asked of the register, and what an answer looks like: the same on the command line with
//! `--json` and in the API. Nothing here writes, and no answer is larger than its asker said.

mod cases;
mod coverage;
mod history;
mod identity;
mod oidc;
mod person;
mod readers;
mod register;
mod rotation;
mod settings;
mod vendor;

pub use cases::{CaseAnswer, cases, one_case};
pub use coverage::{CoverageAnswer, coverage};
pub use history::{Fit, Fits, Past, happened, history, source};
pub use identity::{IdentityAnswer, Joined, identity, used};
pub use oidc::{OidcAnswer, oidc};
pub use person::{Hanging, PersonAnswer, Standing, person, standing};
pub use readers::{Readers, readers};
pub use register::{Listed, Row, Wanted, list, names};
pub use rotation::{Counts, Rotation};
pub use settings::{Lax, Setting, SettingsAnswer, settings};
pub use vendor::{HeldThing, VendorAnswer, vendor};

use serde::Serialize;

use crate::domain::Timestamp;
use crate::plan::blindness;
use crate::store::{OrgRow, Store, StoreError};
use crate::words;

/// How much of an organisation stands behind an answer: every answer carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sighted {
    /// In words.
    pub line: String,
    /// What is lost, a sentence for each cause.
    pub lost: Vec<String>,
    /// Objects that could not be read.
    pub unread: usize,
    /// Places that are listed: the organisation and its repositories. None where nothing is listed.
    pub places: i64,
    /// When everything had been listed once.
    pub listed: Option<Timestamp>,
}

/// How much of an organisation is seen, by a few cheap questions.
pub async fn sighted(store: &Store, org: &OrgRow) -> Result<Sighted, StoreError> {
    let lost = store.sight(org.org).await?.lost;
    let lost: Vec<String> =
        lost.iter().map(|(cause, loss)| blindness(*cause, true, loss)).collect();
    let unread = store.gaps(org.org).await?.len();
    let overview = store.overview(org.org).await?;
    let mut line: Vec<String> = lost.iter().map(|lost| format!("Not complete. {lost}")).collect();
    line.push(words::seen(&overview));
    if unread > 0 {
        line.push(format!("{} could not be read.", words::count(unread, "object")));
    }
    let places = i64::try_from(overview.places).unwrap_or(i64::MAX);
    Ok(Sighted { line: line.join(" "), lost, unread, places, listed: overview.baseline })
}
