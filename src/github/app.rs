//! What concerns the App as a whole: itself, its installations, its webhook and the deliveries.

use std::collections::BTreeMap;

use http::Method;
use serde::Deserialize;

use crate::domain::{AppId, InstallationId, Login, OrgId, Timestamp, UserId};
use crate::github::call::Call;
use crate::github::wire::{Account, Numbered, segment};
use crate::github::{Failure, Github, Listing, Who};

/// The most pages of one listing; 100 rows each.
const PAGES: usize = 100;

/// `GET /app`.
#[derive(Clone, Debug, Deserialize)]
pub struct App {
    /// Its number.
    pub id: AppId,
    /// Its name in URLs; its bot user's login is this and `[bot]`.
    pub slug: String,
    /// The name that people see.
    #[serde(default)]
    pub name: String,
    /// What it asks for, by the manifest's names. An installation may have granted less.
    #[serde(default)]
    pub permissions: BTreeMap<String, String>,
    /// What it subscribes to.
    #[serde(default)]
    pub events: Vec<String>,
}

/// One installation of the App.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// Its number.
    pub id: InstallationId,
    /// The account it is on.
    pub org: OrgId,
    /// That account's login; `None` when GitHub does not name it.
    pub login: Option<Login>,
    /// `Organization` or `User`.
    pub target: String,
    /// What was granted, by the manifest's names.
    pub permissions: BTreeMap<String, String>,
    /// What is delivered.
    pub events: Vec<String>,
    /// Every repository, or those that were chosen.
    pub all_repositories: bool,
    /// Whether it is suspended.
    pub suspended: bool,
}

/// `GET /app/hook/config`. The secret is never read: GitHub masks it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct HookConfig {
    /// Where deliveries go; empty when the webhook is off.
    #[serde(default)]
    pub url: String,
    /// `json` is what we need.
    #[serde(default)]
    pub content_type: String,
}

/// One attempt to deliver a webhook, from GitHub's log of the last three days.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DeliveryAttempt {
    /// The attempt's number: what a redelivery is asked by.
    pub id: i64,
    /// The delivery's GUID, the same for every attempt.
    pub guid: String,
    /// When it was tried.
    pub delivered_at: Timestamp,
    /// Whether somebody asked for it again.
    #[serde(default)]
    pub redelivery: bool,
    /// `OK`, or what went wrong. A guid is healthy if any of its attempts says `OK`.
    #[serde(default)]
    pub status: String,
    /// The status that we answered; 0 when GitHub got no answer.
    #[serde(default)]
    pub status_code: i64,
    /// The event.
    #[serde(default)]
    pub event: String,
    /// Its action.
    #[serde(default)]
    pub action: Option<String>,
    /// The installation it is about.
    #[serde(default)]
    pub installation_id: Option<InstallationId>,
}

/// The core bucket of `GET /rate_limit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct RateLimit {
    /// Requests per hour.
    pub limit: i64,
    /// Requests left.
    pub remaining: i64,
    /// Seconds since 1970, on GitHub's clock, when the bucket fills again.
    pub reset: i64,
}

/// An installation as GitHub writes it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct WireInstallation {
    id: i64,
    account: Option<Account>,
    target_id: i64,
    target_type: String,
    pub(super) permissions: BTreeMap<String, String>,
    events: Vec<String>,
    repository_selection: String,
    pub(super) suspended_at: Option<Timestamp>,
}

impl From<WireInstallation> for Installation {
    fn from(wire: WireInstallation) -> Self {
        let account = wire.account.unwrap_or_default();
        Self {
            id: InstallationId(wire.id),
            org: OrgId(if wire.target_id == 0 { account.id } else { wire.target_id }),
            login: account.login.parse().ok(),
            target: wire.target_type,
            permissions: wire.permissions,
            events: wire.events,
            all_repositories: wire.repository_selection == "all",
            suspended: wire.suspended_at.is_some(),
        }
    }
}

