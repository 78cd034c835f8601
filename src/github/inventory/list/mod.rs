//! Listings: all there is of one part in one place, one file for each family.
//!
//! A listing is whole, or it is a failure: a page that is missing, cut or refused makes none of it
//! count as an absence. Entity tags of every page are kept by the caller, who shows them again: a
//! listing of which no page has changed costs nothing of the hour's requests.

pub(super) mod agent;
mod apps;
pub(super) mod branches;
mod credentials;
mod groups;
mod hooks;
mod insights;
mod keys;
mod oidc;
mod people;
mod registries;
mod roles;
mod rulesets;
mod runners;
mod secrets;
mod settings;
mod tokens;
mod variables;

pub(super) use credentials::Credential;

use std::collections::BTreeMap;
use std::sync::Mutex;

use http::header::ETAG;
use serde::de::DeserializeOwned;

use crate::domain::{
    Access, Actor, Class, Evidence, Expiry, Fact, Foreign, Grant, Identity, IdentityKey, Login,
    OrgId, Part, Reach, Repo, RepoId, Standing, Through, Timestamp,
};
use crate::github::answer::Answer;
use crate::github::call::Call;
use crate::github::inventory::Reading;
use crate::github::{Failure, Who};

/// The most pages of one listing; 100 rows each.
const PAGES: usize = 200;

/// Rows on a page.
const ROWS: usize = 100;

/// What to list.
#[derive(Clone, Copy, Debug)]
pub struct Whole<'a> {
    /// The organisation's number.
    pub org: OrgId,
    /// Its login.
    pub login: &'a Login,
    /// The repository, for parts of one.
    pub repo: Option<&'a Repo>,
    /// The part.
    pub part: Part,
    /// Entity tags by path, from the last time it was read whole. Empty: read all of it.
    pub tags: &'a BTreeMap<String, String>,
    /// When it was last read whole; `None` to read all of it.
    pub before: Option<Timestamp>,
}

/// A listing that was read to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The facts, each with the account that it is about where it gives only its number. `None`:
    /// nothing has changed since the tags were given.
    pub facts: Option<Vec<(Fact, Option<Actor>)>>,
    /// When repositories came about, where the listing says so.
    pub born: BTreeMap<RepoId, Timestamp>,
    /// The moment before the first request.
    pub as_of: Timestamp,
    /// The request that it rests on.
    pub evidence: Evidence,
    /// Entity tags by path, for the next time. Empty where they would prove nothing.
    pub tags: BTreeMap<String, String>,
}

/// A listing in the making.
pub(super) struct Lister<'a> {
    pub(super) r: Reading<'a>,
    pub(super) whole: Whole<'a>,
    pub(super) who: Who,
    /// Answers that came while looking whether anything has changed.
    fresh: Mutex<BTreeMap<String, Answer>>,
    tags: Mutex<BTreeMap<String, String>>,
    /// Tags would prove nothing, as when a last page was full: the next thing that comes changes no
    /// page that is known.
    blurred: Mutex<bool>,
}

/// A fact, and the account that it is about where it gives only its number.
type About = (Fact, Option<Actor>);

/// The facts of a listing.
type Facts = Vec<About>;

