//! What a decision is given, what it gives back, and what it may ask for.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue;
use crate::commands::{self, Addressed};
use crate::domain::{
    Actor, ActorType, Alert, Backlog, Class, CommandText, Entity, Evidence, Fact, Hint,
    IdentityKey, IdentityKind, Names, OrgId, Part, RepoId, RepoName, RuleId, Severity, Timestamp,
    UserId, Watch,
};
use crate::events::{BadPayload, Heard, Receipt, Us};
use crate::plan::{Terms, Voice};
use crate::policy::Policy;
use crate::register::{Delta, Nature, Need, NotLoaded};

/// What a decision depends on besides its inputs and the register.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The organisation.
    pub org: OrgId,
    /// The policy in force.
    pub policy: &'a Policy,
    /// Home's number, once it has been read.
    pub home: Option<RepoId>,
    /// Who we are.
    pub us: Us<'a>,
    /// How we speak.
    pub voice: Voice<'a>,
    /// What must be so for us to see.
    pub watch: &'a Watch,
    /// The moment of the Turn.
    pub now: Timestamp,
}

/// One thing to decide about.
#[derive(Clone, Debug)]
pub enum Input {
    /// A webhook.
    Delivered {
        /// Which.
        guid: String,
        /// What it says, or why it cannot be read.
        heard: Result<Heard, BadPayload>,
    },
    /// An object was read, because of these hints.
    Read {
        /// Why.
        hints: Vec<Hint>,
        /// What came back.
        reading: Reading,
    },
    /// All of one part of one place was listed.
    Listed(Box<Inventory>),
    /// What was there before we came was counted.
    Counted(Box<Backlog>),
    /// Time passed, and that alone may make something true of these.
    Passed(Vec<IdentityKey>),
    /// A person said something in one of our issues.
    Said {
        /// Who, where and what.
        hint: Box<Hint>,
        /// What was read to judge it.
        known: Vec<Fact>,
        /// Everything that was asked for. What GitHub did not have is in here and not in `known`.
        asked: Vec<(Entity, Names)>,
    },
}

/// A whole listing.
#[derive(Clone, Debug)]
pub struct Inventory {
    /// The part.
    pub part: Part,
    /// The repository; `None` for the organisation itself.
    pub repo: Option<RepoId>,
    /// What it shows, each with the account that it is about where it gives only its number.
    pub facts: Vec<(Fact, Option<Actor>)>,
    /// For [`Part::Repositories`]: the repositories that were covered before.
    pub expected: Vec<(RepoId, RepoName)>,
    /// Whether what it newly shows is news: it was listed whole before.
    pub news: bool,
    /// The moment before the first request.
    pub as_of: Timestamp,
    /// The request.
    pub evidence: Evidence,
}

impl Inventory {
    /// The accounts that it shows.
    pub(super) fn accounts(&self) -> impl Iterator<Item = UserId> + '_ {
        self.facts.iter().filter_map(|(_, about)| about.as_ref().map(|actor| actor.id))
    }
}

/// What a reading brought back.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The facts.
    pub facts: Vec<Fact>,
    /// When the request was sent.
    pub as_of: Timestamp,
    /// The request.
    pub evidence: Evidence,
}

/// What follows from a batch.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// What changes in the register, and what should stand on GitHub.
    pub delta: Delta,
    /// How each delivery ends, by GUID.
    pub closed: Vec<(String, Closing)>,
    /// What is known to stand on GitHub.
    pub receipts: Vec<Receipt>,
    /// What was learnt about our own installation.
    pub org: Vec<OrgNews>,
    /// What the operator is told: that we are blind, or see again.
    pub alerts: Vec<Alert>,
    /// Safeguards that were weakened, whether or not a case says so already.
    pub weakened: Vec<Weakened>,
    /// Places to be listed soon: a repository, or `None` for the organisation itself.
    pub hasten: BTreeSet<Option<RepoId>>,
    /// Something can be seen again: what was put aside for want of it is tried once more.
    pub resume: bool,
}

/// A verdict of a rule about places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weakened {
    /// The rule's name.
    pub rule: RuleId,
    /// How bad it is.
    pub severity: Severity,
    /// Where; `None` for the organisation itself.
    pub repo: Option<RepoId>,
    /// What is weaker and what that means, safe to post.
    pub message: String,
}

/// How a delivery ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closing {
    /// It was taken in.
    Done {
        /// Whether its body is kept for the retention period. Comments without a command are not.
        keep_body: bool,
    },
    /// It says nothing that concerns us.
    Ignored {
        /// As for what was taken in.
        keep_body: bool,
    },
    /// It cannot be read.
    Parked {
        /// Why, as a sentence.
        why: String,
    },
}

/// What was learnt about our own installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrgNews {
    /// What it may do.
    Installation {
        /// Permissions by GitHub's name.
        permissions: BTreeMap<String, String>,
        /// Whether it is suspended.
        suspended: bool,
    },
    /// The policy file in home.
    PolicyFile {
        /// Its text and where that is from; `None` when there is no file.
        file: Option<(String, String)>,
    },
}

/// A decision cannot be made yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanting {
    /// The Turn must load these.
    Load(BTreeSet<Need>),
    /// These must be read from GitHub first, outside the Turn.
    Fetch(Vec<(Entity, Names)>),
    /// It makes no sense yet; try again later.
    Later(&'static str),
}

impl From<NotLoaded> for Wanting {
    fn from(missing: NotLoaded) -> Self {
        Self::Load(missing.0)
    }
}

impl From<commands::Wanting> for Wanting {
    fn from(wanting: commands::Wanting) -> Self {
        match wanting {
            commands::Wanting::Fetch(what) => Self::Fetch(what),
            commands::Wanting::Load(missing) => missing.into(),
        }
    }
}

impl<'a> Setting<'a> {
    /// What the plan depends on.
    pub(super) fn terms(&self) -> Terms<'a> {
        Terms { org: self.org, policy: self.policy, home: self.home, now: self.now }
    }

    /// Whom words of a person are meant for.
    pub(super) fn addressed(&self, command: &CommandText) -> Addressed<'a> {
        if command.to_us { Addressed::Us } else { Addressed::Others { slug: self.voice.slug } }
    }

    /// What an account is: the policy's word counts most, then the catalogue's.
    pub(super) fn nature(&self, actor: &Actor) -> Nature {
        let verdict = catalogue::classify(actor, &|login| self.policy.is_machine(login));
        let human = self.policy.is_human(&actor.login) && actor.kind == ActorType::User;
        let class = if human { Class::Human } else { verdict.class };
        let kind = match verdict.entry.map(|entry| entry.identity_kind()) {
            Some(IdentityKind::AiAgent) => IdentityKind::AiAgent,
            _ if actor.kind == ActorType::Bot => IdentityKind::AppInstallation,
            _ => IdentityKind::MachineUser,
        };
        Nature { class, kind, catalogue: verdict.entry.map(|entry| entry.id.clone()) }
    }
}
