//! Blindness in words: what cannot be seen, what follows from it, and what to do.
//!
//! Names of repositories and permissions are shown in code spans; titles hold only our own words.

use jiff::tz::TimeZone;

use crate::domain::{Blind, Case, Foreign, Loss, Place, RepoName, Sight};
use crate::plan::{Terms, home};
use crate::register::{NotLoaded, Slice};
use crate::words::{count, defused, list, long_date, moment, repo, shown};

/// The most things that an issue lists.
const MOST: usize = 50;

/// What a sentence without markup names one by one.
const FEW: usize = 5;

/// Where the case of a cause belongs: home, if it can be written to at all.
///
/// # Errors
/// When the slice lacks home.
pub fn blind_place(terms: &Terms<'_>, slice: &Slice, why: Blind) -> Result<Place, NotLoaded> {
    let stays = |why: &str| Ok(Place::Register { why: why.to_owned() });
    match why {
        Blind::Suspended => stays("The installation is suspended, so nothing can be written."),
        Blind::Uninstalled => stays("The App is not installed, so nothing can be written."),
        _ if !terms.policy.default_mode.max(terms.policy.floor).writes() => {
            stays("The mode is `observe`, so nothing is written.")
        }
        Blind::Permission | Blind::Deselected | Blind::Webhook | Blind::Silent => {
            home(terms, slice)
        }
    }
}

/// One sentence without markup, for alerts, the log, the history and the pages.
pub fn blindness(why: Blind, blind: bool, loss: &Loss) -> String {
    if !blind {
        return format!("Seen again: {}", lower(sight_of(why)));
    }
    let named: Vec<String> = loss.what.values().take(FEW).map(|what| plain(what)).collect();
    let rest = loss.what.len().saturating_sub(FEW);
    let named = match rest {
        0 => list(&named),
        _ => format!("{} and {rest} more", named.join(", ")),
    };
    sentence(why, loss, &named)
}

/// Title and text of the issue of a cause.
pub(super) fn words(why: Blind, sight: &Sight, case: &Case) -> (String, String) {
    let day = |at| long_date(at, &TimeZone::UTC);
    let text = match sight.lost.get(&why) {
        Some(loss) => {
            let code: Vec<String> = loss.what.values().map(|what| code(why, what)).collect();
            let few = match &code[..] {
                few if few.len() <= FEW => list(few),
                _ => count(code.len(), noun(why)),
            };
            let mut parts = vec![format!("**{}**", sentence(why, loss, &few))];
            if code.len() > FEW {
                parts.push(listed(&code));
            }
            parts.push(format!("Noticed on {}. {}", moment(case.opened), follows(why)));
            parts.push(format!("### What to do\n\n{}", to_do(why)));
            parts.push(
                "This issue closes by itself when we see again. If you close it, it stays closed \
                 until more is lost."
                    .to_owned(),
            );
            parts
        }
        None => vec![
            format!("**Seen again since {}.** {}", day(case.latest), sight_of(why)),
            "What happened in between may not have been heard. What was known before is still in \
             the register."
                .to_owned(),
        ],
    };
    let footer = format!("---\n<sub>Written by Beholden, case `{}`.</sub>", case.id);
    (title(why).to_owned(), [text, vec![footer]].concat().join("\n\n"))
}

fn title(why: Blind) -> &'static str {
    match why {
        Blind::Suspended => "Beholden is suspended",
        Blind::Uninstalled => "Beholden is not installed",
        Blind::Permission => "Beholden lacks permissions",
        Blind::Deselected => "Beholden does not see every repository any more",
        Blind::Webhook => "Beholden's webhook was changed",
        Blind::Silent => "Beholden hears nothing from GitHub",
    }
}

