//! The operator's part of the policy: what no file takes away.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use jiff::tz::TimeZone;

use crate::config::{Complaints, Refused};
use crate::domain::{Login, RepoName, TeamSlug};
use crate::policy::{Mode, Policy, zone_named};

/// The policy by flags. Until a home is named it is the whole policy.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Policy")]
pub struct PolicyArgs {
    /// The organisations served; installations elsewhere are ignored. Without it, all
    #[arg(long, env = "BEHOLDEN_ORGS", value_name = "ORG", value_delimiter = ',')]
    pub orgs: Vec<Login>,

    /// The private repository where the policy (beholden.yml) and the organisation's issues live,
    /// one for each organisation. Without it, what needs a private place stays on the pages
    #[arg(long, env = "BEHOLDEN_HOME", value_name = "ORG/REPO", value_delimiter = ',')]
    pub home: Vec<RepoName>,

    /// The least that Beholden does: observe (writes nothing to GitHub), comment (asks in
    /// issues), or require (asks, and who granted may not accept)
    #[arg(long, env = "BEHOLDEN_MODE", value_name = "MODE", default_value = "observe")]
    pub mode: Mode,

    /// Accounts of type User that a machine uses
    #[arg(long, env = "BEHOLDEN_MACHINE_USERS", value_name = "LOGIN", value_delimiter = ',')]
    pub machine_users: Vec<Login>,

    /// Accounts that look like a machine's and belong to a person
    #[arg(long, env = "BEHOLDEN_HUMANS", value_name = "LOGIN", value_delimiter = ',')]
    pub humans: Vec<Login>,

    /// People who may accept power over the whole organisation
    #[arg(long, env = "BEHOLDEN_APPROVERS", value_name = "LOGIN", value_delimiter = ',')]
    pub approvers: Vec<Login>,

    /// Teams, by slug, whose members may do the same
    #[arg(long, env = "BEHOLDEN_APPROVER_TEAMS", value_name = "TEAM", value_delimiter = ',')]
    pub approver_teams: Vec<TeamSlug>,

    /// The person who answers for Beholden itself: an owner or member of every organisation served
    #[arg(long, env = "BEHOLDEN_OWNER", value_name = "LOGIN")]
    pub owner: Option<Login>,

    /// Let people accept what they granted themselves, in mode require too
    #[arg(long, env = "BEHOLDEN_SELF_ACCEPT")]
    pub self_accept: bool,

    /// The time zone in which dates end, as in Europe/Berlin
    #[arg(long, env = "BEHOLDEN_ZONE", value_name = "ZONE", default_value = "UTC")]
    pub zone: String,
}

/// The operator's policy for every organisation served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    orgs: BTreeSet<Login>,
    homes: BTreeMap<String, RepoName>,
    base: Policy,
}

impl PolicyArgs {
    /// Checks the flags against each other.
    ///
    /// # Errors
    /// A sentence for each contradiction.
    pub fn resolve(&self) -> Result<Wanted, Refused> {
        let mut wrong = Complaints::default();
        let wanted = self.check(&mut wrong);
        wrong.conclude(wanted)
    }

    pub(super) fn check(&self, wrong: &mut Complaints) -> Option<Wanted> {
        let orgs: BTreeSet<_> = self.orgs.iter().cloned().collect();
        let mut homes = BTreeMap::new();
        for home in &self.home {
            if home.name() == ".github" {
                wrong.add(format!("--home {home}: .github is often public, so it cannot be home."));
            }
            if !orgs.is_empty() && !orgs.iter().any(|org| org.as_str() == home.owner()) {
                wrong.add(format!("--home {home}: its organisation is not among --orgs."));
            }
            if let Some(other) = homes.insert(home.owner().to_owned(), home.clone()) {
                wrong.add(format!("--home names two for one organisation: {other} and {home}."));
            }
        }
        for machine in &self.machine_users {
            if self.humans.contains(machine) || self.approvers.contains(machine) {
                wrong.add(format!("{machine} is named both as a machine and as a person."));
            }
        }
        if let Some(owner) = self.owner.as_ref().filter(|it| self.machine_users.contains(it)) {
            wrong.add(format!("--owner {owner}: a machine cannot answer for Beholden."));
        }
        let people = self.humans.iter().chain(&self.approvers).chain(&self.owner);
        for person in people.filter(|login| login.is_bot()) {
            wrong.add(format!("{person} is a bot, so it cannot be named as a person."));
        }
        let zone = zone_named(&self.zone)
            .map_err(|_| format!("--zone: there is no time zone {:?}.", self.zone));
        let zone = wrong.keep(zone)?;
        Some(Wanted { orgs, homes, base: self.base(zone) })
    }

    fn base(&self, zone: TimeZone) -> Policy {
        Policy {
            default_mode: self.mode,
            floor: self.mode,
            machine_users: self.machine_users.iter().cloned().collect(),
            humans: self.humans.iter().cloned().collect(),
            approvers: self.approvers.iter().cloned().collect(),
            approver_teams: self.approver_teams.iter().cloned().collect(),
            owner: self.owner.clone(),
            self_accept: self.self_accept,
            zone,
            ..Policy::default()
        }
    }
}

impl Wanted {
    /// Whether installations on this account are served.
    pub fn serves(&self, org: &Login) -> bool {
        self.orgs.is_empty() || self.orgs.contains(org)
    }

    /// The organisations named by the operator; empty means all.
    pub fn orgs(&self) -> &BTreeSet<Login> {
        &self.orgs
    }

    /// The flags' policy for one organisation: the floor of [`Policy::read`], and the whole policy
    /// while no file was read.
    pub fn floor(&self, org: &Login) -> Policy {
        Policy { home: self.homes.get(org.as_str()).cloned(), ..self.base.clone() }
    }
}
