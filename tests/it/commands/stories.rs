//! What people say to each other through us.

use beholden::commands::{Command, Wanting};
use beholden::domain::{Reach, Reaction, Standing, Visibility};

use super::acme::Acme;
use crate::words::world::{actor, noon, record};

#[test]
fn taking_a_key_says_what_it_covers_and_what_undoes_it() {
    let mut acme = Acme::with_a_key();
    let heard = acme.says("octocat", "/own backup @monalisa");
    assert_eq!(heard.reply.reaction, Reaction::Done);
    insta::assert_snapshot!(heard.text(), @"
    `octocat` owns the deploy key `ci` of `acme/api` now. It can push to `acme/api`. Backup: `monalisa`. `/disown` undoes this.
    ");
    assert_eq!(acme.stands(), "owned octocat monalisa");
}

#[test]
fn naming_somebody_proposes_and_their_own_words_make_them_the_owner() {
    let mut acme = Acme::with_a_key();
    let heard = acme.says("monalisa", "/own @octocat until 30d");
    insta::assert_snapshot!(heard.text(), @"
    `octocat` is proposed as owner of the deploy key `ci` of `acme/api`. They become the owner when they comment `/own` here or assign the issue to themselves. Until then nobody owns it. The rest of what you wrote is not recorded: it is theirs to say.
    ");
    assert_eq!(acme.stands(), "proposed");
    acme.says("octocat", "/own");
    assert_eq!(acme.stands(), "owned octocat");
    let text = acme.says("monalisa", "/own @boss").text();
    assert_eq!(text, "`octocat` owns it already.");
}

#[test]
fn assigning_somebody_else_proposes_them() {
    let mut acme = Acme::with_a_key();
    acme.does(&actor("monalisa"), Command::Assigned { assignee: actor("octocat") });
    assert_eq!(acme.stands(), "proposed");
    acme.does(&actor("octocat"), Command::Assigned { assignee: actor("octocat") });
    assert_eq!(acme.stands(), "owned octocat");
}

#[test]
fn the_granter_may_keep_their_key_and_the_reply_says_so() {
    for (require, words) in [
        (false, "It was accepted by the person who granted it."),
        (true, "It was accepted by its own author."),
    ] {
        let mut acme = Acme::with_a_key();
        acme.world.records[0].grants[0].by = Some(actor("octocat"));
        (acme.require, acme.self_accept) = (require, true);
        let text = acme.says("octocat", "/own").text();
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn a_team_owns_when_one_of_its_own_who_may_says_so() {
    for (who, members, stands) in [
        ("octocat", vec!["octocat"], "owned team platform"),
        ("monalisa", vec!["octocat", "monalisa"], "proposed"),
        ("octocat", vec!["monalisa"], "proposed"),
        ("octocat", vec![], "unowned"),
        ("octocat", vec!["claude[bot]"], "unowned"),
    ] {
        let mut acme = Acme::with_a_key();
        acme.team("platform", &members);
        acme.says(who, "/own @acme/platform");
        assert_eq!(acme.stands(), stands, "{who} for {members:?}");
    }
    let mut acme = Acme::with_a_key();
    for text in ["/own @evil/platform", "/own @acme/nobody", "/own backup @acme/nobody"] {
        assert_eq!(acme.says("octocat", text).reply.reaction, Reaction::Confused, "{text}");
    }
    assert_eq!(acme.stands(), "unowned");
}

#[test]
fn only_who_answers_for_it_steps_down() {
    let mut acme = Acme::with_a_key();
    acme.team("platform", &["octocat", "monalisa"]);
    acme.says("octocat", "/own");
    for (who, text) in [("monalisa", "/disown"), ("monalisa", "/disown 1"), ("boss", "/disown")] {
        acme.says(who, text);
        assert_eq!(acme.stands(), "owned octocat", "{who}: {text}");
    }
    acme.says("octocat", "/disown");
    assert_eq!(acme.stands(), "unowned");
    acme.says("octocat", "/own");
    acme.says("boss", "/disown 1");
    assert_eq!(acme.stands(), "unowned");
    acme.says("octocat", "/own @acme/platform");
    acme.says("monalisa", "/disown");
    assert_eq!(acme.stands(), "unowned", "monalisa is in the team that owned it");
}

#[test]
fn retiring_records_and_says_that_the_key_still_works() {
    let mut acme = Acme::with_a_key();
    let refused = acme.says("monalisa", "/retire");
    assert_eq!(refused.reply.reaction, Reaction::Confused);
    let heard = acme.says("octocat", "/retire because the mirror is gone");
    insta::assert_snapshot!(heard.text(), @"
    Recorded as out of use: the deploy key `ci` of `acme/api`. GitHub still has it, and it still works: Beholden deletes nothing. An administrator of the repository can delete a deploy key under Settings, Deploy keys. Your reason stays in your comment.
    ");
    assert_eq!(acme.stands(), "retired");

    let mut acme = Acme::with_a_key();
    acme.world.records[0].identity.standing = Standing::Gone { at: noon() };
    let text = acme.says("octocat", "/retire").text();
    assert!(!text.contains("still"), "{text}");
}

#[test]
fn a_burst_is_taken_row_by_row_and_what_is_not_allowed_is_named() {
    let mut records: Vec<_> = (0..5).map(|n| record(100 + n, "mirror", 20 + n)).collect();
    records[3].grants[0].reach = Reach::AllRepos;
    let mut acme = Acme::with(records);
    assert_eq!(acme.says("octocat", "/own 2-3").reply.acts.len(), 2);
    let heard = acme.says("octocat", "/own 1 3 4");
    assert_eq!(heard.reply.acts.len(), 2);
    insta::assert_snapshot!(heard.text(), @"
    `octocat` owns 2 deploy keys now. `/disown` undoes this.

    Not done for the deploy key `mirror` of `acme/service-23`:
    It reaches the whole organisation, so only an organisation owner or an approver named in the policy can do this.
    ");
    for (text, why) in [
        ("/own 6", "This case has 5 rows."),
        ("/own deploy_key/1", "`deploy_key/1` is not in this case."),
        ("/retire", "This case has 5 rows. Say which"),
        ("/wrong because no", "This case has 5 rows. Say which"),
    ] {
        let said = acme.says("octocat", text).text();
        assert!(said.starts_with(why), "{text}: {said}");
    }
    acme.world.case.rows[0].settled = true;
    let waiting = acme.says("boss", "/own");
    assert_eq!(waiting.reply.acts.len(), 4, "the settled row stays as it is");
}

#[test]
fn a_mistake_is_called_one_by_somebody_who_may_accept() {
    let mut acme = Acme::with_a_key();
    let refused = acme.says("monalisa", "/wrong because I say so");
    assert!(refused.reply.acts.is_empty());
    let heard = acme.says("octocat", "/wrong because this is a test key");
    insta::assert_snapshot!(heard.text(), @"
    Recorded as mistaken: what was found about the deploy key `ci` of `acme/api`. It stays in the register, with your reason. `/own` says the opposite.
    ");
    acme.world.records[0].grants[0].by = Some(actor("octocat"));
    acme.require = true;
    assert!(acme.says("octocat", "/wrong because mine").reply.acts.is_empty());
}

#[test]
fn explaining_tells_what_is_held_and_what_is_not_known() {
    let mut acme = Acme::with_a_key();
    acme.world.records[0].baseline = true;
    acme.says("octocat", "/own until 2027-03-31 because the build needs it");
    let heard = acme.says("monalisa", "/explain");
    assert_eq!(heard.reply.reaction, Reaction::Seen);
    insta::assert_snapshot!(heard.text(), @"
    **The deploy key `ci` of `acme/api`** (`deploy_key/4711`)
    - It can push to `acme/api`, as a deploy key.
      Granted by `hubot`, 23 November 2026, 14:05 UTC; read from the webhook `deploy_key.created`, delivery `72d3162e-cc78-11e3-81ab-4c9367dc0958`.
    - `octocat` owns it since 23 November 2026, until 31 March 2027, because `the build needs it`.
    - Seen first 23 November 2026, 14:05 UTC, last 23 November 2026, 14:05 UTC.
    - Not known: what happened before we first heard of it.
    - An administrator of the repository can delete a deploy key under Settings, Deploy keys.

    Nothing is listed here: only what events told of is known. No listing shows bypass lists of rulesets, Codespaces secrets, rulesets of the organisation, Codespaces secrets of the organisation, OAuth apps and classic personal access tokens.
    ");
}

#[test]
fn help_lists_the_commands() {
    insta::assert_snapshot!(Acme::with_a_key().says("monalisa", "/help").text(), @"
    A command stands first on a line of a comment.

    - `/own [ID…] [@user|@org/team] [backup @user|@org/team] [until DATE|30d] [for #N] [because TEXT]`: You answer for it from now on; with a name, that person or team is proposed.
    - `/disown [ID…]`: You no longer answer for it; nobody does until somebody says `/own`.
    - `/except [ID…] until DATE|30d because TEXT`: It is left as it is until then without an owner, and asked about again.
    - `/retire [ID…] [because TEXT]`: It is out of use. This records it and deletes nothing.
    - `/wrong [ID…] because TEXT`: The finding is mistaken, and this is why.
    - `/explain [ID…]`: What it is, what it can do, who granted it, who owns it, and what we cannot see.
    - `/help`: This list.

    An ID is a row number such as `2` or `1-3`, an identity such as `deploy_key/4711`, or `all`. A date counts to the end of its day.
    ");
}

#[test]
fn where_everybody_can_read_the_answer_says_nothing() {
    let mut acme = Acme::with_a_key();
    acme.world.repos[0].visibility = Visibility::Public;
    for text in ["/own", "/explain", "/retire", "/own @nobody"] {
        let said = acme.says("octocat", text).text();
        assert!(said.starts_with("Everybody can read this repository"), "{text}: {said}");
    }
}

#[test]
fn a_repository_that_is_not_loaded_is_asked_for_not_assumed() {
    let acme = Acme::with_a_key();
    let slice = beholden::register::Slice::empty(beholden::domain::OrgId(9));
    let found = slice.record(&acme.world.records[0].identity.key).map_err(Wanting::from);
    assert!(matches!(found, Err(Wanting::Load(_))));
}

#[test]
fn what_is_left_as_it_is_has_a_date_a_reason_and_no_owner() {
    let mut acme = Acme::with_a_key();
    let heard = acme.says("octocat", "/except until 30d because the migration needs it");
    assert_eq!(heard.reply.reaction, Reaction::Done);
    let text = heard.text();
    assert!(text.starts_with("Left as it is until ") && text.contains("`ci`"), "{text}");
    assert_eq!(acme.stands(), "unowned");
    let explained = acme.says("boss", "/explain").text();
    assert!(explained.contains("`octocat` left it as it is until"), "{explained}");
    assert!(explained.contains("because `the migration needs it`"), "{explained}");

    let refused = acme.says("monalisa", "/except until 30d because I want to");
    assert_eq!(refused.reply.reaction, Reaction::Confused);
    assert!(refused.reply.acts.is_empty() && refused.text().contains("maintain"));
    let late = acme.says("octocat", "/except until 2020-01-01 because it was");
    assert_eq!(late.text(), "That date is in the past.");
}
