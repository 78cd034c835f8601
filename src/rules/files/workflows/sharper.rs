//! Which sentence speaks when one change gives several rules a reason.
//!
//! | what the change grants | said by | and no more by |
//! |---|---|---|
//! | strangers' code or text is executed in a job, or their files come onto its disk | `privileged-trigger-runs-untrusted-code`, `untrusted-text-executed`, with the job's whole power | `secret-gained-reader`, `all-secrets-exposed`, `token-widened`, `write-by-default`, `trigger-widened`, `long-lived-token`, `remote-script-beside-secrets` |
//! | a secret leaves | `secret-leaves` | `secret-gained-reader`, `all-secrets-exposed`, `long-lived-token` for that secret |
//! | a script from the network runs beside secrets | `remote-script-beside-secrets` | `secret-gained-reader`, `long-lived-token` |
//! | loosely held code of others receives a secret | `third-party-action-receives` | the same for that secret |
//! | a new agent gets a secret or a token | the rules about agents | the same, and `token-widened`, `write-by-default` |
//! | a secret of a long-lived kind that nothing read before | `long-lived-token` | `secret-gained-reader` for that secret |

use std::collections::BTreeSet;

use crate::catalogue::{is_service, is_service_of, secret_name};
use crate::domain::IdentityKind;
use crate::power::{
    Axis, Code, Door, Egress, Guard, Kind, Level, Pin, Power, Secret, Sink, Source, Taint,
};
use crate::rules::files::{Gained, Scene};

/// Permissions for conversations. A job that writes there does what people ask a bot for.
const TALK: &[&str] = &[
    "issues",
    "pull-requests",
    "discussions",
    "repository-projects",
    "attestations",
    "artifact-metadata",
    "copilot-requests",
    "code-quality",
];

/// Whether writing with this permission changes more than a conversation.
pub(super) fn is_strong(scope: &str) -> bool {
    !TALK.contains(&scope)
}

/// Whether its token surely writes more than conversations, or takes a login.
pub(super) fn writes(power: &Power) -> bool {
    power
        .token
        .iter()
        .any(|(scope, level)| level.least() >= Level::Write && is_strong(scope.name().raw()))
}

/// Whether it surely holds something that reaches further than its own job.
pub(super) fn reaches(power: &Power) -> bool {
    !power.secrets.is_empty()
        || !power.environments.is_empty()
        || !power.trusts.is_empty()
        || !power.roles.is_empty()
        || !power.runners.is_empty()
        || writes(power)
}

/// Whether nothing says what its token may do, so that a setting decides.
pub(super) fn is_by_default(power: &Power) -> bool {
    let level = |scope: &str| power.token_level(scope).most();
    // No setting gives a login; who writes down every permission by name is not met in practice.
    let all = ["contents", "actions", "packages", "issues", "deployments", "statuses", "pages"];
    level("id-token") == Level::None && all.iter().all(|scope| level(scope) >= Level::Write)
}

/// Code of outsiders that is executed in it: a ref that they choose, an artifact of their run.
pub(super) fn code_of_outsiders(power: &Power) -> Vec<&Taint> {
    executed(power, |source| matches!(source, Source::Ref { .. } | Source::Artifact))
}

/// Text of outsiders that becomes part of what is executed.
pub(super) fn text_of_outsiders(power: &Power) -> Vec<&Taint> {
    executed(power, |source| matches!(source, Source::Text { .. }))
}

fn executed(power: &Power, is: fn(&Source) -> bool) -> Vec<&Taint> {
    let all = power.taints.keys();
    all.filter(|taint| taint.sink == Sink::Executed && is(&taint.source)).collect()
}

/// Whether the change brought one of these, or gave more to a job that has them already.
pub(super) fn is_news(gained: &Gained<'_>, taints: &[&Taint]) -> bool {
    let power = &gained.after.power;
    !taints.is_empty()
        && gained.rose.iter().any(|axis| match axis {
            Axis::Taint(taint) => taints.contains(&taint),
            Axis::Secret(_) | Axis::Trust(_) | Axis::Role(_) | Axis::Runner(_) => true,
            // Another one instead of one is told by the rule about guards.
            Axis::Environment(_) => gained.before.is_none_or(|it| it.environments.is_empty()),
            Axis::Token(scope) => power.token[scope].most() >= Level::Write,
            Axis::Trigger(_) => crowd_rose(gained) && power.crowd().most().has_outsiders(),
            Axis::Guard => power.guard == Guard::Open,
            _ => false,
        })
}

/// Whether a wider circle of people sets it in motion than before.
pub(super) fn crowd_rose(gained: &Gained<'_>) -> bool {
    let before = gained.before.map(|power| power.crowd().most());
    before.is_none_or(|before| gained.after.power.crowd().most() > before)
}

