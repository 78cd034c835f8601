//! One record of the audit log, as GitHub writes it: every field may be missing, null, a number
//! written as text, or new.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::domain::{
    Actor, ActorType, AgentSession, Credential, Foreign, Login, OrgId, RepoId, RepoName, TeamId,
    TeamSlug, Timestamp, UserId, Whence, print_of_ssh,
};
use crate::events::{BadPayload, bad};

/// The most characters that are kept of a session's name.
const MOST_OF_A_NAME: usize = 120;

/// What actions are called whose user is whom they were done to.
const ABOUT_SOMEBODY: &[&str] = &["collaborator", "invitation", "manager", "member", "role."];

/// A record. Fields are asked for by name.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Record(Map<String, Value>);

impl Record {
    pub(super) fn read(body: &[u8]) -> Result<Self, BadPayload> {
        bad::read(body)
    }

    /// A text; numbers and switches as they are written, and the only one of a list.
    pub(super) fn text(&self, field: &str) -> Option<String> {
        match only(self.0.get(field)?) {
            Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
            Value::Number(number) => {
                Some(whole(number).map_or_else(|| number.to_string(), |number| number.to_string()))
            }
            Value::Bool(switch) => Some(switch.to_string()),
            _ => None,
        }
    }

    /// A number, also one that is written as text, and the only one of a list.
    pub(super) fn number(&self, field: &str) -> Option<i64> {
        match only(self.0.get(field)?) {
            Value::Number(number) => whole(number),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Why a field that must be there cannot be read.
    pub(super) fn lacks(&self, field: &'static str) -> BadPayload {
        if self.has(field) { BadPayload::Unclear(field) } else { BadPayload::Lacks(field) }
    }

    fn has(&self, field: &str) -> bool {
        self.0.get(field).is_some_and(|value| !value.is_null())
    }

    /// The texts of a list, or the only one.
    pub(super) fn texts(&self, field: &str) -> Vec<String> {
        match self.0.get(field) {
            Some(Value::Array(items)) => {
                items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
            }
            _ => self.text(field).into_iter().collect(),
        }
    }

    pub(super) fn switch(&self, field: &str) -> bool {
        self.text(field).as_deref() == Some("true")
    }

    /// What happened: `org.create_actions_secret`.
    pub(super) fn action(&self) -> Option<String> {
        self.text("action")
    }

    /// The organisation that it happened in. Records about several, or about the enterprise alone,
    /// name none.
    pub(super) fn org(&self) -> Option<(OrgId, Option<Login>)> {
        let login = self.text("org").and_then(|org| org.parse().ok());
        Some((OrgId(self.number("org_id")?), login))
    }

    /// Whether an enterprise did it of itself, in none of its organisations.
    pub(super) fn is_of_an_enterprise(&self) -> bool {
        let names = |fields: [&str; 2]| fields.into_iter().any(|field| self.has(field));
        names(["business", "business_id"]) && !names(["org", "org_id"])
    }

    /// The record with the organisation in whose log it stands.
    pub(super) fn placed(mut self, org: OrgId) -> String {
        self.0.insert("org_id".to_owned(), org.0.into());
        Value::Object(self.0).to_string()
    }

    /// When it happened. Streams write milliseconds, the API too; others write seconds or a date.
    pub(super) fn at(&self) -> Option<Timestamp> {
        ["@timestamp", "created_at"].into_iter().find_map(|field| {
            let text = self.text(field)?;
            match text.parse::<f64>() {
                Ok(number) => moment(number),
                Err(_) => text.parse().ok(),
            }
        })
    }

    /// Who did it.
    pub(super) fn actor(&self) -> Option<Actor> {
        let is_bot = self.switch("actor_is_bot");
        let kind = if is_bot { ActorType::Bot } else { ActorType::User };
        self.account("actor", "actor_id", kind)
    }

    /// Whom it was done to.
    pub(super) fn user(&self) -> Option<Actor> {
        self.account("user", "user_id", ActorType::User)
    }

    /// Whether an agent did it.
    pub(super) fn is_by_agent(&self) -> bool {
        self.switch("actor_is_agent") || self.text("agent_session_id").is_some()
    }

    /// The session in which an agent did it. Where an agent acts, GitHub names the person who started
    /// it as the user.
    pub(super) fn session(&self, at: Timestamp) -> Option<AgentSession> {
        let name = self.text("agent_session_id");
        let action = self.action()?;
        let about_somebody = ABOUT_SOMEBODY.iter().any(|word| action.contains(word));
        let by = self.user().filter(|_| self.is_by_agent() && !about_somebody)?;
        let name =
            name.map(|name| Foreign::new(&name.chars().take(MOST_OF_A_NAME).collect::<String>()));
        (self.actor()?.id != by.id).then_some(AgentSession { by, name, at })
    }

    fn account(&self, login: &str, id: &str, kind: ActorType) -> Option<Actor> {
        let login: Login = self.text(login)?.parse().ok()?;
        let actor = Actor { id: UserId(self.number(id)?), login, kind };
        (!actor.is_ghost()).then_some(actor)
    }

    /// What it was done with, where the record says enough to know it again.
    pub(super) fn credential(&self) -> Option<Credential> {
        let how = self.text("programmatic_access_type");
        let is_fine = how.as_deref().is_some_and(|how| how.to_lowercase().contains("fine-grained"));
        // Records about tokens name the token that they are about.
        let about_another = self.action()?.starts_with("personal_access_token.");
        let name = self.text("user_programmatic_access_name");
        let name = name.filter(|_| is_fine && !about_another);
        // A deploy key's fingerprint says more than the hash of what it was exchanged for.
        let key = self.text("deploy_key_fingerprint").and_then(|it| print_of_ssh(&it));
        let credential = Credential {
            token: self.number("token_id").filter(|_| is_fine),
            print: key.or_else(|| print(&self.text("hashed_token")?)),
            name: name.as_deref().map(Foreign::new),
            holder: self.number("actor_id").map(UserId),
            how: how.as_deref().map(Foreign::new).unwrap_or_default(),
        };
        (!credential.marks().is_empty()).then_some(credential)
    }

    /// Where it was done from. `None` where that says nothing of who did it: a job on GitHub's own
    /// machines, and a workflow's own token.
    pub(super) fn whence(&self) -> Option<Whence> {
        let how = self.text("programmatic_access_type").unwrap_or_default().to_uppercase();
        if self.switch("is_hosted_runner") || how.contains("GITHUB_TOKEN") {
            return None;
        }
        let location = match self.0.get("actor_location") {
            Some(Value::Object(location)) => location.get("country_code").and_then(Value::as_str),
            _ => None,
        };
        let is_code =
            |code: &&str| code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic());
        Some(Whence {
            network: self.text("actor_ip").and_then(|address| Whence::network_of(&address)),
            country: location.filter(is_code).map(str::to_uppercase),
        })
    }

    /// The name of the organisation's own runner that a record is about. On GitHub's machines
    /// nobody has anything.
    pub(super) fn runner(&self) -> Option<Foreign> {
        let name = self.text("runner_name").filter(|_| !self.switch("is_hosted_runner"))?;
        Some(Foreign::new(&name))
    }

    /// The account that an App acts with, by the App's slug, or by the name that GitHub makes the slug
    /// of.
    pub(super) fn app(&self) -> Option<Login> {
        let of_name = || {
            let name = self.text("name")?.to_ascii_lowercase();
            let words = name.split(|c: char| !c.is_ascii_alphanumeric());
            Some(words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-"))
        };
        let slug = self.text("integration").or_else(of_name)?;
        format!("{slug}[bot]").parse().ok()
    }

    pub(super) fn repo(&self) -> Option<RepoId> {
        self.number("repo_id").map(RepoId)
    }

    pub(super) fn repo_name(&self) -> Option<RepoName> {
        self.text("repo")?.parse().ok()
    }

    /// The team and its slug, which stands after the organisation's login.
    pub(super) fn team(&self) -> Option<(TeamId, Option<TeamSlug>)> {
        let name = self.text("team");
        let slug = name.as_deref().and_then(|name| name.rsplit('/').next()?.parse().ok());
        Some((TeamId(self.number("team_id")?), slug))
    }
}

/// What a list holds that has only that, or the value itself.
fn only(value: &Value) -> &Value {
    match value {
        Value::Array(items) if items.len() == 1 => only(&items[0]),
        value => value,
    }
}

/// A number without a fraction, however it is written.
#[expect(clippy::cast_possible_truncation, reason = "beyond what is exact nothing is read")]
fn whole(number: &serde_json::Number) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let exact = |number: &f64| number.fract() == 0.0 && number.abs() <= EXACT;
    number.as_i64().or_else(|| number.as_f64().filter(exact).map(|number| number as i64))
}

/// The moment of a number of milliseconds, or of seconds where that is so small that milliseconds would
/// be a time before there was a log.
#[expect(clippy::cast_possible_truncation, reason = "what is no moment is refused after it")]
fn moment(number: f64) -> Option<Timestamp> {
    if !number.is_finite() {
        return None;
    }
    let in_seconds = number.abs() < 100_000_000_000.0;
    let milliseconds = if in_seconds { number * 1_000.0 } else { number };
    Timestamp::from_millisecond(milliseconds.round() as i64).ok()
}

/// GitHub's `hashed_token`, SHA-256 in base64, in hex.
fn print(hash: &str) -> Option<String> {
    let digest = STANDARD.decode(hash).ok().filter(|digest| digest.len() == 32)?;
    Some(hex::encode(digest))
}
