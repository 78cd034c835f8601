//! Payloads that GitHub would not send, and some that it might: none panics, none leaks its text.

use std::sync::LazyLock;

use beholden::domain::{InstallationId, OrgId};
use beholden::events::{BadPayload, KINDS, Route};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{delivery, lines, payload, payloads, routed, said, told, told_to};

/// Every case of ours, as event and value.
static CASES: LazyLock<Vec<(String, Value)>> = LazyLock::new(|| {
    let mut cases: Vec<(String, Value)> = Vec::new();
    for kind in KINDS {
        for case in std::fs::read_dir(payloads().join(kind.event)).unwrap() {
            let case = case.unwrap().path();
            let stem = case.file_stem().unwrap().to_str().unwrap();
            let text = payload(&format!("{}/{stem}", kind.event));
            cases.push((kind.event.to_owned(), serde_json::from_str(&text).unwrap()));
        }
    }
    cases.sort_by_key(|(event, value)| (event.clone(), value.to_string()));
    cases
});

/// What a mutation may put anywhere.
fn junk() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!({})),
        Just(json!([])),
        Just(json!([null])),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!(i64::MIN)),
        ".{0,40}".prop_map(Value::from),
        Just(json!("\0\u{202e}@acme/everyone")),
        Just(json!("ghost")),
        Just(json!("x".repeat(64 * 1024))),
    ]
}

/// Every place in a value, as JSON pointers.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(map) => map.iter().for_each(|(k, v)| places(v, &format!("{at}/{k}"), out)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, v)| places(v, &format!("{at}/{i}"), out));
        }
        _ => {}
    }
}

