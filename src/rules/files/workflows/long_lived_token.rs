//! A credential that lives until somebody revokes it comes in where one that lives an hour would do.

use crate::catalogue::{SecretClass, SecretKind, secret_name};
use crate::domain::Severity;
use crate::power::{Axis, Secret};
use crate::rules::files::phrase::{held, sentence};
use crate::rules::files::workflows::phrase::set_off;
use crate::rules::files::workflows::secret_gained_reader::readers;
use crate::rules::files::workflows::{jobs, new_secrets, sharper};
use crate::rules::files::{FileRule, Gained, Hit, Scene};

pub(super) const RULE: FileRule = FileRule {
    id: "long-lived-token",
    title: "A long-lived credential where a short-lived one would do",
    severity: Severity::Medium,
    tags: &["NHI7:2025", "NHI4:2025", "CICD-SEC-6", "T1528 (ATT&CK v16)"],
    docs: include_str!("long_lived_token.md"),
    check,
};

/// Clouds that take the job's own identity token.
const CLOUDS: &[(&str, &str)] = &[("aws", "AWS"), ("gcp", "Google Cloud"), ("azure", "Azure")];

/// Registries that take it: trusted publishing.
const REGISTRIES: &[(&str, &str)] = &[
    ("npm", "npm"),
    ("pypi", "PyPI"),
    ("test-pypi", "TestPyPI"),
    ("rubygems", "RubyGems"),
    ("nuget", "NuGet"),
    ("Cargo registry", "crates.io"),
];

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    jobs(scene).filter_map(|job| reads(scene, &job)).collect()
}

fn reads(scene: &Scene<'_>, job: &Gained<'_>) -> Option<Hit> {
    let told = sharper::told(scene, job);
    let mut found: Vec<(&Secret, String)> = new_secrets(job)
        .filter(|secret| !told.contains(secret))
        .filter_map(|secret| Some((secret, speaks_of(scene, job, secret)?)))
        .collect();
    found.sort_by_key(|(secret, _)| job.after.spot_of(&Axis::Secret((*secret).clone())).clone());
    let (first, instead) = found.first()?;
    let what = format!(
        "which now reads {}, good until somebody revokes {}, though {instead}",
        held(found.iter().map(|(secret, _)| *secret))?,
        if found.len() == 1 { "it" } else { "them" }
    );
    Some(job.hit(&Axis::Secret((*first).clone()), sentence(&[&set_off(job.after), &what])))
}

/// What would do instead of a secret that nothing read before, if something would.
pub(super) fn speaks_of(scene: &Scene<'_>, job: &Gained<'_>, secret: &Secret) -> Option<String> {
    let Secret::Named { name } = secret else { return None };
    let meaning = secret_name(name.raw()).filter(|it| it.kind == SecretKind::Secret)?;
    if !readers(scene, &job.after.subject, secret).is_empty() {
        return None;
    }
    let of = |table: &[(&str, &'static str)]| {
        table.iter().find(|(id, _)| meaning.provider == Some(id)).map(|(_, name)| *name)
    };
    match meaning.class {
        SecretClass::Scm if meaning.provider.is_none_or(|it| it == "github") => {
            Some("the token of a GitHub App lives an hour".to_owned())
        }
        SecretClass::Cloud => {
            of(CLOUDS).map(|cloud| format!("{cloud} takes the job's own identity token"))
        }
        SecretClass::Registry => {
            of(REGISTRIES).map(|place| format!("{place} takes the job's own identity token"))
        }
        _ => None,
    }
}
