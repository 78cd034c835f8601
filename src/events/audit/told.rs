//! A record of the audit log as a line of the history: what happened, to what, with which
//! credential. Every value is somebody's text.

use crate::domain::Foreign;
use crate::events::audit::record::Record;

/// The fields that say what an action is about, in the order of the line.
const ABOUT: &[(&str, &str)] = &[
    ("key", ""),
    ("title", ""),
    ("name", ""),
    ("integration", "of"),
    ("oauth_application_name", ""),
    ("organization_role_name", "the role"),
    ("environment_name", "in the environment"),
    ("team", "for the team"),
    ("user", "for"),
    ("permission", "with"),
    ("visibility", "visible to"),
    ("repository_selection", "for repositories:"),
    ("branch", "on the branch"),
    ("runner_name", "on the runner"),
    ("job_name", "in the job"),
    ("secrets_passed", "with the secrets"),
    ("managed_token_scopes", "with the scopes"),
];

/// Uses that say which credential reached what, so that they are worth a line of the history.
/// Others are only counted as a sign of life.
const TELLING: &[&str] = &[
    "protected_branch.policy_override",
    "workflows.approve_workflow_job",
    "workflows.prepared_workflow_job",
];

/// The most characters of one value.
const MOST: usize = 120;

/// Parts of the names of actions that name whom they are about as the user.
const ABOUT_USERS: &[&str] = &[
    "collaborator",
    "credential_authorization",
    "maintainer",
    "manager",
    "member",
    "organization_role",
    "personal_access_token",
];

fn is_about_a_user(action: &str) -> bool {
    ABOUT_USERS.iter().any(|part| action.contains(part))
}

/// Whether a use is told.
pub(super) fn is_worth_a_line(action: &str) -> bool {
    TELLING.contains(&action)
}

/// One line, safe to show. Values stand as they are; who shows it filters them as foreign text.
pub(super) fn sentence(record: &Record, action: &str) -> Foreign {
    let mut line = action.to_owned();
    for (field, word) in ABOUT {
        let texts = record.texts(field);
        if texts.is_empty() {
            continue;
        }
        let text: String = texts.join(", ").chars().take(MOST).collect();
        line.push(' ');
        if !word.is_empty() {
            line.push_str(word);
            line.push(' ');
        }
        line.push_str(&text);
    }
    if let Some(how) = record.text("programmatic_access_type") {
        let name = record.text("user_programmatic_access_name").unwrap_or_default();
        let how: String = format!("{how} {name}").chars().take(MOST).collect();
        line.push_str(&format!(", by means of {}", how.trim()));
    }
    // Without its number nobody can be named as who did it.
    if let (None, Some(actor)) = (record.actor(), record.text("actor")) {
        let actor: String = actor.chars().take(MOST).collect();
        line.push_str(&format!(", done by {actor}"));
    }
    if record.switch("actor_is_agent") {
        line.push_str(", done by an agent");
        // Where an agent acts, GitHub names the person who started it as the user, unless the deed is
        // about a user.
        let started = record
            .user()
            .filter(|user| record.actor().as_ref() != Some(user) && !is_about_a_user(action));
        if let Some(user) = started {
            line.push_str(&format!(" that {} started", user.login));
        }
    }
    if let Some(session) = record.text("agent_session_id") {
        let session: String = session.chars().take(MOST).collect();
        line.push_str(&format!(", agent session {session}"));
    }
    Foreign::new(&line)
}
