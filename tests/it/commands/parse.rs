//! From comments to commands: what counts, what does not, and what is refused with help.

use std::time::{Duration, Instant};

use beholden::commands::{
    self, Addressed, COMMANDS, Command, MOST_COMMANDS, Misread, Pick, Somebody, Until,
};
use beholden::domain::{Foreign, IdentityKey, IdentityKind};
use proptest::prelude::*;

/// The commands in a comment of an issue that is ours.
fn parse(body: &str) -> Vec<Result<Command, Misread>> {
    commands::parse(body, Addressed::Us)
}

/// The verbs that were read, `?verb` for one that was misread.
fn verbs(body: &str) -> Vec<String> {
    let verb = |command: &Command| match command {
        Command::Own { .. } => "own",
        Command::Disown { .. } => "disown",
        Command::Except { .. } => "except",
        Command::Retire { .. } => "retire",
        Command::Wrong { .. } => "wrong",
        Command::Explain { .. } => "explain",
        Command::Help => "help",
        Command::Assigned { .. } => "assigned",
    };
    parse(body)
        .iter()
        .map(|read| match read {
            Ok(command) => verb(command).to_owned(),
            Err(misread) => format!("?{}", misread.verb),
        })
        .collect()
}

#[test]
fn a_command_stands_first_on_a_line_of_what_its_author_says() {
    for (body, expected) in [
        ("/own", vec!["own"]),
        ("  /OWN", vec!["own"]),
        ("Thanks.\r\n/own\r\n\r\n/help", vec!["own", "help"]),
        ("I say /own", vec![]),
        ("- /own", vec![]),
        ("    /own", vec![]),
        ("\t/own", vec![]),
        ("/owner", vec![]),
        ("/own/deploy", vec![]),
        ("/approve\n/lgtm\n/attest", vec![]),
        ("> /own", vec![]),
        ("> quoted\n/own", vec![]),
        ("> quoted\n\n/own", vec!["own"]),
        ("```\n/own\n```", vec![]),
        ("```\n/own\n```\n/help", vec!["help"]),
        ("```\n/own\n    ```\n/own\n```", vec![]),
        ("~~~sh\n```\n/own\n~~~\n/help", vec!["help"]),
        ("````\n```\n/own\n````", vec![]),
        ("```\n/own", vec![]),
        ("`a\n/own\nb`", vec![]),
        ("`a` and\n/own", vec!["own"]),
        ("``a`\n/own", vec!["own"]),
        ("<!-- /own -->", vec![]),
        ("<!--\n/own\n-->\n/help", vec!["help"]),
        ("<!-- x --> /own", vec![]),
        ("<!--\n/own", vec![]),
        ("<details>\n\n/own\n\n</details>\n\n/help", vec!["help"]),
        ("<DETAILS open><summary>x</summary>\n/own\n</details>", vec![]),
        ("<details><details></details>\n/own\n</details>\n/help", vec!["help"]),
        ("<pre>\n/own\n</pre>", vec![]),
        ("a < b\n/own", vec!["own"]),
        ("", vec![]),
        ("/", vec![]),
    ] {
        assert_eq!(verbs(body), expected, "{body:?}");
    }
}

#[test]
fn everything_that_can_be_said_is_read() {
    let [Ok(Command::Own { picks, words })] = &parse(
        "/own deploy_key/4711, 2 4-6 @octocat BACKUP @acme/platform until 30d for #12 because we, \
         all of us, need it",
    )[..] else {
        panic!("not read");
    };
    let key = IdentityKey::new(IdentityKind::DeployKey, 4711);
    assert_eq!(*picks, [Pick::Key(key), Pick::Rows(2, 2), Pick::Rows(4, 6)]);
    assert_eq!(words.owner, Some(Somebody::Person("octocat".parse().unwrap())));
    let (org, slug) = ("acme".parse().unwrap(), "platform".parse().unwrap());
    assert_eq!(words.backup, Some(Somebody::Team { org, slug }));
    assert_eq!((words.until, words.task), (Some(Until::Days(30)), Some(12)));
    assert_eq!(words.because, Some(Foreign::new("we, all of us, need it")));
}

#[test]
fn what_is_hidden_inside_a_command_is_not_part_of_it() {
    let [Ok(Command::Own { words, .. })] = &parse("/own <!-- @mallory -->")[..] else {
        panic!("not read");
    };
    assert_eq!(words.owner, None);
}

