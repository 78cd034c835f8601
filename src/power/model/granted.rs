//! One reading of a repository's files: who is granted what, on which line, and what stayed unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::{Digest, Foreign, IdentityKind};
use crate::power::model::axes::{Axis, Power};
use crate::power::model::code::Code;
use crate::power::model::pairs;
use crate::power::model::remote::Remote;

/// What is granted something, inside one repository: stays the same when lines move.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// What it is.
    pub kind: IdentityKind,
    /// The file that grants, from the top of the repository.
    pub path: Foreign,
    /// What tells it from others of its kind in that file: a job's id, a server's name, an action
    /// inside a job. Never a position.
    pub name: Foreign,
}

/// A place in a file. Lines and columns count from 1; columns count characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Spot {
    /// The file.
    pub path: Foreign,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// The last line.
    pub end_line: usize,
}

/// The power of one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// Who.
    pub subject: Subject,
    /// Where it stands.
    pub spot: Spot,
    /// What.
    pub power: Power,
    /// Where a single component stands, if that is another place.
    #[serde(with = "pairs", default)]
    pub spots: BTreeMap<Axis, Spot>,
    /// The references at which code of others is taken: a tag, a commit, a version. No part of the
    /// power.
    #[serde(with = "pairs", default)]
    pub references: BTreeMap<Code, Foreign>,
    /// The actions and workflows of others that run here, each with every reference at which a file
    /// takes it; those of the platform itself too. No part of the power.
    #[serde(default)]
    pub uses: BTreeSet<(Code, Foreign)>,
    /// Other files of this repository that it runs or reads its orders from. No part of the power:
    /// whoever changes one of them changes what runs with it.
    #[serde(default)]
    pub files: BTreeSet<Foreign>,
}

/// Something that could not be resolved. It is never reported as safe.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unknown {
    /// Where.
    pub spot: Spot,
    /// What it would take to know, as the end of a sentence: what cannot be told, and why.
    pub why: String,
    /// A file of this repository that would answer it, if it is one that was not given.
    pub wants: Option<Foreign>,
}

/// What the files of one tree grant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Powers {
    grants: Vec<Granted>,
    unknowns: Vec<Unknown>,
    #[serde(default)]
    asks: BTreeSet<Foreign>,
    #[serde(default)]
    exposed: BTreeMap<Foreign, Digest>,
}

impl Subject {
    /// Names a subject.
    pub fn new(kind: IdentityKind, path: &str, name: &str) -> Self {
        Self { kind, path: Foreign::new(path), name: Foreign::new(name) }
    }

