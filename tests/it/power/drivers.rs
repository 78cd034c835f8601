//! Who can set a job in motion: triggers, the ground, conditions, jobs that need others.

use beholden::domain::Visibility;
use beholden::power::{self, ForkApproval, Ground, Guard, Host, Protection, Tree};

use crate::power::shown::{job, lines, many, named, one, public, steps, unknowns};

/// Runs a table: the workflow, lines that its job has, beginnings of lines that it has not.
#[track_caller]
fn table(rows: &[(&str, String, &[&str], &[&str])]) {
    for (what, workflow, there, absent) in rows {
        let powers = one(workflow);
        let found = lines(named(&powers, "build"));
        for line in *there {
            assert!(found.contains(*line), "{what}: no `{line}` in {found:#?}\n{workflow}");
        }
        for start in *absent {
            let extra = found.iter().find(|line| line.starts_with(start));
            assert!(extra.is_none(), "{what}: {extra:?}\n{workflow}");
        }
    }
}

#[test]
fn triggers_name_the_people_behind_them() {
    for (on, line) in [
        ("push", "on push: Collaborators"),
        ("[push, workflow_dispatch]", "on workflow_dispatch: Collaborators"),
        ("{issues: {types: [opened]}}", "on issues: Anyone"),
        ("{issues: {types: [labeled]}}", "on issues: Triagers"),
        ("{pull_request_target: {types: [labeled, assigned]}}", "on pull_request_target: Triagers"),
        (
            "{pull_request_target: {types: [labeled, synchronize]}}",
            "on pull_request_target: Anyone",
        ),
        ("issue_comment", "on issue_comment: Anyone"),
        ("discussion", "on discussion: Anyone"),
        ("{schedule: [{cron: '0 0 * * *'}]}", "on schedule: Nobody"),
        ("repository_dispatch", "on repository_dispatch: Collaborators"),
        ("pull_request", "on pull_request: Collaborators"),
        ("pull_request", "on pull_request from a fork: Contributors"),
        ("workflow_call", "on workflow_call: Nobody"),
        ("something_new", "on something_new: Anyone"),
    ] {
        table(&[(on, steps(on, "- run: 'true'"), &[line], &[])]);
    }
}

#[test]
fn the_ground_says_who_the_people_are() {
    let workflow = steps("[issues, pull_request]", "- run: 'true'");
    let tree: Tree = [(".github/workflows/ci.yml", workflow)].into_iter().collect();
    let on = |ground: &Ground| lines(named(&power::of(&tree, ground), "build"));
    let private = Ground { visibility: Some(Visibility::Private), ..public() };
    assert!(on(&private).contains("on issues: Readers"));
    assert!(on(&private).contains("on pull_request from a fork: Readers"));
    let careful = Ground { fork_approval: Some(ForkApproval::Everybody), ..public() };
    assert!(on(&careful).contains("on pull_request from a fork: Approved"));
    let nothing = Ground::default();
    let powers = power::of(&tree, &nothing);
    let crowd = named(&powers, "build").power.crowd();
    assert_eq!(crowd.known(), None, "the files do not say whether strangers can read them");
}

#[test]
fn most_events_find_workflows_on_the_default_branch_only() {
    let tree = |on: &str| -> Tree {
        [(".github/workflows/ci.yml", steps(on, "- run: 'true'"))].into_iter().collect()
    };
    let side = Ground { branch: Some("old".into()), ..public() };
    for (on, live) in [("issues", false), ("push", true), ("pull_request_target", false)] {
        let powers = power::of(&tree(on), &side);
        assert_eq!(!powers.grants().is_empty(), live, "{on}");
    }
    let server = Ground { host: Host::Server { major: 3, minor: 17 }, ..side };
    assert!(
        !power::of(&tree("pull_request_target"), &server).grants().is_empty(),
        "there it runs from the base branch, whichever that is"
    );
}

