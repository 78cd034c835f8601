//! The built program as it runs in production: a process of its own, spoken to over HTTP.

mod examples;

use std::fs::{self, File};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use beholden::config::{Credentials, Registered};
use github_sim::{Sim, Webhook};
use reqwest::{Client, StatusCode};
use secrecy::SecretString;
use tempfile::TempDir;

use crate::support::databases::Base;

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running `beholden serve`.
pub(crate) struct Served {
    child: Option<Child>,
    folder: TempDir,
    door: String,
    admin: String,
    client: Client,
}

impl Served {
    /// Starts it on a database and a GitHub, with defaults and a talkative log, and waits until it
    /// is ready.
    pub(crate) async fn start(base: &Base, github: &Sim) -> Self {
        let folder = tempfile::tempdir().unwrap();
        credentials(github).write(&folder.path().join("app")).unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let [door, admin] = [free_address(), free_address()];
        let child = Command::new(env!("CARGO_BIN_EXE_beholden"))
            .args(["serve", "--log", "json", "--listen", &door, "--admin-listen", &admin])
            .args(["--api-url", &github.url(), "--web-url", &github.url()])
            .args(["--database", &base.url, "--credentials"])
            .arg(folder.path().join("app"))
            .env_clear()
            .env("RUST_LOG", "debug")
            .stdin(Stdio::null())
            .stdout(Stdio::from(log.try_clone().unwrap()))
            .stderr(Stdio::from(log))
            .spawn()
            .unwrap();
        let client = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let mut served = Self { child: Some(child), folder, door, admin, client };
        let began = Instant::now();
        loop {
            let ready = served.client.get(format!("http://{}/readyz", served.door)).send().await;
            if ready.is_ok_and(|answer| answer.status() == StatusCode::OK) {
                return served;
            }
            let ended = served.child.as_mut().is_none_or(|it| it.try_wait().unwrap().is_some());
            assert!(!ended, "it ended: {}", served.log());
            assert!(began.elapsed() < PATIENCE, "not ready: {}", served.log());
        }
    }

    /// Delivers a webhook as GitHub does.
    pub(crate) async fn receives(&self, webhook: Webhook) -> StatusCode {
        let mut request = self.client.post(format!("http://{}/webhook", self.door));
        for (name, value) in &webhook.headers {
            request = request.header(name, value);
        }
        request.body(webhook.body).send().await.unwrap().status()
    }

    /// Waits until every delivery was decided about.
    pub(crate) async fn decides(&self) {
        let began = Instant::now();
        loop {
            let url = format!("http://{}/metrics", self.admin);
            let text = self.client.get(url).send().await.unwrap().text().await.unwrap();
            if text.lines().any(|line| line == "beholden_inbox_waiting 0") {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "deliveries wait: {text}");
        }
    }

    /// Ends it as an operator does. Gives back everything that it logged.
    pub(crate) async fn stops(mut self) -> String {
        let mut child = self.child.take().unwrap();
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let ended = tokio::task::spawn_blocking(move || child.wait()).await.unwrap().unwrap();
        let log = self.log();
        assert!(ended.success(), "{ended}: {log}");
        log
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // One that has ended already cannot be killed, which is well.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn credentials(github: &Sim) -> Credentials {
    let app = github.app();
    Credentials {
        app: Registered {
            app_id: app.id.cast_signed(),
            client_id: app.client_id,
            slug: app.slug.clone(),
            owner: "acme".to_owned(),
            html_url: format!("{}/apps/{}", github.url(), app.slug),
        },
        private_key: SecretString::from(app.private_key_pem),
        webhook_secret: SecretString::from(app.webhook_secret),
    }
}

/// An address that is free at this moment.
fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}
