//! The product: every component of power, declared once.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::{Digest, Foreign};
use crate::power::model::bounds::Bounds;
use crate::power::model::code::{Code, Pin};
use crate::power::model::granted::{Granted, Spot};
use crate::power::model::guard::Guard;
use crate::power::model::keys::{Egress, Role, Runner, Scope, Secret, Taint, Trigger, Trust};
use crate::power::model::levels::{Crowd, Held, Level};
use crate::power::model::pairs;
use crate::power::model::patterns::{Denied, Patterns};
use crate::power::model::product::{Order, differ, put};

/// Which way one component went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// More than before.
    Rose,
    /// Less than before.
    Fell,
    /// Neither can be shown. It is asked about like a rise.
    Unclear,
}

/// One component that differs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shift {
    /// Which.
    pub axis: Axis,
    /// Which way.
    pub way: Way,
}

macro_rules! product {
    (
        maps { $($(#[$mdoc:meta])* $map:ident, $axis:ident: $key:ty => $level:ty;)* }
        sets { $($(#[$sdoc:meta])* $set:ident, $saxis:ident: $stype:ty = $bottom:expr;)* }
    ) => {
        /// What something may do and who can drive it. A product of partial orders: more than
        /// another if and only if it is more in some component and less in none.
        ///
        /// What a map does not have is not held. Two values are equal if they grant the same;
        /// where in the files that stands is kept beside it, in `Granted::spots`.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Power {
            $($(#[$mdoc])* #[serde(with = "pairs", skip_serializing_if = "BTreeMap::is_empty")]
            pub $map: BTreeMap<$key, $level>,)*
            $($(#[$sdoc])* pub $set: $stype,)*
        }

        /// One component of a power.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Axis {
            $($(#[$mdoc])* $axis($key),)*
            $($(#[$sdoc])* $saxis,)*
        }

        impl Default for Power {
            fn default() -> Self {
                Self { $($map: BTreeMap::new(),)* $($set: $bottom,)* }
            }
        }

        /// Each of these adds to one component, and notes where that stands.
        impl Granted {
            $($(#[$mdoc])*
            pub fn $map(&mut self, key: $key, level: $level, spot: Spot) {
                self.note(Axis::$axis(key.clone()), spot);
                put(&mut self.power.$map, key, level);
            })*
        }

        impl Power {
            /// Both at once.
            pub fn join(mut self, other: Self) -> Self {
                $(for (key, level) in other.$map { put(&mut self.$map, key, level); })*
                $(self.$set = Order::join(self.$set, other.$set);)*
                self
            }

            /// Each component in which `head` differs from this, in a fixed order.
            pub fn shifts(&self, head: &Self) -> Vec<Shift> {
                let mut shifts = Vec::new();
                $(differ(&self.$map, &head.$map, |key, order| {
                    shifts.push(Shift { axis: Axis::$axis(key.clone()), way: Way::of(order) });
                });)*
                $(if self.$set != head.$set {
                    let way = Way::of(head.$set.partial_cmp(&self.$set));
                    shifts.push(Shift { axis: Axis::$saxis, way });
                })*
                shifts
            }
        }
    };
}

product! {
    maps {
        /// What sets it in motion, and the widest circle of people who can cause that.
        triggers, Trigger: Trigger => Bounds<Crowd>;
        /// What its `GITHUB_TOKEN`, or a token that it is given, may do.
        token, Token: Scope => Bounds<Level>;
        /// Credentials that it reads.
        secrets, Secret: Secret => Held;
        /// Environments whose secrets and OIDC subject it gets.
        environments, Environment: Foreign => Held;
        /// Places elsewhere that let it in, or subjects that a place lets in.
        trusts, Trust: Trust => Patterns;
        /// Roles that a file gives outside GitHub's own permissions, and where they hold.
        roles, Role: Role => Patterns;
        /// Machines that are not thrown away after the job.
        runners, Runner: Runner => Held;
        /// Code of others that runs here.
        code, Code: Code => Pin;
        /// AI agents that run here, by the catalogue's id.
        agents, Agent: Foreign => Held;
        /// MCP servers that an agent is given, by name.
        servers, Server: Foreign => Held;
        /// Safety that is switched off, each named by what it was: `approval of commands`.
        loosened, Loosened: Foreign => Held;
        /// Commands that start by themselves: hooks, tasks, start-up scripts. By event and command.
        starts, Start: Foreign => Held;
        /// What outsiders decide and where it ends.
        taints, Taint: Taint => Held;
        /// Credentials on their way out.
        egress, Egress: Egress => Held;
    }
    sets {
        /// Tools and commands that an agent may use without being asked. `*` is all.
        tools, Tools: Patterns = Patterns::none();
        /// Tools and commands that an agent may never use, and protections that hold it: fewer is
        /// more power.
        denied, Denied: Denied = Denied::none();
        /// Hosts that an agent may call. `*` is all.
        network, Network: Patterns = Patterns::none();
        /// What holds it back before it gets any of this.
        guard, Guard: Guard = Guard::Open;
    }
}

impl Way {
    fn of(order: Option<Ordering>) -> Self {
        match order {
            Some(Ordering::Greater) => Self::Rose,
            Some(Ordering::Less) => Self::Fell,
            Some(Ordering::Equal) | None => Self::Unclear,
        }
    }
}

impl PartialOrd for Power {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let shifts = other.shifts(self);
        let all = |way| shifts.iter().all(|shift| shift.way == way);
        match () {
            () if shifts.is_empty() => Some(Ordering::Equal),
            () if all(Way::Rose) => Some(Ordering::Greater),
            () if all(Way::Fell) => Some(Ordering::Less),
            () => None,
        }
    }
}

impl Power {
    /// The widest circle of people who can set it in motion, whatever the trigger. Pull requests of
    /// forks are left out: they get neither secrets nor a token that writes.
    pub fn crowd(&self) -> Bounds<Crowd> {
        let fork = Trigger::new(Trigger::FORK);
        self.triggers
            .iter()
            .filter(|(trigger, _)| **trigger != fork)
            .map(|(_, crowd)| *crowd)
            .reduce(Order::join)
            .unwrap_or(Bounds::exactly(Crowd::Nobody))
    }

    /// What its token may do there.
    pub fn token_level(&self, scope: &str) -> Bounds<Level> {
        self.token.get(&Scope::new(scope)).copied().unwrap_or(Bounds::exactly(Level::None))
    }

    /// Whether its token may write, or ask for an OIDC token.
    pub fn may_write(&self) -> bool {
        self.token.values().any(|level| level.most() >= Level::Write)
    }

    /// Whether it holds something that reaches further than its own job: a credential, a token that
    /// writes, a place that lets it in, a machine that stays.
    pub fn is_privileged(&self) -> bool {
        !self.secrets.is_empty()
            || self.may_write()
            || !self.environments.is_empty()
            || !self.trusts.is_empty()
            || !self.roles.is_empty()
            || !self.runners.is_empty()
    }

    /// The canonical form, hashed: what an acceptance of this power binds to.
    pub fn digest(&self) -> Digest {
        let text = serde_json::to_vec(self).expect("plain data serialises");
        Digest(hex::encode(&Sha256::digest(text)[..16]))
    }
}
