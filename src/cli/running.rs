//! What commands need to run: a store, a GitHub and the workers' options from the settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use hmac::{Hmac, KeyInit, Mac};
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use tokio::runtime::Runtime;

use crate::alert::Alarm;
use crate::config::{App, Config, Host};
use crate::domain::{Markers, Watch};
use crate::github::{Github, Settings};
use crate::pipeline::{Options, SyncOptions};
use crate::store::{Retention, Store};

/// What our manifest asks for.
const MANIFEST: &str = include_str!("../../app-manifest.yml");

/// Opens the database, and says which without its password.
pub(super) async fn open_store(url: &SecretString) -> anyhow::Result<Store> {
    Store::open(url.expose_secret()).await.context("the database cannot be opened")
}

/// A client for the App.
pub(super) fn github(app: &App, host: &Host) -> anyhow::Result<Github> {
    let mut settings = Settings::new(app.app_id, &app.client_id, app.private_key.clone());
    settings.api_url = host.api_url.clone();
    settings.web_url = host.web_url.clone();
    Ok(Github::new(settings)?)
}

/// The workers' options.
pub(super) fn options(config: &Config) -> anyhow::Result<Options> {
    let (serves, floors) = (config.wanted.clone(), config.wanted.clone());
    let alarm = config.alarm.to.clone().map(|(url, secret)| Alarm::new(url, secret)).transpose()?;
    Ok(Options {
        app: config.app.app_id,
        serves: Arc::new(move |login| serves.serves(login)),
        floor: Box::new(move |login| floors.floor(login)),
        page_url: None,
        markers: markers(&config.app),
        watch: watch(config)?,
        alarm,
        sync: sync(config)?,
        retention: Retention { bodies: config.retain, ..Retention::default() },
        worker: format!("{}-{}", std::process::id(), uuid::Uuid::new_v4().simple()),
    })
}

/// The lowest priority of threads on Linux, where 0 is usual.
#[cfg(target_os = "linux")]
const LAST: i32 = 19;

/// Threads for the workers, apart from the door's: a decision that computes for milliseconds keeps
/// nobody waiting there, and where both want the processor the door goes first: under a flood all is
/// stored at once and decided by and by.
pub(super) fn worker_threads() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("workers")
        .on_thread_start(|| {
            // Where threads have no priority of their own, they compete as equals.
            #[cfg(target_os = "linux")]
            let _ = rustix::process::setpriority_process(None, LAST);
        })
        .build()
}

/// How everything is listed; nothing where the operator does not want it.
fn sync(config: &Config) -> anyhow::Result<Option<SyncOptions>> {
    let share = config.sync.share;
    let every = config.sync.every.map(SignedDuration::try_from).transpose()?;
    Ok(every.map(|every| SyncOptions { every, share, ..SyncOptions::default() }))
}

/// What must be so for us to see.
pub(super) fn watch(config: &Config) -> anyhow::Result<Watch> {
    #[derive(serde::Deserialize)]
    struct Manifest {
        default_permissions: BTreeMap<String, String>,
    }
    let manifest: Manifest = serde_saphyr::from_str(MANIFEST)?;
    Ok(Watch {
        webhook: config.public_url.as_ref().map(|url| format!("{url}/webhook")),
        needed: manifest.default_permissions,
        silence: config.alarm.blind_after.map(SignedDuration::try_from).transpose()?,
    })
}

/// Markers are keyed by the App's private key: every replica has it, nobody else does. After a new
/// key, markers of the old one are not trusted any more; issues are still known by their number.
pub(super) fn markers(app: &App) -> Markers {
    let mut mac = Hmac::<Sha256>::new_from_slice(app.private_key.expose_secret().as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(b"beholden markers 1");
    Markers::new(mac.finalize().into_bytes().to_vec())
}
