//! `beholden.yml` as it is written, and its way into a [`Policy`].

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_saphyr::{Options, Spanned};

use crate::domain::{IdentityKey, IdentityKind, Login, TeamSlug};
use crate::policy::refusal::{instead, plain};
use crate::policy::{BadPolicy, Ignore, Limits, Mode, ModeRule, Policy, RepoGlob, zone_named};

/// A word with its place.
type Word = Spanned<String>;

/// The most entries of any list in the file.
pub(super) const MOST_ENTRIES: usize = 1_000;
/// The most characters of a reason.
pub(super) const MOST_REASON: usize = 500;
/// The refusal of a longer list.
const TOO_MANY: &str = "a list ends at 1,000 entries; use a pattern";

/// The file, before anything in it is believed.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct File {
    mode: Option<Word>,
    modes: Option<Vec<Spanned<ModeEntry>>>,
    machine_users: Option<Vec<Word>>,
    humans: Option<Vec<Word>>,
    approvers: Option<Vec<Word>>,
    approver_teams: Option<Vec<Word>>,
    owner: Option<Word>,
    self_accept: Option<Word>,
    zone: Option<Word>,
    ignores: Option<Vec<Spanned<IgnoreEntry>>>,
    limits: Option<LimitsEntry>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ModeEntry {
    kinds: Option<Vec<Word>>,
    repos: Option<Word>,
    mode: Option<Word>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct LimitsEntry {
    rotate_days: Option<Spanned<u64>>,
    unused_days: Option<Spanned<u64>>,
    silent_days: Option<Spanned<u64>>,
    place_days: Option<Spanned<u64>>,
    burst_uses: Option<Spanned<u64>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct IgnoreEntry {
    identity: Option<Word>,
    kind: Option<Word>,
    repos: Option<Word>,
    rule: Option<Word>,
    until: Option<Word>,
    because: Option<Word>,
}

/// See [`Policy::read`].
pub(super) fn read(yaml: &str, floor: &Policy) -> Result<Policy, BadPolicy> {
    if yaml.len() > Policy::MOST_BYTES {
        return Err(BadPolicy::whole("the file is larger than 256 KiB; nobody could review it"));
    }
    let File {
        mode,
        modes,
        machine_users,
        humans,
        approvers,
        approver_teams,
        owner: said_owner,
        self_accept,
        zone: said_zone,
        ignores,
        limits: said_limits,
    } = serde_saphyr::from_str_with_options(yaml, options())?;

    let people = People::read(machine_users, humans, approvers, floor)?;
    let mut teams = floor.approver_teams.clone();
    teams.extend(each_once::<TeamSlug>(&approver_teams.unwrap_or_default(), "a team slug")?);
    let owner = owner(said_owner, &people, floor)?;
    Ok(Policy {
        home: floor.home.clone(),
        default_mode: match mode {
            Some(word) => parse::<Mode>(&word)?,
            None => floor.default_mode,
        },
        floor: floor.floor,
        modes: floor.modes.iter().cloned().chain(mode_rules(modes)?).collect(),
        machine_users: people.machines,
        humans: people.humans,
        approvers: people.approvers,
        approver_teams: teams,
        owner,
        ignores: floor.ignores.iter().cloned().chain(ignore_rules(ignores)?).collect(),
        self_accept: self_acceptance(self_accept, floor)?,
        zone: match said_zone {
            Some(word) => zone(&word)?,
            None => floor.zone.clone(),
        },
        limits: limits(said_limits.unwrap_or_default(), floor.limits)?,
    })
}

/// Strict and bounded: no anchors, no merge keys, no second document, no odd booleans.
fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: 8,
            max_documents: 2, // so that a second one is refused by its name
            max_aliases: 0,
            max_anchors: 0,
            max_merge_keys: 0,
            max_nodes: 50_000,
        },
        strict_booleans: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    }
}

/// Who is what, in the file and the flags together.
struct People {
    machines: BTreeSet<Login>,
    humans: BTreeSet<Login>,
    approvers: BTreeSet<Login>,
}

impl People {
    fn read(
        machines: Option<Vec<Word>>,
        humans: Option<Vec<Word>>,
        approvers: Option<Vec<Word>>,
        floor: &Policy,
    ) -> Result<Self, BadPolicy> {
        let machines = machines.unwrap_or_default();
        let mut all = floor.machine_users.clone();
        all.extend(each_once::<Login>(&machines, "a login")?);
        for word in &machines {
            if floor.humans.contains(&login(word)?) || floor.approvers.contains(&login(word)?) {
                return Err(refuse(word, "the operator's flags say that this is a person"));
            }
        }
        let no_machine = |words: Option<Vec<Word>>, already: &BTreeSet<Login>| {
            let words = words.unwrap_or_default();
            let mut named = already.clone();
            named.extend(each_once::<Login>(&words, "a login")?);
            for word in &words {
                let login = login(word)?;
                if login.is_bot() || all.contains(&login) {
                    return Err(refuse(word, "this account is a machine, so it cannot stand here"));
                }
            }
            Ok(named)
        };
        let humans = no_machine(humans, &floor.humans)?;
        let approvers = no_machine(approvers, &floor.approvers)?;
        Ok(Self { machines: all, humans, approvers })
    }
}

