//! The policy: what an organisation wants, from its operator's flags and from `beholden.yml`.
//!
//! Policy is data: nothing in it runs. A file never takes away what the flags demand.

mod file;
mod glob;
mod limits;
mod mode;
mod refusal;
mod schema;
mod zone;

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::{IdentityKey, IdentityKind, Login, RepoName, TeamSlug, Timestamp};

pub use glob::{InvalidGlob, RepoGlob};
pub use limits::Limits;
pub use mode::{InvalidMode, Mode, ModeRule};
pub use refusal::BadPolicy;
pub use schema::schema;
pub use zone::{UnknownZone, zone_named};

/// What one organisation wants. The default observes and writes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The private repository where the policy and the organisation's cases live. Only the
    /// operator names it: a file cannot say where it is itself.
    pub home: Option<RepoName>,
    /// The mode where no rule matches.
    pub default_mode: Mode,
    /// The least mode anywhere, from the operator's flags.
    pub floor: Mode,
    /// Modes per kind and repository; the last that matches counts.
    pub modes: Vec<ModeRule>,
    /// Accounts of type `User` that a machine uses.
    pub machine_users: BTreeSet<Login>,
    /// Accounts that look like a machine's and belong to a person.
    pub humans: BTreeSet<Login>,
    /// People who may accept power that reaches the whole organisation.
    pub approvers: BTreeSet<Login>,
    /// Teams whose members may do the same.
    pub approver_teams: BTreeSet<TeamSlug>,
    /// The person who answers for Beholden itself.
    pub owner: Option<Login>,
    /// What is left alone, until a date.
    pub ignores: Vec<Ignore>,
    /// Whether people may accept, at `require`, what they granted themselves.
    pub self_accept: bool,
    /// The zone in which the organisation's dates end.
    pub zone: TimeZone,
    /// How much time may pass before something is worth a look.
    pub limits: Limits,
}

/// Something left alone until a date. What is not said matches everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// One identity.
    pub identity: Option<IdentityKey>,
    /// A kind of identity.
    pub kind: Option<IdentityKind>,
    /// The repositories where it counts. Without it, everywhere.
    pub repos: Option<RepoGlob>,
    /// The rule that is silenced. Without it, all of them.
    pub rule: Option<String>,
    /// The last day on which it counts, in [`Policy::zone`].
    pub until: Date,
    /// Why, in the words of whoever wrote it: somebody else's text, never shown raw.
    pub because: String,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            home: None,
            default_mode: Mode::Observe,
            floor: Mode::Observe,
            modes: Vec::new(),
            machine_users: BTreeSet::new(),
            humans: BTreeSet::new(),
            approvers: BTreeSet::new(),
            approver_teams: BTreeSet::new(),
            owner: None,
            ignores: Vec::new(),
            self_accept: false,
            zone: TimeZone::UTC,
            limits: Limits::default(),
        }
    }
}

impl Policy {
    /// The most bytes that a policy file may have.
    pub const MOST_BYTES: usize = 256 * 1024;

    /// Reads `beholden.yml` on top of the operator's flags.
    ///
    /// From `floor` come home and the least mode; its lists are added to the file's. An empty file
    /// leaves `floor` as it is.
    ///
    /// # Errors
    /// The first thing that is wrong, with the place where it stands. The caller keeps the last
    /// good policy.
    pub fn read(yaml: &str, floor: &Self) -> Result<Self, BadPolicy> {
        file::read(yaml, floor)
    }

    /// What Beholden does about an identity of this kind in this repository, or in the
    /// organisation as a whole when `repo` is `None`: rules that name repositories then do not match.
    pub fn mode(&self, kind: IdentityKind, repo: Option<&RepoName>) -> Mode {
        let said = self.modes.iter().rev().find(|rule| rule.matches(kind, repo));
        said.map_or(self.default_mode, |rule| rule.mode).max(self.floor)
    }

    /// Whether anything is written to GitHub anywhere.
    pub fn writes_anywhere(&self) -> bool {
        self.default_mode.max(self.floor).writes() || self.modes.iter().any(|it| it.mode.writes())
    }

    /// The entry that silences `rule` about this identity now, if there is one.
    pub fn ignored(
        &self,
        rule: &str,
        identity: &IdentityKey,
        repo: Option<&RepoName>,
        now: Timestamp,
    ) -> Option<&Ignore> {
        let today = self.zone.to_datetime(now).date();
        self.ignores
            .iter()
            .find(|ignore| today <= ignore.until && ignore.matches(rule, identity, repo))
    }

    /// Whether a rule about a place is silenced there now: by an entry that names no identity and no
    /// kind.
    pub fn ignores_in(&self, rule: &str, repo: Option<&RepoName>, now: Timestamp) -> bool {
        let today = self.zone.to_datetime(now).date();
        self.ignores.iter().any(|ignore| {
            today <= ignore.until
                && ignore.identity.is_none()
                && ignore.kind.is_none()
                && ignore.rule.as_ref().is_none_or(|silenced| silenced == rule)
                && glob::reaches(ignore.repos.as_ref(), repo)
        })
    }

    /// Whether the policy says that a machine uses this account.
    pub fn is_machine(&self, login: &Login) -> bool {
        self.machine_users.contains(login)
    }

    /// Whether the policy says that this account is a person's.
    pub fn is_human(&self, login: &Login) -> bool {
        self.humans.contains(login)
    }
}

impl Ignore {
    /// Whether it speaks of this; dates apart.
    fn matches(&self, rule: &str, identity: &IdentityKey, repo: Option<&RepoName>) -> bool {
        let Self { identity: one, kind, repos, rule: silenced, until: _, because: _ } = self;
        one.as_ref().is_none_or(|one| one == identity)
            && kind.is_none_or(|kind| kind == identity.kind())
            && silenced.as_ref().is_none_or(|silenced| silenced == rule)
            && glob::reaches(repos.as_ref(), repo)
    }
}
