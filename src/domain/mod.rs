//! The nouns. Values only: nothing here asks GitHub, a database or a clock.
//!
//! Words are those of the field (GitHub's, OWASP NHI's); see `ARCHITECTURE.md` for the vocabulary.

mod about;
mod action;
mod backlog;
mod callers;
mod case;
mod check;
mod commit;
mod coverage;
mod credential;
mod dates;
mod entity;
mod evidence;
mod finding;
mod foreign;
mod grant;
mod habits;
mod identity;
mod ids;
mod job_runner;
mod marker;
mod observation;
mod owner;
mod part;
mod person;
mod pull;
mod reference;
mod repo;
mod sight;
mod task;
mod ties;
mod upstream;

pub use about::About;
pub use action::{Effect, Force, Reaction, Surface, SurfaceKey, hash_of};
pub use backlog::{Backlog, MOST_CLAIMED, MOST_SECTIONS, Section, Waiting};
pub use callers::{Called, Caller, CallerTold, Reached};
pub use case::{Case, CaseId, CaseState, Cause, InPull, Ours, Place, Row};
pub use check::{Annotation, Button, CheckRun, Conclusion, Impostor, LineComment, Review, Shown};
pub use commit::{Claimed, CommitSeen, Origin};
pub use coverage::{Coverage, Covered, LogRead, Overview, Seen, Shortfall};
pub use credential::{ApiUse, ApiWith, Credential, Mark, print_of_key, print_of_ssh};
pub use dates::{Dates, Stray};
pub use entity::{CommandText, Entity, Hint, Names, Spoken};
pub use evidence::Evidence;
pub use finding::{Finding, FindingKey, RuleId, Severity};
pub use foreign::Foreign;
pub use grant::{Access, Digest, Expiry, Grant, Reach, Through};
pub use habits::{AgentSession, Habits, Whence};
pub use identity::{Class, Identity, IdentityKey, IdentityKind, Standing};
pub use ids::{
    AppId, CommentId, InstallationId, Invalid, IssueNumber, Login, OrgId, RepoId, RepoName, Sha,
    TeamId, TeamSlug, UserId,
};
pub use job_runner::JobRunner;
pub use marker::{Markers, our_part};
pub use observation::{Fact, Observation};
pub use owner::{Act, Deed, Order, OwnTerms, Owner, Ownership, Proposal, Reason};
pub use part::{Breadth, Part, Takes};
pub use person::{Actor, ActorType, OrgRole, Person};
pub use pull::{
    BranchSeen, FileGrant, FilePower, FileSubject, GroupSeen, Lines, Pull, PullSeen, PullState,
    Remark, RunSeen, Unclear, Weighed,
};
pub use reference::{
    Move, MoveSaid, MoveTold, Pointer, Reference, ReferenceSeen, Taken, Taker, Way,
};
pub use repo::{GONE, Repo, Team, Visibility, guards_before};
pub use sight::{Alert, Blind, Loss, Sight, Watch};
pub use task::{GRACE, Span, Task, TaskSeen};
pub use ties::{SignIn, Ties};
pub use upstream::{Came, Fate, Holder, PinSeen, Pinned, Source, SourceSeen, UpstreamTold};

/// A moment, in UTC. Pure code is given it; only the edges ask a clock.
pub type Timestamp = jiff::Timestamp;
