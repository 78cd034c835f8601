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