/// Whether a sentence about outsiders in this job tells its whole power.
pub(super) fn strangers(gained: &Gained<'_>) -> bool {
    let power = &gained.after.power;
    is_news(gained, &code_of_outsiders(power))
        || is_news(gained, &text_of_outsiders(power))
        || brought(gained).is_some()
}

/// Files of outsiders that the change brings onto the disk of a job that holds something, where
/// nothing is seen to run them.
pub(super) fn brought<'g>(gained: &'g Gained<'_>) -> Option<&'g Taint> {
    let power = &gained.after.power;
    let taint = gained.rose.iter().find_map(|axis| match axis {
        Axis::Taint(taint) if taint.sink == Sink::Disk => Some(taint),
        _ => None,
    })?;
    (reaches(power) && code_of_outsiders(power).is_empty()).then_some(taint)
}

/// Credentials that leave and did not before, except to where they are for.
pub(super) fn leaving<'g>(gained: &'g Gained<'_>) -> Vec<&'g Egress> {
    let all = gained.rose.iter().filter_map(|axis| match axis {
        Axis::Egress(egress) => Some(egress),
        _ => None,
    });
    all.filter(|egress| !is_use(egress)).collect()
}

/// Whether sending a secret there is what the secret is for: to its own service, or to the address
/// that the secret is.
fn is_use(egress: &Egress) -> bool {
    let (Secret::Named { name }, Door::Network { host }) = (&egress.secret, &egress.door) else {
        return false;
    };
    let meaning = secret_name(name.raw());
    if host.raw() == "a computed host" {
        let words = ["WEBHOOK", "HOOK", "URL", "URI", "ENDPOINT", "HOST", "SERVER"];
        return name.raw().split('_').any(|word| words.contains(&word));
    }
    let provider = meaning.and_then(|it| it.provider);
    provider.is_some_and(|provider| is_service(provider, host.raw()))
        || is_service_of(name.raw(), host.raw())
}

/// Scripts from the network that a job runs beside what it holds, if the change brought the two
/// together.
pub(super) fn remote_scripts<'g>(gained: &'g Gained<'_>) -> Vec<&'g Code> {
    let power = &gained.after.power;
    let scripts: Vec<_> = power.code.keys().filter(|code| code.kind == Kind::Script).collect();
    let holds = !power.secrets.is_empty()
        || !power.trusts.is_empty()
        || !power.environments.is_empty()
        || writes(power);
    let is_new = gained.rose.iter().any(|axis| match axis {
        Axis::Code(code) => code.kind == Kind::Script,
        Axis::Secret(_) | Axis::Trust(_) | Axis::Environment(_) => true,
        _ => false,
    });
    if holds && is_new { scripts } else { Vec::new() }
}

/// Code of others in a grant that its owner can replace.
pub(super) fn loose_code<'g>(power: &'g Power, kinds: &[Kind]) -> Vec<(&'g Code, Pin)> {
    let loose =
        power.code.iter().filter(|(code, pin)| pin.is_loose() && kinds.contains(&code.kind));
    loose.map(|(code, pin)| (code, *pin)).collect()
}

/// The parts of a job that are subjects of their own and are new or wider.
fn parts<'a>(scene: &Scene<'a>, job: &Gained<'_>) -> Vec<Gained<'a>> {
    let start = format!("{}/", job.after.subject.name.raw());
    let path = &job.after.subject.path;
    let inside = |part: &Gained<'_>| {
        part.after.subject.path == *path
            && part.after.subject.kind != IdentityKind::Workflow
            && part.after.subject.name.raw().starts_with(&start)
    };
    scene.gained().filter(inside).collect()
}

/// Whether the rules about agents speak of a new agent in this job, and so of its token.
pub(super) fn has_new_agent(scene: &Scene<'_>, job: &Gained<'_>) -> bool {
    parts(scene, job).iter().any(|part| is_new_agent(part))
}

fn is_new_agent(part: &Gained<'_>) -> bool {
    part.after.subject.kind == IdentityKind::AiAgent && part.before.is_none()
}

/// Secrets of which another rule says more than that this job reads them.
pub(super) fn told(scene: &Scene<'_>, job: &Gained<'_>) -> BTreeSet<Secret> {
    let power = &job.after.power;
    let outside = !loose_code(power, &[Kind::Workflow]).is_empty();
    if strangers(job) || outside || !remote_scripts(job).is_empty() {
        return power.secrets.keys().cloned().collect();
    }
    let mut told: BTreeSet<Secret> =
        leaving(job).iter().map(|egress| egress.secret.clone()).collect();
    for part in parts(scene, job) {
        let receives = part.after.subject.kind == IdentityKind::ThirdPartyAction
            && !loose_code(&part.after.power, &[Kind::Action, Kind::Image]).is_empty();
        if receives || is_new_agent(&part) {
            told.extend(part.after.power.secrets.keys().cloned());
        }
    }
    told
}