impl Github {
    /// The App itself. Asks GitHub each time.
    pub async fn app(&self) -> Result<App, Failure> {
        self.send(Call::get(&Who::App, "/app")).await?.json()
    }

    /// The App's slug: from the settings, else asked for once.
    pub async fn slug(&self) -> Result<String, Failure> {
        let shared = self.shared();
        match &shared.settings.slug {
            Some(slug) => Ok(slug.clone()),
            None => Ok(shared.app.get_or_try_init(|| self.app()).await?.slug.clone()),
        }
    }

    /// The number of the App's bot user, which writes our issues. Asked for once. Any token will
    /// do but the App's own, which GitHub takes on few routes only; without an installation it is
    /// asked for without credentials, which an Enterprise Server in private mode refuses.
    pub async fn bot_user(&self, via: Option<InstallationId>) -> Result<UserId, Failure> {
        let ask = async || {
            let who = via.map_or(Who::Nobody, |id| Who::installation(id, &[]));
            let path = format!("/users/{}%5Bbot%5D", segment(&self.slug().await?));
            let bot: Numbered = self.send(Call::get(&who, path)).await?.json()?;
            Ok(UserId(bot.id))
        };
        self.shared().bot.get_or_try_init(ask).await.copied()
    }

    /// Every installation of the App, suspended ones too.
    pub async fn installations(&self) -> Result<Listing<Installation>, Failure> {
        let call = Call::get(&Who::App, "/app/installations?per_page=100");
        self.pages(call, PAGES, |page: Vec<WireInstallation>| {
            page.into_iter().map(Installation::from).collect()
        })
        .await
    }

    /// The installation on an organisation; `None` when the App answers and has none there.
    pub async fn installation_for(&self, org: &Login) -> Result<Option<Installation>, Failure> {
        let path = format!("/orgs/{}/installation", segment(org.as_str()));
        let answer = self.send(Call::get(&Who::App, path)).await?;
        if answer.is_missing() {
            self.app().await?;
            return Ok(None);
        }
        Ok(Some(answer.json::<WireInstallation>()?.into()))
    }

    /// Where GitHub delivers to.
    pub async fn hook_config(&self) -> Result<HookConfig, Failure> {
        self.send(Call::get(&Who::App, "/app/hook/config")).await?.json()
    }

    /// One page of the delivery log, newest first, and the cursor of the next. `status` is
    /// `success` or `failure`; the latter covers only answers from 400 to 599, so what got no
    /// answer is found by reading everything. Source: "List deliveries for an app webhook".
    pub async fn deliveries(
        &self,
        cursor: Option<&str>,
        status: Option<&str>,
    ) -> Result<(Vec<DeliveryAttempt>, Option<String>), Failure> {
        let mut path = "/app/hook/deliveries?per_page=100".to_owned();
        for (name, value) in [("cursor", cursor), ("status", status)] {
            if let Some(value) = value {
                path.push_str(&format!("&{name}={}", segment(value)));
            }
        }
        self.page_with_cursor(Call::get(&Who::App, path)).await
    }

    /// Asks GitHub to deliver once more. Harmless to repeat: the inbox knows the GUID.
    pub async fn redeliver(&self, attempt: i64) -> Result<(), Failure> {
        let path = format!("/app/hook/deliveries/{attempt}/attempts");
        self.send(Call::new(&Who::App, Method::POST, path)).await?.success().map(drop)
    }

    /// What is left of the hour for an installation. Asking costs nothing. `None` where the host
    /// has no limits: GitHub answers 404 then.
    pub async fn rate_limit(&self, via: InstallationId) -> Result<Option<RateLimit>, Failure> {
        #[derive(Deserialize)]
        struct Limits {
            resources: BTreeMap<String, RateLimit>,
        }
        let answer = self.send(Call::get(&Who::installation(via, &[]), "/rate_limit")).await?;
        if answer.is_missing() {
            return Ok(None);
        }
        Ok(answer.json::<Limits>()?.resources.get("core").copied())
    }
}
