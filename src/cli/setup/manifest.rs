//! The App's manifest for one organisation: `app-manifest.yml` with its addresses filled in.

use serde_json::{Value, json};

use crate::config::address;
use crate::domain::Login;

/// What GitHub is asked to register. The reasons stand beside each line of the file.
const MANIFEST: &str = include_str!("../../../app-manifest.yml");

/// The most characters that GitHub allows in an App's name.
const LONGEST_NAME: usize = 34;

/// The manifest, less the address that GitHub sends people back to: the form's server knows it.
///
/// Source: "Registering a GitHub App from a manifest".
///
/// # Errors
/// The address of the server is not one that GitHub can send to, or the name is too long.
pub(super) fn manifest(org: &Login, url: &str, name: Option<&str>) -> Result<Value, String> {
    let url = address("--url", url)?;
    let name = match name {
        Some(name) if name.trim().is_empty() || name.chars().count() > LONGEST_NAME => {
            return Err(format!("--name must have 1 to {LONGEST_NAME} characters."));
        }
        Some(name) => name.to_owned(),
        None => format!("Beholden for {org}").chars().take(LONGEST_NAME).collect(),
    };
    let mut manifest: Value = serde_saphyr::from_str(MANIFEST)
        .map_err(|error| format!("The manifest in this binary cannot be read: {error}"))?;
    manifest["name"] = json!(name);
    manifest["url"] = json!(url);
    manifest["hook_attributes"] = json!({ "url": format!("{url}/webhook"), "active": true });
    Ok(manifest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(url: &str, name: Option<&str>) -> Result<Value, String> {
        manifest(&"acme".parse().unwrap(), url, name)
    }

    #[test]
    fn the_manifest_names_the_addresses_and_asks_for_no_more_than_the_file() {
        let made = made("https://beholden.invalid/", None).unwrap();
        assert_eq!(made["name"], "Beholden for acme");
        assert_eq!(made["hook_attributes"]["url"], "https://beholden.invalid/webhook");
        assert_eq!(made["public"], false, "nobody else installs an organisation's own App");
        let file: Value = serde_saphyr::from_str(MANIFEST).unwrap();
        assert_eq!(made["default_permissions"], file["default_permissions"]);
        assert_eq!(made["default_events"], file["default_events"]);
    }

    #[test]
    fn a_long_organisation_still_gives_a_name_that_github_takes() {
        let org = "a".repeat(39).parse().unwrap();
        let made = manifest(&org, "https://beholden.invalid", None).unwrap();
        assert_eq!(made["name"].as_str().unwrap().chars().count(), LONGEST_NAME);
        assert!(manifest(&org, "https://x.invalid", Some(&"n".repeat(35))).is_err());
    }

    #[test]
    fn github_is_not_sent_to_an_address_without_encryption() {
        assert!(made("http://beholden.invalid", None).is_err());
        assert!(made("beholden.invalid", None).is_err());
    }
}
