//! Power that came onto the default branch past every pull request.

use crate::domain::Severity;
use crate::rules::origins::{Hit, OriginRule, Scene};

pub(super) const RULE: OriginRule = OriginRule {
    id: "landed-without-pull-request",
    title: "Power that came without a pull request",
    severity: Severity::Medium,
    tags: &["CICD-SEC-1", "NHI9:2025", "T1098 (ATT&CK v16)"],
    docs: include_str!("landed_without_pull_request.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    if !scene.landed {
        return Vec::new();
    }
    let past = scene.commits().filter(|commit| commit.carried == Some(false));
    past.filter_map(|commit| {
        let message = format!(
            "It came onto the default branch with the commit `{}`, and GitHub knows no pull request \
             that brought that commit.",
            commit.sha.short()
        );
        Hit::on(commit, RULE.severity, message)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::domain::CommitSeen;
    use crate::rules::origins::scenes::{actor, by, commit, said};

    #[test]
    fn what_a_pull_request_brought_is_none_and_what_is_not_known_is_not_claimed() {
        let monalisa = actor(1, "monalisa");
        let senders = [monalisa.clone()];
        for (landed, carried, found) in [
            (true, Some(false), true),
            (true, Some(true), false),
            (true, None, false),
            (false, Some(false), false),
        ] {
            let commit = CommitSeen { carried, ..commit(by(&monalisa), "Sort issues") };
            let said = said(commit, landed, &senders, None);
            let rules: Vec<&str> = said.iter().map(|it| it.0.as_str()).collect();
            assert_eq!(rules.contains(&"landed-without-pull-request"), found, "{said:?}");
        }
    }
}
