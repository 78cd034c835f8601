//! `beholden replay`: recorded webhooks through the same decisions, with nothing written to GitHub.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cli::{block_on, refuse};
use crate::config::PolicyArgs;
use crate::decide::{Closing, Decision, Input, Reading, Setting, Wanting, decide};
use crate::domain::{
    AppId, Entity, Evidence, Fact, Hint, Login, Markers, Observation, OrgId, Timestamp, Watch,
};
use crate::events::{AUDIT, Delivery, Route, Us, audit_guid, hear, route};
use crate::plan::Voice;
use crate::register::Slice;
use crate::store::{Save, Saved, Store};

/// Show what recorded webhooks would change
///
/// Reads JSON lines of {"event", "delivery", "payload"} from FILE (- is standard input), decides
/// about each in order, and prints one JSON line each and one about all of it, in the form
/// beholden/replay/1. Nothing is written to GitHub, and a database that is given stays as it is.
/// What a pull request or a push grants is in no webhook: it takes a line of what was read.
#[derive(Args, Debug)]
#[command(after_help = FORM)]
pub(super) struct Replay {
    /// The recording
    file: PathBuf,

    /// Start from this register instead of an empty one: sqlite:FILE. It is copied first
    #[arg(long, value_name = "URL")]
    database: Option<String>,

    /// The number of the App, by which its own bot's events are known
    #[arg(long, env = "BEHOLDEN_APP_ID", value_name = "NUMBER", default_value_t = 0)]
    app_id: i64,

    #[command(flatten)]
    policy: PolicyArgs,
}

