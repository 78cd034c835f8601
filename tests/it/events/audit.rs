//! Records of the audit log, one for each action that is known: what each is read as, and what becomes
//! of those whose shape nobody foresaw.
//!
//! `tests/data/audit/records.jsonl` has one a line, with what it is read as, and without the fields that
//! every record has: those are added here.

use std::fmt::Write as _;

use beholden::catalogue::{AuditSignal, audit_signal};
use beholden::domain::{About, Credential, Fact, OrgId};
use beholden::events::{AUDIT, Heard, Route};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{delivery, routed, told};

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/audit/records.jsonl");

#[derive(Deserialize)]
struct Sample {
    record: Map<String, Value>,
    reads: String,
}

/// Each record, whole, with what it is read as.
pub(crate) fn samples() -> Vec<(Value, String)> {
    let read = |line: &str| serde_json::from_str::<Sample>(line).unwrap();
    let lines = std::fs::read_to_string(SAMPLES).unwrap();
    lines.lines().map(read).map(|it| (whole(it.record), it.reads)).collect()
}

/// A record with what every record has: octocat of acme did it on 1 March 2026, a minute before noon.
fn whole(record: Map<String, Value>) -> Value {
    let action = record["action"].as_str().unwrap();
    let mut whole = json!({
        "@timestamp": 1_772_366_340_000_i64,
        "_document_id": format!("sample-{}", action.replace('.', "-")),
        "actor": "octocat",
        "actor_id": 101,
        "actor_is_bot": false,
        "org": "acme",
        "org_id": 201,
    });
    whole.as_object_mut().unwrap().extend(record);
    whole
}

/// What a record says, in one line.
fn reads(record: &Value) -> String {
    let heard = told(&delivery(AUDIT, record.to_string())).unwrap();
    let signal = record["action"].as_str().and_then(audit_signal);
    let mut line = match signal {
        Some(AuditSignal::Grants) => "grants",
        Some(AuditSignal::Revokes) => "revokes",
        Some(AuditSignal::Changes) => "changes",
        Some(AuditSignal::Uses) => "uses",
        None => "nothing",
    }
    .to_owned();
    for seen in &heard.observations {
        if matches!(seen.fact, Fact::Dated { .. }) {
            continue;
        }
        assert_eq!(seen.as_of.as_millisecond(), 1_772_366_340_000, "{record}");
        match &seen.fact {
            Fact::Audited { identity, named, .. } => {
                line.extend(identity.iter().map(|it| format!(" {it}")));
                line.extend(named.iter().map(by_name));
            }
            Fact::Holds { .. } => line.push_str(" which is held"),
            Fact::Gone { .. } => line.push_str(" which is gone"),
            _ => {}
        }
    }
    for hint in &heard.hints {
        let user = hint.about.as_ref().map(|it| format!(" about {}", it.login));
        write!(line, "; reads {}{}", hint.entity, user.unwrap_or_default()).unwrap();
    }
    for place in &heard.hasten {
        match place {
            Some(repo) => write!(line, "; lists repository {repo}").unwrap(),
            None => line.push_str("; lists the organisation"),
        }
    }
    line.push_str(&said(&heard));
    line
}

/// What a record is about where it gives a name and no number.
fn by_name(about: &About) -> String {
    match about {
        About::Runner { name } => format!(" runner {}", name.raw()),
        About::App { login } => format!(" App {login}"),
        About::EnvironmentSecret { environment, name, .. } => {
            format!(" secret {} of {}", name.raw(), environment.raw())
        }
        About::OtherSecret { name, .. } => format!(" secret {}", name.raw()),
    }
}

/// The line of the history, by whom and with what.
fn said(heard: &Heard) -> String {
    let audited = heard.observations.iter().find_map(|seen| match &seen.fact {
        Fact::Audited { what, with, told, .. } => Some((seen, what, with, told)),
        _ => None,
    });
    let (seen, what, with, told) = audited.expect("each record leaves something");
    let by = seen.by.as_ref().map_or("nobody", |by| by.login.as_str());
    let with = with.as_deref().map_or(String::new(), |with: &Credential| {
        format!(" with {} {}", with.print.as_deref().map_or("", |it| &it[..8]), with.how.raw())
    });
    let line = if *told { what.raw() } else { "no line" };
    format!("; {by}{with}: {line}")
}

