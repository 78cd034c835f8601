//! Infrastructure code that gives something that is not human a right, a key or a secret.

use crate::domain::Severity;
use crate::power::{Axis, Patterns, Power, Secret, Trigger};
use crate::rules::files::{Change, FileRule, Gained, Hit, Scene, phrase};
use crate::words::shown;

pub(super) const RULE: FileRule = FileRule {
    id: "iac-grant",
    title: "A grant in infrastructure code",
    severity: Severity::Medium,
    tags: &["NHI5:2025", "NHI6:2025", "CICD-SEC-2", "T1098.001 (ATT&CK v16)"],
    docs: include_str!("iac_grant.md"),
    check,
};

/// How the reading of such code names what sets it in motion.
const APPLIED: &str = "applying infrastructure code";

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let applied = Trigger::new(APPLIED);
    let ours = |it: &Gained<'_>| it.after.power.triggers.contains_key(&applied);
    scene.gained().filter(ours).filter_map(|gained| one(&gained)).collect()
}

fn one(gained: &Gained<'_>) -> Option<Hit> {
    let power = &gained.after.power;
    let name = shown(&gained.after.subject.name);
    let literal = gained.first(|axis| matches!(axis, Axis::Secret(Secret::Literal { .. })));
    let role = gained.first(|axis| matches!(axis, Axis::Role(_) | Axis::Token(_)));
    let trust = gained.first(|axis| matches!(axis, Axis::Trust(_) | Axis::Secret(_)));
    if let Some(axis) = literal {
        let message = format!("{name} holds a credential that stands in the file itself");
        return Some(gained.hit(axis, phrase::sentence(&[&message])).of(Severity::High));
    }
    let Some(axis) = role.or(trust) else { return unguarded(gained, &name) };
    let message = format!("applying this code makes {name}{}", gives(gained));
    let hit = gained.hit(axis, phrase::sentence(&[&message]));
    Some(if is_everything(power) { hit.of(Severity::High) } else { hit })
}

/// The rights that rose, with where they hold.
fn gives(gained: &Gained<'_>) -> String {
    let roles: Vec<String> = gained
        .rose
        .iter()
        .filter_map(|axis| match axis {
            Axis::Role(role) => {
                let places = &gained.after.power.roles[role];
                Some(match places.is_all() {
                    true => shown(&role.name),
                    false => {
                        format!(
                            "{} at {}",
                            shown(&role.name),
                            phrase::names(places.iter(), "places")
                        )
                    }
                })
            }
            _ => None,
        })
        .collect();
    if roles.is_empty() { String::new() } else { format!(": {}", phrase::some(&roles, "rights")) }
}

/// A condition or a boundary that is gone.
fn unguarded(gained: &Gained<'_>, name: &str) -> Option<Hit> {
    let before = gained.before.filter(|_| gained.rose.contains(&Axis::Denied))?;
    let now = gained.after.power.denied.patterns();
    let lost: Vec<_> = before.denied.patterns().beyond(now).map(shown).collect();
    if lost.is_empty() {
        return None;
    }
    let message = format!("{name} is no longer held by {}", phrase::some(&lost, "limits"));
    let hit = gained.hit(&Axis::Denied, phrase::sentence(&[&message]));
    Some(Hit { change: Change::Loosened, ..hit })
}

/// Whether a right is one over everything.
fn is_everything(power: &Power) -> bool {
    let is_all = |places: &Patterns| places.is_all();
    power.roles.iter().any(|(role, places)| {
        let name = role.name.raw().to_ascii_lowercase();
        let place =
            |word: &str| places.iter().any(|it| it.raw().to_ascii_lowercase().contains(word));
        name == "*"
            || name.ends_with(":*") && is_all(places)
            || place("admin")
            || place("roles/owner")
    })
}
