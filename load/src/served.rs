//! The built program as a child process: started, asked, frozen, killed.

use std::fs::{File, OpenOptions};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use beholden::config::{Credentials, Registered};
use github_sim::Sim;
use secrecy::SecretString;

/// How to start it, again and again.
#[derive(Clone, Debug)]
pub(crate) struct Recipe {
    binary: PathBuf,
    folder: PathBuf,
    database: String,
    github: String,
    port: u16,
    admin_port: u16,
    mode: &'static str,
    /// Whether everything is listed, not only what deliveries name.
    lists: bool,
    /// The token with which records of the audit log are brought.
    audit_token: Option<&'static str>,
    /// Where its log goes. All processes of one recipe share it.
    pub(crate) log: PathBuf,
}

/// What has to be done before a process is quiet, as the metrics name it.
const WAITS: [&str; 3] = ["inbox", "refreshes", "outbox"];

/// A running process.
pub(crate) struct Served {
    child: Child,
    /// Its number.
    pub(crate) pid: u32,
}

impl Recipe {
    /// Writes the App's credentials into `folder` as `beholden setup` would, and finds two ports.
    /// `name` tells replicas apart.
    pub(crate) fn new(
        binary: &Path,
        folder: &Path,
        name: &str,
        database: &str,
        github: &Sim,
    ) -> anyhow::Result<Self> {
        if !binary.is_file() {
            bail!("{} is missing; build it with: cargo build --bin beholden", binary.display());
        }
        let place = folder.join(name);
        credentials(github).write(&place)?;
        Ok(Self {
            binary: binary.to_owned(),
            database: database.to_owned(),
            github: github.url(),
            port: free_port()?,
            admin_port: free_port()?,
            mode: "comment",
            lists: true,
            audit_token: None,
            log: folder.join(format!("{name}.log")),
            folder: place,
        })
    }

    /// The same, writing nothing to GitHub.
    pub(crate) fn observing(self) -> Self {
        Self { mode: "observe", ..self }
    }

    /// The same, hearing only what deliveries say.
    pub(crate) fn never_listing(self) -> Self {
        Self { lists: false, ..self }
    }

    /// The same, with a door for the audit log.
    pub(crate) fn collecting(self, token: &'static str) -> Self {
        Self { audit_token: Some(token), ..self }
    }

    /// Where records of the audit log go.
    pub(crate) fn collector(&self) -> String {
        format!("http://127.0.0.1:{}/services/collector", self.port)
    }

