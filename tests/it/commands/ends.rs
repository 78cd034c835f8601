//! Until when: lengths count from the words, dates end with the day where the organisation is.

use beholden::domain::Ownership;
use jiff::Timestamp;

use super::acme::Acme;

fn end(text: &str) -> Result<Timestamp, String> {
    let mut acme = Acme::with_a_key();
    let heard = acme.says("octocat", &format!("/own until {text}"));
    match &acme.world.records[0].ownership {
        Ownership::Owned { until: Some(end), .. } => Ok(*end),
        _ => Err(heard.text()),
    }
}

#[test]
fn an_end_is_the_moment_that_was_meant() {
    for (text, moment) in [
        ("30d", "2026-12-23T14:05:00Z"),
        ("6W", "2027-01-04T14:05:00Z"),
        ("3m", "2027-02-23T14:05:00Z"),
        ("2027-03-31", "2027-04-01T00:00:00Z"),
        ("2026-11-23", "2026-11-24T00:00:00Z"),
    ] {
        assert_eq!(end(text).map(|end| end.to_string()), Ok(moment.to_owned()), "{text}");
    }
}

#[test]
fn an_end_in_the_past_or_too_far_away_is_refused() {
    for (text, why) in
        [("2026-11-22", "in the past"), ("2036-12-31", "ten years"), ("9999-12-31", "too far")]
    {
        let refusal = end(text).unwrap_err();
        assert!(refusal.contains(why), "{text}: {refusal}");
    }
}

#[test]
fn the_reply_names_the_last_day_and_promises_nothing_more() {
    let mut acme = Acme::with_a_key();
    let text = acme.says("octocat", "/own until 2027-03-31 for #123 because builds").text();
    insta::assert_snapshot!(text, @"
    `octocat` owns the deploy key `ci` of `acme/api` now. It can push to `acme/api`. The end that you gave, 31 March 2027, is recorded. It is recorded as being for `acme/home#123`: if it is used more than a day after that was closed, somebody is asked again. `/disown` undoes this.
    ");
}