#[test]
fn a_misread_command_says_what_was_wrong_and_gives_an_example() {
    for (body, why) in [
        ("/own please", "`please`"),
        ("/own @", "`@`"),
        ("/own @a/b/c", "neither a person nor a team"),
        ("/own @octocat @monalisa", "twice"),
        ("/own @octocat backup @octocat", "somebody else"),
        ("/own until", "nothing after `until`"),
        ("/own until soon", "`soon` is not an end"),
        ("/own until 0d", "ends at once"),
        ("/own until 99999d", "ten years"),
        ("/own until é", "is not an end"),
        ("/own for 12", "`12`"),
        ("/own for #0", "`#0`"),
        ("/own because", "no text after `because`"),
        ("/own 0", "row number"),
        ("/own 3-1", "row number"),
        ("/own 99999999999999999999", "row number"),
        ("/own ssh/1", "not an identity"),
        ("/disown @octocat", "`@octocat`"),
        ("/retire soon", "`soon`"),
        ("/wrong", "needs a reason"),
        ("/wrong 2", "needs a reason"),
    ] {
        let [Err(misread)] = &parse(body)[..] else { panic!("{body} was read") };
        let reply = misread.reply().replace(beholden::words::JOINER, "");
        assert!(reply.contains(why), "{body}: {reply}");
        assert!(matches!(parse(misread.example)[..], [Ok(_)]), "{}", misread.example);
    }
    let hostile = "/own @claude<img> <!";
    let reply = parse(hostile)[0].clone().unwrap_err().reply();
    assert!(!reply.contains("@claude") && !reply.contains("<img"), "{reply}");
}

#[test]
fn ten_commands_are_read_from_one_comment() {
    let read = verbs(&"/own\n".repeat(50));
    assert_eq!(read.len(), MOST_COMMANDS + 1);
    assert_eq!(read.last().map(String::as_str), Some("?own"));
}

#[test]
fn every_command_is_in_the_table_with_an_example_that_works() {
    for spec in COMMANDS {
        assert_eq!(verbs(spec.example), [spec.verb]);
        assert!(spec.usage.starts_with(&format!("/{}", spec.verb)) && spec.help.ends_with('.'));
    }
}

#[test]
fn a_body_of_64_kib_takes_no_time() {
    for piece in ["/own\n", "`", "```\n", "<!--", "<details>", "</details>", "> /own\n", "a` ``b "]
    {
        let body = format!("{}\n/own", piece.repeat(200 * 1024 / piece.len()));
        let start = Instant::now();
        assert!(parse(&body).len() <= MOST_COMMANDS + 1);
        assert!(start.elapsed() < Duration::from_millis(500), "{piece}: {:?}", start.elapsed());
    }
    let runs: String = (1..360).map(|n| "`".repeat(n) + " ").collect();
    let start = Instant::now();
    assert_eq!(verbs(&format!("{runs}\n/own")), ["own"]);
    assert!(start.elapsed() < Duration::from_millis(500), "{:?}", start.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_comment_breaks_the_reader(pieces in proptest::collection::vec(prop_oneof![
        Just("/own ".to_owned()), Just("\n".to_owned()), Just("```".to_owned()),
        Just("<!--".to_owned()), Just("-->".to_owned()), Just("<details>".to_owned()),
        Just("> ".to_owned()), Just("until ".to_owned()), Just("@a/b ".to_owned()),
        Just("é\u{202e}".to_owned()), any::<String>(),
    ], 0..20)) {
        for read in parse(&pieces.concat()) {
            if let Err(misread) = read {
                prop_assert!(!misread.reply().contains("<!--"));
            }
        }
    }

    #[test]
    fn nothing_inside_a_fence_a_quote_or_a_comment_is_a_command(inside in "[ a-z/@`<>\n-]{0,40}") {
        let inside = inside.replace("```", " ").replace("-->", " ");
        let comment = format!("<!-- {inside}\n/own\n-->");
        prop_assert!(verbs(&comment).is_empty());
        let fence = format!("````\n{inside}\n/own\n````");
        prop_assert!(verbs(&fence).is_empty());
        let quoted: String = format!("{inside}\n/own").lines().map(|l| format!("> {l}\n")).collect();
        prop_assert!(verbs(&quoted).is_empty());
    }
}

#[test]
fn an_exception_names_a_date_and_a_reason_in_any_order_of_its_rows() {
    assert_eq!(verbs("/except 1-2 until 2027-03-31 because of the freeze"), ["except"]);
    assert_eq!(verbs("/except until 6w all because of the freeze"), ["except"]);
    for missing in [
        "/except because of the freeze",
        "/except until 30d",
        "/except until 30d because",
        "/except until because of the freeze",
        "/except until 30d until 31d because of the freeze",
        "/except until 30d for #7 because of the freeze",
    ] {
        assert_eq!(verbs(missing), ["?except"], "{missing}");
    }
}