fn sentence(why: Blind, loss: &Loss, what: &str) -> String {
    match why {
        Blind::Suspended => "The installation is suspended: nothing is heard, and nothing can be \
                             read or written."
            .to_owned(),
        Blind::Uninstalled => "The App was uninstalled: nothing is heard, and nothing can be read \
                               or written."
            .to_owned(),
        Blind::Permission => format!("The installation does not grant what we need: {what}."),
        Blind::Deselected => {
            format!("Repositories were taken out of the installation: {what}.")
        }
        Blind::Webhook => format!("The App's webhook is not as it should be; it leads to: {what}."),
        Blind::Silent => format!("No webhook has arrived since {}.", moment(loss.since)),
    }
}

/// What is so when we see again.
fn sight_of(why: Blind) -> &'static str {
    match why {
        Blind::Suspended => "The installation is not suspended.",
        Blind::Uninstalled => "The App is installed.",
        Blind::Permission => "Every permission that we need is granted.",
        Blind::Deselected => "The repositories are in the installation, or deleted.",
        Blind::Webhook => "The App's webhook leads here.",
        Blind::Silent => "Webhooks arrive.",
    }
}

/// What follows from it.
fn follows(why: Blind) -> &'static str {
    match why {
        Blind::Permission => {
            "What needs them is not heard or cannot be read. What was known stays in the register \
             as it was: not seen is not gone."
        }
        Blind::Deselected => {
            "What is granted there is not noticed. What was known stays in the register as it \
             was: not seen is not gone."
        }
        Blind::Suspended | Blind::Uninstalled | Blind::Webhook | Blind::Silent => {
            "What is granted meanwhile is not noticed. What was known stays in the register as it \
             was: not seen is not gone."
        }
    }
}

fn to_do(why: Blind) -> &'static str {
    match why {
        Blind::Suspended => {
            "An organisation owner can lift the suspension in the installation's settings."
        }
        Blind::Uninstalled => "An organisation owner can install the App again.",
        Blind::Permission => {
            "An organisation owner reviews the App's request in the installation's settings. If \
             there is none, whoever manages the App gives it the permission first."
        }
        Blind::Deselected => {
            "An organisation owner can add them again in the installation's settings, under \
             repository access. If they should not be seen, close this issue."
        }
        Blind::Webhook => {
            "Whoever manages the App looks at its webhook settings. If the server has moved, its \
             operator sets `--public-url`."
        }
        Blind::Silent => {
            "Whoever manages the App looks at its recent deliveries: GitHub says there whether it \
             tries, and what it is answered. If the organisation was only quiet, this closes with \
             the next event; `--blind-after` says how long it may be."
        }
    }
}

fn noun(why: Blind) -> &'static str {
    match why {
        Blind::Permission => "permission",
        Blind::Deselected => "repository",
        _ => "thing",
    }
}

fn listed(code: &[String]) -> String {
    let mut lines: Vec<String> = code.iter().take(MOST).map(|what| format!("- {what}")).collect();
    if code.len() > MOST {
        lines.push(format!("- and {} more; the coverage page lists them.", code.len() - MOST));
    }
    lines.join("\n")
}

/// One lost thing in a code span.
fn code(why: Blind, what: &str) -> String {
    match (why, what.parse::<RepoName>()) {
        (Blind::Deselected, Ok(name)) => repo(&name),
        (Blind::Permission, _) => format!("`{}`", defused(what)),
        _ => shown(&Foreign::new(what)),
    }
}

/// A name in a sentence without markup: what could end the line or hide in it is left out.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(100).collect()
}