#[test]
fn conditions_shut_ways_in_and_narrow_them() {
    let anyone = &["on issue_comment: Anyone"][..];
    let writers = &["on issue_comment: Collaborators"][..];
    for (condition, on, there, absent) in [
        (
            "github.event_name == 'push'",
            "[push, issue_comment]",
            &["on push: Collaborators"][..],
            &["on issue_comment"][..],
        ),
        ("github.event_name != 'push'", "[push, issue_comment]", anyone, &["on push"]),
        ("github.event.comment.author_association == 'OWNER'", "issue_comment", writers, &[]),
        (
            "contains(fromJSON('[\"OWNER\",\"MEMBER\"]'), github.event.comment.author_association)",
            "issue_comment",
            writers,
            &[],
        ),
        (
            "contains('OWNER MEMBER NONE', github.event.comment.author_association)",
            "issue_comment",
            anyone,
            &[],
        ),
        ("github.actor == 'octocat'", "issue_comment", writers, &[]),
        ("github.actor == 'dependabot[bot]'", "issue_comment", anyone, &[]),
        (
            "github.actor == 'octocat' || contains(github.event.comment.body, '@claude')",
            "issue_comment",
            anyone,
            &[],
        ),
        (
            "github.actor == 'octocat' && contains(github.event.comment.body, '@claude')",
            "issue_comment",
            writers,
            &[],
        ),
        ("!(github.actor != 'octocat')", "issue_comment", writers, &[]),
        (
            "github.event.pull_request.head.repo.full_name == github.repository",
            "pull_request",
            &["on pull_request: Collaborators"],
            &["on pull_request from a fork"],
        ),
        (
            "github.event.pull_request.head.repo.fork == false",
            "pull_request_target",
            &["on pull_request_target: Collaborators"],
            &[],
        ),
        (
            "${{ !github.event.pull_request.head.repo.fork }}",
            "pull_request_target",
            &["on pull_request_target: Collaborators"],
            &[],
        ),
        (
            "github.ref == 'refs/heads/main'",
            "[push, pull_request]",
            &["on push: Collaborators"],
            &["on pull_request"],
        ),
        (
            "startsWith(github.ref, 'refs/tags/')",
            "[push, pull_request]",
            &["on push: Collaborators"],
            &["on pull_request"],
        ),
        ("x ${{ false }}", "issue_comment", anyone, &[]),
        ("always()", "issue_comment", anyone, &[]),
        ("this does not parse (", "issue_comment", anyone, &[]),
    ] {
        let condition = condition.replace('\'', "''");
        let body = format!("if: '{condition}'\nsteps:\n  - run: 'true'");
        table(&[(&condition, job(on, &body), there, absent)]);
    }
    let never = job("push", "if: false\nsteps:\n  - run: 'true'");
    assert!(one(&never).grants().is_empty());
}

#[test]
fn a_follower_has_the_drivers_of_what_it_follows() {
    let follower = "on: {workflow_run: {workflows: [CI]}}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.event.workflow_run.head_branch }}";
    let path = ".github/workflows/after.yml";
    let follows = |on: &str| {
        many(&[
            (path, follower),
            (
                ".github/workflows/ci.yml",
                &format!("name: CI\n{}", steps(on, "- run: 'true'").replace("build:", "first:")),
            ),
        ])
    };
    let outsiders = follows("pull_request");
    let found = lines(named(&outsiders, "build"));
    assert!(found.contains("on workflow_run: Contributors"), "{found:?}");
    assert!(found.contains("text github.event.workflow_run.head_branch executed"));
    let insiders = follows("push");
    let found = lines(named(&insiders, "build"));
    assert!(found.contains("on workflow_run: Collaborators"), "{found:?}");
    assert!(!found.iter().any(|line| line.starts_with("text")));
    let unresolved = many(&[(path, follower)]);
    assert!(unknowns(&unresolved)[0].contains("`CI`"), "{:?}", unknowns(&unresolved));
}

#[test]
fn whoever_is_shut_out_of_a_needed_job_is_shut_out_of_what_needs_it() {
    let workflow = |condition: &str, last: &str| {
        format!(
            "on: [push, issue_comment]\njobs:\n  check:\n    if: {condition}\n    runs-on: ubuntu-latest\n    steps: [{{run: a}}]\n  middle: {{needs: check, runs-on: ubuntu-latest, steps: [{{run: a}}]}}\n  build:\n    needs: [middle]\n{last}    runs-on: ubuntu-latest\n    steps: [{{run: a}}]\n"
        )
    };
    let association =
        "github.event_name == 'push' || github.event.comment.author_association == 'MEMBER'";
    for (condition, last, there, absent) in [
        ("github.event_name == 'push'", "", "on push: Collaborators", "on issue_comment"),
        (association, "", "on issue_comment: Collaborators", "nothing"),
        (association, "    if: always()\n", "on issue_comment: Anyone", "nothing"),
        (
            "github.actor == 'octocat'",
            "    if: github.ref != 'x'\n",
            "on issue_comment: Collaborators",
            "nothing",
        ),
    ] {
        let powers = one(&workflow(condition, last));
        let found = lines(named(&powers, "build"));
        assert!(found.contains(there), "{condition}: {found:?}");
        assert!(!found.iter().any(|line| line.starts_with(absent)), "{condition}: {found:?}");
    }
    let round = "on: push\njobs:\n  a: {needs: b, runs-on: ubuntu-latest, steps: [{run: a}]}\n  b: {needs: a, runs-on: ubuntu-latest, steps: [{run: a}]}\n";
    assert_eq!(one(round).grants().len(), 2, "jobs in a circle end the reading too");
}

#[test]
fn the_known_guard_of_a_needed_job_guards_what_needs_it() {
    let workflow = "on: pull_request_target\njobs:\n  ask: {environment: external, runs-on: ubuntu-latest, steps: [{run: a}]}\n  build: {needs: ask, runs-on: ubuntu-latest, steps: [{run: a}]}\n";
    let tree: Tree = [(".github/workflows/ci.yml", workflow)].into_iter().collect();
    let protections = Some([Protection::Reviewers].into());
    let ground = Ground { environments: [("external".into(), protections)].into(), ..public() };
    let guard = |ground: &Ground| named(&power::of(&tree, ground), "build").power.guard.clone();
    assert!(matches!(guard(&ground), Guard::Behind { .. }));
    assert_eq!(guard(&public()), Guard::Open, "an unknown guard is none for others");
}
