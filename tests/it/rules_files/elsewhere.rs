//! Servers, start-up files, registries, infrastructure code, bots that merge, owners, trusts.

use crate::rules_files::told::{AGENTS, Files, said};

#[track_caller]
fn check(what: &str, base: Files<'_>, head: Files<'_>, expected: &[&str]) {
    assert_eq!(said(AGENTS, base, head), expected.join("\n"), "{what}");
}

fn server(settings: &str) -> String {
    format!("{{\n\"mcpServers\": {{\n\"db\": {{{settings}}}\n}}\n}}\n")
}

#[test]
fn servers_of_agents() {
    let npx = |spec: &str| server(&format!("\"command\": \"npx\", \"args\": [\"-y\", \"{spec}\"]"));
    let pinned = npx("@acme/server@1.0.0");
    let remote = "\"type\": \"http\",\n\"url\": \"https://mcp.acme.invalid/x\",\n\"headers\": {\n\"Authorization\": \"Bearer 9f86d081884c7d65\"}";
    for (what, base, head, expected) in [
        (
            "pinned",
            None,
            pinned.clone(),
            &[
                "mcp-server-added medium .mcp.json:3 Agents in a checkout are given the MCP server `db`, which runs `npm:@acme/server`.",
            ][..],
        ),
        (
            "unpinned",
            None,
            npx("@acme/server"),
            &[
                "mcp-server-unpinned high .mcp.json:3 Agents in a checkout are given the MCP server `db`, which runs whatever is the newest version of `npm:@acme/server`.",
            ],
        ),
        (
            "let loose",
            Some(pinned.clone()),
            npx("@acme/server@latest"),
            &[
                "mcp-server-unpinned high .mcp.json:3 The MCP server `db` now runs whatever is the newest version of `npm:@acme/server`.",
            ],
        ),
        ("a newer version", Some(pinned.clone()), npx("@acme/server@1.0.1"), &[]),
        ("held again", Some(npx("@acme/server")), pinned.clone(), &[]),
        (
            "a credential more",
            Some(pinned.clone()),
            pinned.replace("]}", "], \"env\": {\"T\": \"${GITHUB_TOKEN}\"}}"),
            &[
                "mcp-server-added high .mcp.json:3 The MCP server `db` now gets more credentials, with the variable `GITHUB_TOKEN` of the machine.",
            ],
        ),
        (
            "a credential in the file",
            None,
            server(remote),
            &[
                "mcp-server-added high .mcp.json:3 Agents in a checkout are given the MCP server `db`, which answers from `mcp.acme.invalid`, with a credential that stands in the file.",
                "mcp-literal-credential high .mcp.json:6 A credential stands in the file itself, at `headers.Authorization`, for the MCP server `db`: everybody who can read the repository can use it.",
            ],
        ),
    ] {
        let base: Vec<_> = base.iter().map(|text| (".mcp.json", text.as_str())).collect();
        check(what, &base, &[(".mcp.json", &head)], expected);
    }
}

#[test]
fn commands_that_start_by_themselves() {
    let hooks = "{\n\"hooks\": {\"SessionStart\": [{\"hooks\": [\n{\"type\": \"command\", \"command\": \"node .claude/setup.mjs\"}]}]}}\n";
    let task = "{\"tasks\": [\n{\"label\": \"x\", \"command\": \"node setup.js\", \"runOptions\": {\"runOn\": \"folderOpen\"}}]}\n";
    let container = "{\n\"image\": \"mcr.microsoft.com/devcontainers/base:ubuntu\",\n\"postCreateCommand\": \"npm ci\"\n}\n";
    for (path, text, expected) in [
        (
            ".claude/settings.json",
            hooks,
            "start-up-hook high .claude/settings.json:3 `node .claude/setup.mjs` starts by itself in every checkout at `SessionStart`.",
        ),
        (
            ".vscode/tasks.json",
            task,
            "start-up-hook high .vscode/tasks.json:2 `node setup.js` starts by itself in every checkout when the folder is opened.",
        ),
        (
            ".devcontainer/devcontainer.json",
            container,
            "start-up-hook high .devcontainer/devcontainer.json:3 `npm ci` starts by itself in every checkout at `postCreateCommand`.",
        ),
    ] {
        check(path, &[], &[(path, text)], &[expected]);
        let spaced = text.replace('\n', "\n\n");
        check("laid out anew", &[(path, text)], &[(path, &spaced)], &[]);
    }
    let setup = "version = 1\n\n[setup]\nscript = \"npm ci\"\n";
    check(
        "an agent's environment",
        &[],
        &[(".codex/environments/environment.toml", setup)],
        &[
            "start-up-hook high .codex/environments/environment.toml:4 `npm ci` starts by itself in every checkout at `setup.script`.",
        ],
    );
    let husky = "npm test\nnpx lint-staged\n";
    check(
        "git's own",
        &[],
        &[(".husky/pre-commit", husky)],
        &[
            "start-up-hook medium .husky/pre-commit:1 `npm test` and one more command start by themselves in every checkout before a commit.",
        ],
    );
    let still = task.replace("folderOpen", "default");
    check("a task that people start", &[], &[(".vscode/tasks.json", &still)], &[]);
    let plain = "{\"image\": \"mcr.microsoft.com/devcontainers/base:ubuntu\"}";
    check("a container", &[], &[(".devcontainer/devcontainer.json", plain)], &[]);
}

