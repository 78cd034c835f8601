//! Names of secrets: whose door each one opens, as far as a name can say.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::RegexSet;
use serde::Deserialize;

use crate::catalogue::table::{self, Confidence, Pattern, Table};
use crate::domain::Severity;

/// One known name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretName {
    /// The name, in capitals.
    pub name: String,
    /// Where it must stand in a longer name.
    #[serde(default)]
    pub place: Placement,
    /// Whose service it is for.
    pub provider: String,
    /// What kind of service.
    pub class: SecretClass,
    /// What it is.
    #[serde(default)]
    pub kind: SecretKind,
    /// How bad it is in the wrong hands.
    pub risk: Severity,
    /// How well the name is known; what it opens is our reading.
    pub confidence: Confidence,
    /// Where it was seen.
    pub source: Vec<String>,
}

/// What a name says by its form alone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretPattern {
    /// Names it.
    pub id: String,
    /// The form.
    pub pattern: Pattern,
    /// A name that has it.
    pub example: String,
    /// Whose service it is for, where the form says it.
    pub provider: Option<String>,
    /// What kind of service.
    pub class: SecretClass,
    /// What it is.
    #[serde(default)]
    pub kind: SecretKind,
    /// How bad it is in the wrong hands.
    pub risk: Severity,
    /// How well that is known.
    pub confidence: Confidence,
    /// Where it was read.
    pub source: Vec<String>,
}

/// Where a known name must stand in a longer one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// Anywhere between underscores.
    #[default]
    Within,
    /// At the end.
    End,
    /// It must be all.
    Whole,
}

/// What something with the name of a secret is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretKind {
    /// A credential.
    #[default]
    Secret,
    /// No credential, but it names who gets access.
    Identifier,
    /// The name of a trust, which needs no stored secret.
    Federation,
    /// GitHub's own token of the job.
    Builtin,
}

/// What kind of service a secret opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each says itself, and `words` says it to people")]
pub enum SecretClass {
    Ai,
    Chat,
    Ci,
    Cloud,
    Database,
    Deploy,
    Email,
    Generic,
    I18n,
    Iac,
    Identity,
    Key,
    Kubernetes,
    MachineUser,
    Mobile,
    Network,
    Observability,
    Payments,
    ProjectMgmt,
    Registry,
    Remote,
    Scm,
    Search,
    SecretsManager,
    Security,
    Signing,
}

/// What the name of a secret says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Whose service, where the name says it.
    pub provider: Option<&'static str>,
    /// What kind of service.
    pub class: SecretClass,
    /// What it is.
    pub kind: SecretKind,
    /// How bad it is in the wrong hands.
    pub risk: Severity,
    /// Whether the name itself is known; else its form was judged.
    pub known: bool,
}

/// The table as it is compiled in.
pub(super) const TEXT: &str = include_str!("secret_names.toml");

/// Every known name, in the order of the table.
pub static SECRET_NAMES: LazyLock<Table<SecretName>> = LazyLock::new(|| table::parse(TEXT));

/// The table as it is compiled in.
pub(super) const PATTERNS_TEXT: &str = include_str!("secret_patterns.toml");

/// Every known form, in the order in which they are tried.
pub static SECRET_PATTERNS: LazyLock<Table<SecretPattern>> =
    LazyLock::new(|| table::parse(PATTERNS_TEXT));

static BY_NAME: LazyLock<BTreeMap<&'static str, &'static SecretName>> =
    LazyLock::new(|| SECRET_NAMES.rows.iter().map(|it| (it.name.as_str(), it)).collect());

static FORMS: LazyLock<RegexSet> = LazyLock::new(|| {
    let patterns = SECRET_PATTERNS.rows.iter().map(|it| it.pattern.regex().as_str());
    RegexSet::new(patterns).expect("the table is tested")
});

/// Longer names than GitHub allows are not looked at.
const LONGEST: usize = 255;

/// What the name of a secret says: the longest known name in it, else its form.
pub fn secret_name(name: &str) -> Option<Meaning> {
    if name.len() > LONGEST {
        return None;
    }
    let upper = name.to_ascii_uppercase();
    if let Some(entry) = longest_known(&upper) {
        let SecretName { provider, class, kind, risk, .. } = entry;
        let provider = (provider != "generic").then_some(provider.as_str());
        return Some(Meaning { provider, class: *class, kind: *kind, risk: *risk, known: true });
    }
    let form = &SECRET_PATTERNS.rows[FORMS.matches(&upper).iter().next()?];
    let SecretPattern { provider, class, kind, risk, .. } = form;
    let provider = provider.as_deref();
    Some(Meaning { provider, class: *class, kind: *kind, risk: *risk, known: false })
}