    /// One of the pages.
    pub(crate) fn admin(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.admin_port)
    }

    /// Where deliveries go.
    pub(crate) fn webhook(&self) -> String {
        format!("http://127.0.0.1:{}/webhook", self.port)
    }

    /// The port of the public listener.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Starts a process and does not wait until it listens.
    pub(crate) fn start(&self) -> anyhow::Result<Served> {
        let log: File = OpenOptions::new().create(true).append(true).open(&self.log)?;
        let mut command = Command::new(&self.binary);
        command
            .arg("serve")
            .args(["--mode", self.mode, "--log", "json"])
            .args(["--listen", &format!("127.0.0.1:{}", self.port)])
            .args(["--admin-listen", &format!("127.0.0.1:{}", self.admin_port)])
            .args(["--api-url", &self.github, "--web-url", &self.github])
            .args(["--database", &self.database])
            .args(if self.lists { &[] as &[&str] } else { &["--sync-every", "0s"] })
            .arg("--credentials")
            .arg(&self.folder)
            .env_clear()
            .env("RUST_LOG", "warn")
            .envs(self.audit_token.map(|token| ("BEHOLDEN_AUDIT_TOKENS", format!("*={token}"))))
            .stdin(Stdio::null())
            .stdout(Stdio::from(log.try_clone()?))
            .stderr(Stdio::from(log));
        let child = command.spawn().context("the program cannot be started")?;
        let pid = child.id();
        Ok(Served { child, pid })
    }

    /// Starts a process and waits until it is ready.
    pub(crate) async fn start_ready(&self) -> anyhow::Result<Served> {
        let mut served = self.start()?;
        let began = Instant::now();
        loop {
            if self.number("beholden_inbox_waiting").await.is_ok() {
                return Ok(served);
            }
            if let Some(status) = served.child.try_wait()? {
                bail!("it ended ({status}): {}", self.last_words());
            }
            if began.elapsed() > Duration::from_secs(30) {
                bail!("it is not ready after 30 s; see {}", self.log.display());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// A metric, summed over its labels; 0 when it was never counted.
    pub(crate) async fn number(&self, metric: &str) -> anyhow::Result<f64> {
        let url = format!("http://127.0.0.1:{}/metrics", self.admin_port);
        let client = reqwest::Client::builder().timeout(Duration::from_secs(3)).build()?;
        let text = client.get(url).send().await?.error_for_status()?.text().await?;
        Ok(read(&text, metric))
    }

    /// Whether no delivery, reading or effect waits.
    pub(crate) async fn is_quiet(&self) -> bool {
        for waits in WAITS {
            let waiting = self.number(&format!("beholden_{waits}_waiting")).await;
            if waiting.is_err() || waiting.is_ok_and(|n| n > 0.0) {
                return false;
            }
        }
        true
    }

    /// How much of each waits, in words.
    pub(crate) async fn what_waits(&self) -> String {
        let mut words = Vec::new();
        for waits in WAITS {
            words.push(match self.number(&format!("beholden_{waits}_waiting")).await {
                Ok(number) => format!("{number} in {waits}"),
                Err(error) => format!("{waits} cannot be counted: {error}"),
            });
        }
        words.join(", ")
    }

    /// The last line of the log: the folder that it is in goes with a driver that stops early.
    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        log.lines().last().unwrap_or("it said nothing").to_owned()
    }

    /// How often the log says this.
    pub(crate) fn said(&self, words: &str) -> usize {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        log.lines().filter(|line| line.contains(words)).count()
    }
}

impl Served {
    /// kill -9.
    pub(crate) fn kill(mut self) -> anyhow::Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("it ended by itself: {status}");
        }
        self.child.kill().context("it cannot be killed")?;
        self.child.wait().map(drop).context("it cannot be waited for")
    }

    /// Asks it to end, and waits.
    pub(crate) async fn end(mut self) -> anyhow::Result<()> {
        signal(self.pid, "TERM")?;
        let began = Instant::now();
        while self.child.try_wait()?.is_none() {
            if began.elapsed() > Duration::from_secs(40) {
                bail!("it did not end when it was asked to");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Freezes it.
    pub(crate) fn freeze(&self) -> anyhow::Result<()> {
        signal(self.pid, "STOP")
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) -> anyhow::Result<()> {
        signal(self.pid, "CONT")
    }

    /// Memory that it holds, in MiB; 0 if that is not known.
    pub(crate) fn resident_mib(&self) -> f64 {
        resident_mib(self.pid)
    }
}

/// A driver that stops early leaves no process behind.
impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Memory that a process holds, in MiB; 0 if that is not known.
pub(crate) fn resident_mib(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}

fn signal(pid: u32, name: &str) -> anyhow::Result<()> {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(pid.to_string()).status()?;
    if sent.success() { Ok(()) } else { bail!("process {pid} cannot be sent {name}") }
}

fn credentials(github: &Sim) -> Credentials {
    let app = github.app();
    Credentials {
        app: Registered {
            app_id: app.id.cast_signed(),
            client_id: app.client_id,
            slug: app.slug.clone(),
            owner: "acme-0".to_owned(),
            html_url: format!("{}/apps/{}", github.url(), app.slug),
        },
        private_key: SecretString::from(app.private_key_pem),
        webhook_secret: SecretString::from(app.webhook_secret),
    }
}

/// A port that is free at this moment.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn read(text: &str, metric: &str) -> f64 {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.strip_prefix(metric))
        .filter(|rest| rest.starts_with(' ') || rest.starts_with('{'))
        .filter_map(|rest| rest.rsplit(' ').next()?.parse::<f64>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_is_summed_over_its_labels_and_not_mixed_with_longer_names() {
        let text = "# TYPE beholden_a counter\nbeholden_a{k=\"x\"} 2\nbeholden_a{k=\"y\"} 3\n\
                    beholden_ab 7\nbeholden_b 1.5\n";
        assert_eq!(read(text, "beholden_a"), 5.0);
        assert_eq!(read(text, "beholden_b"), 1.5);
        assert_eq!(read(text, "beholden_c"), 0.0);
    }
}
