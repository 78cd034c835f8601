//! Dependabot's registries, bots that merge, credentials of package managers.

use crate::power::files::{change, check};

#[test]
fn a_registry_of_dependabot_holds_secrets_or_trusts() {
    check(
        ".github/dependabot.yml",
        "version: 2
registries:
  npm:
    type: npm-registry
    url: https://npm.acme.invalid
    token: ${{ secrets.ACME_NPM }}
    replaces-base: true
  feed:
    type: nuget-feed
    url: https://pkgs.acme.invalid/feed
    tenant-id: ${{ secrets.TENANT }}
    client-id: acme-client
updates:
  - package-ecosystem: npm
    directory: /
    registries: [npm]
    insecure-external-code-execution: allow
    schedule: {interval: daily}
",
        &[
            "1: app_installation Dependabot",
            "  without ban on running code of packages (npm)",
            "8: private_registry feed",
            "  trust azure ${{ secrets.TENANT }} acme-client: Dependabot in this repository",
            "  hosts pkgs.acme.invalid",
            "3: private_registry npm",
            "  secret ACME_NPM",
            "  without the public registry (npm-registry)",
            "  hosts npm.acme.invalid",
        ],
    );
}

#[test]
fn plain_updates_grant_nothing() {
    check(
        ".github/dependabot.yml",
        "version: 2\nupdates:\n  - package-ecosystem: cargo\n    directory: /\n",
        &[],
    );
}

#[test]
fn a_bot_that_merges_says_what_no_person_merges_any_more() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "renovate.json",
            r#"{"extends": ["github>acme/renovate-config", ":automergeMinor"],
                "packageRules": [{"matchUpdateTypes": ["patch", "minor"], "automerge": true}],
                "major": {"automerge": false},
                "hostRules": [{"matchHost": "npm.acme.invalid", "token": "{{ secrets.ACME_NPM }}"}],
                "postUpgradeTasks": {"commands": ["make gen"]}}"#,
            &[
                "1: app_installation Renovate",
                "  local secrets.ACME_NPM",
                "  Repository acme/renovate-config Floating",
                "  without merging by a person (:automergeMinor)",
                "  without merging by a person (matchUpdateTypes minor patch)",
                "  starts postUpgradeTasks: make gen",
            ],
        ),
        (
            ".mergify.yml",
            "pull_request_rules:
  - name: merge bots
    conditions:
      - author=dependabot[bot]
      - check-success=test
    actions:
      merge: {method: squash}
      review: {type: APPROVE}
",
            &[
                "1: app_installation Mergify",
                "  without approval by a person (author=dependabot[bot], check-success=test)",
                "  without merging by a person (author=dependabot[bot], check-success=test)",
            ],
        ),
        (
            ".kodiak.toml",
            "version = 1\n[merge]\nautomerge_label = \"ship\"\n[approve]\nauto_approve_usernames = [\"hubot\"]\n",
            &[
                "1: app_installation Kodiak",
                "  without approval by a person (pull requests of hubot)",
                "  without merging by a person (label ship)",
            ],
        ),
        (
            ".github/auto-merge.yml",
            "- match:\n    dependency_type: all\n    update_type: semver:patch\n",
            &[
                "1: app_installation auto-merge",
                "  without merging by a person (dependency_type: all, update_type: semver:patch)",
            ],
        ),
        (
            ".bulldozer.yml",
            "version: 1\nmerge:\n  trigger:\n    labels: [ship]\n",
            &["1: app_installation Bulldozer", "  without merging by a person (labels: ship)"],
        ),
    ];
    for (path, text, expected) in cases {
        check(path, text, expected);
    }
}

#[test]
fn merging_more_is_more_power_and_the_order_of_rules_is_none() {
    let rules = |types: &str| {
        format!(r#"{{"packageRules": [{{"matchUpdateTypes": [{types}], "automerge": true}}]}}"#)
    };
    let (one, other) = (rules("\"patch\", \"minor\""), rules("\"minor\", \"patch\""));
    assert!(change("renovate.json", &one, &other).is_empty());
    assert!(change("renovate.json", &one, &rules("\"patch\", \"major\"")).grants());
    assert!(change("renovate.json", "{}", &one).grants());
}
