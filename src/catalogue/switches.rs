//! Switches of GitHub's that keep identities in check: their values from the strictest on, and what a
//! weaker one means. Names and values are those of GitHub's REST API.

/// A switch of an organisation or a repository.
#[derive(Debug)]
pub struct Switch {
    /// GitHub's name of it.
    pub name: &'static str,
    /// Its values, the strictest first; those that are as strict as each other stand together.
    pub values: &'static [&'static [&'static str]],
    /// What any value but the strictest means.
    pub means: &'static str,
}

const YES_IS_STRICT: &[&[&str]] = &[&["true"], &["false"]];
const NO_IS_STRICT: &[&[&str]] = &[&["false"], &["true"]];

static SWITCHES: &[Switch] = &[
    Switch {
        name: "default_workflow_permissions",
        values: &[&["read"], &["write"]],
        means: "The token of a workflow that does not say what it needs can write.",
    },
    Switch {
        name: "can_approve_pull_request_reviews",
        values: NO_IS_STRICT,
        means: "Workflows can approve pull requests.",
    },
    Switch {
        name: "allowed_actions",
        values: &[&["local_only", "selected"], &["all"]],
        means: "Workflows can run anybody's actions.",
    },
    Switch {
        name: "sha_pinning_required",
        values: YES_IS_STRICT,
        means: "Workflows can run actions that somebody else can replace.",
    },
    Switch {
        name: "default_repository_permission",
        values: &[&["none"], &["read"], &["write"], &["admin"]],
        means: "Every member, machines among them, can do that in every repository.",
    },
    Switch {
        name: "two_factor_requirement_enabled",
        values: YES_IS_STRICT,
        means: "Accounts without a second factor can be members.",
    },
    Switch {
        name: "deploy_keys_enabled_for_repositories",
        values: NO_IS_STRICT,
        means: "Deploy keys can be added. A key outlives whoever added it.",
    },
    Switch {
        name: "fork_pr_contributor_approval",
        values: &[
            &["all_external_contributors"],
            &["first_time_contributors"],
            &["first_time_contributors_new_to_github"],
        ],
        means: "Code of some outsiders runs before anybody has looked at it.",
    },
    Switch {
        name: "oidc_immutable_subject",
        values: YES_IS_STRICT,
        means: "What a cloud trusts is a name. Whoever gets the name is let in.",
    },
    Switch {
        name: "coding_agent_repositories",
        values: &[&["none"], &["selected"], &["all"]],
        means: "GitHub's coding agent can work in repositories.",
    },
    Switch {
        name: "coding_agent_firewall",
        values: YES_IS_STRICT,
        means: "The coding agent can send what it reads anywhere.",
    },
    Switch {
        name: "coding_agent_workflow_approval",
        values: YES_IS_STRICT,
        means: "Workflows run on what the coding agent wrote before anybody has looked at it.",
    },
    Switch {
        name: "coding_agent_automations",
        values: NO_IS_STRICT,
        means: "The coding agent starts without a person who asks for it.",
    },
    Switch {
        name: "coding_agent_triggers_need_write",
        values: YES_IS_STRICT,
        means: "People who cannot write can start the coding agent.",
    },
];

/// The groups of settings whose names are GitHub's.
const GROUPS: &[&str] = &["setting", "actions_permissions", "oidc", "coding_agent"];

impl Switch {
    /// The switch of a name in a group of settings, if it is one that keeps identities in check. Names in
    /// other groups are somebody's: an environment may be called like a switch.
    pub fn of(group: &str, name: &str) -> Option<&'static Self> {
        SWITCHES.iter().find(|switch| GROUPS.contains(&group) && switch.name == name)
    }

    /// Whether a value is one of those that are known.
    pub fn knows(&self, value: &str) -> bool {
        self.values.iter().any(|alike| alike.contains(&value))
    }

    /// How lax a value is: 0 is the strictest. One that is not known counts as the laxest.
    pub fn laxness(&self, value: &str) -> usize {
        let at = self.values.iter().position(|alike| alike.contains(&value));
        at.unwrap_or(self.values.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_not_known_is_the_laxest() {
        let actions = Switch::of("setting", "allowed_actions").unwrap();
        assert_eq!(actions.laxness("local_only"), actions.laxness("selected"));
        assert!(actions.laxness("selected") < actions.laxness("all"));
        assert!(actions.laxness("all") < actions.laxness("everything_and_more"));
        assert!(Switch::of("setting", "no_such_switch").is_none());
        assert!(Switch::of("environment", "allowed_actions").is_none());
    }
}