const FORM: &str = "\
A line in:   {\"event\": \"deploy_key\", \"delivery\": \"GUID\", \"payload\": {…}}
         or  {\"audit\": {…}}, a record of the audit log
         or  {\"fetched\": {\"org\": 1, \"entity\": {…}, \"facts\": […], \"as_of\": \"…\"}}
A line out:  {\"schema\": \"beholden/replay/1\", \"delivery\", \"event\", \"outcome\",
              \"observations\": […], \"changes\": […],
              \"findings\": [{\"rule\", \"severity\", \"identity\", \"message\"}],
              \"actions\": […], \"reads\": […], \"coverage\": \"complete\" | \"partial\"}
`reads` names what would be read from GitHub next. The last line, with the outcome `end`, names what
no `fetched` line brought: while there is any, coverage is partial. Entities and facts are written as
`reads` and `observations` show them: {\"entity\": \"pull\", \"repo\": 1, \"pull\": 2},
{\"fact\": \"pull\", \"pull\": {…}}, {\"fact\": \"branch\", \"branch\": {…}}.";

/// A line of either form. Not an enum: choosing between variants would lose the payload's bytes.
#[derive(Deserialize)]
struct Line {
    fetched: Option<Fetched>,
    audit: Option<Box<serde_json::value::RawValue>>,
    event: Option<String>,
    delivery: Option<String>,
    payload: Option<Box<serde_json::value::RawValue>>,
    received: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Fetched {
    org: OrgId,
    entity: Entity,
    facts: Vec<Fact>,
    as_of: Timestamp,
}

pub(super) fn run(command: &Replay) -> ExitCode {
    let wanted = match command.policy.resolve() {
        Ok(wanted) => wanted,
        Err(refused) => return refuse(&refused),
    };
    let replayed = block_on(async {
        let mut rehearsal = Rehearsal::begin(command, wanted).await?;
        let input: Box<dyn Read> = if command.file == Path::new("-") {
            Box::new(std::io::stdin())
        } else {
            let file = std::fs::File::open(&command.file);
            Box::new(file.with_context(|| format!("cannot read {}", command.file.display()))?)
        };
        for (number, line) in BufReader::new(input).lines().enumerate() {
            let line = line.context("the recording cannot be read")?;
            if line.trim().is_empty() {
                continue;
            }
            let said = rehearsal.line(&line).await;
            println!("{}", said.with_context(|| format!("line {}", number + 1))?);
        }
        println!("{}", rehearsal.end());
        rehearsal.store.close().await;
        anyhow::Ok(())
    });
    match replayed.map_err(anyhow::Error::from).flatten() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The replay stopped: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A register that is thrown away afterwards.
struct Rehearsal {
    store: Store,
    wanted: crate::config::Wanted,
    app: AppId,
    markers: Markers,
    watch: Watch,
    hints: BTreeMap<Entity, Vec<Hint>>,
    _copy: Option<Copy>,
}

/// A copied database file that goes when the replay ends.
struct Copy(PathBuf);

impl Drop for Copy {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.0.display()));
        }
    }
}

impl Rehearsal {
    async fn begin(command: &Replay, wanted: crate::config::Wanted) -> anyhow::Result<Self> {
        let (url, copy) = match command.database.as_deref() {
            None => ("sqlite::memory:".to_owned(), None),
            Some(url) => {
                let Some(file) = url.strip_prefix("sqlite:") else {
                    bail!("--database must be sqlite:FILE here: the register is copied first");
                };
                let copy = Copy(
                    std::env::temp_dir().join(format!("beholden-{}.db", uuid::Uuid::new_v4())),
                );
                for end in ["", "-wal"] {
                    let from = format!("{file}{end}");
                    if end.is_empty() || Path::new(&from).exists() {
                        std::fs::copy(&from, format!("{}{end}", copy.0.display()))
                            .with_context(|| format!("cannot copy {from}"))?;
                    }
                }
                (format!("sqlite:{}", copy.0.display()), Some(copy))
            }
        };
        let store = Store::open(&url).await.context("the register cannot be opened")?;
        let markers = Markers::new("markers of a rehearsal are never written");
        let app = AppId(command.app_id);
        let (watch, hints) = (Watch::default(), BTreeMap::new());
        Ok(Self { store, wanted, app, markers, watch, hints, _copy: copy })
    }

    /// One line in, one line out.
    async fn line(&mut self, line: &str) -> anyhow::Result<Value> {
        let line: Line = serde_json::from_str(line).context("this is not a line of a recording")?;
        if let Some(fetched) = line.fetched {
            return self.fetched(fetched).await;
        }
        let received =
            line.received.unwrap_or(Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(1));
        if let Some(record) = line.audit {
            let body: bytes::Bytes = record.get().as_bytes().to_vec().into();
            let (guid, event) = (audit_guid(&body), AUDIT.to_owned());
            return self.delivered(Delivery { guid, event, body, received }).await;
        }
        let (Some(event), Some(guid), Some(payload)) = (line.event, line.delivery, line.payload)
        else {
            bail!("this is neither a delivery nor a reading");
        };
        let body = payload.get().as_bytes().to_vec().into();
        self.delivered(Delivery { guid, event, body, received }).await
    }

    async fn delivered(&mut self, delivery: Delivery) -> anyhow::Result<Value> {
        let (guid, event) = (delivery.guid.clone(), delivery.event.clone());
        let nothing = |outcome: &str, why: Option<String>| {
            json!({
                "schema": "beholden/replay/1", "delivery": guid, "event": event,
                "outcome": outcome, "why": why, "observations": [], "changes": [],
                "findings": [], "actions": [], "reads": [], "coverage": "complete",
            })
        };
        let (org, login, installation) = match route(&delivery) {
            Route::To { org, login, installation, interesting: true } => (org, login, installation),
            Route::To { .. } | Route::Nobody => return Ok(nothing("ignored", None)),
            Route::Unreadable { why } => return Ok(nothing("parked", Some(why))),
        };
        self.store.meet(org, login.as_ref(), installation).await?;
        let us = Us { app: self.app, bot_user: None, markers: &self.markers };
        let heard = hear(&delivery, &us);
        let observations =
            heard.as_ref().map(|heard| heard.observations.clone()).unwrap_or_default();
        let input = Input::Delivered { guid: guid.clone(), heard };
        let decision = self.decide(org, &input).await?;
        Ok(self.told(Some((&guid, &event)), &observations, &decision))
    }

    async fn fetched(&mut self, fetched: Fetched) -> anyhow::Result<Value> {
        let hints = self.hints.remove(&fetched.entity).unwrap_or_default();
        let evidence = Evidence::Api { request: fetched.entity.key() };
        let reading = Reading { facts: fetched.facts, as_of: fetched.as_of, evidence };
        let decision = self.decide(fetched.org, &Input::Read { hints, reading }).await?;
        Ok(self.told(None, &[], &decision))
    }

    /// Decides and saves into the register that is thrown away.
    async fn decide(&mut self, org: OrgId, input: &Input) -> anyhow::Result<Decision> {
        let turn = self.store.begin(org, Timestamp::UNIX_EPOCH).await?;
        let login = turn.org.login.clone().unwrap_or_else(unnamed);
        let policy = self.wanted.floor(&login);
        let home = match &policy.home {
            Some(home) => self.store.repo_named(org, home).await?.map(|repo| repo.id),
            None => None,
        };
        let setting = Setting {
            org,
            policy: &policy,
            home,
            us: Us { app: self.app, bot_user: None, markers: &self.markers },
            voice: Voice {
                login: &login,
                slug: "beholden",
                markers: &self.markers,
                page_url: None,
            },
            watch: &self.watch,
            now: turn.now,
        };
        let mut slice = Slice::empty(org);
        let decision = loop {
            match decide(&setting, std::slice::from_ref(input), &slice) {
                Ok(decision) => break decision,
                Err(Wanting::Load(needs)) => {
                    let needs: Vec<_> = needs.into_iter().collect();
                    for (need, loaded) in self.store.load(org, &needs).await? {
                        slice.fill(need, loaded);
                    }
                }
                Err(Wanting::Fetch(_) | Wanting::Later(_)) => break Decision::default(),
            }
        };
        for hint in &decision.delta.hints {
            self.hints.entry(hint.entity.clone()).or_default().push(hint.clone());
        }
        let mut delta = decision.delta.clone();
        delta.hints.clear();
        let saved = self.store.save(&turn, &Save { delta, ..Save::default() }).await?;
        if saved != Saved::Done {
            bail!("the register of this replay was changed by somebody else");
        }
        Ok(decision)
    }

    /// What was to be read and no line brought.
    fn end(&self) -> Value {
        let unread: Vec<String> = self.hints.keys().map(Entity::key).collect();
        json!({
            "schema": "beholden/replay/1", "delivery": null, "event": null, "outcome": "end",
            "coverage": if unread.is_empty() { "complete" } else { "partial" },
            "reads": unread,
        })
    }

    fn told(
        &self,
        delivery: Option<(&str, &str)>,
        observations: &[Observation],
        decision: &Decision,
    ) -> Value {
        let outcome = match decision.closed.first() {
            Some((_, Closing::Parked { .. })) => "parked",
            Some((_, Closing::Ignored)) => "ignored",
            Some((_, Closing::Done { .. })) | None => "done",
        };
        let reads: Vec<String> =
            decision.delta.hints.iter().map(|hint| hint.entity.key()).collect();
        let findings: Vec<Value> = decision
            .delta
            .findings
            .iter()
            .map(|finding| {
                json!({
                    "rule": finding.rule, "severity": finding.severity,
                    "identity": finding.identity, "message": finding.message,
                })
            })
            .collect();
        json!({
            "schema": "beholden/replay/1",
            "delivery": delivery.map(|(guid, _)| guid),
            "event": delivery.map(|(_, event)| event),
            "outcome": outcome,
            "observations": observations,
            "changes": decision.delta.timeline,
            "findings": findings,
            "actions": decision.delta.surfaces,
            "coverage": if reads.is_empty() { "complete" } else { "partial" },
            "reads": reads,
        })
    }
}

/// An organisation that no line has named yet.
fn unnamed() -> Login {
    "ghost".parse().expect("a valid login")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        BranchSeen, Foreign, IssueNumber, Origin, PullSeen, PullState, Reached, Repo, RepoId, Sha,
        Visibility, Weighed,
    };
    use crate::power;
    use crate::rules::files::weigh;
    use clap::Parser;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        replay: Replay,
    }

    async fn rehearsal() -> Rehearsal {
        let typed = Typed::parse_from(["replay", "-", "--mode", "comment"]);
        let wanted = typed.replay.policy.resolve().unwrap();
        Rehearsal::begin(&typed.replay, wanted).await.unwrap()
    }

    #[tokio::test]
    async fn a_recorded_delivery_shows_what_it_would_change() {
        let payload = include_str!("../../tests/data/payloads/deploy_key/created.json");
        let line =
            format!("{{\"event\": \"deploy_key\", \"delivery\": \"d1\", \"payload\": {payload}}}");
        let said = rehearsal().await.line(&line).await.unwrap();
        assert_eq!((&said["outcome"], &said["delivery"]), (&json!("done"), &json!("d1")), "{said}");
        let rules: Vec<_> =
            said["findings"].as_array().unwrap().iter().map(|found| &found["rule"]).collect();
        assert_eq!(rules, ["unowned-identity", "writable-deploy-key"], "{said}");
    }

    /// A workflow that gets the token to write, as it is judged in a change of files.
    fn weighed() -> Weighed {
        let path = ".github/workflows/sort.yml";
        let text = "on: issues\npermissions: {contents: write}\njobs:\n  sort:\n    runs-on: \
                    ubuntu-latest\n    steps:\n      - run: make\n";
        let mut tree = power::Tree::default();
        tree.put_bytes(path, text.as_bytes());
        let after = power::of(&tree, &power::Ground::default());
        weigh(&power::Powers::default(), &after, &[])
    }

    fn payload_of(name: &str) -> Value {
        let text = match name {
            "push" => include_str!("../../tests/data/payloads/push/default.json"),
            _ => include_str!("../../tests/data/payloads/pull_request/opened.json"),
        };
        serde_json::from_str(text).unwrap()
    }

    async fn heard(rehearsal: &mut Rehearsal, event: &str, payload: &Value) -> Value {
        let line = json!({ "event": event, "delivery": event, "payload": payload });
        rehearsal.line(&line.to_string()).await.unwrap()
    }

    async fn read(rehearsal: &mut Rehearsal, org: &Value, entity: Entity, fact: Fact) -> Value {
        let repo = Fact::Repo {
            repo: Repo {
                id: entity.repo().unwrap(),
                name: "acme/api".parse().unwrap(),
                visibility: Visibility::Private,
                archived: false,
                has_issues: true,
                gone: false,
                hidden: false,
                switches: BTreeMap::new(),
                as_of: at(20),
            },
        };
        let fetched =
            json!({ "org": org, "entity": entity, "facts": [repo, fact], "as_of": at(20) });
        rehearsal.line(&json!({ "fetched": fetched }).to_string()).await.unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[tokio::test]
    async fn what_was_read_of_a_pull_request_is_decided_about_and_nothing_else_is_complete() {
        let mut rehearsal = rehearsal().await;
        let payload = payload_of("pull_request");
        let said = heard(&mut rehearsal, "pull_request", &payload).await;
        assert_eq!(said["coverage"], "partial", "{said}");
        assert_eq!(rehearsal.end()["coverage"], "partial");
        let repo = RepoId(payload["repository"]["id"].as_i64().unwrap());
        let pull = IssueNumber(payload["number"].as_i64().unwrap());
        let head: Sha = payload["pull_request"]["head"]["sha"].as_str().unwrap().parse().unwrap();
        let seen = PullSeen {
            repo,
            number: pull,
            state: PullState::Open,
            author: None,
            merged_by: None,
            head: head.clone(),
            base: "main".into(),
            base_head: head,
            weighed: weighed(),
            beyond: Vec::new(),
            origin: Origin::default(),
            reached: Reached::default(),
            calls: None,
            taken: None,
        };
        let fact = Fact::Pull { pull: Box::new(seen) };
        let org = payload["organization"]["id"].clone();
        let said = read(&mut rehearsal, &org, Entity::Pull { repo, pull }, fact).await;
        let actions = said["actions"].to_string();
        assert!(actions.contains("token-widened") && actions.contains("neutral"), "{said}");
        let left = rehearsal.end();
        let left: Vec<&str> =
            left["reads"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(!left.iter().any(|read| read.starts_with("pull/")), "{left:?}");
    }

    #[tokio::test]
    async fn what_was_read_of_a_push_is_decided_about() {
        let mut rehearsal = rehearsal().await;
        let payload = payload_of("push");
        let said = heard(&mut rehearsal, "push", &payload).await;
        assert_eq!(said["coverage"], "partial", "{said}");
        let repo = RepoId(payload["repository"]["id"].as_i64().unwrap());
        let sha = |name: &str| payload[name].as_str().unwrap().parse::<Sha>().unwrap();
        let branch = Foreign::new(payload["repository"]["default_branch"].as_str().unwrap());
        let seen = BranchSeen {
            repo,
            branch: branch.clone(),
            is_default: true,
            from: Some(sha("before")),
            to: sha("after"),
            weighed: weighed(),
            matters: true,
            pulls: Vec::new(),
            origin: Origin::default(),
            reached: Reached::default(),
            calls: None,
            taken: None,
        };
        let fact = Fact::Branch { branch: Box::new(seen) };
        let org = payload["organization"]["id"].clone();
        let said = read(&mut rehearsal, &org, Entity::Branch { repo, branch }, fact).await;
        assert!(said["findings"].to_string().contains("token-widened"), "{said}");
    }

    #[tokio::test]
    async fn a_line_of_neither_form_is_refused() {
        let refused = rehearsal().await.line("{\"event\": \"ping\"}").await.unwrap_err();
        assert_eq!(refused.to_string(), "this is neither a delivery nor a reading");
    }
}
