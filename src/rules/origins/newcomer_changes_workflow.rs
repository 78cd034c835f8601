//! Power in a workflow, brought by somebody who has not changed a workflow here before.

use crate::domain::Severity;
use crate::rules::origins::{Hit, OriginRule, Scene};
use crate::words::account;

pub(super) const RULE: OriginRule = OriginRule {
    id: "newcomer-changes-workflow",
    title: "Somebody's first change of a workflow here",
    severity: Severity::Medium,
    tags: &["CICD-SEC-1", "NHI9:2025", "T1098 (ATT&CK v16)"],
    docs: include_str!("newcomer_changes_workflow.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(newcomer) = &scene.origin.newcomer else { return Vec::new() };
    let grants = scene.weighed.grants.iter().map(|grant| &grant.subject.path);
    let workflow = grants.into_iter().find(|path| path.raw().starts_with(".github/workflows/"));
    let Some(path) = workflow else { return Vec::new() };
    // Everybody proposes a first one some day; who pushes theirs asks nobody.
    let severity = if scene.landed { RULE.severity } else { Severity::Low };
    let message = format!(
        "As far as the history of this branch tells, it is the first change of a workflow here by {}: \
         no earlier one names them as its author.",
        account(newcomer)
    );
    vec![Hit { path: path.clone(), message, severity }]
}

#[cfg(test)]
mod tests {
    use crate::domain::Severity;
    use crate::rules::origins::scenes::{actor, by, commit, said};

    #[test]
    fn it_is_worse_where_it_was_pushed_than_where_it_is_proposed() {
        let monalisa = actor(1, "monalisa");
        for (landed, severity) in [(true, Severity::Medium), (false, Severity::Low)] {
            let change = commit(by(&monalisa), "Sort issues");
            let said = said(change, landed, std::slice::from_ref(&monalisa), Some("monalisa"));
            let [(rule, at, text)] = &said[..] else { panic!("{said:?}") };
            assert_eq!((rule.as_str(), *at), ("newcomer-changes-workflow", severity));
            assert!(text.contains("`monalisa`"), "{text}");
        }
    }
}