    /// The folder of its file, without a slash at the end.
    pub fn folder(&self) -> &str {
        self.path.raw().rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

impl Spot {
    /// One line.
    pub fn line(path: &str, line: usize) -> Self {
        Self { path: Foreign::new(path), line, column: 1, end_line: line }
    }
}

impl Granted {
    /// A grant with nothing in it yet.
    pub fn new(subject: Subject, spot: Spot) -> Self {
        Self {
            subject,
            spot,
            power: Power::default(),
            spots: BTreeMap::new(),
            references: BTreeMap::new(),
            uses: BTreeSet::new(),
            files: BTreeSet::new(),
        }
    }

    /// Where a component stands: its own line, or that of the whole.
    pub fn spot_of(&self, axis: &Axis) -> &Spot {
        self.spots.get(axis).unwrap_or(&self.spot)
    }

    /// Notes where a component stands. The first place in the file stays.
    pub fn note(&mut self, axis: Axis, spot: Spot) {
        let first = self.spots.entry(axis).or_insert_with(|| spot.clone());
        if spot < *first {
            *first = spot;
        }
    }

    /// Both at once, for two things that cannot be told apart.
    fn join(mut self, other: Self) -> Self {
        for (axis, spot) in other.spots {
            self.note(axis, spot);
        }
        for (code, reference) in other.references {
            let least = self.references.entry(code).or_insert_with(|| reference.clone());
            *least = reference.min(least.clone());
        }
        self.uses.extend(other.uses);
        self.files.extend(other.files);
        self.power = self.power.join(other.power);
        self.spot = self.spot.min(other.spot);
        self
    }
}

impl Powers {
    /// Puts readings together. Order plays no part; grants of one subject are joined.
    pub fn new(
        grants: impl IntoIterator<Item = Granted>,
        unknowns: impl IntoIterator<Item = Unknown>,
    ) -> Self {
        let mut by_subject: BTreeMap<Subject, Granted> = BTreeMap::new();
        for granted in grants {
            let joined = match by_subject.remove(&granted.subject) {
                Some(there) => there.join(granted),
                None => granted,
            };
            by_subject.insert(joined.subject.clone(), joined);
        }
        let mut unknowns: Vec<Unknown> = unknowns.into_iter().collect();
        unknowns.sort();
        unknowns.dedup();
        let grants = by_subject.into_values().collect();
        Self { grants, unknowns, ..Self::default() }
    }

    /// The same reading, which would say more with these files if they are there.
    pub(in crate::power) fn asking(mut self, files: impl IntoIterator<Item = Foreign>) -> Self {
        self.asks.extend(files);
        self
    }

    /// The same reading, in which outsiders decide what these files hold when they run.
    pub(in crate::power) fn exposing(
        mut self,
        files: impl IntoIterator<Item = (Foreign, Digest)>,
    ) -> Self {
        self.exposed.extend(files);
        self
    }

    /// Both readings: of two kinds of file, or of two parts of a tree.
    pub fn and(self, other: Self) -> Self {
        Self::new(
            self.grants.into_iter().chain(other.grants),
            self.unknowns.into_iter().chain(other.unknowns),
        )
        .asking(self.asks.into_iter().chain(other.asks))
        .exposing(self.exposed.into_iter().chain(other.exposed))
    }

    /// Who is granted what, ordered by subject. Each subject stands here once.
    pub fn grants(&self) -> &[Granted] {
        &self.grants
    }

    /// What could not be resolved, ordered by place.
    pub fn unknowns(&self) -> &[Unknown] {
        &self.unknowns
    }

    /// The grant of a subject.
    pub fn of(&self, subject: &Subject) -> Option<&Granted> {
        let at = self.grants.binary_search_by(|granted| granted.subject.cmp(subject)).ok()?;
        self.grants.get(at)
    }

    /// The files that would answer what is unknown, and those that a tool takes its orders from
    /// where they are there: a `Makefile`, a `conftest.py`. They need not exist.
    pub fn wanted(&self) -> impl Iterator<Item = &Foreign> {
        let unknown = self.unknowns.iter().filter_map(|unknown| unknown.wants.as_ref());
        unknown.chain(&self.asks)
    }

    /// Whether something is unknown for want of this file.
    pub fn needs(&self, file: &str) -> bool {
        self.unknowns
            .iter()
            .any(|unknown| unknown.wants.as_ref().is_some_and(|it| it.raw() == file))
    }

    /// The files of other repositories that workflows call, each by the workflow that does, also those
    /// that could not be read.
    pub fn calls(&self) -> BTreeSet<(&Foreign, Remote)> {
        let read = self
            .grants
            .iter()
            .flat_map(|granted| granted.files.iter().map(|file| (&granted.subject.path, file)));
        let unread = self
            .unknowns
            .iter()
            .filter_map(|unknown| unknown.wants.as_ref().map(|file| (&unknown.spot.path, file)));
        read.chain(unread).filter_map(|(by, file)| Some((by, Remote::of(file.raw())?))).collect()
    }

    /// The digest of a file that a job with power runs as a pull request brings it, so that it runs
    /// before anybody merges it. `None` for any other file.
    pub fn exposed(&self, file: &Foreign) -> Option<&Digest> {
        self.exposed.get(file)
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}
