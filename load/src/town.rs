//! The simulated GitHub of the drivers: several organisations with the same four owners, an empty
//! private repository for each deploy key to come, and the App installed on all of them.

use github_sim::{InstalledOn, Organization, Repository, Seed, Sim};

/// Owners of every organisation. Each may add keys anywhere and own what they find.
pub(crate) const PEOPLE: [&str; 4] = ["octocat", "monalisa", "defunkt", "mojombo"];

/// The login that Beholden writes with.
pub(crate) const BOT: &str = "beholden[bot]";

/// How large it is, and how strict.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// Organisations.
    pub(crate) organisations: usize,
    /// Repositories in each.
    pub(crate) repositories: usize,
    /// Content-creating requests a minute that one installation may make.
    pub(crate) content_per_minute: u64,
}

/// Starts it. Webhooks wait to be taken; nothing is delivered by itself.
pub(crate) fn start(size: Size) -> Sim {
    let mut seed = Seed::acme().settings(|settings| {
        // Other tests hold requests to GitHub's description; here it would cost the CPU.
        settings.check_schemas = false;
        settings.content_per_minute = size.content_per_minute;
        settings.content_per_hour = 10_000;
        // The hour's limit is no fault here: it means an hour of waiting. Each start of a process that is
        // killed reads the open pull requests anew, and hundreds of starts use an hour up.
        settings.requests_per_hour = Some(100_000);
    });
    seed.organizations = (0..size.organisations).map(|n| organisation(n, size)).collect();
    if let Some(app) = seed.apps.first_mut() {
        app.owner = name(0);
        app.installed_on = (0..size.organisations)
            .map(|n| InstalledOn { organization: name(n), ..InstalledOn::default() })
            .collect();
    }
    Sim::start(seed)
}

/// The login of an organisation.
pub(crate) fn name(organisation: usize) -> String {
    format!("acme-{organisation}")
}

/// The full name of a repository.
pub(crate) fn repository(organisation: usize, repository: usize) -> String {
    format!("acme-{organisation}/repo-{repository:03}")
}

fn organisation(number: usize, size: Size) -> Organization {
    let repository =
        |n: usize| Repository { name: format!("repo-{n:03}"), ..Repository::default() };
    Organization {
        login: name(number),
        owners: PEOPLE.map(str::to_owned).to_vec(),
        repositories: (0..size.repositories).map(repository).collect(),
        ..Organization::default()
    }
}
