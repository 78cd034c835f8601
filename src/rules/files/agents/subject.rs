//! Whom a trust lets in: the subject of an OIDC token, in both of its forms.
//!
//! `repo:acme/api:ref:refs/heads/main`, and since 2026-07-15 for new and renamed repositories
//! `repo:acme@1/api@2:ref:refs/heads/main`. A pattern such as `repo:acme*/api*:*`, written to fit
//! both, also fits an account that anybody may register.
//!
//! Source: "OpenID Connect reference", "immutable subject claims".

use crate::domain::{Foreign, Severity};
use crate::words::shown;

/// Whom a pattern lets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whom {
    /// Everybody with a token of an issuer.
    Everybody {
        /// The issuer, if the trust names one.
        issuer: Option<Foreign>,
    },
    /// Accounts that anybody may make, because a `*` stands in the name of the owner.
    AnyOwner {
        /// The pattern of the owner.
        owner: Foreign,
    },
    /// Repositories of one owner.
    Repositories {
        /// The owner.
        owner: Foreign,
        /// The pattern of their names; `None` for all.
        names: Option<Foreign>,
    },
    /// More than one ref or environment of a repository.
    AnyRef {
        /// The repository.
        repo: Foreign,
        /// The pattern; `None` for all.
        context: Option<Foreign>,
    },
    /// Pull requests of a repository.
    PullRequests {
        /// The repository.
        repo: Foreign,
    },
    /// Something single, or something that is no subject of GitHub's.
    Named {
        /// As the file says it.
        name: Foreign,
    },
}

/// GitHub's issuer, and the words by which clouds call it.
const ISSUER: &str = "token.actions.githubusercontent.com";

/// Reads one pattern of a trust, as the reading of its provider writes it.
pub(super) fn whom(provider: &str, pattern: &str) -> Whom {
    let words: Vec<&str> = pattern.split_whitespace().collect();
    let named = || Whom::Named { name: Foreign::new(pattern) };
    if let Some(at) = pattern.find("repo:") {
        let rest = &pattern[at..];
        let end = rest.find(|c: char| c.is_whitespace() || c == '"' || c == '\'');
        return of_subject(&rest["repo:".len()..end.unwrap_or(rest.len())]);
    }
    if provider == "octo-sts" {
        let [issuer, subject, _, claims @ ..] = words.as_slice() else {
            return named();
        };
        let limited = claims.iter().any(|claim| *claim != "*");
        return match *subject {
            subject if subject.starts_with('*') && !limited => everybody(issuer),
            subject if issuer.starts_with('*') && !limited => named_or_all(issuer, subject),
            subject => Whom::Named { name: Foreign::new(subject) },
        };
    }
    match words.as_slice() {
        ["*"] => Whom::Everybody { issuer: None },
        [.., "*"] if is_issuer(pattern) => everybody(words[0]),
        [first, "*"] if first.ends_with("=*") => Whom::Everybody { issuer: None },
        [all] if all.starts_with("principalSet:") && all.ends_with("/*") => everybody(all),
        _ if pattern.contains("repository_owner") && !pattern.contains("assertion.repository ") => {
            let owner = pattern.split(['\'', '"']).nth(1).unwrap_or(pattern);
            Whom::Repositories { owner: Foreign::new(owner), names: None }
        }
        _ => named(),
    }
}

fn is_issuer(pattern: &str) -> bool {
    pattern.contains("://") || pattern.contains("oidc-provider") || pattern.contains(ISSUER)
}

fn everybody(issuer: &str) -> Whom {
    let known = (!issuer.starts_with('*')).then(|| Foreign::new(issuer));
    Whom::Everybody { issuer: known }
}

fn named_or_all(issuer: &str, subject: &str) -> Whom {
    if subject.contains('*') { everybody(issuer) } else { Whom::Named { name: subject.into() } }
}

/// What stands behind `repo:`.
fn of_subject(subject: &str) -> Whom {
    let Some((owner, rest)) = subject.split_once('/') else {
        return match subject.contains('*') {
            true if subject.starts_with('*') => everybody(ISSUER),
            true => Whom::AnyOwner { owner: Foreign::new(subject) },
            false => Whom::Named { name: Foreign::new(subject) },
        };
    };
    let (name, number) = owner.split_once('@').unwrap_or((owner, ""));
    // The number of the account begins alike for many accounts; a lone `*` there is the old form.
    if name.contains('*') || number.contains('*') && number != "*" {
        return match name {
            "*" => everybody(ISSUER),
            _ => Whom::AnyOwner { owner: Foreign::new(owner) },
        };
    }
    let (repo, context) = match rest.split_once(':') {
        Some((repo, context)) => (repo, context),
        None => (rest, if rest.ends_with('*') { "*" } else { "" }),
    };
    let bare = repo.split('@').next().unwrap_or(repo);
    if bare.contains('*') {
        let names = (bare != "*").then(|| Foreign::new(bare));
        return Whom::Repositories { owner: Foreign::new(name), names };
    }
    let repo = Foreign::new(&format!("{name}/{bare}"));
    match context {
        "*" => Whom::AnyRef { repo, context: None },
        "pull_request" => Whom::PullRequests { repo },
        context if context.contains('*') => {
            Whom::AnyRef { repo, context: Some(Foreign::new(context)) }
        }
        _ => Whom::Named { name: Foreign::new(&format!("repo:{subject}")) },
    }
}

