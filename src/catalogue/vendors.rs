//! Which vendor something belongs to, as far as its name, its account or its address says.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

use crate::catalogue::services;
use crate::catalogue::{ACTORS, SERVICES, actor, actors, is_service, secret_name, secret_names};
use crate::domain::{Actor, Identity, IdentityKind};

/// The fewest letters of a vendor's name that are found inside longer names.
const LONG: usize = 4;

/// What says that something is a vendor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// The catalogue knows the App or account as the vendor's.
    Known,
    /// A secret named after the vendor's service.
    Service,
    /// It leads to an address of the vendor's.
    Address,
    /// An App or account of the vendor's added it.
    Added,
    /// A token of the vendor's was used to add it.
    Token,
    /// It is a token of an account of the vendor's.
    Holder,
    /// Only its name says so.
    Name,
}

impl Told {
    /// The words in a table.
    pub fn words(self) -> &'static str {
        match self {
            Self::Known => "the catalogue knows it",
            Self::Service => "named after the service",
            Self::Address => "leads to its address",
            Self::Added => "added by its App",
            Self::Token => "added with its token",
            Self::Holder => "held by its account",
            Self::Name => "its name says so",
        }
    }
}

/// What says that an identity is a vendor's; `None` when nothing does. `by` are the accounts that
/// gave it its access. A name is anybody's text: what rests on it is a hint.
pub fn told<'a>(
    vendor: &str,
    identity: &Identity,
    by: impl IntoIterator<Item = &'a Actor>,
) -> Option<Told> {
    let wanted = squeezed(vendor);
    if wanted.is_empty() {
        return None;
    }
    let name = identity.name.raw();
    let known = identity
        .catalogue
        .as_deref()
        .and_then(|id| ACTORS.rows.iter().find(|row| row.id == id).map(|row| row.vendor.as_str()));
    let of_slug = || {
        let rows = ACTORS.rows.iter().filter(|row| row.app_slugs.iter().any(|slug| slug == name));
        rows.map(|row| row.vendor.as_str()).next()
    };
    let is_app = identity.key.kind() == IdentityKind::AppInstallation;
    if known.or_else(|| is_app.then(of_slug).flatten()).map(squeezed).as_ref() == Some(&wanted) {
        return Some(Told::Known);
    }
    if service(identity).map(squeezed).as_ref() == Some(&wanted) {
        return Some(Told::Service);
    }
    let is_hook = identity.key.kind() == IdentityKind::Webhook;
    if is_hook && is_service(&vendor.to_ascii_lowercase(), name) {
        return Some(Told::Address);
    }
    let added = |by: &Actor| {
        let row = actor(by.id, &by.login, by.kind).map(|row| squeezed(&row.vendor));
        row.as_ref() == Some(&wanted)
            || by.login.is_bot() && is_named(by.login.as_str().trim_end_matches("[bot]"), &wanted)
    };
    if by.into_iter().any(added) {
        return Some(Told::Added);
    }
    if identity.holder.as_ref().is_some_and(|holder| is_account_of(holder, &wanted)) {
        return Some(Told::Holder);
    }
    is_named(name, &wanted).then_some(Told::Name)
}

/// The vendors that something may be of, by the catalogue alone: a name that anybody gave proves
/// nothing. Each is one that [`told`] answers for.
pub fn vendors<'a>(
    identity: &'a Identity,
    by: impl IntoIterator<Item = &'a Actor>,
) -> BTreeSet<String> {
    let name = identity.name.raw();
    let known = ACTORS.rows.iter().filter(|row| {
        identity.catalogue.as_ref() == Some(&row.id)
            || identity.key.kind() == IdentityKind::AppInstallation
                && row.app_slugs.iter().any(|slug| slug == name)
    });
    let mut vendors: BTreeSet<String> = known.map(|row| row.vendor.clone()).collect();
    let accounts = by.into_iter().chain(&identity.holder);
    let accounts = accounts.filter_map(|by| actor(by.id, &by.login, by.kind));
    vendors.extend(accounts.map(|row| row.vendor.clone()));
    vendors.extend(service(identity).map(str::to_owned));
    if identity.key.kind() == IdentityKind::Webhook {
        let services = SERVICES.rows.iter().map(|row| &row.provider);
        vendors.extend(services.filter(|service| is_service(service, name)).cloned());
    }
    vendors
}

