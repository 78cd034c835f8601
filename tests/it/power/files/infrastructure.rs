//! Trust policies, Terraform and Kubernetes.

use crate::power::files::{change, check};

const POLICY: &str = "issuer: https://token.actions.githubusercontent.com
subject: repo:acme/api:ref:refs/heads/main
permissions:
  contents: write
  pull_requests: read
";

#[test]
fn a_trust_policy_is_a_grant_in_plain_text() {
    check(
        ".github/chainguard/release.sts.yaml",
        POLICY,
        &[
            "1: oidc_trust release",
            "  token contents: write",
            "  token pull-requests: read",
            "  trust octo-sts release: https://token.actions.githubusercontent.com repo:acme/api:ref:refs/heads/main * *",
            "  role github token: this repository",
        ],
    );
}

#[test]
fn a_trust_policy_widens_with_its_subject_its_permissions_and_its_repositories() {
    let path = ".github/chainguard/release.sts.yaml";
    for head in [
        POLICY
            .replace("subject: repo:acme/api:ref:refs/heads/main", "subject_pattern: repo:acme/.*"),
        POLICY.replace("pull_requests: read", "pull_requests: write"),
        format!("{POLICY}repositories: []\n"),
        POLICY.replace("https://token.actions.githubusercontent.com", "https://idp.invalid"),
    ] {
        assert!(change(path, POLICY, &head).grants(), "{head}");
    }
    let claims = format!(
        "{POLICY}claim_pattern:\n  job_workflow_ref: acme/api/.github/workflows/x.yml@.*\n"
    );
    let narrower = change(path, POLICY, &claims);
    assert!(!narrower.grants() && narrower.narrowed.len() == 1, "{narrower:?}");
}

#[test]
fn terraform_says_whom_a_cloud_trusts() {
    check(
        "infra/main.tf",
        r#"
variable "org" { default = "acme" }

resource "aws_iam_role" "deploy" {
  name = "deploy"
  assume_role_policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com" }
      Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "repo:acme/*" } }
    }]
  })
}

resource "azuread_application_federated_identity_credential" "ci" {
  issuer  = "https://token.actions.githubusercontent.com"
  subject = "repo:acme/api:environment:prod"
}

resource "google_iam_workload_identity_pool_provider" "gh" {
  oidc { issuer_uri = "https://token.actions.githubusercontent.com" }
}

resource "aws_s3_bucket" "plain" { bucket = "acme" }
"#,
        &[
            "4: oidc_trust aws_iam_role.deploy",
            "  trust aws deploy: Federated=arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com repo:acme/*",
            "16: oidc_trust azuread_application_federated_identity_credential.ci",
            "  trust azure ci: https://token.actions.githubusercontent.com repo:acme/api:environment:prod",
            "21: oidc_trust google_iam_workload_identity_pool_provider.gh",
            "  trust gcp gh: https://token.actions.githubusercontent.com *",
        ],
    );
}

#[test]
fn terraform_grants_of_github_say_to_whom_and_how_far() {
    check(
        "github.tf",
        r#"
resource "github_repository_deploy_key" "ci" {
  title      = "ci"
  repository = github_repository.api.name
  key        = var.key
  read_only  = false
}
resource "github_actions_organization_secret" "npm" {
  secret_name     = "NPM_TOKEN"
  visibility      = "all"
  plaintext_value = var.npm
}
"#,
        &[
            "2: deploy_key github_repository_deploy_key.ci",
            "  role github SSH key of a machine (${var.key}, ci): read_only: false | repository: ${github_repository.api.name}",
            "8: actions_secret github_actions_organization_secret.npm",
            "  role github secret for many repositories (NPM_TOKEN): visibility: all",
        ],
    );
}

#[test]
fn a_lost_condition_is_more_power_and_layout_is_none() {
    let provider = |condition: &str| {
        format!(
            "resource \"google_iam_workload_identity_pool_provider\" \"gh\" {{\n  {condition}\n  oidc {{\n    issuer_uri = \"https://token.actions.githubusercontent.com\"\n  }}\n}}\n"
        )
    };
    let base = provider("attribute_condition = \"assertion.repository == 'acme/api'\"");
    assert!(change("a.tf", &base, &provider("")).grants());
    let laid = base.replace("  ", " ").replace("oidc {\n", "oidc { # who\n");
    assert!(change("a.tf", &base, &laid).is_empty());
}

#[test]
fn whom_a_role_trusts_may_only_show_when_it_is_applied() {
    check(
        "a.tf",
        "resource \"azurerm_federated_identity_credential\" \"a\" {\n  issuer  = var.issuer\n  subject = var.subject\n}\n",
        &[
            "1: oidc_trust azurerm_federated_identity_credential.a",
            "  trust azure a: ${var.issuer} ${var.subject}",
            "3: unknown, whom this trusts cannot be told: it is worked out when it is applied",
        ],
    );
}

#[test]
fn kubernetes_resources_of_the_catalogue_are_read_and_others_are_not() {
    check(
        "k8s/rbac.yaml",
        "apiVersion: v1
kind: ServiceAccount
metadata:
  name: robot
  namespace: ci
  annotations:
    eks.amazonaws.com/role-arn: arn:aws:iam::1:role/robot
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: robot}
roleRef: {kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: robot, namespace: ci}]
",
        &[
            "9: machine_user ClusterRoleBinding /robot",
            "  role kubernetes rights in a cluster (robot): name: cluster-admin",
            "1: machine_user ServiceAccount ci/robot",
            "  trust aws arn:aws:iam::1:role/robot: system:serviceaccount:ci:robot",
            "  role kubernetes machine identity (robot): annotations: eks.amazonaws.com/role-arn=arn:aws:iam::1:role/robot",
        ],
    );
    check("k8s/deploy.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\n", &[]);
    check("config.yaml", "a: [1, 2\n", &[]);
    check(
        "chart/templates/rbac.yaml",
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {{ .Values.name }}\n  {{- if .Values.x }}\n  labels: {}\n  {{- end }}\n",
        &["5: unknown, what the file grants cannot be told: it is no valid YAML"],
    );
}