#[test]
fn each_action_is_read_as_what_it_says() {
    let mut wrong = String::new();
    for (record, expected) in samples() {
        let found = reads(&record);
        if found != expected {
            writeln!(wrong, "{}\n  is read as {found}\n  and not as {expected}", record["action"])
                .unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Whether a record that is wrong in some way is still told of, or refused with a reason.
fn is_kept(record: &Value) -> bool {
    match routed(AUDIT, record.to_string()) {
        Route::To { org, interesting, .. } => {
            let heard = told(&delivery(AUDIT, record.to_string())).unwrap();
            let audited = |it: &beholden::domain::Observation| matches!(&it.fact, Fact::Audited { what, .. } if !what.raw().is_empty());
            interesting && org == OrgId(201) && heard.observations.iter().any(audited)
        }
        Route::Unreadable { why } => {
            assert!(told(&delivery(AUDIT, record.to_string())).is_err(), "{why}: {record}");
            why.len() < 100
        }
        Route::Nobody => false,
    }
}

#[test]
fn a_field_of_another_type_or_none_costs_no_record() {
    let deep = (0..60).fold(json!("x"), |inner, _| json!({ "a": [inner] }));
    let wrong = [
        json!(null),
        json!({}),
        json!([]),
        json!([null, 7, "x"]),
        json!(""),
        json!("x".repeat(100_000)),
        json!(-1),
        json!(1.5e300),
        json!(true),
        json!("\u{202e}@acme/everyone ![x](http://x.invalid)\0"),
        deep,
    ];
    for (good, _) in samples() {
        for field in good.as_object().unwrap().keys() {
            let mut without = good.clone();
            without.as_object_mut().unwrap().remove(field);
            assert!(is_kept(&without), "without {field}: {good}");
            // Another organisation's number is another organisation's record.
            let another = |value: &Value| field == "org_id" && value.is_number();
            // An action that is no action of theirs says nothing.
            let other = |value: &Value| field == "action" && !value.is_null();
            for value in wrong.iter().filter(|it| !another(it) && !other(it)) {
                let mut record = good.clone();
                record[field] = value.clone();
                assert!(
                    is_kept(&record),
                    "{field} is {}: {good}",
                    &value.to_string()[..40.min(value.to_string().len())]
                );
            }
        }
    }
}

#[test]
fn numbers_as_texts_and_texts_as_numbers_say_the_same() {
    for (good, _) in samples() {
        let mut turned = good.clone();
        for (field, value) in turned.as_object_mut().unwrap() {
            *value = match &*value {
                Value::Number(number) if field == "@timestamp" => json!(number.to_string()),
                Value::Number(number) => match number.as_i64() {
                    Some(number) if number % 2 == 0 => json!(number.to_string()),
                    _ => json!(number.as_f64()),
                },
                Value::Bool(is) => json!(is.to_string()),
                Value::String(text) if text == "true" || text == "false" => json!(text == "true"),
                Value::String(text) => match text.parse::<i64>() {
                    Ok(number) => json!(number),
                    Err(_) => json!(text),
                },
                other => other.clone(),
            };
        }
        assert_eq!(reads(&turned), reads(&good), "{turned}");
    }
}

#[test]
fn a_record_that_does_not_say_whose_it_is_or_what_it_is_is_refused_with_a_reason() {
    let why = |record: Value| match routed(AUDIT, record.to_string()) {
        Route::Unreadable { why } => why,
        other => format!("{other:?}"),
    };
    let of = |org: Value| json!({ "action": "hook.create", "org": "acme", "org_id": org });
    assert_eq!(why(of(json!(null))), "the payload does not say `org_id`");
    assert_eq!(why(json!({ "action": "hook.create" })), "the payload does not say `org_id`");
    assert_eq!(why(of(json!([1, 2]))), "the payload's `org_id` has an unknown form");
    assert_eq!(why(of(json!({ "id": 1 }))), "the payload's `org_id` has an unknown form");
    let unclear = "the payload's `action` has an unknown form";
    assert_eq!(why(json!({ "action": { "verb": "hook" }, "org_id": 201 })), unclear);
    assert_eq!(
        why(json!({ "_document_id": "a", "org_id": 201 })),
        "the payload does not say `action`"
    );
    // What concerns nobody, and what an enterprise does of itself, is no organisation's.
    let enterprise = json!({ "action": "hook.create", "business": "acme-inc", "business_id": 1 });
    assert_eq!(routed(AUDIT, enterprise.to_string()), Route::Nobody);
    let other = json!({ "action": "issue.destroy" });
    assert_eq!(routed(AUDIT, other.to_string()), Route::Nobody);
}

#[test]
fn a_list_of_one_organisation_names_it() {
    let record = json!({ "action": "hook.create", "org": ["acme"], "org_id": [201] });
    let Route::To { org, login, interesting, .. } = routed(AUDIT, record.to_string()) else {
        panic!("{record}")
    };
    assert_eq!((org, interesting), (OrgId(201), true));
    assert_eq!(login.map(|it| it.to_string()).as_deref(), Some("acme"));
}
