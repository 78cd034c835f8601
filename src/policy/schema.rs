//! The policy file's JSON schema, for editors. Published as `docs/beholden.schema.json`; a test
//! holds that file, this text and the reader together.

use serde_json::{Value, json};

use crate::domain::IdentityKind;
use crate::policy::file::{MOST_ENTRIES, MOST_REASON};
use crate::policy::{Limits, Mode, RepoGlob};

/// The schema (JSON Schema 2020-12) of `beholden.yml`.
pub fn schema() -> Value {
    let kinds: Vec<_> = IdentityKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let modes: Vec<_> = Mode::ACCEPTED.iter().map(|mode| mode.as_str()).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Beholden's policy, beholden.yml",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "mode": mode(&modes, "The mode where no entry of `modes` matches."),
            "modes": list("Modes per kind and repository. The last entry that matches counts.", json!({
                "type": "object",
                "additionalProperties": false,
                "required": ["mode"],
                "properties": {
                    "kinds": list("The kinds it speaks of. Without it, all.", json!({ "enum": kinds })),
                    "repos": repos(),
                    "mode": mode(&modes, "The mode there."),
                },
            })),
            "machine_users": list("User accounts that a machine uses.", login()),
            "humans": list("Accounts that look like a machine's and belong to a person.", login()),
            "approvers": list("People who may accept power over the whole organisation.", login()),
            "approver_teams": list(
                "Teams, by slug, whose members may do the same.",
                json!({ "type": "string", "minLength": 1, "maxLength": 255 }),
            ),
            "owner": {
                "description": "The person who answers for Beholden itself, by login.",
                "type": "string",
                "pattern": r"^[A-Za-z0-9_-]{1,100}$",
            },
            "self_accept": {
                "description": "Whether people may accept, at `require`, what they granted themselves.",
                "enum": ["allow", "refuse"],
            },
            "zone": {
                "description": "The time zone in which dates end, as in Europe/Berlin. Without it, UTC.",
                "type": "string",
            },
            "ignores": list("What is left alone, until a date.", ignore(&kinds)),
            "limits": {
                "description": "How much time may pass before something is worth a look.",
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "rotate_days": days("A secret or key that nobody replaces.", 365),
                    "unused_days": days("A credential that nobody uses.", 90),
                    "silent_days": days("An identity that was silent and then acts.", 30),
                    "place_days": days("How long a place from which an identity was used is remembered.", 30),
                    "burst_uses": days("How many uses within nine minutes may be unusual.", 25),
                },
            },
        },
    })
}

fn ignore(kinds: &[&str]) -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["until", "because"],
        "anyOf": [
            { "required": ["identity"] },
            { "required": ["kind"] },
            { "required": ["repos"] },
            { "required": ["rule"] },
        ],
        "properties": {
            "identity": {
                "description": "One identity, as its page and its issue name it.",
                "type": "string",
                "examples": ["deploy_key/4711"],
            },
            "kind": { "description": "A kind of identity.", "enum": kinds },
            "repos": repos(),
            "rule": {
                "description": "The rule that is silenced. Without it, all of them.",
                "type": "string",
                "pattern": "^[a-z0-9-]{1,80}$",
            },
            "until": {
                "description": "The last day on which it counts.",
                "type": "string",
                "format": "date",
            },
            "because": {
                "description": "Why this is left alone.",
                "type": "string",
                "minLength": 1,
                "maxLength": MOST_REASON,
            },
        },
    })
}

fn days(description: &str, default: u16) -> Value {
    json!({
        "description": description,
        "type": "integer",
        "minimum": 1,
        "maximum": Limits::MOST,
        "default": default,
    })
}

fn mode(modes: &[&str], description: &str) -> Value {
    json!({ "description": description, "enum": modes })
}

fn repos() -> Value {
    json!({
        "description": "A pattern over repositories: `legacy-*` or `acme/legacy-*`. Without it, everywhere.",
        "type": "string",
        "minLength": 1,
        "maxLength": RepoGlob::MOST,
    })
}

fn login() -> Value {
    json!({ "type": "string", "pattern": r"^[A-Za-z0-9_-]{1,100}(\[bot\])?$" })
}

fn list(description: &str, items: Value) -> Value {
    json!({
        "description": description,
        "type": "array",
        "maxItems": MOST_ENTRIES,
        "uniqueItems": true,
        "items": items,
    })
}
