//! Rules about what the jobs of workflows may do.
//!
//! One grant gives one sentence: where one rule implies another, the sharper one speaks. `sharper`
//! says which is which.

mod all_secrets_exposed;
mod cache_crosses_trust;
mod environment_guard_removed;
mod exposed_file_changed;
mod fork_reaches_self_hosted_runner;
mod long_lived_token;
mod oidc_trust_added;
mod phrase;
mod privileged_trigger_runs_untrusted_code;
mod remote_script_beside_secrets;
mod secret_gained_reader;
mod secret_leaves;
mod sharper;
mod third_party_action_receives;
mod token_widened;
mod trigger_widened;
mod untrusted_text_executed;
mod untrusted_text_prompted;
mod write_by_default;

use crate::domain::IdentityKind;
use crate::power::{Axis, Secret};
use crate::rules::files::{FileRule, Gained, Scene};

/// In the order of the documentation.
pub(super) static ALL: &[FileRule] = &[
    privileged_trigger_runs_untrusted_code::RULE,
    exposed_file_changed::RULE,
    untrusted_text_executed::RULE,
    untrusted_text_prompted::RULE,
    secret_leaves::RULE,
    all_secrets_exposed::RULE,
    secret_gained_reader::RULE,
    remote_script_beside_secrets::RULE,
    third_party_action_receives::RULE,
    long_lived_token::RULE,
    token_widened::RULE,
    write_by_default::RULE,
    oidc_trust_added::RULE,
    trigger_widened::RULE,
    environment_guard_removed::RULE,
    fork_reaches_self_hosted_runner::RULE,
    cache_crosses_trust::RULE,
];

/// The grants of one kind of subject that are new or wider.
fn gained<'a>(scene: &Scene<'a>, kind: IdentityKind) -> impl Iterator<Item = Gained<'a>> {
    scene.gained().filter(move |gained| gained.after.subject.kind == kind)
}

/// The jobs whose power is new or wider.
fn jobs<'a>(scene: &Scene<'a>) -> impl Iterator<Item = Gained<'a>> {
    gained(scene, IdentityKind::Workflow)
}

/// The secrets that it did not read before.
fn new_secrets<'g>(gained: &'g Gained<'_>) -> impl Iterator<Item = &'g Secret> {
    gained.rose.iter().filter_map(|axis| match axis {
        Axis::Secret(secret) => Some(secret),
        _ => None,
    })
}
