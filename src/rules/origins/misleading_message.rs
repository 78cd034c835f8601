//! A commit whose message says one thing while what it changes grants another.

use crate::catalogue::{CommitClaim, commit_claim};
use crate::domain::{CommitSeen, FileSubject, Foreign, Severity, Sha};
use crate::rules::origins::{Hit, OriginRule, Scene};
use crate::words::shown;

pub(super) const RULE: OriginRule = OriginRule {
    id: "misleading-message",
    title: "A commit says one thing and grants another",
    severity: Severity::Medium,
    tags: &["CICD-SEC-1", "ASI09:2026", "T1036 (ATT&CK v16)"],
    docs: include_str!("misleading_message.md"),
    check,
};

/// Whether a message says that its change grants nothing: then it is worth knowing whether the
/// commit alone does.
pub fn claims(message: &Foreign) -> bool {
    commit_claim(message.raw()).is_some()
}

/// The commit that a message says it takes back, as git writes it.
pub fn reverts(message: &Foreign) -> Option<Sha> {
    let (_, after) = message.raw().split_once("This reverts commit ")?;
    after.get(..40)?.parse().ok()
}

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let claims = scene.commits().filter_map(|commit| {
        let claim = commit_claim(commit.message.raw())?;
        grants_beyond(scene, commit, claim).then_some((commit, claim))
    });
    let hits = claims.filter_map(|(commit, claim)| {
        let says = shown(&commit.headline().into());
        let message = format!(
            "The commit `{}` says {says}, which is about {}, and it grants this.",
            commit.sha.short(),
            claim.words
        );
        Hit::on(commit, RULE.severity, message)
    });
    hits.collect()
}

/// Whether the commit alone grants something that people are asked about, and that is not what it
/// says.
fn grants_beyond(scene: &Scene<'_>, commit: &CommitSeen, claim: &CommitClaim) -> bool {
    let alone = commit.grants.iter().flatten();
    let asked = |of: &FileSubject| scene.weighed.grants.iter().find(|grant| grant.subject == *of);
    alone.filter_map(asked).any(|grant| {
        let rules = grant.remarks.iter().map(|remark| &remark.rule);
        let of_files = rules.filter(|rule| super::ALL.iter().all(|own| own.id != rule.as_str()));
        of_files.into_iter().any(|rule| !claim.allows.contains(rule))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::origins::scenes::{actor, by, commit, said_beside};

    fn found(message: &str, rules: &[&str]) -> Option<String> {
        let own = commit(by(&actor(1, "monalisa")), message);
        found_of(own, rules)
    }

    fn found_of(commit: CommitSeen, rules: &[&str]) -> Option<String> {
        let said = said_beside(rules, commit, false, &[actor(1, "monalisa")], None);
        said.into_iter().find(|it| it.0 == RULE.id).map(|it| it.2)
    }

    #[test]
    fn what_it_says_is_repeated_as_a_claim() {
        let text = found("docs: fix typo", &["token-widened"]).expect("it grants");
        assert!(text.contains("about documentation, and it grants this."), "{text}");
        assert!(found("Let triage write", &["token-widened"]).is_none(), "it says so");
    }

    #[test]
    fn a_change_that_is_what_it_says_is_left_alone() {
        let bump = "build(deps): bump octo-org/lint from 1 to 2";
        assert!(found(bump, &["third-party-action-receives"]).is_none());
        assert!(found(bump, &["third-party-action-receives", "token-widened"]).is_some());
        assert!(found("docs: agents read this", &["instructions-changed"]).is_none());
    }

    #[test]
    fn another_commit_of_the_change_may_be_what_grants() {
        let format = commit(by(&actor(1, "monalisa")), "chore: format");
        for grants in [None, Some(Vec::new())] {
            let format = CommitSeen { grants, ..format.clone() };
            assert!(found_of(format, &["token-widened"]).is_none());
        }
    }

    #[test]
    fn a_message_acts_nowhere_and_stays_on_one_line() {
        let hostile = "docs: ![x](https://collector.invalid/) @acme/everyone `/own`\n\n/own all";
        let text = found(hostile, &["token-widened"]).expect("it grants");
        assert!(!text.contains("https://") && !text.contains("@acme"), "{text}");
        assert!(!text.contains('\n') && !text.contains("/own all"), "{text}");
    }

    #[test]
    fn the_commit_that_is_taken_back_is_read_as_git_writes_it() {
        let sha = "0123456789abcdef0123456789abcdef01234567";
        let message = format!("Revert \"x\"\n\nThis reverts commit {sha}.");
        assert_eq!(reverts(&message.as_str().into()).unwrap().as_str(), sha);
        assert_eq!(reverts(&"This reverts commit é".into()), None);
    }
}
