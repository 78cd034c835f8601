//! What must hold for any bytes, one function for each fuzz target. The tests replay the corpora
//! through the same functions.
//!
//! A function returns if all is well, also when the bytes are refused; it panics if not.

use beholden::commands::{self, Addressed};
use beholden::domain::{AppId, IdentityKind, Markers, UserId};
use beholden::events::{self, AUDIT, Delivery, Framed, REFUSED, Route, Signed, Us};
use beholden::policy::{Mode, Policy};
use beholden::power::{self, Ground, Powers, Tree, subtract};
use beholden::rules::files::{Scene, judge};

/// A target: its name, and what must hold for any bytes.
type Target = (&'static str, fn(&[u8]));

/// Every target.
pub(crate) const TARGETS: &[Target] = &[
    ("workflow", workflow),
    ("document", document),
    ("front_matter", front_matter),
    ("terraform", terraform),
    ("webhook", webhook),
    ("command", command),
    ("policy", policy),
    ("audit", audit),
];

/// A line that ends one file and begins the next.
const NEXT_FILE: &str = "=====\n";

/// A workflow, and after each line of `=====` one file that it may start.
pub(crate) fn workflow(data: &[u8]) {
    let places = [
        ".github/workflows/ci.yml",
        "act/action.yml",
        ".github/workflows/called.yml",
        "run.sh",
        "package.json",
        "main.py",
    ];
    let Ok(text) = std::str::from_utf8(data) else { return };
    read(&places.into_iter().zip(text.split(NEXT_FILE)).collect());
}

/// A file whose place the first byte chooses.
pub(crate) fn document(data: &[u8]) {
    let places = [
        ".mcp.json",
        ".vscode/mcp.json",
        ".codex/config.toml",
        ".claude/settings.json",
        ".gemini/settings.json",
        "opencode.json",
        ".goose/config.yaml",
        ".cursor/hooks.json",
        ".github/hooks/a.json",
        ".kiro/agents/a.json",
        ".vscode/tasks.json",
        ".devcontainer/devcontainer.json",
        ".github/dependabot.yml",
        "renovate.json5",
        ".mergify.yml",
        ".kodiak.toml",
        ".github/chainguard/a.sts.yaml",
        ".pre-commit-config.yaml",
        ".github/CODEOWNERS",
        ".npmrc",
        ".husky/pre-commit",
        "k8s.yaml",
    ];
    let Some((place, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let place = places[usize::from(place.wrapping_sub(b'a')) % places.len()];
    read(&[(place, text)].into_iter().collect());
}

/// A text as the agentic workflow, the agent and the instructions that it may be.
pub(crate) fn front_matter(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let places = [
        ".github/workflows/triage.md",
        ".claude/agents/a.md",
        ".github/agents/a.agent.md",
        ".github/chatmodes/a.chatmode.md",
        ".cursor/rules/a.mdc",
        "AGENTS.md",
    ];
    read(&places.into_iter().map(|place| (place, text)).collect());
}

/// A Terraform file.
pub(crate) fn terraform(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    read(&[("main.tf", text)].into_iter().collect());
}

/// The first line names the event, the second is a signature, the rest is the body.
pub(crate) fn webhook(data: &[u8]) {
    let mut lines = data.splitn(3, |byte| *byte == b'\n');
    let mut next = || lines.next().unwrap_or_default();
    let (event, signature, body) = (next(), next(), next().to_vec());
    let delivery = Delivery {
        guid: "00000000-0000-4000-8000-000000000001".to_owned(),
        event: String::from_utf8_lossy(event).into_owned(),
        body: body.into(),
        received: "2026-03-01T12:00:00Z".parse().expect("a moment"),
    };
    let signature = String::from_utf8_lossy(signature);
    let signed = Signed::verify(delivery.clone(), &signature, &["a key for tests only"]);
    assert!(signed.is_err(), "nobody guesses a signature");
    let route = events::route(&delivery);
    let markers = Markers::new("a key for tests only");
    for bot_user in [None, Some(UserId(7002))] {
        let us = Us { app: AppId(7001), bot_user, markers: &markers };
        let heard = events::hear(&delivery, &us);
        let again = events::hear(&delivery, &us);
        assert_eq!(format!("{heard:?}"), format!("{again:?}"), "it says the same each time");
        let refused = matches!(route, events::Route::Unreadable { .. });
        assert!(heard.is_err() || !refused, "what was refused is not heard");
    }
}

/// What a stream of the audit log brings, in whatever form: its records, and the pieces that are none.
pub(crate) fn audit(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let pieces = events::framed(text);
    assert_eq!(pieces, events::framed(text), "the same pieces each time");
    assert!(!pieces.is_empty() || text.trim_matches(NO_PIECE).is_empty(), "something is kept");
    for piece in pieces {
        let (guid, event, body) = match piece {
            Framed::Record(record) => {
                (events::audit_guid(record.as_bytes()), AUDIT, record.into_bytes())
            }
            Framed::Refused(refused) => (refused.guid, REFUSED, refused.start),
        };
        assert!(guid.len() < 100 && guid.is_ascii(), "{guid}");
        let received = "2026-03-01T12:00:00Z".parse().expect("a moment");
        let delivery = Delivery { guid, event: event.to_owned(), body: body.into(), received };
        let route = events::route(&delivery);
        if event == REFUSED {
            assert!(matches!(route, Route::Unreadable { .. }), "what is no record is put aside");
            continue;
        }
        let markers = Markers::new("a key for tests only");
        let us = Us { app: AppId(7001), bot_user: Some(UserId(7002)), markers: &markers };
        let heard = events::hear(&delivery, &us);
        let again = events::hear(&delivery, &us);
        assert_eq!(format!("{heard:?}"), format!("{again:?}"), "it says the same each time");
        match route {
            Route::Unreadable { why } => assert!(heard.is_err() && why.len() < 100, "{why}"),
            Route::To { interesting: true, .. } => {
                let heard = heard.expect("what was let in is heard");
                assert!(!heard.observations.is_empty(), "and leaves something");
                assert!(heard.observations.iter().all(|seen| seen.as_of <= received));
            }
            Route::To { .. } | Route::Nobody => {}
        }
    }
}

/// What may stand between records.
const NO_PIECE: fn(char) -> bool = |c| c.is_whitespace() || ",[]".contains(c);

/// A comment.
pub(crate) fn command(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for to in [Addressed::Us, Addressed::Others { slug: "beholden" }] {
        let read = commands::parse(&text, to);
        let most = commands::MOST_COMMANDS + 1;
        assert!(read.len() <= most, "no more commands than are said to be read");
        assert_eq!(format!("{read:?}"), format!("{:?}", commands::parse(&text, to)));
    }
}

/// A policy file.
pub(crate) fn policy(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let floor = Policy { floor: Mode::Comment, ..Policy::default() };
    match Policy::read(text, &floor) {
        Ok(policy) => assert!(policy.mode(IdentityKind::Webhook, None) >= Mode::Comment),
        Err(bad) => {
            assert!(bad.line >= 1 && bad.column >= 1, "{bad:?}");
            assert!(!bad.message.contains(['@', '<', '\n']), "{bad:?}");
        }
    }
}

/// Reads a tree, judges it as news, and holds what must hold for any reading.
fn read(tree: &Tree) {
    let powers = power::of(tree, &Ground::default());
    assert!(subtract(&powers, &powers).is_empty(), "a reading less itself is nothing");
    for granted in powers.grants() {
        for spot in granted.spots.values().chain([&granted.spot]) {
            assert!(spot.line >= 1 && spot.column >= 1 && spot.end_line >= spot.line, "{spot:?}");
        }
    }
    let nothing = Powers::default();
    let difference = subtract(&nothing, &powers);
    assert_eq!(difference.added.len(), powers.grants().len(), "all of it is new");
    let lost_owners = power::lost_owners(&Tree::new(), tree);
    let scene =
        Scene { base: &nothing, head: &powers, difference: &difference, lost_owners: &lost_owners };
    for verdict in judge(&scene) {
        assert!(!verdict.message.is_empty() && verdict.spot.line >= 1, "{verdict:?}");
    }
    let written = serde_json::to_string(&powers).expect("plain data serialises");
    let back: Powers = serde_json::from_str(&written).expect("and is read back");
    assert_eq!(back, powers, "a reading that is kept stays what it is");
}
