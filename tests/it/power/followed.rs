//! Actions and workflows that are followed, what they receive, and what cannot be followed.

use beholden::power::{self};

use crate::power::shown::{line_of, lines, many, named, one, steps, unknowns};

#[test]
fn an_action_of_others_is_granted_what_it_receives() {
    let workflow = "on: push\npermissions: {contents: write}\nenv: {ALL: '${{ secrets.TOP }}'}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: octo-org/act@v1\n        with: {key: '${{ secrets.KEY }}'}\n      - run: a ${{ secrets.OTHER }}\n";
    let powers = one(workflow);
    let action = named(&powers, "build/octo-org/act");
    let found = lines(action);
    for line in ["secret KEY", "secret TOP", "token contents: Write", "code octo-org/act Tag"] {
        assert!(found.contains(line), "{line}: {found:?}");
    }
    assert!(!found.contains("secret OTHER"));
    assert_eq!(line_of(action, "secret KEY"), 9);
    assert_eq!(line_of(action, "token contents: Write"), 2);
}

#[test]
fn local_actions_and_called_workflows_are_followed() {
    let action = "inputs: {token: {default: ''}}\nruns:\n  using: composite\n  steps:\n    - run: |\n        curl -H \"T: ${{ inputs.token }}\" https://up.acme.invalid/\n      shell: bash\n    - uses: octo-org/act@v1\n";
    let caller =
        steps("push", "- uses: ./.github/actions/up\n  with: {token: '${{ secrets.UP }}'}");
    let powers =
        many(&[(".github/workflows/ci.yml", &caller), (".github/actions/up/action.yml", action)]);
    let build = named(&powers, "build");
    let found = lines(build);
    for line in ["secret UP", "UP to up.acme.invalid", "code octo-org/act Tag"] {
        assert!(found.contains(line), "{line}: {found:?}");
    }
    assert!(build.files.iter().any(|file| file.raw() == ".github/actions/up/action.yml"));
    let spot =
        build.spot_of(&power::Axis::Code(power::Code::new(power::Kind::Action, "octo-org/act")));
    assert_eq!((spot.path.raw(), spot.line), (".github/actions/up/action.yml", 8));

    let called = "on: {workflow_call: {secrets: {key: {required: true}}}}\npermissions: {contents: write, issues: write}\njobs:\n  inner:\n    runs-on: ubuntu-latest\n    steps:\n      - run: a ${{ secrets.key }} ${{ secrets.OTHER }}\n      - run: b ${{ inputs.title }}\n";
    let call = |secrets: &str| {
        format!(
            "on: issues\npermissions: {{contents: write}}\njobs:\n  outer:\n    uses: ./.github/workflows/called.yml\n    with: {{title: '${{{{ github.event.issue.title }}}}'}}\n{secrets}"
        )
    };
    let read = |secrets: &str| {
        let powers = many(&[
            (".github/workflows/ci.yml", &call(secrets)),
            (".github/workflows/called.yml", called),
        ]);
        lines(named(&powers, "outer/inner"))
    };
    let passed = read("    secrets: {key: '${{ secrets.REAL }}'}\n");
    assert!(
        passed.contains("secret REAL")
            && !passed.contains("secret KEY")
            && !passed.contains("secret OTHER"),
        "{passed:?}"
    );
    assert!(passed.contains("token contents: Write"), "capped: {passed:?}");
    assert!(!passed.iter().any(|line| line.starts_with("token issues")), "{passed:?}");
    assert!(passed.contains("on issues: Anyone"));
    assert!(passed.contains("text github.event.issue.title executed"), "{passed:?}");
    let inherited = read("    secrets: inherit\n");
    assert!(inherited.contains("secret KEY") && inherited.contains("secret OTHER"));
    let nothing = read("");
    assert!(!nothing.iter().any(|line| line.starts_with("secret")), "{nothing:?}");
}

#[test]
fn a_called_job_gets_no_more_than_its_caller_has() {
    let called = "on: workflow_call\npermissions: write-all\njobs: {inner: {runs-on: ubuntu-latest, steps: [{run: a}]}}\n";
    let caller = "on: push\npermissions: {contents: read}\njobs: {outer: {uses: ./.github/workflows/called.yml}}\n";
    let powers =
        many(&[(".github/workflows/ci.yml", caller), (".github/workflows/called.yml", called)]);
    let found = lines(named(&powers, "outer/inner"));
    let token: Vec<_> = found.iter().filter(|line| line.starts_with("token")).collect();
    assert_eq!(token, ["token contents: Read"]);
}

