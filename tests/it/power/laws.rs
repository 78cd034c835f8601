//! The orders are partial orders, and the product of them is one.

use std::cmp::Ordering;
use std::fmt::Debug;

use beholden::power::{
    Bounds, Code, Crowd, Guard, Held, Kind, Level, Patterns, Pin, Power, Protection, Scope, Secret,
    Trigger, Way,
};
use proptest::prelude::*;

fn crowd() -> impl Strategy<Value = Crowd> {
    use Crowd::*;
    prop::sample::select(vec![
        Nobody,
        Owners,
        Collaborators,
        Triagers,
        Readers,
        Approved,
        Contributors,
        Anyone,
    ])
}

fn bounds() -> impl Strategy<Value = Bounds<Crowd>> {
    (crowd(), crowd()).prop_map(|(a, b)| Bounds::between(a, b))
}

fn levels() -> impl Strategy<Value = Bounds<Level>> {
    let level = || prop::sample::select(vec![Level::None, Level::Read, Level::Write, Level::Admin]);
    (level(), level()).prop_map(|(a, b)| Bounds::between(a, b))
}

fn guard() -> impl Strategy<Value = Guard> {
    use Protection::*;
    let some = prop::collection::btree_set(
        prop::sample::select(vec![Reviewers, Branches, Timer, Custom]),
        0..4,
    );
    prop_oneof![
        some.prop_map(Guard::behind),
        "[ab]".prop_map(|name| Guard::Unknown { environment: name.as_str().into() }),
    ]
}

fn patterns() -> impl Strategy<Value = Patterns> {
    prop::collection::btree_set("[ab*]{1,4}", 0..4)
        .prop_map(|set| Patterns::of(set.iter().map(String::as_str)))
}

fn pin() -> impl Strategy<Value = Pin> {
    prop::sample::select(vec![Pin::Exact, Pin::Version, Pin::Tag, Pin::Floating])
}

prop_compose! {
    fn power()(
        triggers in prop::collection::btree_map("[ab]", bounds(), 0..3),
        token in prop::collection::btree_map("[ab]", levels(), 0..3),
        secrets in prop::collection::btree_set("[AB]", 0..3),
        code in prop::collection::btree_map("[ab]", pin(), 0..2),
        tools in patterns(),
        guard in guard(),
    ) -> Power {
        Power {
            triggers: triggers.iter().map(|(k, v)| (Trigger::new(k), *v)).collect(),
            token: token.iter().map(|(k, v)| (Scope::new(k), *v)).collect(),
            secrets: secrets.iter().map(|k| (Secret::named(k), Held)).collect(),
            code: code.iter().map(|(k, v)| (Code::new(Kind::Action, k), *v)).collect(),
            tools,
            guard,
            ..Power::default()
        }
    }
}

/// Reflexive, antisymmetric, transitive; `==` and the order agree; both sides say the same.
fn lawful<T: PartialOrd + Debug>(a: &T, b: &T, c: &T) -> Result<(), TestCaseError> {
    prop_assert_eq!(a.partial_cmp(a), Some(Ordering::Equal));
    prop_assert_eq!(a.partial_cmp(b), b.partial_cmp(a).map(Ordering::reverse));
    prop_assert_eq!(a == b, a.partial_cmp(b) == Some(Ordering::Equal));
    if a <= b && b <= c {
        prop_assert!(a <= c, "{:?} {:?} {:?}", a, b, c);
    }
    Ok(())
}

proptest! {
    #[test]
    fn crowds_known_or_not_are_ordered((a, b, c) in (bounds(), bounds(), bounds())) {
        lawful(&a, &b, &c)?;
    }

    #[test]
    fn token_levels_are_ordered((a, b, c) in (levels(), levels(), levels())) {
        lawful(&a, &b, &c)?;
    }

    #[test]
    fn guards_are_ordered((a, b, c) in (guard(), guard(), guard())) {
        lawful(&a, &b, &c)?;
    }

    #[test]
    fn patterns_are_ordered((a, b, c) in (patterns(), patterns(), patterns())) {
        lawful(&a, &b, &c)?;
    }

    #[test]
    fn pins_are_ordered((a, b, c) in (pin(), pin(), pin())) {
        lawful(&a, &b, &c)?;
    }

    #[test]
    fn powers_are_ordered((a, b, c) in (power(), power(), power())) {
        lawful(&a, &b, &c)?;
    }

    #[test]
    fn a_pattern_that_covers_fits_all_that_the_other_fits(
        (wide, narrow, text) in ("[ab*]{0,4}", "[ab*]{0,4}", "[ab]{0,5}")
    ) {
        let fits = |pattern: &str, text: &str| {
            let regex = format!("^{}$", pattern.replace('*', ".*"));
            regex::Regex::new(&regex).unwrap().is_match(text)
        };
        let covers = Patterns::of([narrow.as_str()]).beyond(&Patterns::of([wide.as_str()])).next().is_none();
        if covers && fits(&narrow, &text) {
            prop_assert!(fits(&wide, &text));
        }
    }

    #[test]
    fn both_at_once_is_below_neither((a, b) in (power(), power())) {
        let both = a.clone().join(b.clone());
        for one in [&a, &b] {
            let fell = one.shifts(&both).into_iter().filter(|shift| shift.way == Way::Fell);
            prop_assert_eq!(fell.collect::<Vec<_>>(), vec![], "{:?}", both);
        }
        prop_assert_eq!(a.clone().join(a.clone()), a);
    }

    #[test]
    fn more_is_never_narrower((a, b) in (power(), power())) {
        let both = a.clone().join(b);
        let shifts = a.shifts(&both);
        prop_assert!(shifts.is_empty() || shifts.iter().any(|shift| shift.way != Way::Fell));
    }

    #[test]
    fn a_power_reads_back_what_it_wrote(a in power()) {
        let text = serde_json::to_string(&a).unwrap();
        let read: Power = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read.digest(), a.digest());
        prop_assert_eq!(read, a);
    }
}