#[test]
fn registries() {
    let dependabot = "version: 2\nregistries:\n  npm:\n    type: npm-registry\n    url: https://npm.acme.invalid\n    token: ${{ secrets.NPM_TOKEN }}\nupdates: []\n";
    check(
        "a secret for Dependabot",
        &[],
        &[(".github/dependabot.yml", dependabot)],
        &[
            "registry-credential medium .github/dependabot.yml:6 Dependabot gets, for the registry `npm`, the secret `NPM_TOKEN` for `npm.acme.invalid`.",
        ],
    );
    check(
        "a credential in the file",
        &[],
        &[(".npmrc", "//packages.acme.invalid/:_authToken=9f86d081884c7d659a2feaa0\n")],
        &[
            "registry-credential high .npmrc:1 Package managers in a checkout take from `.npmrc` a credential that stands in the file for `packages.acme.invalid`.",
        ],
    );
    check("no credential", &[], &[(".npmrc", "save-exact=true\n")], &[]);
}

#[test]
fn bots_that_merge() {
    let renovate = |of: &str| format!("{{\"packageRules\": [\n{{{of}\"automerge\": true}}]}}\n");
    check(
        "workflows",
        &[],
        &[("renovate.json", &renovate("\"matchManagers\": [\"github-actions\"], "))],
        &[
            "auto-merge-by-bot high renovate.json:2 Renovate merges pull requests without a person: `matchManagers github-actions`.",
        ],
    );
    let mergify = "pull_request_rules:\n- name: x\n  conditions:\n  - author=renovate\n  actions:\n    review: {type: APPROVE}\n    merge: {method: squash}\n";
    check(
        "approves and merges",
        &[],
        &[(".mergify.yml", mergify)],
        &[
            "auto-merge-by-bot medium .mergify.yml:6 Mergify approves and merges pull requests without a person: `author=renovate`.",
        ],
    );
    let job = "on: pull_request\npermissions: {contents: write, pull-requests: write}\njobs:\n  merge:\n    runs-on: ubuntu-latest\n    steps:\n      - run: gh pr merge --auto --squash \"$URL\"\n";
    check(
        "a job",
        &[],
        &[(".github/workflows/merge.yml", job)],
        &[
            "auto-merge-by-bot medium .github/workflows/merge.yml:7 The job `merge` merges pull requests without a person, with `contents: write` and `pull-requests: write`; people who may push can set it in motion.",
        ],
    );
    check("off", &[], &[("renovate.json", "{\"automerge\": false}")], &[]);
}

