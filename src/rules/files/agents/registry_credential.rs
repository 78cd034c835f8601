//! A credential of a package registry.

use crate::domain::{IdentityKind, Severity};
use crate::power::{Axis, Crowd, Secret};
use crate::rules::files::{FileRule, Gained, Hit, Scene, phrase};
use crate::words::shown;

pub(super) const RULE: FileRule = FileRule {
    id: "registry-credential",
    title: "A package registry's credential was added",
    severity: Severity::Medium,
    tags: &["NHI2:2025", "NHI7:2025", "CICD-SEC-3", "T1552.001 (ATT&CK v16)"],
    docs: include_str!("registry_credential.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let ours = |it: &Gained<'_>| it.after.subject.kind == IdentityKind::PrivateRegistry;
    scene.gained().filter(ours).filter_map(|gained| one(&gained)).collect()
}

fn one(gained: &Gained<'_>) -> Option<Hit> {
    let power = &gained.after.power;
    let axis = gained
        .first(|axis| matches!(axis, Axis::Secret(Secret::Literal { .. })))
        .or_else(|| gained.first(|axis| matches!(axis, Axis::Secret(_) | Axis::Trust(_))))
        .or_else(|| gained.first(|axis| matches!(axis, Axis::Loosened(_))))
        .or_else(|| gained.first(|axis| *axis == Axis::Network && !power.secrets.is_empty()))?;
    let name = shown(&gained.after.subject.name);
    let hosts: Vec<_> = power.network.iter().map(shown).collect();
    let to = match hosts.is_empty() {
        true => String::new(),
        false => format!(" for {}", phrase::some(&hosts, "hosts")),
    };
    // Dependabot works by the clock; a package manager's file by whoever opens the checkout.
    let whose = match power.crowd().most() {
        Crowd::Nobody => format!("Dependabot gets, for the registry {name},"),
        _ => format!("package managers in a checkout take from {name}"),
    };
    let holds = phrase::holds(power).map(|it| it.trim_start_matches("with ").to_owned());
    let message = match (axis, holds) {
        (Axis::Loosened(_), _) => {
            format!(
                "Dependabot takes packages from the registry {name}{to} instead of the public one"
            )
        }
        (_, Some(what)) => format!("{whose} {what}{to}"),
        (_, None) => return None,
    };
    let hit = gained.hit(axis, phrase::sentence(&[&message]));
    Some(match axis {
        Axis::Secret(Secret::Literal { .. }) => hit.of(Severity::High),
        _ => hit,
    })
}
