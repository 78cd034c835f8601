//! Everything that `serve` needs, and the refusals when something is missing.

use std::net::SocketAddr;
use std::time::Duration;

use clap::{Args, ValueEnum};
use http::HeaderName;
use secrecy::SecretString;

use crate::config::host::address;
use crate::config::{
    AlarmArgs, AlarmSettings, App, AppArgs, CollectorArgs, Complaints, Host, HostArgs, PolicyArgs,
    Refused, Span, SyncArgs, SyncSettings, Wanted,
};
use crate::events::AuditToken;

/// The settings of `beholden serve`.
#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// The public listener: /webhook, /healthz and /readyz, nothing else
    #[arg(long, env = "BEHOLDEN_LISTEN", value_name = "ADDRESS", default_value = "0.0.0.0:8080")]
    pub listen: SocketAddr,

    /// The pages and /metrics; this machine only, until there is a login
    #[arg(
        long,
        env = "BEHOLDEN_ADMIN_LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:3000"
    )]
    pub admin_listen: SocketAddr,

    /// Where GitHub reaches the public listener: for `doctor`, and to notice when the App's webhook
    /// leads elsewhere
    #[arg(long, env = "BEHOLDEN_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,

    /// The header in which a proxy in front of the public listener names who knocks, as in
    /// X-Forwarded-For; its last address counts. Without it, whoever connects
    #[arg(long, env = "BEHOLDEN_SOURCE_HEADER", value_name = "NAME")]
    pub source_header: Option<HeaderName>,

    /// The database.
    #[command(flatten)]
    pub database: DatabaseArgs,

    /// How long the bodies of processed deliveries are kept
    #[arg(long, env = "BEHOLDEN_RETAIN", value_name = "TIME", default_value = "7d")]
    pub retain: Span,

    /// The log.
    #[command(flatten)]
    pub log: LogArgs,

    /// When we cannot see.
    #[command(flatten)]
    pub alarm: AlarmArgs,

    /// The audit log.
    #[command(flatten)]
    pub collector: CollectorArgs,

    /// The App.
    #[command(flatten)]
    pub app: AppArgs,

    /// Which GitHub.
    #[command(flatten)]
    pub host: HostArgs,

    /// How everything is listed.
    #[command(flatten)]
    pub sync: SyncArgs,

    /// The operator's policy.
    #[command(flatten)]
    pub policy: PolicyArgs,
}

/// Where the register is kept.
#[derive(Args, Clone, Debug)]
pub struct DatabaseArgs {
    /// The database: sqlite:FILE, or postgres://… (set the variable when it holds a password)
    #[arg(
        long,
        env = "BEHOLDEN_DATABASE",
        value_name = "URL",
        hide_env_values = true,
        allow_hyphen_values = true,
        default_value = "sqlite:beholden.db"
    )]
    pub database: SecretString,
}

/// How to log.
#[derive(Args, Clone, Copy, Debug)]
pub struct LogArgs {
    /// How log lines are written. RUST_LOG says which
    #[arg(long, env = "BEHOLDEN_LOG", value_name = "FORM", value_enum, default_value_t = Log::Text)]
    pub log: Log,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Log {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The settings, whole and checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The public listener.
    pub listen: SocketAddr,
    /// The listener of pages and metrics: a loopback address.
    pub admin_listen: SocketAddr,
    /// Where GitHub reaches the public listener; no slash at the end.
    pub public_url: Option<String>,
    /// The header in which a proxy names who knocks.
    pub source_header: Option<HeaderName>,
    /// The database's URL. It may hold a password.
    pub database: SecretString,
    /// How long the bodies of processed deliveries are kept.
    pub retain: Duration,
    /// The form of the log.
    pub log: Log,
    /// Whom to tell when we cannot see.
    pub alarm: AlarmSettings,
    /// Who may bring records of the audit log.
    pub collector: Vec<AuditToken>,
    /// Who we are to GitHub.
    pub app: App,
    /// Which GitHub.
    pub host: Host,
    /// How everything is listed.
    pub sync: SyncSettings,
    /// The operator's policy.
    pub wanted: Wanted,
}

impl ServeArgs {
    /// Gathers and checks everything.
    ///
    /// # Errors
    /// A sentence for each thing that is missing or wrong: all of them at once.
    pub fn resolve(&self) -> Result<Config, Refused> {
        let mut wrong = Complaints::default();
        let config = self.gather(&mut wrong);
        wrong.conclude(config)
    }

    fn gather(&self, wrong: &mut Complaints) -> Option<Config> {
        if !self.admin_listen.ip().is_loopback() {
            wrong.add(format!(
                "--admin-listen {} can be reached by others, and the pages there show the whole \
                 register without a login. Use 127.0.0.1, and a tunnel to look from elsewhere.",
                self.admin_listen
            ));
        }
        if self.admin_listen == self.listen && self.listen.port() != 0 {
            wrong
                .add("--listen and --admin-listen are the same address; the pages need their own.");
        }
        let public_url = self.public_url.as_ref().map(|url| address("--public-url", url));
        let public_url = public_url.map(|url| wrong.keep(url));
        let database = wrong.keep(self.database.check());
        let alarm = self.alarm.check(wrong);
        let collector = self.collector.check(wrong);
        let app = self.app.gather(wrong);
        let host = self.host.check(wrong);
        let sync = self.sync.check(wrong);
        let wanted = self.policy.check(wrong);
        Some(Config {
            listen: self.listen,
            admin_listen: self.admin_listen,
            public_url: public_url.flatten(),
            source_header: self.source_header.clone(),
            database: database?,
            retain: self.retain.0,
            log: self.log.log,
            alarm: alarm?,
            collector: collector?,
            app: app?,
            host: host?,
            sync: sync?,
            wanted: wanted?,
        })
    }
}

impl DatabaseArgs {
    /// The URL, checked to be of a kind that the store opens.
    ///
    /// # Errors
    /// A sentence, without the URL: it may hold a password.
    pub fn resolve(&self) -> Result<SecretString, Refused> {
        self.check().map_err(|sentence| Refused { sentences: vec![sentence] })
    }

    fn check(&self) -> Result<SecretString, String> {
        use secrecy::ExposeSecret;
        let url = self.database.expose_secret();
        let known = ["sqlite:", "postgres://", "postgresql://"];
        if known.iter().any(|scheme| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
        {
            Ok(self.database.clone())
        } else {
            Err("--database must be sqlite:FILE or postgres://….".to_owned())
        }
    }
}
