//! Which roles elsewhere a job takes with its OIDC token, and under which subject it comes. What a
//! cloud makes of that stands in the cloud: none is asked.
//!
//! Source: "OpenID Connect reference".

use std::collections::BTreeSet;

use serde::Serialize;

use crate::domain::{FilePower, Foreign, OrgId, Part, Repo, RepoId, SignIn, Ties};
use crate::register::{Loaded, Need, Record};
use crate::store::{OrgRow, Store, StoreError};

/// Where workflows are.
const WORKFLOWS: &str = ".github/workflows/";

/// The switch that says what a subject is made of.
const TEMPLATE: &str = "oidc/oidc_subject";

/// The switch that says whether names carry GitHub's numbers in it.
const IMMUTABLE: &str = "oidc/oidc_immutable_subject";

/// What a repository's switch says where the organisation's template counts.
const AS_ORGANISATION: &str = "as the organisation says";

/// GitHub's own template.
const USUAL: &str = "repo, context";

/// The most subjects that are written out.
const MOST: usize = 20;

/// With what a job signs in elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OidcAnswer {
    /// Which template its subject is made of, in a sentence.
    pub template: String,
    /// Whether that is known. Otherwise GitHub's own template is shown.
    pub is_known: bool,
    /// The subjects under which it may come. `*` stands for any text.
    pub subjects: Vec<String>,
    /// The roles that it takes.
    pub roles: Vec<SignIn>,
    /// What else must be known to read this.
    pub notes: Vec<String>,
}

/// What a subject is made of, and how sure that is.
struct Template {
    says: String,
    is_known: bool,
    keys: Vec<String>,
    immutable: Option<bool>,
}

/// Which roles a job takes under which subjects; `None` for what takes none.
pub async fn oidc(
    store: &Store,
    org: &OrgRow,
    record: &Record,
) -> Result<Option<OidcAnswer>, StoreError> {
    let powers = record.grants.iter().filter_map(|grant| grant.power.as_deref());
    let mut powers = powers.filter(|power| power.lines.path.raw().starts_with(WORKFLOWS));
    let signs_in =
        |power: &&FilePower| power.ties.as_ref().is_some_and(|it| !it.sign_ins.is_empty());
    let (Some(power), Some(id)) = (powers.find(signs_in), record.identity.repo) else {
        return Ok(None);
    };
    let Some(ties) = &power.ties else { return Ok(None) };
    let repo = repo(store, org.org, id).await?;
    let template = template(store, org.org, id, repo.as_ref()).await?;
    let branch = repo.as_ref().and_then(|repo| repo.default_branch.clone());
    let contexts = contexts(ties, branch.as_ref());
    let mut notes = notes(ties, &template);
    if repo.is_none() {
        notes.push("The name of its repository is not known.".to_owned());
    }
    let subjects: BTreeSet<String> = contexts
        .iter()
        .map(|context| subject(&template, repo.as_ref(), org, ties, context))
        .collect();
    Ok(Some(OidcAnswer {
        template: template.says,
        is_known: template.is_known,
        subjects: subjects.into_iter().take(MOST).collect(),
        roles: ties.sign_ins.clone(),
        notes,
    }))
}

impl OidcAnswer {
    /// As lines for a person: each role with where it is, then under what it is taken.
    pub fn lines(&self) -> Vec<String> {
        let plain = |text: &str| text.chars().filter(|c| !c.is_control()).collect::<String>();
        let roles = self
            .roles
            .iter()
            .map(|role| format!("{}: {}", plain(role.provider.raw()), plain(role.principal.raw())));
        let subjects = self.subjects.iter().map(|subject| format!("as {}", plain(subject)));
        let template = std::iter::once(self.template.clone());
        roles.chain(subjects).chain(template).chain(self.notes.iter().cloned()).collect()
    }
}

