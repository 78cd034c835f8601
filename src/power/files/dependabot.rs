//! Dependabot's settings: private registries and what they open, and leave to run packages' code.
//!
//! Source: "Dependabot options reference".

use crate::domain::IdentityKind;
use crate::power::files::credential::{credentials, credentials_of_url, host_of};
use crate::power::files::document::{Entry, Node, Value};
use crate::power::files::reading::Reading;
use crate::power::model::Crowd;

/// Reads the settings.
pub(in crate::power) fn read(document: &Node, reading: &mut Reading<'_>) {
    if let Some(registries) = document.entry("registries") {
        match &registries.node.value {
            Value::Map(entries) => {
                for entry in entries {
                    registry(entry, reading);
                }
            }
            _ if registries.node.is_empty() => {}
            _ => reading.unknown(registries.at, "which registries Dependabot uses cannot be told"),
        }
    }
    let mut bot = reading.draft(IdentityKind::AppInstallation, "Dependabot", document.at);
    bot.trigger("schedule", Crowd::Nobody);
    for update in document.get("updates").map(Node::items).unwrap_or_default() {
        let Some(runs) = update.entry("insecure-external-code-execution") else { continue };
        if runs.node.text() == Some("allow") {
            let ecosystem = update.get("package-ecosystem").and_then(Node::scalar);
            let ecosystem = ecosystem.unwrap_or_else(|| "an ecosystem".to_owned());
            bot.loosened(&format!("ban on running code of packages ({ecosystem})"), runs.at);
        }
    }
    reading.push(bot);
}

fn registry(entry: &Entry, reading: &mut Reading<'_>) {
    let Entry { key: name, at, node } = entry;
    if !matches!(node.value, Value::Map(_)) {
        reading.unknown(*at, "what a registry of Dependabot opens cannot be told");
        return;
    }
    let mut draft = reading.draft(IdentityKind::PrivateRegistry, name, *at);
    draft.trigger("schedule", Crowd::Nobody);
    let text = |key: &str| node.get(key).and_then(Node::scalar);
    for key in ["url", "registry"] {
        let Some(url) = node.entry(key) else { continue };
        let Some(address) = url.node.text() else { continue };
        let host = host_of(address).or_else(|| host_of(&format!("https://{address}")));
        if let Some(host) = host {
            draft.host(&host, url.at);
        }
        for secret in credentials_of_url(key, address, &[]) {
            draft.secret(secret, url.at);
        }
    }
    for key in ["token", "password", "key", "username", "auth-key", "organization", "repo"] {
        let Some(held) = node.entry(key) else { continue };
        let Some(value) = held.node.scalar() else { continue };
        // A user's name is a credential only if it is one of GitHub's secrets.
        let named =
            if matches!(key, "token" | "password" | "key" | "auth-key") { key } else { "name" };
        for secret in credentials(named, &value, &[]) {
            draft.secret(secret, held.at);
        }
    }
    let kind = text("type").unwrap_or_else(|| "registry".to_owned());
    let whom = "Dependabot in this repository";
    if let (Some(tenant), Some(client)) = (text("tenant-id"), text("client-id")) {
        draft.trust("azure", &format!("{tenant} {client}"), whom, *at);
    }
    if let Some(provider) = text("jfrog-oidc-provider-name") {
        let mapping = text("identity-mapping-name").unwrap_or_default();
        draft.trust("jfrog", format!("{provider} {mapping}").trim(), whom, *at);
    }
    if let Some(role) = text("role-name") {
        let account = text("account-id").unwrap_or_default();
        draft.trust("aws", format!("{account} {role}").trim(), whom, *at);
    }
    if let Some(replaces) = node.entry("replaces-base").filter(|it| it.node.is_true()) {
        draft.loosened(&format!("the public registry ({kind})"), replaces.at);
    }
    reading.push(draft);
}
