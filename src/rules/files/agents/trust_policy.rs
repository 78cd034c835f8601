//! A place that lets workflows in by their OIDC token, and whose.

use crate::domain::{IdentityKind, Severity};
use crate::power::{Axis, Granted, Level, Patterns, Trust};
use crate::rules::files::agents::subject::{Whom, whom};
use crate::rules::files::{FileRule, Gained, Hit, Scene, phrase};
use crate::words::{list, permission, shown};

pub(super) const RULE: FileRule = FileRule {
    id: "trust-policy",
    title: "A trust in tokens of workflows",
    severity: Severity::Medium,
    tags: &["NHI4:2025", "NHI5:2025", "CICD-SEC-2", "T1550.001 (ATT&CK v16)"],
    docs: include_str!("trust_policy.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let ours = |it: &Gained<'_>| {
        !it.is_in_workflow()
            && it.after.subject.kind != IdentityKind::PrivateRegistry
            && !it.after.power.trusts.is_empty()
    };
    scene.gained().filter(ours).filter_map(|gained| one(&gained)).collect()
}

fn one(gained: &Gained<'_>) -> Option<Hit> {
    let axis = gained
        .first(|axis| matches!(axis, Axis::Trust(_)))
        .or_else(|| gained.first(|axis| matches!(axis, Axis::Token(_) | Axis::Role(_))))?;
    let (trust, worst, more) = widest(gained, axis)?;
    let rest = match more {
        0 => String::new(),
        more => format!(" and {more} more {}", phrase::one("subject", more)),
    };
    let message = format!("{}{rest} {}", worst.words(), gets(gained.after, trust));
    Some(gained.hit(axis, phrase::sentence(&[&message])).of(worst.severity()))
}

/// Whom the trust lets in, the widest first: what is new about it, or all if only its power grew.
fn widest<'g>(gained: &'g Gained<'_>, axis: &Axis) -> Option<(&'g Trust, Whom, usize)> {
    let none = Patterns::none();
    let mut all: Vec<(&Trust, Whom)> = Vec::new();
    for (trust, patterns) in &gained.after.power.trusts {
        if matches!(axis, Axis::Trust(_)) && !gained.rose.contains(&Axis::Trust(trust.clone())) {
            continue;
        }
        let before = match axis {
            Axis::Trust(_) => gained.before.and_then(|before| before.trusts.get(trust)),
            _ => None,
        };
        let fresh = patterns.beyond(before.unwrap_or(&none));
        all.extend(fresh.map(|pattern| (trust, whom(trust.provider.raw(), pattern.raw()))));
    }
    let more = all.len().saturating_sub(1);
    let (trust, worst) = all.into_iter().max_by_key(|(_, whom)| whom.severity())?;
    Some((trust, worst, more))
}

/// What whoever is let in gets.
fn gets(granted: &Granted, trust: &Trust) -> String {
    let power = &granted.power;
    if trust.provider.raw() != "octo-sts" {
        let place = permission(trust.provider.raw());
        return format!("can act as {} at {place}", shown(&trust.principal));
    }
    let scopes: Vec<String> = power
        .token
        .iter()
        .map(|(scope, level)| {
            let level = match level.most() {
                Level::None | Level::Read => "read",
                Level::Write => "write",
                Level::Admin => "admin",
            };
            format!("`{}: {level}`", permission(scope.name().raw()))
        })
        .collect();
    let places: Vec<_> = power
        .roles
        .iter()
        .filter(|(role, _)| role.system.raw() == "github")
        .flat_map(|(_, places)| places.iter())
        .collect();
    let everywhere = places.iter().any(|place| place.raw() == "*");
    let of = match places.as_slice() {
        _ if everywhere => "of every repository that the broker reaches".to_owned(),
        [one] if one.raw() == "this repository" => "of this repository".to_owned(),
        [] => String::new(),
        _ => format!("of {}", phrase::names(places, "repositories")),
    };
    let with = match scopes.is_empty() {
        true => String::new(),
        false if scopes.len() > 5 => format!("with {}", phrase::some(&scopes, "permissions")),
        false => format!("with {}", list(&scopes)),
    };
    format!("can get a token {of} {with}").trim_end().replace("  ", " ")
}
