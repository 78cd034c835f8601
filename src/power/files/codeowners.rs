//! CODEOWNERS: whose review stands before a change of the files that grant.
//!
//! A list of owners grants nothing; losing one does. So there is no grant here, but a comparison of
//! the list before with the list after.
//!
//! Source: "About code owners". The last pattern that fits counts; the first of the three places
//! that has a list is the one that is read.

use serde::{Deserialize, Serialize};

use crate::domain::Foreign;
use crate::power::model::{Spot, Tree};

/// The three places, in GitHub's order.
const PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// Files that grant, each by an example, and what people call them.
const GUARDED: &[(&str, Guarded)] = &[
    (".github/workflows/release.yml", Guarded::Workflows),
    (".github/actions/build/action.yml", Guarded::Actions),
    (".github/CODEOWNERS", Guarded::Owners),
    (".github/beholden.yml", Guarded::Policy),
    (".github/dependabot.yml", Guarded::Dependabot),
    (".github/chainguard/release.sts.yaml", Guarded::TrustPolicies),
    (".mcp.json", Guarded::McpServers),
    (".claude/settings.json", Guarded::AgentSettings),
    ("AGENTS.md", Guarded::Instructions),
    (".devcontainer/devcontainer.json", Guarded::Containers),
];

/// What a list of owners guards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guarded {
    /// Workflows.
    Workflows,
    /// Actions in the repository.
    Actions,
    /// The list of owners itself.
    Owners,
    /// Our own policy.
    Policy,
    /// Dependabot's settings.
    Dependabot,
    /// Trust policies of a token broker.
    TrustPolicies,
    /// MCP servers.
    McpServers,
    /// Settings of agents.
    AgentSettings,
    /// Instructions for agents.
    Instructions,
    /// Development containers.
    Containers,
}

/// An owner that a change takes away.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LostOwner {
    /// What they guarded.
    pub guarded: Guarded,
    /// The owner: `@user`, `@org/team` or an address.
    pub owner: Foreign,
    /// Whether nobody is left.
    pub last: bool,
    /// The line that counts now; the first of the old list if there is no list now.
    pub spot: Spot,
}

impl Guarded {
    /// What people call it, for a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Workflows => "workflows",
            Self::Actions => "the actions of this repository",
            Self::Owners => "the list of owners",
            Self::Policy => "the policy for machines",
            Self::Dependabot => "Dependabot's settings",
            Self::TrustPolicies => "trust policies",
            Self::McpServers => "MCP servers",
            Self::AgentSettings => "the settings of agents",
            Self::Instructions => "instructions for agents",
            Self::Containers => "development containers",
        }
    }
}

/// Each owner that stood before a file that grants and no longer does.
pub fn lost_owners(base: &Tree, head: &Tree) -> Vec<LostOwner> {
    let Some((old_path, old)) = list_of(base) else { return Vec::new() };
    let new = list_of(head);
    let same_place = new.as_ref().is_some_and(|(path, _)| *path == old_path);
    if same_place && new.as_ref().is_some_and(|(_, list)| list.lines == old.lines) {
        return Vec::new();
    }
    let mut lost = Vec::new();
    for (example, guarded) in GUARDED {
        let before = old.owners_of(example).map(|line| line.owners.as_slice()).unwrap_or_default();
        let line = new.as_ref().and_then(|(_, list)| list.owners_of(example));
        let after = line.map(|line| line.owners.as_slice()).unwrap_or_default();
        for owner in before.iter().filter(|owner| !after.contains(owner)) {
            let spot = match (&new, line) {
                (Some((path, _)), Some(line)) => Spot::line(path, line.number),
                (Some((path, _)), None) => Spot::line(path, 1),
                (None, _) => Spot::line(old_path, 1),
            };
            let owner = Foreign::new(owner);
            lost.push(LostOwner { guarded: *guarded, owner, last: after.is_empty(), spot });
        }
    }
    lost.sort();
    lost
}

struct List {
    lines: Vec<Line>,
}

#[derive(PartialEq, Eq)]
struct Line {
    number: usize,
    pattern: String,
    owners: Vec<String>,
}

fn list_of(tree: &Tree) -> Option<(&'static str, List)> {
    PLACES.iter().find_map(|place| {
        let text = tree.get(place)?.text()?;
        Some((*place, List::read(text)))
    })
}

impl List {
    fn read(text: &str) -> Self {
        let lines = text.lines().enumerate().filter_map(|(nth, line)| {
            let line = line.split(" #").next().unwrap_or(line).trim();
            // A section of GitLab's, which GitHub does not know, is no pattern.
            if line.is_empty() || line.starts_with(['#', '[']) {
                return None;
            }
            let mut words = line.split_whitespace();
            let pattern = words.next()?.to_owned();
            // GitHub ignores case in names.
            let owners = words.map(str::to_ascii_lowercase).collect();
            Some(Line { number: nth + 1, pattern, owners })
        });
        Self { lines: lines.collect() }
    }

    /// The line that counts for a path.
    fn owners_of(&self, path: &str) -> Option<&Line> {
        self.lines.iter().rev().find(|line| fits(&line.pattern, path))
    }
}

/// Whether a pattern fits a path, by the rules of `.gitignore` as far as CODEOWNERS knows them.
fn fits(pattern: &str, path: &str) -> bool {
    let body = pattern.trim_start_matches('/').trim_end_matches('/');
    let anchored = pattern.starts_with('/') || body.contains('/');
    let mut parts: Vec<&str> = if anchored { Vec::new() } else { vec!["**"] };
    parts.extend(body.split('/'));
    parts.dedup_by(|one, other| *one == "**" && *other == "**");
    let path: Vec<&str> = path.split('/').collect();
    let ends = Ends { only_below: pattern.ends_with('/'), only_here: body.ends_with("/*") };
    parts.len() <= MOST_PARTS && walk(&parts, &path, ends)
}

/// Longer patterns fit none of the paths that are asked about.
const MOST_PARTS: usize = 32;

/// What may be left of a path when a pattern is at its end.
#[derive(Clone, Copy)]
struct Ends {
    /// `folder/`: something must be.
    only_below: bool,
    /// `folder/*`: nothing may be.
    only_here: bool,
}

fn walk(pattern: &[&str], path: &[&str], ends: Ends) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => !ends.only_below,
        (None, Some(_)) => !ends.only_here,
        (Some((&"**", rest)), _) => (0..=path.len()).any(|taken| walk(rest, &path[taken..], ends)),
        (Some((part, rest)), Some((name, below))) => {
            fits_name(part.as_bytes(), name.as_bytes()) && walk(rest, below, ends)
        }
        (Some(_), None) => false,
    }
}

/// `*` is any letters, `?` is one.
fn fits_name(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == b'?' || *c == name[n] => (p, n) = (p + 1, n + 1),
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, n) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p.min(pattern.len())..].iter().all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_github_says_they_do() {
        let path = ".github/workflows/release.yml";
        for pattern in [
            "*",
            "*.yml",
            ".github/",
            "/.github/",
            "/.github",
            ".github/workflows",
            "workflows/",
            "**/workflows/*",
            "/.github/**",
            ".github/*/release.yml",
            "release.yml",
            "**",
            ".github/workflows/relea??.yml",
        ] {
            assert!(fits(pattern, path), "{pattern}");
        }
        for pattern in [
            "/workflows/",
            ".github/*",
            "*.rs",
            "/release.yml",
            ".github/workflows/release.yml/",
            "docs/",
            "",
            "/",
            ".github/workflow",
        ] {
            assert!(!fits(pattern, path), "{pattern}");
        }
    }
}