/// Which edition of the catalogue [`vendor_words`] are made with: another for other tables. Never 0.
pub static VENDOR_EDITION: LazyLock<i64> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for table in [actors::TEXT, services::TEXT, secret_names::TEXT, secret_names::PATTERNS_TEXT] {
        hash.update(table);
    }
    let first: [u8; 8] = hash.finalize()[..8].try_into().expect("eight of thirty-two bytes");
    i64::from_be_bytes(first) & i64::MAX | 1
});

/// All that [`told`] may find a vendor by, as one text: whatever is a vendor's holds its
/// [`vendor_word`]. What holds it need not be the vendor's.
pub fn vendor_words<'a>(
    identity: &'a Identity,
    by: impl IntoIterator<Item = &'a Actor> + Clone,
) -> String {
    let accounts = by.clone().into_iter().chain(&identity.holder);
    let mut words: BTreeSet<String> =
        accounts.map(|account| squeezed(account.login.as_str())).collect();
    words.extend(vendors(identity, by).iter().map(|vendor| squeezed(vendor)));
    words.insert(squeezed(identity.name.raw()));
    words.into_iter().collect::<Vec<_>>().join(" ")
}

/// The form in which a vendor stands in [`vendor_words`]; empty when nothing can be found by it.
pub fn vendor_word(vendor: &str) -> String {
    squeezed(vendor)
}

/// The service that a secret is named after.
fn service(identity: &Identity) -> Option<&'static str> {
    match identity.key.kind() {
        IdentityKind::ActionsSecret
        | IdentityKind::DependabotSecret
        | IdentityKind::CodespacesSecret
        | IdentityKind::AgentsSecret
        | IdentityKind::PrivateRegistry => secret_name(identity.name.raw())?.provider,
        _ => None,
    }
}

/// Whether an account is a vendor's: by the catalogue, or because a word of its login is the vendor's
/// name. Inside a longer word it proves nothing: people have names too.
fn is_account_of(account: &Actor, wanted: &str) -> bool {
    let row = actor(account.id, &account.login, account.kind);
    row.is_some_and(|row| squeezed(&row.vendor) == wanted)
        || account.login.as_str().split('-').any(|word| squeezed(word) == wanted)
}

/// Whether a name holds a vendor's: as a word, or inside a longer one if it is long enough.
fn is_named(name: &str, wanted: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| squeezed(word) == wanted)
        || wanted.chars().count() >= LONG && squeezed(name).contains(wanted)
}

