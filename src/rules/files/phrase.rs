//! Power in words: who can drive it, with which token and secrets. Shared by the sentences of the
//! rules, so that the same power always reads the same.

use crate::power::{Crowd, Power};

/// Who can set it in motion, as the beginning of a sentence: "anyone with an account".
pub(super) fn crowd(power: &Power) -> &'static str {
    match power.crowd().most() {
        Crowd::Nobody => "a schedule or another job",
        Crowd::Owners => "people who administer the repository",
        Crowd::Collaborators => "people who may push",
        Crowd::Triagers => "people who may manage issues",
        Crowd::Readers => "anyone who can read the repository",
        Crowd::Approved => "anyone, once a person approves each run",
        Crowd::Contributors => "anyone, newcomers once their first run was approved",
        Crowd::Anyone => "anyone with an account",
    }
}