#[test]
fn the_repository_itself_is_followed_at_its_default_branch_only() {
    let called = "on: workflow_call\njobs: {inner: {runs-on: ubuntu-latest, steps: [{run: 'a ${{ secrets.KEY }}'}]}}\n";
    let caller = |at: &str| {
        format!(
            "on: push\njobs: {{outer: {{uses: acme/api/.github/workflows/called.yml@{at}, secrets: inherit}}}}\n"
        )
    };
    let read = |at: &str| {
        many(&[
            (".github/workflows/ci.yml", caller(at).as_str()),
            (".github/workflows/called.yml", called),
        ])
    };
    assert!(lines(named(&read("main"), "outer/inner")).contains("secret KEY"));
    assert!(lines(named(&read("v1"), "outer")).contains("secret all"), "another version of it");
}

#[test]
fn what_cannot_be_followed_is_unknown_and_never_left_out() {
    let missing = one(&steps("push", "- uses: ./.github/actions/gone"));
    assert!(unknowns(&missing)[0].contains("not among those that were given"));
    assert_eq!(missing.wanted().next().unwrap().raw(), ".github/actions/gone/action.yml");
    let called =
        one("on: push\njobs: {outer: {uses: ./.github/workflows/gone.yml, secrets: inherit}}\n");
    assert_eq!(called.wanted().next().unwrap().raw(), ".github/workflows/gone.yml");
    assert!(lines(named(&called, "outer")).contains("secret all"));
    let others = one(
        "on: push\njobs: {outer: {uses: octo-org/ci/.github/workflows/x.yml@main, secrets: inherit}}\n",
    );
    let found = lines(named(&others, "outer"));
    assert!(found.contains("secret all"), "{found:?}");
    assert!(found.contains("code octo-org/ci/.github/workflows/x.yml Floating"), "{found:?}");
    let own = one(&steps("push", "- uses: acme/tools/up@v1"));
    assert!(unknowns(&own)[0].contains("same owner"));
    let script = one(&steps("push", "- run: bash scripts/up.sh\n  env: {A: '${{ secrets.A }}'}"));
    assert_eq!(script.wanted().next().unwrap().raw(), "scripts/up.sh");
    let harmless = one(&steps("push", "- run: bash scripts/lint.sh"));
    assert!(unknowns(&harmless).is_empty(), "a script without power may be any");
    let broken = one("on: push\njobs: [\n");
    assert!(unknowns(&broken)[0].contains("not YAML"), "{:?}", unknowns(&broken));
}

const DEPLOY: &str = "//acme/shared@v1/.github/workflows/deploy.yml";

/// A workflow of another repository, and one that calls it.
fn calls_shared(called: &str) -> power::Powers {
    let caller = "on: push\npermissions: {contents: write}\njobs:\n  outer:\n    uses: acme/shared/.github/workflows/deploy.yml@v1\n    secrets: inherit\n";
    many(&[(".github/workflows/ci.yml", caller), (DEPLOY, called)])
}

#[test]
fn workflows_of_other_repositories_are_followed_where_they_were_given() {
    let called = "on: workflow_call\npermissions: {contents: write, issues: write}\njobs:\n  inner:\n    runs-on: ubuntu-latest\n    steps:\n      - run: 'curl -d ${{ secrets.KEY }} https://up.acme.invalid/'\n";
    let powers = calls_shared(called);
    let inner = named(&powers, "outer/inner");
    let found = lines(inner);
    for line in ["secret KEY", "KEY to up.acme.invalid", "token contents: Write"] {
        assert!(found.contains(line), "{line}: {found:?}");
    }
    assert!(!found.iter().any(|it| it.starts_with("code") || it.contains("issues")), "{found:?}");
    assert_eq!(line_of(inner, "KEY to up.acme.invalid"), 5, "where it is called");
    assert!(inner.spots.values().all(|spot| spot.path.raw() == ".github/workflows/ci.yml"));
    assert!(inner.files.iter().any(|file| file.raw() == DEPLOY), "{:?}", inner.files);
    let code = power::Code::new(power::Kind::Workflow, "acme/shared/.github/workflows/deploy.yml");
    assert_eq!(inner.references[&code].raw(), "v1");
    assert!(unknowns(&powers).is_empty(), "{:?}", unknowns(&powers));
    assert!(powers.grants().iter().all(|it| it.subject.path.raw() == ".github/workflows/ci.yml"));
}

