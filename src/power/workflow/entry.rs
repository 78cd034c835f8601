//! How a workflow is set in motion: each of its triggers, with the people behind it.

use std::collections::{BTreeMap, BTreeSet};

use yaml_serde::Value;

use crate::power::model::{Bounds, Crowd, Order, Spot, Trigger};
use crate::power::workflow::condition::{self, Gate};
use crate::power::workflow::events;
use crate::power::workflow::file::{At, File, text_of, texts_of};
use crate::power::workflow::{Reading, Site};

/// How deep a chain of `workflow_run` is followed.
const MOST_LINKS: usize = 4;

/// The most events of a workflow that are read: GitHub has fewer than half as many.
const MOST_EVENTS: usize = 100;

/// One way in.
#[derive(Clone)]
pub(super) struct Entry {
    /// The event, as conditions know it; [`Trigger::FORK`] for pull requests of forks.
    pub(super) event: String,
    /// Who can cause it.
    pub(super) crowd: Bounds<Crowd>,
    /// Contexts of the event that outsiders write.
    pub(super) words: BTreeSet<&'static str>,
    /// Where it is switched on.
    pub(super) spot: Spot,
}

/// The triggers of a workflow that are live on this ground.
pub(super) fn entries(site: &Site<'_>, file: &File<'_>, reading: &mut Reading) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (nth, (event, settings, at)) in events_of(file).into_iter().enumerate() {
        if nth == MOST_EVENTS {
            let why =
                format!("what its other triggers are, because it has more than {MOST_EVENTS}");
            reading.unknown(at.spot(), why, None);
            break;
        }
        if site.ground.is_side_branch() && events::needs_default_branch(&event, site.ground) {
            continue;
        }
        let types = settings.and_then(|it| it.get("types")).map(texts_of).unwrap_or_default();
        let spot = at.spot_of(&event);
        if event == "pull_request" {
            entries.push(Entry {
                event: Trigger::FORK.to_owned(),
                crowd: events::fork_crowd(site.ground),
                words: BTreeSet::new(),
                spot: spot.clone(),
            });
        }
        let mut entry = Entry {
            crowd: events::crowd(&event, &types, site.ground),
            words: events::words(&event).iter().copied().collect(),
            event,
            spot,
        };
        if entry.event == "workflow_run" {
            let names = settings.and_then(|it| it.get("workflows")).map(texts_of);
            let names = names.unwrap_or_default();
            entry.crowd = upstream(site, names, &mut |name| {
                let why = format!(
                    "who sets the workflow `{}` in motion that this one follows, because it is not among the files",
                    name.replace('`', "'")
                );
                reading.unknown(entry.spot.clone(), why, None);
            });
            if !entry.crowd.most().has_outsiders() {
                entry.words.clear();
            }
        }
        entries.push(entry);
    }
    entries
}

/// The entries that a condition lets through, each no wider than the condition allows.
pub(super) fn through(entries: &[Entry], condition: Option<&str>) -> Vec<Entry> {
    let Some(condition) = condition else { return entries.to_vec() };
    let limited = |entry: &Entry| {
        let Gate { crowd, trusted } = condition::gate(condition, as_event(&entry.event))?;
        let mut entry = entry.clone();
        if let Some(crowd) = crowd {
            entry.crowd = entry.crowd.at_most(crowd);
        }
        entry.words.retain(|word| !trusted.contains(word));
        // A pull request that does not come from a fork is none of a fork.
        let fork = entry.event == Trigger::FORK;
        (!fork || entry.crowd.most().has_outsiders()).then_some(entry)
    };
    entries.iter().filter_map(limited).collect()
}

/// What conditions call an event: a fork's pull request is a `pull_request` too.
fn as_event(event: &str) -> &str {
    if event == Trigger::FORK { "pull_request" } else { event }
}

/// Each event under `on:`, with its settings and its place.
fn events_of<'f>(file: &'f File<'f>) -> Vec<(String, Option<&'f Value>, At<'f>)> {
    let at = file.top().key("on");
    match file.root.get("on") {
        Some(Value::Mapping(map)) => map
            .iter()
            .filter_map(|(event, settings)| {
                let event = event.as_str()?;
                Some((event.to_owned(), Some(settings), at.key(event)))
            })
            .collect(),
        Some(Value::Sequence(list)) => list
            .iter()
            .enumerate()
            .filter_map(|(index, event)| Some((text_of(event)?, None, at.index(index))))
            .collect(),
        Some(one) => text_of(one).into_iter().map(|event| (event, None, at.clone())).collect(),
        None => Vec::new(),
    }
}

/// Who can set the workflows in motion that a `workflow_run` follows. Each workflow is looked at
/// once, where the chain first comes to it.
fn upstream(site: &Site<'_>, names: Vec<String>, missing: &mut dyn FnMut(&str)) -> Bounds<Crowd> {
    let unknown = Bounds::between(Crowd::Nobody, events::public(site.ground).most());
    let mut crowd = Bounds::exactly(Crowd::Nobody);
    let mut waiting: BTreeSet<String> = names.into_iter().collect();
    let mut seen = BTreeSet::new();
    for links in (0..=MOST_LINKS).rev() {
        for name in std::mem::take(&mut waiting) {
            if !seen.insert(name.clone()) {
                continue;
            }
            let known = site.named(&name);
            if known.is_empty() || links == 0 {
                missing(&name);
                crowd = crowd.join(unknown);
            }
            for (event, settings, _) in known.iter().flat_map(|file| events_of(file)) {
                crowd = crowd.join(match event.as_str() {
                    "pull_request" => {
                        events::fork_crowd(site.ground).join(Bounds::exactly(Crowd::Collaborators))
                    }
                    "workflow_run" if links > 0 => {
                        let names = settings.and_then(|it| it.get("workflows")).map(texts_of);
                        waiting.extend(names.unwrap_or_default());
                        continue;
                    }
                    _ => events::crowd(&event, &[], site.ground),
                });
            }
        }
    }
    crowd
}

/// The workflows of a tree by the names that others know them by.
pub(super) fn by_name<'s, 'a: 's>(
    files: impl Iterator<Item = &'s File<'a>>,
) -> BTreeMap<String, Vec<&'a str>> {
    let mut named: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for file in files {
        let name = file.root.get("name").and_then(Value::as_str).unwrap_or(file.path);
        named.entry(name.to_owned()).or_default().push(file.path);
    }
    named
}
