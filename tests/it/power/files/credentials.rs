//! Credentials of package managers.

use crate::power::files::check;

#[test]
fn a_token_is_held_whether_it_is_named_or_written_out() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            ".npmrc",
            "registry=https://npm.acme.invalid/\n//npm.acme.invalid/:_authToken=${NPM_TOKEN}\n",
            &["1: private_registry .npmrc", "  local NPM_TOKEN", "  hosts npm.acme.invalid"],
        ),
        (
            ".npmrc",
            "//npm.acme.invalid/:_authToken=9f86d081884c7d65\n",
            &["1: private_registry .npmrc", "  literal _authToken", "  hosts npm.acme.invalid"],
        ),
        (
            ".netrc",
            "machine git.acme.invalid login octocat password 9f86d081884c7d65\n",
            &["1: private_registry .netrc", "  literal password"],
        ),
        (
            "nuget.config",
            "<add key=\"ClearTextPassword\" value=\"%ACME_FEED%\" />\n",
            &["1: private_registry nuget.config", "  local ACME_FEED"],
        ),
    ];
    for (path, text, expected) in cases {
        check(path, text, expected);
    }
}

#[test]
fn settings_without_a_credential_grant_nothing() {
    check(".npmrc", "registry=https://npm.acme.invalid/\nsave-exact=true\n", &[]);
    check("pip.conf", "[global]\nindex-url = https://pypi.acme.invalid/simple\n", &[]);
    check(".npmrc", "# _authToken=9f86d081884c7d65\n", &[]);
}