/// Takes a field out, or puts junk in its place.
fn mutate(value: &mut Value, pick: usize, junk: Option<Value>) {
    let mut all = Vec::new();
    places(value, "", &mut all);
    let at = &all[pick % all.len()];
    match (junk, at.rsplit_once('/')) {
        (Some(junk), _) => *value.pointer_mut(at).unwrap() = junk,
        (None, Some((parent, field))) => {
            if let Some(map) = value.pointer_mut(parent).and_then(Value::as_object_mut) {
                map.remove(field);
            }
        }
        (None, None) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn mutated_payloads_never_panic(
        pick in any::<usize>(),
        changes in prop::collection::vec((any::<usize>(), prop::option::of(junk())), 1..4),
    ) {
        let (event, mut value) = CASES[pick % CASES.len()].clone();
        for (place, junk) in changes {
            mutate(&mut value, place, junk);
        }
        let delivery = delivery(&event, value.to_string());
        let heard = told(&delivery);
        prop_assert_eq!(&heard, &told(&delivery), "the same delivery always says the same");
        if let Ok(heard) = heard {
            prop_assert!(!lines(&heard).contains('\0'));
        }
        let _ = told_to(&delivery, None);
        if let Route::Unreadable { why } = routed(&event, value.to_string()) {
            prop_assert!(why.len() < 100, "{why}");
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(kind in 0..KINDS.len(), body in any::<Vec<u8>>()) {
        let event = KINDS[kind].event;
        let heard = told(&delivery(event, body.clone()));
        let unreadable = matches!(routed(event, body), Route::Unreadable { .. });
        prop_assert_eq!(heard.is_err(), unreadable);
    }
}

/// Chance rarely puts the one bad number in the one bad place, so each goes everywhere once.
#[test]
fn one_wrong_value_anywhere_never_panics() {
    let wrong = [json!(null), json!(i64::MIN), json!(i64::MAX), json!(0), json!("x"), json!([{}])];
    for (event, good) in CASES.iter() {
        let mut all = Vec::new();
        places(good, "", &mut all);
        for (at, junk) in all.iter().flat_map(|at| wrong.iter().map(move |junk| (at, junk))) {
            let mut value = good.clone();
            *value.pointer_mut(at).unwrap() = junk.clone();
            let heard = told(&delivery(event, value.to_string()));
            let refused = matches!(routed(event, value.to_string()), Route::Unreadable { .. });
            assert!(heard.is_err() || !refused, "{event}{at}: {junk}");
        }
    }
}

#[test]
fn refusals_are_sentences_without_a_word_of_the_payload() {
    let secret = "hunter2-hunter2";
    for (body, expected) in [
        (secret.to_owned(), BadPayload::NotJson),
        (format!("{{\"action\": \"{secret}"), BadPayload::NotJson),
        (format!("{{\"action\": [\"{secret}\"]}}"), BadPayload::Shape),
        (
            format!("{{\"action\": \"created\", \"key\": \"{secret}\"}}"),
            BadPayload::Lacks("organization"),
        ),
    ] {
        let bad = told(&delivery("deploy_key", body)).unwrap_err();
        assert_eq!(bad, expected);
        assert!(!bad.to_string().contains(secret), "{bad}");
    }
}

#[test]
fn unknown_events_and_actions_are_ignored_and_not_refused() {
    let body = r#"{"action":"teleported","organization":{"id":9001,"login":"acme"}}"#;
    for event in ["deploy_key", "starship", ""] {
        assert_eq!(lines(&told(&delivery(event, body)).unwrap()), "ignored\n");
        let Route::To { interesting, .. } = routed(event, body) else { panic!("{event}") };
        assert!(!interesting);
    }
    assert!(told(&delivery("starship", "not json")).is_ok(), "an unknown event is not even read");
}

#[test]
fn a_delivery_belongs_to_its_organization_whoever_the_payload_names_first() {
    let to = |path: &str| routed(path.split_once('/').unwrap().0, payload(path));
    let acme = |installation, interesting| Route::To {
        org: OrgId(9001),
        login: Some("acme".parse().unwrap()),
        installation,
        interesting,
    };
    let through = Some(InstallationId(6001));
    assert_eq!(to("deploy_key/created"), acme(through, true));
    assert_eq!(to("deploy_key/created_without_organization"), acme(None, true));
    assert_eq!(to("installation/created"), acme(through, true));
    assert_eq!(to("installation_target/renamed"), acme(through, true));
    assert_eq!(to("organization/member_invited"), acme(through, false));
    assert_eq!(to("ping/ping"), Route::Nobody);
    assert_eq!(to("meta/deleted"), Route::Nobody);
    assert_eq!(
        to("installation/created_on_an_enterprise"),
        Route::Nobody,
        "an enterprise's number is no organisation's"
    );
    let lost = routed("deploy_key", r#"{"action":"created","key":{"id":1}}"#);
    assert!(matches!(lost, Route::Unreadable { .. }), "what concerns us is never dropped unseen");
    assert_eq!(routed("github_app_authorization", r#"{"action":"revoked"}"#), Route::Nobody);
}

#[test]
fn a_title_of_64_kilobytes_with_nul_is_cut_and_cleaned() {
    let title = format!("\0{}", "@acme/everyone ".repeat(4_400));
    let mut value: Value = serde_json::from_str(&payload("deploy_key/created")).unwrap();
    value["key"]["title"] = json!(title);
    value["sender"] = Value::Null;
    let heard = told(&delivery("deploy_key", value.to_string())).unwrap();
    let line = lines(&heard).lines().nth(1).unwrap().to_owned();
    assert!(line.starts_with("news: deploy_key/4711 \"\u{fffd}@acme/everyone "), "{line}");
    assert!(line.len() < 1_500 && !line.contains('\0') && !line.contains(" by "));
}

#[test]
fn a_comment_longer_than_github_allows_is_cut_at_a_character() {
    let mut value: Value = serde_json::from_str(&payload("issue_comment/created")).unwrap();
    value["comment"]["body"] = json!(format!("/own\0{}", "ä".repeat(64 * 1024)));
    let heard = told(&delivery("issue_comment", value.to_string())).unwrap();
    let body = heard.hints[0].command.as_ref().unwrap().body.clone().unwrap();
    assert!(body.starts_with("/own\u{fffd}ä") && body.len() <= 64 * 1024 + 2);
}

#[test]
fn until_our_bot_user_is_known_its_app_tells_our_issues() {
    for path in ["issues/opened_by_us", "issue_comment/created_by_us"] {
        let event = path.split_once('/').unwrap().0;
        let heard = told_to(&delivery(event, payload(path)), None).unwrap();
        assert_eq!(lines(&heard), said(path));
    }
    let planted = payload("issues/opened_by_somebody_with_our_marker");
    assert!(!told_to(&delivery("issues", planted), None).unwrap().interesting);
}
