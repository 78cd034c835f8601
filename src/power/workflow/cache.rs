//! Caches across trust: a job that runs code of outsiders in the scope of the default branch can
//! write any cache there, and a job with power restores it.
//!
//! Source: "Caching dependencies to speed up workflows", restrictions for accessing a cache.

use crate::domain::{Foreign, IdentityKind};
use crate::power::model::{Granted, Held, Sink, Source, Spot, Taint, Trigger};
use crate::power::workflow::step::Step;

/// Marks each job with power that restores a cache which an untrusted job can write.
pub(super) fn cross(grants: &mut [Granted], restores: &[(usize, Spot)]) {
    let writers: Vec<Foreign> = grants.iter().filter(|it| can_poison(it)).map(label).collect();
    let Some(writer) = writers.iter().min() else { return };
    for (index, spot) in restores {
        let granted = &mut grants[*index];
        if !granted.power.is_privileged() || writers == [label(granted)] {
            continue;
        }
        let source = Source::Cache { writer: writer.clone() };
        granted.taints(Taint { source, sink: Sink::Executed }, Held, spot.clone());
    }
}

/// Whether outsiders run code in it, and its run belongs to the default branch.
fn can_poison(granted: &Granted) -> bool {
    let on_default =
        ["pull_request_target", "issue_comment", "issues", "workflow_run", "discussion"]
            .iter()
            .any(|event| granted.power.triggers.contains_key(&Trigger::new(event)));
    let executed =
        granted.power.taints.keys().any(|taint| {
            taint.sink == Sink::Executed && !matches!(taint.source, Source::Cache { .. })
        });
    granted.subject.kind == IdentityKind::Workflow && on_default && executed
}

fn label(granted: &Granted) -> Foreign {
    let subject = &granted.subject;
    Foreign::new(&format!("{} {}", subject.path.raw(), subject.name.raw()))
}

/// Where a job restores a cache that other runs wrote, if it does.
pub(super) fn restored(steps: &[Step<'_>]) -> Option<Spot> {
    let restores = |step: &&Step<'_>| {
        let uses = step.uses.as_deref().unwrap_or_default().to_ascii_lowercase();
        let name = uses.split('@').next().unwrap_or_default();
        let set = |input: &str| {
            step.with.get(input).is_some_and(|value| !matches!(value.trim(), "" | "false"))
        };
        match name {
            "actions/cache"
            | "actions/cache/restore"
            | "swatinem/rust-cache"
            | "gradle/actions/setup-gradle"
            | "gradle/gradle-build-action" => true,
            "docker/build-push-action" => set("cache-from"),
            "actions/setup-go" => step.with.get("cache").is_none_or(|it| it.trim() != "false"),
            name if name.starts_with("actions/setup-") || name == "ruby/setup-ruby" => {
                set("cache") || set("bundler-cache")
            }
            _ => false,
        }
    };
    steps.iter().find(restores).map(|step| step.at.key("uses").spot())
}
