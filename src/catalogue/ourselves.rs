//! What our own App asks for, and why: the manifest's reasons, which a test holds to the code.

/// The manifest that people install from.
const MANIFEST: &str = include_str!("../../app-manifest.yml");

/// One permission of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnPermission {
    /// GitHub's name.
    pub name: &'static str,
    /// `read` or `write`.
    pub level: &'static str,
    /// What it is for.
    pub why: &'static str,
}

/// Every permission that our App asks for, in the order of the manifest.
pub fn own_permissions() -> impl Iterator<Item = OwnPermission> {
    let section = MANIFEST.split("\ndefault_permissions:\n").nth(1).unwrap_or_default();
    section.lines().take_while(|line| line.starts_with("  ")).filter_map(|line| {
        let (entry, why) = line.split_once(" # ")?;
        let (name, level) = entry.trim().split_once(": ")?;
        Some(OwnPermission { name, level, why })
    })
}

/// Why our App holds a permission; `None` for one that it does not ask for.
pub fn own_reason(name: &str) -> Option<&'static str> {
    own_permissions().find(|own| own.name == name).map(|own| own.why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_that_we_ask_for_has_its_reason() {
        let section = MANIFEST.split("default_permissions:").nth(1).unwrap();
        let asked = section.lines().skip(1).take_while(|line| !line.trim().is_empty()).count();
        let own: Vec<OwnPermission> = own_permissions().collect();
        assert_eq!(own.len(), asked);
        assert!(own.iter().all(|own| own.why.len() > 20 && ["read", "write"].contains(&own.level)));
        assert!(own_reason("contents").is_some_and(|why| why.contains("policy file")));
        assert_eq!(own_reason("workflows"), None);
    }
}