pub(super) async fn list(r: Reading<'_>, whole: Whole<'_>) -> Result<Listed, Failure> {
    let part = whole.part;
    let permissions = part
        .read_with()
        .ok_or_else(|| Failure::blind(format!("The {} cannot be listed.", part.words())))?;
    let (now, who) = (r.now, Who::installation(r.installation, permissions));
    let (fresh, tags, blurred) = (Mutex::default(), Mutex::default(), Mutex::default());
    let l = &Lister { r, whole, who, fresh, tags, blurred };
    let request = l.request();
    let evidence = Evidence::Api { request };
    let mut born = BTreeMap::new();
    if l.is_unchanged().await? {
        let tags = whole.tags.clone();
        return Ok(Listed { facts: None, born, as_of: now, evidence, tags });
    }
    let facts = match part {
        Part::Repositories => settings::repositories(l, &mut born).await?,
        Part::Members => people::members(l).await?,
        Part::OutsideCollaborators => people::outside(l).await?,
        Part::Teams => people::teams(l).await?,
        Part::OrgRoles => roles::list(l).await?,
        Part::Collaborators => people::collaborators(l).await?,
        Part::Apps => apps::list(l).await?,
        Part::Tokens => tokens::list(l).await?,
        Part::TokenRequests => tokens::requests(l).await?,
        Part::OrgSettings | Part::Settings => settings::switches(l).await?,
        Part::ActionsPermissions => settings::actions(l).await?,
        Part::OrgActionsSecrets
        | Part::OrgDependabotSecrets
        | Part::OrgAgentsSecrets
        | Part::ActionsSecrets
        | Part::DependabotSecrets
        | Part::AgentsSecrets => secrets::list(l).await?,
        Part::Environments => secrets::environments(l).await?,
        Part::OrgWebhooks | Part::Webhooks => hooks::list(l).await?,
        Part::OrgRunners | Part::Runners => runners::list(l).await?,
        Part::Registries => registries::list(l).await?,
        Part::DeployKeys => keys::list(l).await?,
        Part::Rulesets => rulesets::list(l).await?,
        Part::BranchProtections => branches::list(l).await?,
        Part::OrgVariables | Part::Variables | Part::OrgAgentsVariables | Part::AgentsVariables => {
            variables::list(l).await?
        }
        Part::RunnerGroups => groups::list(l).await?,
        Part::OrgOidcSubjects | Part::OidcSubjects => oidc::list(l).await?,
        Part::Credentials => credentials::list(l).await?,
        Part::ApiUse => insights::list(l).await?,
        Part::OrgCodingAgent => agent::repositories(l).await?,
        Part::CodingAgent => agent::list(l).await?,
        Part::RulesetBypasses
        | Part::CodespacesSecrets
        | Part::OrgRulesets
        | Part::OrgCodespacesSecrets
        | Part::OauthApps
        | Part::ClassicPats => Vec::new(),
        Part::Files | Part::References | Part::AuditLog => {
            return Err(Failure::blind(format!("The {} cannot be listed.", part.words())));
        }
    };
    let blurred = *l.blurred.lock().expect("no holder of this lock panics");
    let tags = std::mem::take(&mut *l.tags.lock().expect("no holder of this lock panics"));
    let tags = if blurred { BTreeMap::new() } else { tags };
    Ok(Listed { facts: Some(facts), born, as_of: now, evidence, tags })
}

/// Where a part is listed, below its place.
fn route(part: Part) -> &'static str {
    match part {
        Part::Repositories => "/installation/repositories",
        Part::Members => "/members",
        Part::OutsideCollaborators => "/outside_collaborators",
        Part::Teams => "/teams",
        Part::OrgRoles => "/organization-roles",
        Part::Apps => "/installations",
        Part::Tokens => "/personal-access-tokens",
        Part::TokenRequests => "/personal-access-token-requests",
        Part::OrgSettings | Part::Settings | Part::ActionsPermissions => "/actions/permissions",
        Part::OrgActionsSecrets | Part::ActionsSecrets => "/actions/secrets",
        Part::OrgDependabotSecrets | Part::DependabotSecrets => "/dependabot/secrets",
        Part::OrgAgentsSecrets | Part::AgentsSecrets => "/agents/secrets",
        Part::OrgWebhooks | Part::Webhooks => "/hooks",
        Part::OrgRunners | Part::Runners => "/actions/runners",
        Part::Registries => "/private-registries",
        Part::Environments => "/environments",
        Part::DeployKeys => "/keys",
        Part::Collaborators => "/collaborators",
        Part::Rulesets | Part::RulesetBypasses | Part::OrgRulesets => "/rulesets",
        Part::BranchProtections => "/branches",
        Part::OrgVariables | Part::Variables => "/actions/variables",
        Part::OrgAgentsVariables | Part::AgentsVariables => "/agents/variables",
        Part::RunnerGroups => "/actions/runner-groups",
        Part::OrgOidcSubjects | Part::OidcSubjects => "/actions/oidc/customization/sub",
        Part::Credentials => "/credential-authorizations",
        Part::ApiUse => "/insights/api",
        Part::OrgCodingAgent => "/copilot/coding-agent/permissions",
        Part::CodingAgent => "/copilot/cloud-agent/configuration",
        Part::CodespacesSecrets | Part::OrgCodespacesSecrets => "/codespaces/secrets",
        Part::Files | Part::References | Part::AuditLog | Part::OauthApps | Part::ClassicPats => "",
    }
}