fn mode_rules(entries: Option<Vec<Spanned<ModeEntry>>>) -> Result<Vec<ModeRule>, BadPolicy> {
    let mut rules = Vec::new();
    for entry in bounded(entries.unwrap_or_default())? {
        let place = entry.referenced;
        let ModeEntry { kinds, repos, mode } = entry.value;
        let kinds: Vec<IdentityKind> = match kinds {
            Some(words) if words.is_empty() => {
                return Err(BadPolicy::at(place, "name a kind, or leave `kinds` out to mean all"));
            }
            Some(words) => each_once_with(&words, kind)?,
            None => Vec::new(),
        };
        let mode = mode.ok_or_else(|| BadPolicy::at(place, "`mode` is missing here"))?;
        let rule = ModeRule { kinds, repos: optional(repos)?, mode: parse::<Mode>(&mode)? };
        let same = |other: &ModeRule| other.kinds == rule.kinds && other.repos == rule.repos;
        if rules.iter().any(same) {
            return Err(BadPolicy::at(
                place,
                "an entry above names the same kinds and repositories",
            ));
        }
        rules.push(rule);
    }
    Ok(rules)
}

fn ignore_rules(entries: Option<Vec<Spanned<IgnoreEntry>>>) -> Result<Vec<Ignore>, BadPolicy> {
    let mut rules = Vec::new();
    for entry in bounded(entries.unwrap_or_default())? {
        let place = entry.referenced;
        let rule = ignore(entry)?;
        if rules.contains(&rule) {
            return Err(BadPolicy::at(place, "the same entry stands above"));
        }
        rules.push(rule);
    }
    Ok(rules)
}

/// How an identity is written.
const WRITTEN: &str = "an identity; write it like `deploy_key/4711`";

fn ignore(entry: Spanned<IgnoreEntry>) -> Result<Ignore, BadPolicy> {
    let place = entry.referenced;
    let IgnoreEntry { identity, kind: said, repos, rule, until, because } = entry.value;
    let until = until.ok_or_else(|| {
        BadPolicy::at(place, "`until` is missing: what is ignored must end, as in 2027-03-31")
    })?;
    let because = because
        .ok_or_else(|| BadPolicy::at(place, "`because` is missing: say why this is left alone"))?;
    if because.value.trim().is_empty() || because.value.chars().count() > MOST_REASON {
        return Err(refuse(&because, "say why, in 1 to 500 characters"));
    }
    if let Some(rule) = &rule {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if rule.value.is_empty() || rule.value.len() > 80 || !rule.value.chars().all(fits) {
            return Err(refuse(rule, "a rule is written like `writable-deploy-key`"));
        }
    }
    let key = identity.as_ref().map(|word| named::<IdentityKey>(word, WRITTEN)).transpose()?;
    if let (Some(key), Some(word)) = (&key, &said)
        && key.kind() != kind(word)?
    {
        return Err(refuse(word, "the identity above is of another kind; leave `kind` out"));
    }
    let ignore = Ignore {
        identity: key,
        kind: said.as_ref().map(kind).transpose()?,
        repos: optional(repos)?,
        rule: rule.map(|word| word.value),
        until: date(&until)?,
        because: because.value.trim().to_owned(),
    };
    let Ignore { identity, kind, repos, rule, .. } = &ignore;
    if identity.is_none() && kind.is_none() && repos.is_none() && rule.is_none() {
        return Err(BadPolicy::at(place, "name an identity, a kind, repositories or a rule"));
    }
    Ok(ignore)
}

/// Who answers for Beholden. The operator's word is the last.
fn owner(word: Option<Word>, people: &People, floor: &Policy) -> Result<Option<Login>, BadPolicy> {
    let Some(word) = word else { return Ok(floor.owner.clone()) };
    let named = login(&word)?;
    if named.is_bot() || people.machines.contains(&named) {
        return Err(refuse(&word, "a machine cannot answer for Beholden; name a person"));
    }
    if floor.owner.as_ref().is_some_and(|owner| *owner != named) {
        return Err(refuse(&word, "the operator names somebody else with --owner"));
    }
    Ok(Some(named))
}

