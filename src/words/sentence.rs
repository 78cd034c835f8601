//! Small parts of sentences: lists, counts, articles, dates.

use jiff::tz::TimeZone;

use crate::domain::Timestamp;

/// `a, b and c`. Empty for nothing.
pub fn list<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [most @ .., last] => {
            let most: Vec<_> = most.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", most.join(", "), last.as_ref())
        }
    }
}

/// `1 key`, `2 keys`.
pub fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {}", plural(what)) }
}

/// The plural of one of our own nouns.
pub fn plural(noun: &str) -> String {
    let consonant_y = noun
        .strip_suffix('y')
        .is_some_and(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']) && !stem.is_empty());
    if noun.ends_with("instructions") {
        noun.to_owned()
    } else if consonant_y {
        format!("{}ies", &noun[..noun.len() - 1])
    } else if noun.ends_with("ss") {
        format!("{noun}es")
    } else {
        format!("{noun}s")
    }
}

/// `a deploy key`, `an AI agent`; what is already many stays without an article.
pub fn a(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    if noun.ends_with("instructions") {
        noun.to_owned()
    } else if vowel || noun.starts_with("MCP") {
        format!("an {noun}")
    } else {
        format!("a {noun}")
    }
}

/// The sentence with a capital at its start.
pub fn upper(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `2026-11-23`, as a command takes it.
pub fn date(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d").to_string()
}

/// `23 November 2026`.
pub fn long_date(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%-d %B %Y").to_string()
}

/// The last day that an end covers: an end at midnight belongs to the day before.
pub fn last_day(end: Timestamp) -> Timestamp {
    end - jiff::SignedDuration::from_secs(1)
}

/// `23 November 2026, 14:05 UTC`.
pub fn moment(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::UTC).strftime("%-d %B %Y, %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::IdentityKind;

    #[test]
    fn lists_and_counts_read_like_a_sentence() {
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b"]), "a and b");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(count(1, "key"), "1 key");
        assert_eq!(count(0, "repository"), "0 repositories");
        assert_eq!(count(3, "ruleset bypass"), "3 ruleset bypasses");
    }

    #[test]
    fn every_kind_has_an_article_and_a_plural() {
        let words: Vec<_> = IdentityKind::ALL
            .iter()
            .map(|kind| format!("{} / {}", a(kind.words()), plural(kind.words())))
            .collect();
        insta::assert_snapshot!(words.join("\n"), @"
        a GitHub App / GitHub Apps
        a deploy key / deploy keys
        a fine-grained personal access token / fine-grained personal access tokens
        a classic personal access token / classic personal access tokens
        an OAuth app / OAuth apps
        an Actions secret / Actions secrets
        a Dependabot secret / Dependabot secrets
        a Codespaces secret / Codespaces secrets
        an agents secret / agents secrets
        a webhook / webhooks
        a self-hosted runner / self-hosted runners
        a machine user / machine users
        a workflow / workflows
        an OIDC trust / OIDC trusts
        a third-party action / third-party actions
        an AI agent / AI agents
        an MCP server / MCP servers
        agent instructions / agent instructions
        a private registry / private registries
        a ruleset bypass / ruleset bypasses
        a leaked credential / leaked credentials
        ");
    }

    #[test]
    fn dates_are_of_the_zone_that_is_asked_for() {
        let at: Timestamp = "2026-11-23T23:30:00Z".parse().unwrap();
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        assert_eq!(date(at, &TimeZone::UTC), "2026-11-23");
        assert_eq!(date(at, &zone), "2026-11-24");
        assert_eq!(long_date(at, &zone), "24 November 2026");
        assert_eq!(moment(at), "23 November 2026, 23:30 UTC");
    }
}