impl Lister<'_> {
    /// Where the place is: `/orgs/acme`, `/repos/acme/api`.
    pub(super) fn base(&self) -> String {
        match self.whole.repo {
            Some(repo) => format!("/repos/{}", repo.name),
            None => self.r.org_path(),
        }
    }

    /// Where the part is listed.
    pub(super) fn path(&self) -> String {
        match self.whole.part {
            Part::Repositories => route(Part::Repositories).to_owned(),
            part => format!("{}{}", self.base(), route(part)),
        }
    }

    fn request(&self) -> String {
        format!("GET {}", self.path())
    }

    /// The repository that the part is of.
    pub(super) fn repo(&self) -> Option<RepoId> {
        self.whole.repo.map(|repo| repo.id)
    }

    /// Shows the tags that are known. Whether every page is as it was.
    async fn is_unchanged(&self) -> Result<bool, Failure> {
        if self.whole.tags.is_empty() {
            return Ok(false);
        }
        for (path, tag) in self.whole.tags {
            let call = Call::get(&self.who, path.clone()).unless(Some(tag.clone()));
            let answer = self.r.github.send(call).await?;
            if !answer.is_unchanged() {
                self.fresh
                    .lock()
                    .expect("no holder of this lock panics")
                    .insert(path.clone(), answer);
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// One answer, and its tag kept.
    async fn answer(&self, path: &str) -> Result<Answer, Failure> {
        let fresh = self.fresh.lock().expect("no holder of this lock panics").remove(path);
        let answer = match fresh {
            Some(answer) => answer,
            None => self.r.github.send(Call::get(&self.who, path)).await?,
        };
        let answer = answer.success()?;
        match answer.header(ETAG.as_str()) {
            Some(tag) => {
                let mut tags = self.tags.lock().expect("no holder of this lock panics");
                tags.insert(path.to_owned(), tag.to_owned());
            }
            None => self.blur(),
        }
        Ok(answer)
    }

    /// From now on the tags would prove nothing.
    pub(super) fn blur(&self) {
        *self.blurred.lock().expect("no holder of this lock panics") = true;
    }

    /// One object.
    pub(super) async fn one<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.answer(path).await?.json()
    }

    /// An object that not every plan or host has: 404 there.
    pub(super) async fn one_if_any<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> Result<Option<T>, Failure> {
        match self.one(path).await {
            Ok(one) => Ok(Some(one)),
            Err(Failure::Blind { .. }) => {
                self.blur();
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Every row of every page.
    ///
    /// # Errors
    /// [`Failure::Blind`] when there are more pages than are read: nothing is whole then.
    pub(super) async fn rows<P: DeserializeOwned, T>(
        &self,
        path: &str,
        take: impl Fn(P) -> Vec<T>,
    ) -> Result<Vec<T>, Failure> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let mut all = Vec::new();
        for page in 1..=PAGES {
            let path = format!("{path}{joint}per_page={ROWS}&page={page}");
            let answer = self.answer(&path).await?;
            let more = answer.has_next();
            let rows = take(answer.json()?);
            let full = rows.len() >= ROWS;
            all.extend(rows);
            if !more {
                if full {
                    self.blur();
                }
                return Ok(all);
            }
        }
        Err(Failure::blind(format!("{path} has more than {PAGES} pages.")))
    }

    /// An identity of this place that has no account, and what it holds.
    pub(super) fn holds(&self, key: IdentityKey, name: &str, grant: Grant) -> About {
        let identity = Identity {
            key,
            name: Foreign::new(name),
            login: None,
            repo: self.repo(),
            class: Class::Machine,
            fingerprint: None,
            catalogue: None,
            holder: None,
            standing: Standing::Live,
        };
        (Fact::Holds { identity: identity.into(), grant: grant.into() }, None)
    }

    /// A grant that is made when GitHub says it was.
    pub(super) fn grant(&self, through: Through, reach: Reach, at: Option<Timestamp>) -> Grant {
        Grant {
            through,
            reach,
            access: None,
            permissions: BTreeMap::new(),
            role: None,
            expiry: Expiry::NotApplicable,
            power: None,
            called: None,
            by: None,
            at: at.unwrap_or(self.r.now),
            as_of: self.r.now,
            evidence: Reading::evidence(&self.request()),
        }
    }

    /// Switches and guards of this place, all of one group.
    pub(super) fn switches(&self, group: &str, guards: BTreeMap<String, String>) -> About {
        (Fact::Switches { repo: self.repo(), group: group.to_owned(), guards }, None)
    }

    /// What a place reaches by itself: one repository, or the organisation.
    pub(super) fn own_reach(&self) -> Reach {
        self.repo().map_or(Reach::Organization, Reach::one)
    }
}

/// The guards that there are, by name, or that there are none.
fn guards(kept: impl IntoIterator<Item = (bool, &'static str)>) -> String {
    let kept: Vec<&str> = kept.into_iter().filter_map(|(is, name)| is.then_some(name)).collect();
    if kept.is_empty() { "nothing".to_owned() } else { kept.join(", ") }
}

/// A level that we do not know counts as the highest: unknown is not nothing.
pub(super) fn level(word: &str) -> Access {
    Access::from_github(word).unwrap_or(Access::Admin)
}
