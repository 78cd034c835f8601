//! `beholden replay`: recorded webhooks through the same decisions, with nothing written to GitHub.

mod line;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::cli::replay::line::{Fetched, Step, org_without_number, with_number};
use crate::cli::{block_on, refuse};
use crate::config::PolicyArgs;
use crate::decide::{Closing, Decision, Input, Reading, Setting, Wanting, decide};
use crate::domain::{
    AppId, Entity, Evidence, Hint, Login, Markers, Observation, OrgId, RepoId, Timestamp, Watch,
};
use crate::events::{Delivery, Route, Us, hear, route};
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
             and \"received\": \"…\", if it matters when
         or  {\"audit\": {…}}, a record of the audit log, or the bare record
         or  {\"fetched\": {\"org\": 1, \"entity\": {…}, \"facts\": […], \"as_of\": \"…\"}}
A line out:  {\"schema\": \"beholden/replay/1\", \"delivery\", \"event\", \"outcome\",
              \"observations\": […], \"changes\": […],
              \"findings\": [{\"rule\", \"severity\", \"identity\", \"repo\", \"message\"}],
              \"actions\": […], \"reads\": […], \"coverage\": \"complete\" | \"partial\"}
`reads` names what would be read from GitHub next, and as list/org or list/repo/NUMBER what would be
listed. The last line, with the outcome `end`, names what no `fetched` line brought: while there is
any, coverage is partial. A line that cannot be read is `parked` with its reason in `why`. A finding
about a setting names no identity. A record happened when it says so; what says nothing happened when
the latest line before it did. Entities and facts are written as
`reads` and `observations` show them: {\"entity\": \"pull\", \"repo\": 1, \"pull\": 2},
{\"fact\": \"pull\", \"pull\": {…}}, {\"fact\": \"branch\", \"branch\": {…}}.";

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
        for (number, line) in BufReader::new(input).split(b'\n').enumerate() {
            let line = line.context("the recording cannot be read")?;
            let line = String::from_utf8_lossy(&line);
            if line.trim().is_empty() {
                continue;
            }
            let said = rehearsal.line(&line).await;
            for said in said.with_context(|| format!("line {}", number + 1))? {
                println!("{said}");
            }
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
    /// Places that would be listed. No line brings that.
    unlisted: BTreeSet<Option<RepoId>>,
    /// The latest moment that a line named.
    now: Timestamp,
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
        Ok(Self {
            store,
            wanted,
            app,
            markers,
            watch: Watch::default(),
            hints: BTreeMap::new(),
            unlisted: BTreeSet::new(),
            now: Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(1),
            _copy: copy,
        })
    }

    /// One line in; one line out for each delivery, record or reading in it.
    async fn line(&mut self, line: &str) -> anyhow::Result<Vec<Value>> {
        let mut said = Vec::new();
        for step in line::read(line, self.now) {
            said.push(match step {
                Step::Fetched(fetched) => self.fetched(fetched).await?,
                Step::Delivered(delivery) => self.delivered(delivery).await?,
                Step::Unreadable(why) => nothing(None, "parked", Some(&why)),
            });
        }
        Ok(said)
    }

    /// A record that names its organisation by login alone, with the number by which that is known
    /// here, or else with one that stands for it.
    async fn numbered(&self, delivery: Delivery) -> anyhow::Result<Delivery> {
        let Some(login) = org_without_number(&delivery) else { return Ok(delivery) };
        let known = self.store.orgs().await?;
        let known = known.iter().find(|org| org.login.as_ref() == Some(&login));
        let stand_in = || {
            let print = Sha256::digest(login.as_str().to_lowercase());
            OrgId(-i64::from(u32::from_be_bytes([print[0], print[1], print[2], print[3]])) - 1)
        };
        Ok(with_number(delivery, known.map_or_else(stand_in, |org| org.org)))
    }

    async fn delivered(&mut self, delivery: Delivery) -> anyhow::Result<Value> {
        let delivery = self.numbered(delivery).await?;
        self.now = self.now.max(delivery.received);
        let (guid, event) = (delivery.guid.clone(), delivery.event.clone());
        let what = Some((guid.as_str(), event.as_str()));
        let (org, login, installation) = match route(&delivery) {
            Route::To { org, login, installation, interesting: true } => (org, login, installation),
            Route::To { .. } | Route::Nobody => return Ok(nothing(what, "ignored", None)),
            Route::Unreadable { why } => return Ok(nothing(what, "parked", Some(&why))),
        };
        self.store.meet(org, login.as_ref(), installation).await?;
        let us = Us { app: self.app, bot_user: None, markers: &self.markers };
        let heard = hear(&delivery, &us);
        let observations =
            heard.as_ref().map(|heard| heard.observations.clone()).unwrap_or_default();
        let input = Input::Delivered { guid: guid.clone(), heard };
        let decision = self.decide(org, &input).await?;
        Ok(told(what, &observations, &decision))
    }

    async fn fetched(&mut self, fetched: Fetched) -> anyhow::Result<Value> {
        self.now = self.now.max(fetched.as_of);
        let hints = self.hints.remove(&fetched.entity).unwrap_or_default();
        let evidence = Evidence::Api { request: fetched.entity.key() };
        let reading = Reading { facts: fetched.facts, as_of: fetched.as_of, evidence };
        let decision = self.decide(fetched.org, &Input::Read { hints, reading }).await?;
        Ok(told(None, &[], &decision))
    }

    /// Decides and saves into the register that is thrown away.
    async fn decide(&mut self, org: OrgId, input: &Input) -> anyhow::Result<Decision> {
        let turn = self.store.begin(org, self.now).await?;
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
        self.unlisted.extend(&decision.hasten);
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
        let listings = self.unlisted.iter().map(listing);
        let unread: Vec<String> = self.hints.keys().map(Entity::key).chain(listings).collect();
        json!({
            "schema": "beholden/replay/1", "delivery": null, "event": null, "outcome": "end",
            "coverage": if unread.is_empty() { "complete" } else { "partial" },
            "reads": unread,
        })
    }
}

/// What is said of something that concerns nobody, or cannot be read.
fn nothing(what: Option<(&str, &str)>, outcome: &str, why: Option<&str>) -> Value {
    json!({
        "schema": "beholden/replay/1",
        "delivery": what.map(|(guid, _)| guid),
        "event": what.map(|(_, event)| event),
        "outcome": outcome, "why": why, "observations": [], "changes": [],
        "findings": [], "actions": [], "reads": [], "coverage": "complete",
    })
}

/// What is said of a decision.
fn told(what: Option<(&str, &str)>, observations: &[Observation], decision: &Decision) -> Value {
    let outcome = match decision.closed.first() {
        Some((_, Closing::Parked { .. })) => "parked",
        Some((_, Closing::Ignored { .. })) => "ignored",
        Some((_, Closing::Done { .. })) | None => "done",
    };
    let hints = decision.delta.hints.iter().map(|hint| hint.entity.key());
    let reads: Vec<String> = hints.chain(decision.hasten.iter().map(listing)).collect();
    let findings = decision.delta.findings.iter().map(|finding| {
        json!({
            "rule": finding.rule, "severity": finding.severity, "identity": finding.identity,
            "repo": finding.repo, "message": finding.message,
        })
    });
    let of_places = decision.weakened.iter().map(|weakened| {
        json!({
            "rule": weakened.rule, "severity": weakened.severity, "identity": null,
            "repo": weakened.repo, "message": weakened.message,
        })
    });
    json!({
        "schema": "beholden/replay/1",
        "delivery": what.map(|(guid, _)| guid),
        "event": what.map(|(_, event)| event),
        "outcome": outcome,
        "observations": observations,
        "changes": decision.delta.timeline,
        "findings": findings.chain(of_places).collect::<Vec<Value>>(),
        "actions": decision.delta.surfaces,
        "coverage": if reads.is_empty() { "complete" } else { "partial" },
        "reads": reads,
    })
}

/// A place to be listed, as `reads` names it.
fn listing(place: &Option<RepoId>) -> String {
    place.map_or_else(|| "list/org".to_owned(), |repo| format!("list/repo/{repo}"))
}

/// An organisation that no line has named yet.
fn unnamed() -> Login {
    "ghost".parse().expect("a valid login")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        BranchSeen, Fact, Foreign, IssueNumber, Origin, PullSeen, PullState, Reached, Repo, Sha,
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
        let said = rehearsal().await.line(&line).await.unwrap().remove(0);
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
        rehearsal.line(&line.to_string()).await.unwrap().remove(0)
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
                default_branch: None,
                switches: BTreeMap::new(),
                as_of: at(20),
            },
        };
        let fetched =
            json!({ "org": org, "entity": entity, "facts": [repo, fact], "as_of": at(20) });
        rehearsal.line(&json!({ "fetched": fetched }).to_string()).await.unwrap().remove(0)
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
    async fn a_line_of_neither_form_is_parked_and_the_replay_goes_on() {
        let mut rehearsal = rehearsal().await;
        for line in ["{\"event\": \"ping\"}", "no json", "[]{", "{\"audit\": 7}", "{}"] {
            let said = rehearsal.line(line).await.unwrap().remove(0);
            assert_eq!(said["outcome"], "parked", "{line}: {said}");
            assert!(said["why"].as_str().is_some_and(|why| !why.is_empty()), "{said}");
        }
    }

    /// What is said of a record of acme's audit log, at a minute.
    async fn audited(rehearsal: &mut Rehearsal, minute: i64, action: &str, more: &Value) -> Value {
        let mut record = json!({
            "@timestamp": (1_782_146_780 + minute * 60) * 1_000, "_document_id": format!("m{minute}"),
            "action": action, "actor": "octocat", "actor_id": 583_231, "org": "acme",
        });
        for (field, value) in more.as_object().unwrap() {
            record[field] = value.clone();
        }
        let line = json!({ "audit": record }).to_string();
        rehearsal.line(&line).await.unwrap().remove(0)
    }

    fn rules(said: &Value) -> Vec<&str> {
        let findings = said["findings"].as_array().unwrap();
        findings.iter().map(|finding| finding["rule"].as_str().unwrap()).collect()
    }

    #[tokio::test]
    async fn a_switch_of_the_audit_log_is_a_finding_dated_as_the_record_says() {
        let mut rehearsal = rehearsal().await;
        for action in ["org.disable_two_factor_requirement", "org.disable_oauth_app_restrictions"] {
            let said = audited(&mut rehearsal, 0, action, &json!({})).await;
            assert_eq!(rules(&said), ["weakened-setting"], "{said}");
            let finding = &said["findings"][0];
            assert_eq!(finding["severity"], "high");
            assert!(finding["message"].as_str().is_some_and(|it| it.ends_with('.')), "{finding}");
            assert_eq!(said["changes"][0]["at"], "2026-06-22T16:46:20Z", "{said}");
        }
    }

    #[tokio::test]
    async fn what_only_a_listing_tells_is_named_and_coverage_is_partial() {
        let mut rehearsal = rehearsal().await;
        for (action, more, reads) in [
            ("hook.create", json!({ "hook_id": 7 }), "list/org"),
            (
                "hook.create",
                json!({ "hook_id": 8, "repo_id": 1, "repo": "acme/api" }),
                "list/repo/1",
            ),
            ("integration_installation.create", json!({ "name": "Vendor" }), "list/org"),
        ] {
            let said = audited(&mut rehearsal, 0, action, &more).await;
            assert_eq!(said["coverage"], "partial", "{said}");
            assert!(said["reads"].as_array().unwrap().contains(&json!(reads)), "{said}");
        }
        let end = rehearsal.end();
        assert_eq!(
            (&end["coverage"], &end["reads"]),
            (&json!("partial"), &json!(["list/org", "list/repo/1"]))
        );
    }

    #[tokio::test]
    async fn how_a_machine_is_used_is_learnt_from_a_recording() {
        let mut rehearsal = rehearsal().await;
        let day = 24 * 60;
        let clones = |from: &str| {
            json!({
                "actor": "acme-ci[bot]", "actor_id": 990, "actor_is_bot": true, "repo": "acme/api",
                "repo_id": 1, "actor_ip": from, "org_id": 6,
            })
        };
        let mut told = Vec::new();
        for minute in (0..10).map(|it| it * day).chain((0..30).map(|it| 10 * day + it / 10)) {
            let said = audited(&mut rehearsal, minute, "git.clone", &clones("192.0.2.1")).await;
            told.extend(rules(&said).into_iter().map(str::to_owned));
        }
        assert_eq!(told, ["unusual-rate"], "a burst");
        let said = audited(&mut rehearsal, 11 * day, "git.clone", &clones("198.51.100.9")).await;
        assert_eq!(rules(&said), ["new-place"], "{said}");
        let said = audited(&mut rehearsal, 60 * day, "git.clone", &clones("198.51.100.9")).await;
        assert!(rules(&said).contains(&"woken-identity"), "{said}");
    }

    #[tokio::test]
    async fn records_of_forms_that_nobody_has_seen_are_read_as_far_as_they_tell() {
        let mut rehearsal = rehearsal().await;
        let record = json!({ "action": "org.disable_saml", "org": "acme", "created_at": "2026-06-22T16:46:20Z" });
        for line in [
            record.to_string(),
            json!({ "time": 1.5, "event": record }).to_string(),
            json!({ "audit": { "event": record } }).to_string(),
            json!({ "audit": [record] }).to_string(),
            json!({ "audit": record.to_string() }).to_string(),
        ] {
            let said = rehearsal.line(&line).await.unwrap().remove(0);
            assert_eq!(rules(&said), ["weakened-setting"], "{line}: {said}");
            assert_eq!(said["changes"][0]["at"], "2026-06-22T16:46:20Z", "{said}");
        }
        for (action, more) in [
            ("hook.something_new", json!({ "hook_id": "7", "actor_id": null, "repo_id": "x" })),
            ("personal_access_token.widened", json!({ "user_id": [1], "org_id": "12" })),
            (
                "org.create_quantum_secret",
                json!({ "key": { "a": 1 }, "@timestamp": 1_782_146_780.5 }),
            ),
        ] {
            let said = audited(&mut rehearsal, 0, action, &more).await;
            assert_eq!(said["outcome"], "done", "{said}");
            let change = said["changes"][0].to_string();
            assert!(change.contains(action), "{said}");
        }
        let said = audited(&mut rehearsal, 0, "issue.pinned", &json!({})).await;
        assert_eq!(said["outcome"], "ignored", "{said}");
    }
}