#[test]
fn owners_that_are_gone_are_told_of_once_for_a_line() {
    let base = "* @acme/all\n.github/ @acme/security\n.mcp.json @acme/security\n";
    check(
        "a line less",
        &[("CODEOWNERS", base)],
        &[("CODEOWNERS", "* @acme/all\n")],
        &[
            "codeowners-guard-removed medium CODEOWNERS:1 `@acme/security` no longer has to be asked before changes of workflows, the actions of this repository, the list of owners and 4 more kinds of file that grant.",
        ],
    );
    check(
        "all of it",
        &[("CODEOWNERS", base)],
        &[],
        &[
            "codeowners-guard-removed high CODEOWNERS:1 No code owner has to be asked any more before changes of workflows, the actions of this repository, the list of owners and 7 more kinds of file that grant: `@acme/all` and `@acme/security` had to be.",
        ],
    );
    let spaced = base.replace('\n', "\n\n# why\n");
    check("laid out anew", &[("CODEOWNERS", base)], &[("CODEOWNERS", &spaced)], &[]);
}

#[test]
fn trusts_say_who_fits() {
    let policy = |subject: &str| {
        format!(
            "issuer: https://token.actions.githubusercontent.com\n{subject}\npermissions:\n  contents: write\n"
        )
    };
    let path = ".github/chainguard/release.sts.yaml";
    let gets = "can get a token of this repository with `contents: write`.";
    let one = policy("subject: repo:acme/api:ref:refs/heads/main");
    for (subject, severity, whom) in [
        (
            "subject: repo:acme/api:ref:refs/heads/main",
            "medium",
            "The subject `repo:acme/api:ref:refs/heads/main`",
        ),
        (
            "subject_pattern: repo:acme/api:.*",
            "high",
            "Any branch, tag or pull request of `acme/api`",
        ),
        (
            "subject_pattern: repo:acme@1/api@2:.*",
            "high",
            "Any branch, tag or pull request of `acme/api`",
        ),
        ("subject_pattern: repo:acme/.*", "high", "Any workflow of every repository of `acme`"),
        (
            "subject_pattern: repo:acme.*/api.*",
            "critical",
            "Any workflow of any account that fits `acme*`",
        ),
        ("subject_pattern: .*", "critical", "Any workflow of anybody on GitHub"),
    ] {
        let expected = format!("trust-policy {severity} {path}:2 {whom} {gets}");
        check(subject, &[], &[(path, &policy(subject))], &[&expected]);
    }
    let wider = one.replace("  contents: write", "  contents: write\n  workflows: write");
    let both = [
        "agent-changes-own-power high .github/chainguard/release.sts.yaml:5 `release` gets `workflows: write`, with which whoever has this token can change the workflows that grant it power.",
        "trust-policy medium .github/chainguard/release.sts.yaml:5 The subject `repo:acme/api:ref:refs/heads/main` can get a token of this repository with `contents: write` and `workflows: write`.",
    ];
    check("more for the same", &[(path, &one)], &[(path, &wider)], &both);
}

#[test]
fn infrastructure_code() {
    let role = "resource \"aws_iam_role\" \"deploy\" {\n  assume_role_policy = jsonencode({\n    Statement = [{\n      Effect = \"Allow\"\n      Principal = { Federated = \"arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com\" }\n      Condition = { StringLike = { \"token.actions.githubusercontent.com:sub\" = \"repo:acme/api:*\" } }\n    }]\n  })\n}\n";
    check(
        "a role",
        &[],
        &[("infra/main.tf", role)],
        &[
            "trust-policy high infra/main.tf:6 Any branch, tag or pull request of `acme/api` can act as `deploy` at aws.",
        ],
    );
    let key = "resource \"aws_iam_access_key\" \"ci\" {\n  user = \"ci\"\n}\n";
    check(
        "a key",
        &[],
        &[("infra/main.tf", key)],
        &[
            "iac-grant medium infra/main.tf:1 Applying this code makes `aws_iam_access_key.ci`: `long-lived key of a machine user (ci)`.",
        ],
    );
    let binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: ci}\nroleRef: {kind: ClusterRole, name: cluster-admin, apiGroup: rbac.authorization.k8s.io}\nsubjects:\n- {kind: ServiceAccount, name: ci, namespace: ci}\n";
    check(
        "a binding",
        &[],
        &[("k8s/rb.yaml", binding)],
        &[
            "iac-grant high k8s/rb.yaml:4 Applying this code makes `ClusterRoleBinding /ci`: `rights in a cluster (ci)` at `name: cluster-admin`.",
        ],
    );
    check(
        "spaces",
        &[("infra/main.tf", key)],
        &[("infra/main.tf", &key.replace(" = ", "   = "))],
        &[],
    );
}