#[test]
fn what_a_workflow_of_another_repository_calls_beside_itself_is_of_that_repository() {
    let called = "on: workflow_call\njobs:\n  inner:\n    uses: ./.github/workflows/last.yml\n    secrets: inherit\n";
    let last = "on: workflow_call\njobs: {last: {runs-on: ubuntu-latest, steps: [{run: 'a ${{ secrets.LAST }}'}]}}\n";
    let caller = "on: push\njobs:\n  outer:\n    uses: acme/shared/.github/workflows/deploy.yml@v1\n    secrets: inherit\n";
    let read = |path: &str| {
        let files = [(".github/workflows/ci.yml", caller), (DEPLOY, called), (path, last)];
        many(&files)
    };
    let there = read("//acme/shared@v1/.github/workflows/last.yml");
    assert!(lines(named(&there, "outer/inner/last")).contains("secret LAST"));
    let here = read(".github/workflows/last.yml");
    let wanted: Vec<_> = here.wanted().map(|file| file.raw()).collect();
    assert_eq!(wanted, ["//acme/shared@v1/.github/workflows/last.yml"]);
    assert!(lines(named(&here, "outer/inner")).contains("secret all"), "it may read each");
}

#[test]
fn a_workflow_of_another_repository_that_cannot_be_read_is_unknown() {
    let caller = "on: push\njobs:\n  outer:\n    uses: acme/shared/.github/workflows/deploy.yml@v1\n    secrets: inherit\n";
    let absent = one(caller);
    assert!(unknowns(&absent)[0].contains("another repository of the same owner"));
    assert_eq!(absent.wanted().next().unwrap().raw(), DEPLOY);
    assert!(lines(named(&absent, "outer")).contains("secret all"));
    let mut tree: power::Tree = [(".github/workflows/ci.yml", caller)].into_iter().collect();
    tree.put(DEPLOY, power::Text::Unread { why: "it is not there at `v1`".to_owned() });
    let unread = power::of(&tree, &crate::power::shown::public());
    assert!(unknowns(&unread)[0].contains("it is not there at `v1`"), "{:?}", unknowns(&unread));
    assert!(lines(named(&unread, "outer")).contains("secret all"));
    let broken = calls_shared("on: [\n");
    assert!(unknowns(&broken)[0].contains("cannot be read"), "{:?}", unknowns(&broken));
}

#[test]
fn actions_of_other_repositories_are_followed_with_the_scripts_beside_them() {
    let caller = |at: &str| {
        steps(
            "push",
            &format!("- uses: acme/actions{at}\n  with: {{token: '${{{{ secrets.UP }}}}'}}"),
        )
    };
    let action = "inputs: {token: {default: ''}}\nruns:\n  using: composite\n  steps:\n    - run: \"${{ github.action_path }}/up.sh\"\n      shell: bash\n      env: {T: '${{ inputs.token }}'}\n";
    let script = "curl -H \"T: $T\" https://up.acme.invalid/\n";
    for (at, folder) in
        [("/up@v1", "//acme/actions@v1/up"), ("@release/1", "//acme/actions@release%2F1")]
    {
        let caller = caller(at);
        let description = format!("{folder}/action.yaml");
        let whole = many(&[
            (".github/workflows/ci.yml", &caller),
            (&description, action),
            (&format!("{folder}/up.sh"), script),
        ]);
        let build = named(&whole, "build");
        let found = lines(build);
        assert!(found.contains("UP to up.acme.invalid"), "{found:?}");
        assert!(!found.iter().any(|it| it.starts_with("code")), "{found:?}");
        assert_eq!(line_of(build, "UP to up.acme.invalid"), 7, "the line that uses it");
        assert!(unknowns(&whole).is_empty(), "{:?}", unknowns(&whole));
        let part = many(&[(".github/workflows/ci.yml", &caller), (&description, action)]);
        let wanted: Vec<_> = part.wanted().map(|file| file.raw().to_owned()).collect();
        assert_eq!(wanted, [format!("{folder}/up.sh")]);
        let none = many(&[(".github/workflows/ci.yml", &caller)]);
        let wanted: Vec<_> = none.wanted().map(|file| file.raw().to_owned()).collect();
        assert_eq!(wanted, [format!("{folder}/action.yml")]);
    }
}

#[test]
fn an_action_of_another_repository_is_not_what_a_pull_request_brought() {
    let caller = |uses: &str| {
        steps(
            "pull_request_target",
            &format!(
                "- uses: actions/checkout@v4\n  with: {{ref: '${{{{ github.event.pull_request.head.sha }}}}'}}\n- uses: {uses}"
            ),
        )
    };
    let action = "runs: {using: composite, steps: [{run: echo up, shell: bash}]}\n";
    let executes = |uses: &str, description: &str| {
        let powers = many(&[(".github/workflows/ci.yml", &caller(uses)), (description, action)]);
        lines(named(&powers, "build")).iter().any(|line| line.ends_with("executed"))
    };
    assert!(executes("./up", "up/action.yml"));
    assert!(!executes("acme/actions/up@v1", "//acme/actions@v1/up/action.yml"));
}
