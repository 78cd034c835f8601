//! A commit that names somebody else than who brought it.

use std::cmp::Reverse;

use crate::domain::{Actor, Claimed, CommitSeen, Severity};
use crate::rules::origins::{Hit, OriginRule, Scene};
use crate::words::{account, list, shown};

pub(super) const RULE: OriginRule = OriginRule {
    id: "borrowed-name",
    title: "A commit names somebody else than who brought it",
    severity: Severity::High,
    tags: &["CICD-SEC-1", "NHI10:2025", "ASI09:2026", "T1036 (ATT&CK v16)"],
    docs: include_str!("borrowed_name.md"),
    check,
};

/// The most senders that a sentence names.
const NAMED: usize = 4;

/// The account of workflows. Agents that run in one commit under its number and their own name.
const GITHUB_ACTIONS: i64 = 41_898_282;

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    // Who brought it is what GitHub itself says. Without it nothing can be compared.
    if scene.senders.is_empty() {
        return Vec::new();
    }
    let mut hits: Vec<Hit> = scene.commits().filter_map(|commit| one(scene, commit)).collect();
    hits.sort_by_key(|hit| Reverse(hit.severity));
    hits
}

fn one(scene: &Scene<'_>, commit: &CommitSeen) -> Option<Hit> {
    if commit.is_made_by_github() {
        return None;
    }
    let author = (!is_sender(scene, &commit.author)).then_some(&commit.author);
    let committer = (!commit.committer.is_github()
        && !is_sender(scene, &commit.committer)
        && commit.committer != commit.author)
        .then_some(&commit.committer);
    let severity = match author {
        Some(author) => severity(scene, author),
        None => Severity::Low,
    };
    let named = [
        author.map(|who| format!("{} as its author", named(who))),
        committer.map(|who| format!("{} as its committer", named(who))),
    ];
    let named: Vec<String> = named.into_iter().flatten().collect();
    if named.is_empty() {
        return None;
    }
    let mut senders: Vec<String> =
        scene.senders.iter().take(NAMED).map(|sender| account(&sender.login)).collect();
    if scene.senders.len() > NAMED {
        senders.push(format!("{} more", scene.senders.len() - NAMED));
    }
    let brought = if scene.landed { "pushed it" } else { "brought it here" };
    let message = format!(
        "The commit `{}` names {}; {} {brought}. Whoever writes a commit chooses the names in it.",
        commit.sha.short(),
        list(&named),
        list(&senders)
    );
    Hit::on(commit, severity, message)
}

/// A machine's name on what people brought is worst: it looks like routine. A person's name on what
/// a machine brought makes the person look like who decided.
fn severity(scene: &Scene<'_>, author: &Claimed) -> Severity {
    let by_machine = scene.senders.iter().all(|sender| (scene.is_machine)(sender));
    let names_machine = match &author.account {
        Some(account) => (scene.is_machine)(account),
        None => false,
    } || author.name.raw().trim_end().to_ascii_lowercase().ends_with("[bot]");
    match (names_machine, by_machine) {
        (true, false) => RULE.severity,
        (false, true) => Severity::Medium,
        (true, true) | (false, false) => Severity::Low,
    }
}

/// Whether a commit names one of those who brought it.
fn is_sender(scene: &Scene<'_>, named: &Claimed) -> bool {
    let of_workflow = named.account.as_ref().is_none_or(|it| it.id.0 == GITHUB_ACTIONS);
    scene.senders.iter().any(|sender: &Actor| {
        let same = named.account.as_ref().is_some_and(|it| it.id == sender.id);
        let login = sender.login.as_str();
        same || of_workflow && sender.login.is_bot() && named.name.raw() == login
    })
}

/// Somebody whom a commit names, in words.
fn named(who: &Claimed) -> String {
    match &who.account {
        Some(known) => account(&known.login),
        None => format!("{}, whom GitHub knows no account of,", shown(&who.name)),
    }
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;
    use crate::rules::origins::scenes::{actor, by, commit, nobody, said};

    fn found(commit: CommitSeen, senders: &[Actor]) -> Option<(Severity, String)> {
        let said = said(commit, false, senders, None);
        said.into_iter().find(|it| it.0 == RULE.id).map(|it| (it.1, it.2))
    }

    fn web_flow() -> Claimed {
        by(&actor(19_864_447, "web-flow"))
    }

    #[test]
    fn who_differs_is_named_and_a_bots_name_on_a_persons_push_is_worst() {
        let (person, other) = (actor(1, "monalisa"), actor(2, "octocat"));
        let (bot, agent) = (actor(3, "dependabot[bot]"), actor(4, "devin-ai-integration[bot]"));
        for (author, sender, severity) in [
            (by(&bot), &person, Severity::High),
            (nobody("dependabot[bot]"), &person, Severity::High),
            (by(&person), &agent, Severity::Medium),
            (nobody("Somebody"), &agent, Severity::Medium),
            (by(&other), &person, Severity::Low),
            (nobody("Somebody"), &person, Severity::Low),
            (by(&bot), &agent, Severity::Low),
        ] {
            let commit = commit(author.clone(), "Sort issues");
            let (at, text) = found(commit, slice::from_ref(sender)).expect("they differ");
            assert_eq!(at, severity, "{text}");
            // Agents' names are broken up, so that none of them answers.
            let plain = text.replace('\u{2060}', "");
            assert!(plain.contains(author.name.raw()), "{text}");
            assert!(plain.contains(sender.login.as_str()), "{text}");
        }
    }

    #[test]
    fn the_committer_counts_too_unless_it_is_github() {
        let (person, other) = (actor(1, "monalisa"), actor(2, "octocat"));
        let own = commit(by(&person), "Sort issues");
        let odd = CommitSeen { committer: by(&other), ..own.clone() };
        let (at, text) = found(odd, slice::from_ref(&person)).expect("they differ");
        assert!(at == Severity::Low && text.contains("`octocat` as its committer"), "{text}");
        for committer in [web_flow(), by(&person)] {
            assert_eq!(
                found(CommitSeen { committer, ..own.clone() }, slice::from_ref(&person)),
                None
            );
        }
    }

    #[test]
    fn what_github_made_and_what_nobody_brought_as_far_as_is_known_say_nothing() {
        let person = actor(1, "monalisa");
        let forged = commit(nobody("dependabot[bot]"), "Bump");
        assert_eq!(found(forged.clone(), &[]), None, "nothing to compare with");
        let made = CommitSeen { committer: web_flow(), verified: true, ..forged.clone() };
        assert_eq!(found(made, slice::from_ref(&person)), None, "signed by GitHub for the bot");
        let unsigned = CommitSeen { committer: web_flow(), ..forged };
        assert!(found(unsigned, &[person]).is_some(), "anybody can write that committer");
    }

    #[test]
    fn an_agent_in_a_workflow_commits_under_the_number_of_workflows() {
        let claude = actor(209_825_114, "claude[bot]");
        let actions = actor(GITHUB_ACTIONS, "github-actions[bot]");
        let author = Claimed { account: Some(actions), name: "claude[bot]".into() };
        assert_eq!(found(commit(author, "Fix"), &[claude]), None);
    }
}