async fn repo(store: &Store, org: OrgId, id: RepoId) -> Result<Option<Repo>, StoreError> {
    let loaded = store.load(org, &[Need::Repo(id)]).await?.into_iter().next();
    Ok(match loaded {
        Some((_, Loaded::Repo(repo))) => repo,
        _ => None,
    })
}

/// The template that counts: the repository's own, the organisation's, or GitHub's.
async fn template(
    store: &Store,
    org: OrgId,
    id: RepoId,
    repo: Option<&Repo>,
) -> Result<Template, StoreError> {
    let own = repo.and_then(|repo| repo.switches.get(TEMPLATE)).map(String::as_str);
    let immutable = repo.and_then(|repo| repo.switches.get(IMMUTABLE)).map(String::as_str);
    let sight = store.sight(org).await?;
    let shared = sight.switches.get(TEMPLATE).map(String::as_str);
    let immutable = immutable.or(sight.switches.get(IMMUTABLE).map(String::as_str));
    let immutable = immutable.and_then(|it| it.parse().ok());
    let (says, is_known, keys) = match (own, shared) {
        (None, _) => {
            let why = unread(store, org, Some(id), Part::OidcSubjects).await?;
            (format!("What its subject is made of is not known: {why}"), false, USUAL)
        }
        (Some(AS_ORGANISATION), None) => {
            let why = unread(store, org, None, Part::OrgOidcSubjects).await?;
            let says = "Its subject is made of what the organisation says, which is not known";
            (format!("{says}: {why}"), false, USUAL)
        }
        (Some(USUAL), _) | (Some(AS_ORGANISATION), Some(USUAL)) => {
            ("GitHub's default template is in use: repo, context.".to_owned(), true, USUAL)
        }
        (Some(AS_ORGANISATION), Some(keys)) => {
            (format!("The organisation's template is in use: {keys}."), true, keys)
        }
        (Some(keys), _) => {
            (format!("The repository's own template is in use: {keys}."), true, keys)
        }
    };
    let keys = keys.split(", ").map(str::to_owned).collect();
    Ok(Template { says, is_known, keys, immutable })
}

/// Why a part of a place was not read.
async fn unread(
    store: &Store,
    org: OrgId,
    repo: Option<RepoId>,
    part: Part,
) -> Result<String, StoreError> {
    let number = repo.map_or(0, |repo| repo.0);
    let place = store.places(org, Some(number - 1), 1).await?.into_iter().next();
    let covered = place
        .filter(|place| place.repo == repo)
        .and_then(|place| place.coverage.parts.get(&part).map(|covered| covered.why.clone()));
    let why = covered.filter(|why| !why.is_empty());
    Ok(why.unwrap_or_else(|| "It has not been listed yet.".to_owned()))
}

/// What stands for the context of a run: the environment of its job, else what set it in motion.
fn contexts(ties: &Ties, default_branch: Option<&Foreign>) -> Vec<String> {
    if !ties.environments.is_empty() {
        let named = ties.environments.iter().map(|name| match name.raw() {
            name if name.contains("${{") => "environment:*".to_owned(),
            name => format!("environment:{}", escaped(name)),
        });
        return named.collect();
    }
    let home = default_branch.map_or("*".to_owned(), |branch| branch.raw().to_owned());
    let mut found = BTreeSet::new();
    for trigger in &ties.triggers {
        let any = ["ref:refs/heads/*", "ref:refs/tags/*"].map(str::to_owned);
        match trigger.raw() {
            "pull_request" => found.extend(["pull_request".to_owned()]),
            "push" | "workflow_dispatch" | "create" | "deployment" | "deployment_status" => {
                found.extend(any);
            }
            "release" => found.extend(["ref:refs/tags/*".to_owned()]),
            "merge_group" => found.extend(["ref:refs/heads/gh-readonly-queue/*".to_owned()]),
            "pull_request_target" => found.extend(["ref:refs/heads/*".to_owned()]),
            "pull_request_review" | "pull_request_review_comment" | "workflow_call" => {
                found.extend(["*".to_owned()]);
            }
            // A fork's pull request and a checkout get no token of this kind.
            name if name.contains(' ') => {}
            _ => found.extend([format!("ref:refs/heads/{home}")]),
        }
    }
    found.into_iter().collect()
}