fn lower(sentence: &str) -> String {
    let mut chars = sentence.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use insta::assert_snapshot;

    use super::*;
    use crate::domain::{CaseId, CaseState, Cause, OrgId, Timestamp};

    /// The issue of a cause as people read it, with this lost.
    fn issue(why: Blind, what: &[&str]) -> String {
        let at: Timestamp = "2026-11-23T14:05:00Z".parse().unwrap();
        let what = what.iter().enumerate();
        let what: BTreeMap<_, _> =
            what.map(|(n, what)| (format!("{n:03}"), (*what).to_owned())).collect();
        let loss = Loss { since: at, what, untold: false };
        let sight = Sight { lost: [(why, loss)].into(), hook: None, switches: Default::default() };
        let cause = Cause::Blind { why };
        let case = Case {
            id: CaseId::of_cause(OrgId(7), &cause),
            cause,
            place: Place::Register { why: String::new() },
            rows: Vec::new(),
            state: CaseState::Open,
            issue: None,
            reopened: false,
            opened: at,
            latest: at,
            merged_into: None,
            exposed: Vec::new(),
            backlog: None,
        };
        let (title, text) = words(why, &sight, &case);
        format!("{title}\n\n{text}")
    }

    #[test]
    fn an_issue_says_what_is_lost_what_follows_and_what_to_do() {
        assert_snapshot!(issue(Blind::Deselected, &["acme/api", "acme/site"]), @r#"
        Beholden does not see every repository any more

        **Repositories were taken out of the installation: `acme/api` and `acme/site`.**

        Noticed on 23 November 2026, 14:05 UTC. What is granted there is not noticed. What was known stays in the register as it was: not seen is not gone.

        ### What to do

        An organisation owner can add them again in the installation's settings, under repository access. If they should not be seen, close this issue.

        This issue closes by itself when we see again. If you close it, it stays closed until more is lost.

        ---
        <sub>Written by Beholden, case `386d04e384e8088a`.</sub>
        "#);
        assert_snapshot!(issue(Blind::Permission, &["issues: write"]), @r#"
        Beholden lacks permissions

        **The installation does not grant what we need: `issues: write`.**

        Noticed on 23 November 2026, 14:05 UTC. What needs them is not heard or cannot be read. What was known stays in the register as it was: not seen is not gone.

        ### What to do

        An organisation owner reviews the App's request in the installation's settings. If there is none, whoever manages the App gives it the permission first.

        This issue closes by itself when we see again. If you close it, it stays closed until more is lost.

        ---
        <sub>Written by Beholden, case `c9d282e0a2ae3b2c`.</sub>
        "#);
        assert_snapshot!(issue(Blind::Silent, &[]), @r#"
        Beholden hears nothing from GitHub

        **No webhook has arrived since 23 November 2026, 14:05 UTC.**

        Noticed on 23 November 2026, 14:05 UTC. What is granted meanwhile is not noticed. What was known stays in the register as it was: not seen is not gone.

        ### What to do

        Whoever manages the App looks at its recent deliveries: GitHub says there whether it tries, and what it is answered. If the organisation was only quiet, this closes with the next event; `--blind-after` says how long it may be.

        This issue closes by itself when we see again. If you close it, it stays closed until more is lost.

        ---
        <sub>Written by Beholden, case `dfbc23533351e202`.</sub>
        "#);
    }

    #[test]
    fn many_lost_things_are_counted_and_listed_up_to_fifty() {
        let names: Vec<String> = (0..60).map(|n| format!("acme/r{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let text = issue(Blind::Deselected, &names);
        assert!(text.contains("taken out of the installation: 60 repositories."), "{text}");
        assert!(text.contains("- `acme/r49`\n- and 10 more;"), "{text}");
        assert!(!text.contains("acme/r50"), "{text}");
    }

    #[test]
    fn an_address_that_somebody_else_chose_is_shown_and_does_nothing() {
        let text = issue(Blind::Webhook, &["https://x.invalid/@acme/everyone `<img src=x>`\n/own"]);
        for raw in ["@acme/everyone", "\n/own", "<img", "https://x"] {
            assert!(!text.contains(raw), "{raw}: {text}");
        }
        let loss = Loss {
            since: Timestamp::UNIX_EPOCH,
            what: [("url".to_owned(), "https://x.invalid/\nblind".to_owned())].into(),
            untold: false,
        };
        assert!(!blindness(Blind::Webhook, true, &loss).contains('\n'));
    }
}
