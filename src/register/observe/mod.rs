//! Observations against the register: what they change, and nothing for what is known.
//!
//! Older never overwrites newer, what is gone stays gone, and an absence must have been read.

mod account;
mod api_use;
mod dates;
mod holdings;
mod scope;
mod task;

use crate::domain::{Actor, Class, Fact, IdentityKey, IdentityKind, Observation, RepoId, UserId};

use crate::register::{Change, Entry, NotLoaded, Slice};

/// What an account is, as far as the catalogue and the policy can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nature {
    /// How sure we are that it is a machine.
    pub class: Class,
    /// The kind of identity it would be.
    pub kind: IdentityKind,
    /// The catalogue's entry.
    pub catalogue: Option<String>,
}

/// Judges an account.
pub type Judge<'a> = &'a dyn Fn(&Actor) -> Nature;

/// Takes one observation into the slice and says what changed. `about` is the account that the
/// event was about, for readings that give only its number.
///
/// # Errors
/// When the slice lacks something; the slice may then be changed in part and must be dropped.
pub fn observe(
    slice: &mut Slice,
    seen: &Observation,
    about: Option<&Actor>,
    judge: Judge<'_>,
) -> Result<Vec<Entry>, NotLoaded> {
    let mut observer = Observer { slice, seen, judge, out: Vec::new() };
    match &seen.fact {
        Fact::Holds { identity, grant } => observer.holds(identity, grant)?,
        Fact::Lacks { identity, through } => observer.lacks(identity, through)?,
        Fact::Gone { identity } => observer.gone(identity)?,
        Fact::Stands { identity } => observer.stands(identity)?,
        Fact::Granted { identity } => observer.granted(identity)?,
        Fact::Dated { identity, stored, used } => observer.dated(identity, *stored, *used)?,
        Fact::Switches { repo, group, guards } => observer.switches(*repo, group, guards)?,
        Fact::Repo { repo } => observer.repo(repo)?,
        Fact::RepoGone { repo } => observer.repo_gone(*repo)?,
        Fact::Team { team } => observer.team(team)?,
        Fact::TeamGone { team } => observer.team_gone(*team)?,
        Fact::TeamMembership { team, user, member } => {
            if let Some(account) = account(about, *user) {
                observer.team_membership(*team, account, *member)?;
            }
        }
        Fact::TeamHumans { team, humans } => observer.team_humans(team, humans.is_empty())?,
        Fact::Person { person } => observer.person(person)?,
        Fact::Permission { user, repo, access } => {
            if let Some(account) = account(about, *user) {
                observer.permission(account, *repo, *access)?;
            }
        }
        Fact::UsedApi { used } => observer.used_api(used, about)?,
        Fact::Given { user, grant } => {
            if let Some(identity) = account(about, *user).and_then(|it| observer.identity_of(it)) {
                observer.holds(&identity, grant)?;
            }
        }
        Fact::Task { task } => observer.task(task)?,
        Fact::GivenWith { identity, with } => observer.given_with(identity, with)?,
        Fact::Used { actor, repo, what } => observer.used(actor, *repo, what)?,
        Fact::Selected { repo, selected } => observer.selected(*repo, *selected)?,
        Fact::PullPushed { .. }
        | Fact::PullApproved { .. }
        | Fact::PullUnread { .. }
        | Fact::Rerequested { .. }
        | Fact::Impostor { .. }
        | Fact::Audited { .. }
        | Fact::Repositories { .. }
        | Fact::Pull { .. }
        | Fact::OpenPulls { .. }
        | Fact::Moved { .. }
        | Fact::Branch { .. }
        | Fact::Reference { .. }
        | Fact::Pinned { .. }
        | Fact::Source { .. }
        | Fact::BranchGone { .. }
        | Fact::MergeGroup { .. }
        | Fact::Run { .. }
        | Fact::MergeGroups { .. }
        | Fact::ExceptionOver { .. }
        | Fact::Named { .. }
        | Fact::Issue { .. }
        | Fact::Installation { .. }
        | Fact::Uninstalled
        | Fact::Hook { .. }
        | Fact::Heard { .. }
        | Fact::PolicyFile { .. } => {}
    }
    Ok(observer.out)
}

fn account(about: Option<&Actor>, user: UserId) -> Option<&Actor> {
    about.filter(|actor| actor.id == user)
}

/// The key of an account that is an identity. Bots whose installation is not known yet go by the
/// number of their bot user.
pub fn account_key(kind: IdentityKind, user: UserId) -> IdentityKey {
    match kind {
        IdentityKind::AppInstallation => IdentityKey::scoped(kind, user.0, &["bot"]),
        _ => IdentityKey::new(kind, user.0),
    }
}

/// One observation on its way into a slice.
struct Observer<'a> {
    slice: &'a mut Slice,
    seen: &'a Observation,
    judge: Judge<'a>,
    out: Vec<Entry>,
}

impl Observer<'_> {
    fn log(&mut self, identity: Option<IdentityKey>, repo: Option<RepoId>, change: Change) {
        self.out.push(Entry {
            identity,
            repo,
            change,
            by: self.seen.by.clone(),
            at: self.seen.as_of,
            evidence: self.seen.evidence.clone(),
        });
    }
}