/// In a subject a colon would begin the next claim.
fn escaped(name: &str) -> String {
    name.replace(':', "%3A")
}

/// The subject of one context.
fn subject(
    template: &Template,
    repo: Option<&Repo>,
    org: &OrgRow,
    ties: &Ties,
    context: &str,
) -> String {
    let (owner, name) =
        repo.and_then(|repo| repo.name.as_str().split_once('/')).unwrap_or(("*", "*"));
    let number = repo.map_or("*".to_owned(), |repo| repo.id.to_string());
    let claims = template.keys.iter().map(|key| match key.as_str() {
        "repo" if template.immutable == Some(true) => {
            format!("repo:{owner}@{}/{name}@{number}", org.org)
        }
        "repo" => format!("repo:{owner}/{name}"),
        "context" => context.to_owned(),
        "repository" => format!("repository:{owner}/{name}"),
        "repository_owner" => format!("repository_owner:{owner}"),
        "repository_id" => format!("repository_id:{number}"),
        "repository_owner_id" => format!("repository_owner_id:{}", org.org),
        "environment" => match ties.environments.as_slice() {
            [one] if !one.raw().contains("${{") => format!("environment:{}", escaped(one.raw())),
            _ => "environment:*".to_owned(),
        },
        other => format!("{other}:*"),
    });
    claims.collect::<Vec<_>>().join(":")
}

/// What a reader must know beside the subjects.
fn notes(ties: &Ties, template: &Template) -> Vec<String> {
    let mut notes = Vec::new();
    let is = |wanted: &str| ties.triggers.iter().any(|trigger| trigger.raw() == wanted);
    if !template.is_known {
        notes.push("The subjects are those of GitHub's default template.".to_owned());
    }
    if !ties.environments.is_empty() {
        let text = "An environment keeps its capitals in a subject; here it is in lower case.";
        notes.push(text.to_owned());
    } else if is("push") || is("workflow_dispatch") {
        let text = "Its triggers are known by name: * is any branch or tag that they let in.";
        notes.push(text.to_owned());
    }
    if is("workflow_call") {
        let text = "Where another workflow calls it, the subject is that of the caller.";
        notes.push(text.to_owned());
    }
    if template.immutable.is_none() {
        notes.push(
            "Whether names carry GitHub's numbers in it, as in repo:OWNER@ID/NAME@ID, is not known."
                .to_owned(),
        );
    }
    notes.push("No cloud was asked whom it lets in.".to_owned());
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ties(environments: &[&str], triggers: &[&str]) -> Ties {
        let all = |names: &[&str]| names.iter().copied().map(Foreign::new).collect();
        Ties { environments: all(environments), triggers: all(triggers), ..Ties::default() }
    }

    #[test]
    fn an_environment_counts_before_what_set_it_in_motion() {
        let main = Foreign::new("main");
        let said = |environments: &[&str], triggers: &[&str]| {
            contexts(&ties(environments, triggers), Some(&main))
        };
        assert_eq!(said(&["prod"], &["push"]), ["environment:prod"]);
        assert_eq!(said(&["${{ inputs.to }}"], &["push"]), ["environment:*"]);
        assert_eq!(said(&[], &["schedule", "issues"]), ["ref:refs/heads/main"]);
        let any = ["pull_request", "ref:refs/heads/*", "ref:refs/tags/*"];
        assert_eq!(said(&[], &["push", "pull_request", "pull_request from a fork"]), any);
        assert_eq!(contexts(&ties(&[], &["schedule"]), None), ["ref:refs/heads/*"]);
    }
}
