//! The keys of the components that are maps: what is held.

use serde::{Deserialize, Serialize};

use crate::domain::Foreign;

/// How an MCP server is called whose settings could not be read.
pub const UNREAD_SERVER: &str = "a server that could not be read";

/// Declares words from outside that stand for one thing: normalised where they are made.
macro_rules! named {
    ($($(#[$doc:meta])* $name:ident, $normal:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Foreign);

        impl $name {
            /// Names one.
            pub fn new(name: &str) -> Self {
                Self(Foreign::new(&name.trim().$normal()))
            }

            /// The name as it is compared. Somebody else chose it.
            pub fn name(&self) -> &Foreign {
                &self.0
            }
        }
    )*};
}

named! {
    /// What sets a job in motion: the event's name (`issues`), `workflow_call`, or one of
    /// [`Trigger::FORK`], [`Trigger::CHECKOUT`].
    Trigger, to_ascii_lowercase;
    /// A permission of a token by GitHub's name: `contents`, `id-token`.
    Scope, to_ascii_lowercase;
}

impl Trigger {
    /// A pull request of a fork: its code runs with a read token and without secrets.
    pub const FORK: &'static str = "pull_request from a fork";
    /// Somebody, or an agent, opens a checkout of the repository.
    pub const CHECKOUT: &'static str = "opening a checkout";
}

/// A credential that is read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "secret", rename_all = "snake_case")]
pub enum Secret {
    /// Every secret that the place can see: `toJSON(secrets)`, an index that is computed,
    /// `secrets: inherit` into code that is not read here.
    All,
    /// A secret of GitHub by its name in upper case. Never `GITHUB_TOKEN`, which is the token.
    Named {
        /// The name.
        name: Foreign,
    },
    /// A variable of the machine that starts it: `${env:NAME}` in an editor's or agent's file.
    Local {
        /// The variable, or the prompt that asks for it.
        name: Foreign,
    },
    /// A credential that stands in the file itself. The value is never kept.
    Literal {
        /// The key that holds it: `env.API_KEY`, `headers.Authorization`.
        key: Foreign,
    },
}

impl Secret {
    /// A secret of GitHub.
    pub fn named(name: &str) -> Self {
        Self::Named { name: Foreign::new(&name.to_ascii_uppercase()) }
    }
}

/// A place elsewhere that lets somebody in for whom it trusts: a cloud role that takes GitHub's
/// OIDC tokens, a registry's trusted publisher, a token broker.
///
/// Its level is the set of subjects that it lets in; for a job that logs in, `this job`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Trust {
    /// By the catalogue's name: `aws`, `gcp`, `azure`, `vault`, `octo-sts`, `pypi`.
    pub provider: Foreign,
    /// The role, account, client or policy, as the file says it; an expression stays one.
    pub principal: Foreign,
}

/// Where jobs run, when that is not a machine that GitHub throws away.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "runner", rename_all = "snake_case")]
pub enum Runner {
    /// A runner that answers to a label of its owner's. The label set, sorted.
    Labels {
        /// In lower case.
        labels: Vec<Foreign>,
    },
    /// A runner group.
    Group {
        /// Its name.
        group: Foreign,
    },
    /// What an expression says when it runs.
    Unknown {
        /// The expression.
        expression: Foreign,
    },
}

/// A role or right that a file gives outside GitHub's own permissions: a cloud policy, a Kubernetes
/// role, membership of a team. Its level is the set of places where it holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Role {
    /// By the catalogue's name: `aws`, `kubernetes`, `github`.
    pub system: Foreign,
    /// The role as the system calls it.
    pub name: Foreign,
}

/// Something that outsiders decide and that reaches a place where it acts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Taint {
    /// What they decide.
    pub source: Source,
    /// Where it ends.
    pub sink: Sink,
}

/// What outsiders decide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum Source {
    /// The files of a pull request's head, or of another ref that they choose.
    Ref {
        /// The ref as the file says it.
        from: Foreign,
    },
    /// A text of theirs: a title, a body, a branch's name.
    Text {
        /// The context, in lower case: `github.event.issue.title`.
        context: Foreign,
    },
    /// An artifact that an unprivileged run made.
    Artifact,
    /// A cache that a job which runs their code can write.
    Cache {
        /// The file and job that can write it.
        writer: Foreign,
    },
}

/// Where it ends. Nothing here is above another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sink {
    /// On the disk of a job, where a later change may run it.
    Disk,
    /// It is executed, or becomes part of what is.
    Executed,
    /// An agent reads it as its task.
    Prompted,
}

/// A credential on its way out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Egress {
    /// Which.
    pub secret: Secret,
    /// Which way.
    pub door: Door,
}

/// A way out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "door", rename_all = "snake_case")]
pub enum Door {
    /// A host; an expression when it is computed.
    Network {
        /// In lower case.
        host: Foreign,
    },
    /// An artifact that others can download.
    Artifact,
    /// The log.
    Log,
}