impl Whom {
    /// How bad it is that they are let in.
    pub(super) fn severity(&self) -> Severity {
        match self {
            Self::Everybody { .. } | Self::AnyOwner { .. } => Severity::Critical,
            Self::Repositories { .. } | Self::AnyRef { .. } | Self::PullRequests { .. } => {
                Severity::High
            }
            Self::Named { .. } => Severity::Medium,
        }
    }

    /// Who they are, as the beginning of a sentence.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Everybody { issuer: Some(issuer) } if issuer.raw().contains(ISSUER) => {
                "any workflow of anybody on GitHub".to_owned()
            }
            Self::Everybody { issuer: Some(issuer) } => {
                format!("anybody whom {} gives a token", shown(issuer))
            }
            Self::Everybody { issuer: None } => "anybody".to_owned(),
            Self::AnyOwner { owner } => {
                format!("any workflow of any account that fits {}", shown(owner))
            }
            Self::Repositories { owner, names: None } => {
                format!("any workflow of every repository of {}", shown(owner))
            }
            Self::Repositories { owner, names: Some(names) } => {
                format!("any workflow of {} repositories that fit {}", shown(owner), shown(names))
            }
            Self::AnyRef { repo, context: None } => {
                format!("any branch, tag or pull request of {}", shown(repo))
            }
            Self::AnyRef { repo, context: Some(context) } => {
                format!("whatever fits {} in {}", shown(context), shown(repo))
            }
            Self::PullRequests { repo } => format!("any pull request of {}", shown(repo)),
            Self::Named { name } => format!("the subject {}", shown(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(provider: &str, pattern: &str) -> String {
        let whom = whom(provider, pattern);
        format!("{}: {}", whom.severity().as_str(), whom.words().replace('\u{2060}', ""))
    }

    #[test]
    fn both_forms_of_a_subject_are_read_alike() {
        for (subject, expected) in [
            (
                "repo:acme/api:ref:refs/heads/main",
                "medium: the subject `repo:acme/api:ref:refs/heads/main`",
            ),
            (
                "repo:acme@1/api@2:ref:refs/heads/main",
                "medium: the subject `repo:acme@1/api@2:ref:refs/heads/main`",
            ),
            ("repo:acme/api:*", "high: any branch, tag or pull request of `acme/api`"),
            ("repo:acme@1/api@2:*", "high: any branch, tag or pull request of `acme/api`"),
            ("repo:acme/api*", "high: any workflow of `acme` repositories that fit `api*`"),
            ("repo:acme/*", "high: any workflow of every repository of `acme`"),
            ("repo:acme@1/*", "high: any workflow of every repository of `acme`"),
            ("repo:acme/*:ref:refs/heads/main", "high: any workflow of every repository of `acme`"),
            ("repo:acme/api:pull_request", "high: any pull request of `acme/api`"),
            (
                "repo:acme/api:ref:refs/tags/*",
                "high: whatever fits `ref:refs/tags/*` in `acme/api`",
            ),
            ("repo:acme*/api*:*", "critical: any workflow of any account that fits `acme*`"),
            ("repo:acme@1*/api@2:*", "critical: any workflow of any account that fits `acme@1*`"),
            (
                "repo:acme@*/api@*:environment:prod",
                "medium: the subject `repo:acme@*/api@*:environment:prod`",
            ),
            ("repo:*", "critical: any workflow of anybody on GitHub"),
            ("repo:*/api:*", "critical: any workflow of anybody on GitHub"),
        ] {
            assert_eq!(said("aws", &format!("Federated=oidc {subject}")), expected);
            let octo = format!("https://token.actions.githubusercontent.com {subject} * *");
            assert_eq!(said("octo-sts", &octo), expected);
        }
    }

    #[test]
    fn a_trust_without_a_subject_lets_everybody_in() {
        let aws = "Federated=arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com *";
        assert_eq!(said("aws", aws), "critical: any workflow of anybody on GitHub");
        let octo = "https://token.actions.githubusercontent.com * * *";
        assert_eq!(said("octo-sts", octo), "critical: any workflow of anybody on GitHub");
        let held = "https://token.actions.githubusercontent.com * * repository=acme/api";
        assert!(said("octo-sts", held).starts_with("medium"), "a claim holds it");
        assert!(said("aws", "AWS=arn:aws:iam::1:root *").starts_with("medium"), "no issuer");
        assert_eq!(said("aws", "AWS=* *"), "critical: anybody");
        let gcp =
            "https://token.actions.githubusercontent.com assertion.repository_owner == 'acme'";
        assert_eq!(said("gcp", gcp), "high: any workflow of every repository of `acme`");
    }
}