/// Tries every run of whole words, the longest first.
fn longest_known(name: &str) -> Option<&'static SecretName> {
    let starts = starts_of_words(name);
    let mut best: Option<&'static SecretName> = None;
    for (nth, &from) in starts.iter().enumerate() {
        let ends = starts[nth + 1..].iter().map(|next| next - 1).chain([name.len()]);
        for to in ends {
            let Some(&entry) = BY_NAME.get(&name[from..to]) else { continue };
            let fits = match entry.place {
                Placement::Within => true,
                Placement::End => to == name.len(),
                Placement::Whole => from == 0 && to == name.len(),
            };
            if fits && best.is_none_or(|it| it.name.len() < entry.name.len()) {
                best = Some(entry);
            }
        }
    }
    best
}

fn starts_of_words(name: &str) -> Vec<usize> {
    let after = name.match_indices('_').map(|(at, _)| at + 1);
    std::iter::once(0).chain(after).collect()
}

impl SecretClass {
    /// What it opens, as the end of a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Ai => "a model account",
            Self::Chat => "a chat",
            Self::Ci => "a build service",
            Self::Cloud => "a cloud account",
            Self::Database => "a database",
            Self::Deploy => "deployments",
            Self::Email => "sending mail",
            Self::Generic => "a service",
            Self::I18n => "a translation service",
            Self::Iac => "infrastructure",
            Self::Identity => "an identity provider",
            Self::Key => "whatever the key is registered for",
            Self::Kubernetes => "a cluster",
            Self::MachineUser => "an account of a machine",
            Self::Mobile => "an app store",
            Self::Network => "a private network",
            Self::Observability => "logs and metrics",
            Self::Payments => "payments",
            Self::ProjectMgmt => "a project tracker",
            Self::Registry => "publishing packages",
            Self::Remote => "another machine",
            Self::Scm => "repositories",
            Self::Search => "a search service",
            Self::SecretsManager => "a store of secrets",
            Self::Security => "a security scanner",
            Self::Signing => "signing",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_by_itself_and_where_it_may_stand_in_others() {
        for entry in &SECRET_NAMES.rows {
            let found = |name: &str| longest_known(name).map(|it| it.name.as_str());
            assert_eq!(found(&entry.name), Some(entry.name.as_str()), "names are unique");
            let longer = found(&format!("ZZZ_{}", entry.name)) == Some(entry.name.as_str());
            assert_eq!(longer, entry.place != Placement::Whole, "{}", entry.name);
            assert!(!entry.class.words().is_empty());
            SECRET_NAMES.check_sources(&entry.name, &entry.source);
        }
        assert_eq!(BY_NAME.len(), SECRET_NAMES.rows.len(), "names are unique");
    }

    #[test]
    fn every_form_has_a_name_that_shows_it() {
        for form in &SECRET_PATTERNS.rows {
            assert!(form.pattern.is_match(&form.example), "{}", form.id);
            SECRET_PATTERNS.check_sources(&form.id, &form.source);
        }
    }

    #[test]
    fn the_longest_name_wins_and_case_does_not_matter() {
        let provider = |name| secret_name(name).and_then(|it| it.provider);
        assert_eq!(provider("ANTHROPIC_API_KEY"), Some("anthropic"));
        assert_eq!(provider("prod_aws_secret_access_key"), Some("aws"));
        assert_eq!(provider("STAGING_ANTHROPIC_API_KEY_2"), Some("anthropic"));
        assert_eq!(secret_name("GITHUB_TOKEN").unwrap().kind, SecretKind::Builtin);
        assert_eq!(secret_name("AWS_ROLE_TO_ASSUME").unwrap().kind, SecretKind::Federation);
        assert!(!secret_name("ACME_TOKEN").unwrap().known);
        assert_eq!(secret_name("NODE_ENV"), None);
        assert_eq!(secret_name(&"A_".repeat(1_000_000)), None);
    }
}
