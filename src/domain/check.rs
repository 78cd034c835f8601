//! What stands beside the code: the check run of a commit and the review of a pull request, as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{
    AppId, Digest, Foreign, IdentityKey, IssueNumber, Lines, Login, Severity, Sha, UserId,
};

/// The powers that a surface shows, by identity: what somebody who has read it may accept.
pub type Shown = BTreeMap<IdentityKey, Digest>;

/// How a check run ends. Source: "Checks", `conclusion`. A required check lets a merge pass with
/// `success` and `neutral`, and holds it with the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// It grants nothing new, or a person answers for all of it.
    Success,
    /// Somebody should look; nothing is held.
    Neutral,
    /// A person said yes and has to press the button.
    ActionRequired,
    /// Nobody answers for what it grants: the merge is held where the check is required.
    Failure,
}

/// The check run of one commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRun {
    /// The commit.
    pub head: Sha,
    /// Which pull requests it is about, for when a button is pressed: `pulls:12,15`.
    pub external_id: String,
    /// How it ends; `None` while it is being judged.
    pub conclusion: Option<Conclusion>,
    /// One line.
    pub title: String,
    /// What it means, as markdown of ours, marker included.
    pub summary: String,
    /// On lines of files.
    pub annotations: Vec<Annotation>,
    /// What a person may press. GitHub shows at most three.
    pub buttons: Vec<Button>,
    /// What it shows.
    pub shows: Shown,
}

/// A note of a check run on lines of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotation {
    /// Where.
    pub lines: Lines,
    /// How bad: GitHub knows notice, warning and failure.
    pub severity: Severity,
    /// One line.
    pub title: String,
    /// One sentence, as plain text.
    pub message: String,
}

/// A button of a check run. What is pressed comes back with the identifier and who pressed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Button {
    /// "I answer for it."
    Accept,
}

/// The review of a pull request: one text, and comments on the lines that grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The pull request.
    pub pull: IssueNumber,
    /// The commit that the lines are of.
    pub head: Sha,
    /// The text of the review, marker included.
    pub body: String,
    /// The comments on lines, each with a marker of its own.
    pub comments: Vec<LineComment>,
    /// What it shows.
    pub shows: Shown,
}

/// A comment on lines of a pull request's diff. It is known again by its marker, made once, and
/// edited in place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineComment {
    /// Where, on the side of the head. `None` puts it on the file as a whole: no hunk shows a line.
    pub lines: Option<Lines>,
    /// The file.
    pub path: Foreign,
    /// All of it, marker included.
    pub body: String,
    /// Whether it is about something that still waits. One that is settled or gone is folded.
    pub current: bool,
    /// Whether what it is about is not in the change any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
}

/// Who reported a check or a status under our name that is not ours. Whoever reads it may take it
/// for our verdict, and so does a rule that requires the name and does not say from whom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "through", rename_all = "snake_case")]
pub enum Impostor {
    /// A check run. Only Apps make those; the token of a workflow is one of GitHub Actions.
    CheckRun {
        /// The App's number.
        app: AppId,
        /// Its name in addresses.
        slug: Foreign,
    },
    /// A commit status, which any account and token with `statuses: write` sets.
    Status {
        /// The account.
        user: UserId,
        /// Its login.
        login: Login,
    },
}

impl Impostor {
    /// Whether a check or status of this name is taken for ours.
    pub fn is_our_name(name: &str) -> bool {
        name.trim().eq_ignore_ascii_case(CheckRun::NAME)
    }

    /// The same for everything that it reports.
    pub fn key(&self) -> String {
        match self {
            Self::CheckRun { app, .. } => format!("app-{app}"),
            Self::Status { user, .. } => format!("user-{user}"),
        }
    }
}

impl CheckRun {
    /// The name of our check, and what a branch's rules require.
    pub const NAME: &str = "beholden";

    /// Whether it holds a merge where it is required.
    pub fn holds(&self) -> bool {
        !matches!(self.conclusion, Some(Conclusion::Success | Conclusion::Neutral))
    }
}

impl Conclusion {
    /// GitHub's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Neutral => "neutral",
            Self::ActionRequired => "action_required",
            Self::Failure => "failure",
        }
    }
}

impl Button {
    /// What comes back when it is pressed. At most 20 characters.
    pub fn identifier(self) -> &'static str {
        match self {
            Self::Accept => "accept",
        }
    }

    /// What is on it. At most 20 characters.
    pub fn label(self) -> &'static str {
        match self {
            Self::Accept => "I answer for this",
        }
    }

    /// What it does. At most 40 characters.
    pub fn description(self) -> &'static str {
        match self {
            Self::Accept => "You own what this change grants",
        }
    }

    /// The button of an identifier.
    pub fn of(identifier: &str) -> Option<Self> {
        [Self::Accept].into_iter().find(|button| button.identifier() == identifier)
    }
}