/// Letters and digits, in lower case: `Circle-CI` and `circleci` are one name.
fn squeezed(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::SECRET_NAMES;
    use crate::domain::{ActorType, Class, Foreign, IdentityKey, Standing, UserId};

    fn identity(kind: IdentityKind, name: &str) -> Identity {
        Identity {
            key: IdentityKey::new(kind, 1),
            name: Foreign::new(name),
            login: None,
            repo: None,
            class: Class::Machine,
            fingerprint: None,
            catalogue: None,
            holder: None,
            standing: Standing::Live,
        }
    }

    fn said(vendor: &str, kind: IdentityKind, name: &str) -> Option<Told> {
        told(vendor, &identity(kind, name), [])
    }

    #[test]
    fn a_vendors_things_are_found_by_service_address_and_name() {
        assert_eq!(said("slack", IdentityKind::Webhook, "hooks.slack.com"), Some(Told::Address));
        assert_eq!(said("slack", IdentityKind::Webhook, "hooks.slack.invalid"), Some(Told::Name));
        assert_eq!(said("npm", IdentityKind::ActionsSecret, "NPM_TOKEN"), Some(Told::Service));
        assert_eq!(
            said("CircleCI", IdentityKind::DeployKey, "Circle-CI: acme/api"),
            Some(Told::Name)
        );
        assert_eq!(said("circleci", IdentityKind::DeployKey, "travis"), None);
        assert_eq!(said("ci", IdentityKind::DeployKey, "circleci"), None, "too short to be inside");
        assert_eq!(said("", IdentityKind::DeployKey, "anything"), None);
    }

    #[test]
    fn a_token_of_a_vendors_account_is_the_vendors_and_a_persons_is_not() {
        let held = |login: &str| {
            let holder =
                Actor { id: UserId(7), login: login.parse().unwrap(), kind: ActorType::User };
            let token = identity(IdentityKind::FineGrainedPat, "ci");
            told("aqua", &Identity { holder: Some(holder), ..token }, [])
        };
        assert_eq!(held("aqua-bot"), Some(Told::Holder));
        assert_eq!(held("aquaman"), None);
    }

    #[test]
    fn what_the_catalogue_knows_leads_to_its_vendor_and_back() {
        for (kind, name) in
            [(IdentityKind::ActionsSecret, "NPM_TOKEN"), (IdentityKind::Webhook, "hooks.slack.com")]
        {
            let it = identity(kind, name);
            let found = vendors(&it, []);
            assert_eq!(found.len(), 1, "{name}: {found:?}");
            assert!(found.iter().all(|vendor| told(vendor, &it, []).is_some()), "{found:?}");
        }
        assert!(vendors(&identity(IdentityKind::DeployKey, "circleci"), []).is_empty());
    }

    /// Otherwise the search by words would leave something out that the vendor holds.
    #[test]
    fn whatever_is_told_of_a_vendor_is_found_by_its_word() {
        let mut found = BTreeSet::new();
        let mut check = |vendor: &str, it: &Identity, by: &[&Actor]| {
            let Some(told) = told(vendor, it, by.iter().copied()) else { return };
            let words = vendor_words(it, by.iter().copied());
            assert!(words.contains(&vendor_word(vendor)), "{vendor}: {told:?}, but {words:?}");
            found.insert(told);
        };
        let vendors = ACTORS.rows.iter().map(|row| row.vendor.as_str());
        let vendors: BTreeSet<&str> =
            vendors.chain(SERVICES.rows.iter().map(|row| row.provider.as_str())).collect();
        for vendor in &vendors {
            for row in ACTORS.rows.iter().filter(|row| row.vendor == *vendor) {
                for slug in &row.app_slugs {
                    check(vendor, &identity(IdentityKind::AppInstallation, slug), &[]);
                }
                let app = identity(IdentityKind::AppInstallation, "an App");
                check(vendor, &Identity { catalogue: Some(row.id.clone()), ..app }, &[]);
                for login in &row.logins {
                    let Ok(login) = login.parse() else { continue };
                    let by = Actor { id: UserId(7), login, kind: ActorType::Bot };
                    let key = identity(IdentityKind::DeployKey, "deploy");
                    check(vendor, &key, &[&by]);
                    check(vendor, &Identity { holder: Some(by), ..key }, &[]);
                }
            }
            for row in SERVICES.rows.iter().filter(|row| row.provider == *vendor) {
                for domain in &row.domains {
                    check(vendor, &identity(IdentityKind::Webhook, domain), &[]);
                }
            }
            check(vendor, &identity(IdentityKind::DeployKey, &format!("x {vendor}: y")), &[]);
        }
        for row in &SECRET_NAMES.rows {
            check(&row.provider, &identity(IdentityKind::ActionsSecret, &row.name), &[]);
        }
        let all =
            [Told::Known, Told::Service, Told::Address, Told::Added, Told::Holder, Told::Name];
        assert_eq!(found, BTreeSet::from(all), "each way was taken");
    }

    #[test]
    fn what_a_vendors_app_added_is_the_vendors() {
        let by = Actor {
            id: UserId(7),
            login: "circleci-checks[bot]".parse().unwrap(),
            kind: ActorType::Bot,
        };
        let key = identity(IdentityKind::DeployKey, "deploy");
        assert_eq!(told("circleci", &key, [&by]), Some(Told::Added));
    }
}