fn self_acceptance(word: Option<Word>, floor: &Policy) -> Result<bool, BadPolicy> {
    let Some(word) = word else { return Ok(floor.self_accept) };
    match word.value.as_str() {
        "refuse" => Ok(false),
        "allow" if floor.self_accept || !floor.floor.requires() => Ok(true),
        "allow" => Err(refuse(&word, "the operator requires that somebody else accepts")),
        other => {
            let hint = instead(other, &["allow", "refuse"]);
            Err(refuse(&word, format!("{} is no answer here{hint}", plain(other))))
        }
    }
}

fn limits(entry: LimitsEntry, floor: Limits) -> Result<Limits, BadPolicy> {
    let LimitsEntry { rotate_days, unused_days, silent_days, place_days, burst_uses } = entry;
    let read = |said: Option<Spanned<u64>>, otherwise: u16| match said {
        None => Ok(otherwise),
        Some(said) => u16::try_from(said.value)
            .ok()
            .filter(|days| (1..=Limits::MOST).contains(days))
            .ok_or_else(|| {
                let most = Limits::MOST;
                BadPolicy::at(
                    said.referenced,
                    format!("a limit is a number, of days or uses, 1 to {most}"),
                )
            }),
    };
    Ok(Limits {
        rotate_days: read(rotate_days, floor.rotate_days)?,
        unused_days: read(unused_days, floor.unused_days)?,
        silent_days: read(silent_days, floor.silent_days)?,
        place_days: read(place_days, floor.place_days)?,
        burst_uses: read(burst_uses, floor.burst_uses)?,
    })
}

fn zone(word: &Word) -> Result<TimeZone, BadPolicy> {
    zone_named(&word.value).map_err(|_| {
        refuse(word, format!("there is no time zone {}; as in Europe/Berlin", plain(&word.value)))
    })
}

fn date(word: &Word) -> Result<Date, BadPolicy> {
    // jiff would also take a date with a time, of which only the date would count.
    let shaped = word.value.len() == 10;
    let date = shaped.then(|| word.value.parse().ok()).flatten();
    date.ok_or_else(|| {
        refuse(word, format!("{} is no date; write it as 2027-03-31", plain(&word.value)))
    })
}

fn kind(word: &Word) -> Result<IdentityKind, BadPolicy> {
    word.value.parse().map_err(|_| {
        let known: Vec<_> = IdentityKind::ALL.iter().map(|kind| kind.as_str()).collect();
        let hint = instead(&word.value, &known);
        refuse(word, format!("there is no kind {}{hint}", plain(&word.value)))
    })
}

fn login(word: &Word) -> Result<Login, BadPolicy> {
    named(word, "a login")
}

fn named<T: FromStr>(word: &Word, what: &str) -> Result<T, BadPolicy> {
    word.value.parse().map_err(|_| refuse(word, format!("{} is not {what}", plain(&word.value))))
}

/// For types whose errors speak in our own words.
fn parse<T: FromStr<Err: Display>>(word: &Word) -> Result<T, BadPolicy> {
    word.value.parse().map_err(|error: T::Err| refuse(word, error.to_string()))
}

/// A pattern, where one is written.
fn optional(word: Option<Word>) -> Result<Option<RepoGlob>, BadPolicy> {
    word.as_ref().map(parse::<RepoGlob>).transpose()
}

/// Every word read, and none of them twice.
fn each_once<T: FromStr + PartialEq>(words: &[Word], what: &str) -> Result<Vec<T>, BadPolicy> {
    each_once_with(words, |word| named(word, what))
}

fn each_once_with<T: PartialEq>(
    words: &[Word],
    read: impl Fn(&Word) -> Result<T, BadPolicy>,
) -> Result<Vec<T>, BadPolicy> {
    if let Some(word) = words.get(MOST_ENTRIES) {
        return Err(refuse(word, TOO_MANY));
    }
    let mut known = Vec::with_capacity(words.len());
    for word in words {
        let value = read(word)?;
        if known.contains(&value) {
            return Err(refuse(word, format!("{} stands here twice", plain(&word.value))));
        }
        known.push(value);
    }
    Ok(known)
}

fn bounded<T>(entries: Vec<Spanned<T>>) -> Result<Vec<Spanned<T>>, BadPolicy> {
    match entries.get(MOST_ENTRIES) {
        Some(entry) => Err(BadPolicy::at(entry.referenced, TOO_MANY)),
        None => Ok(entries),
    }
}

fn refuse(word: &Word, message: impl Into<String>) -> BadPolicy {
    BadPolicy::at(word.referenced, message)
}
