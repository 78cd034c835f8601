//! Power before, power after: what a change grants.
//!
//! Exact: what the head grants is what the base grants, less what is removed, plus what is added,
//! with what differs named component by component. Both readings are gone through once, side by side.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::{Digest, Foreign};
use crate::power::model::{Axis, Code, Granted, Power, Powers, Shift, Spot, Subject, Unknown, Way};

/// The most grants of one kind that went from a file and are tried as the former selves of new ones.
const MOST_GONE: usize = 8;

/// What a change does to what files grant. Each list is ordered by subject.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Granted, and was not there before.
    pub added: Vec<Granted>,
    /// Was there, and some component rose or cannot be compared.
    pub widened: Vec<Widened>,
    /// Was there, and components only fell.
    pub narrowed: Vec<Widened>,
    /// No longer granted.
    pub removed: Vec<Granted>,
    /// The same power under another name: of its file, in the same folder, or of a job in its file.
    /// A job may have lost some of it on the way.
    pub moved: Vec<Moved>,
    /// The same code of others at another reference.
    pub referred: Vec<Referred>,
    /// What the head leaves unknown and the base did not.
    pub unknowns: Vec<Unknown>,
}

/// One subject whose power differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Widened {
    /// Its power before.
    pub before: Power,
    /// What it is now, with its lines.
    pub after: Granted,
    /// Each component that differs.
    pub shifts: Vec<Shift>,
}

/// One subject that got another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The subject before.
    pub from: Subject,
    /// What it is now.
    pub to: Granted,
}

/// Code of others, taken at another reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referred {
    /// Who takes it.
    pub subject: Subject,
    /// The code.
    pub code: Code,
    /// The reference before.
    pub from: Foreign,
    /// The reference now.
    pub to: Foreign,
    /// Where it stands now.
    pub spot: Spot,
}

/// What `head` grants beyond `base`, and what it no longer grants.
pub fn subtract(base: &Powers, head: &Powers) -> Difference {
    let mut difference = Difference::default();
    // Both are in order of subject, and each subject stands once.
    let mut before = base.grants().iter().peekable();
    for after in head.grants() {
        while let Some(gone) = before.next_if(|before| before.subject < after.subject) {
            difference.removed.push(gone.clone());
        }
        match before.next_if(|before| before.subject == after.subject) {
            None => difference.added.push(after.clone()),
            Some(before) => difference.compare(before, after),
        }
    }
    difference.removed.extend(before.cloned());
    difference.find_moves(base, head);
    difference.unknowns = new_unknowns(base, head);
    difference
}

impl Difference {
    /// Whether nothing differs that anybody could be asked about or told of.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it grants something: only then is anybody asked.
    pub fn grants(&self) -> bool {
        !self.added.is_empty() || !self.widened.is_empty()
    }

    /// The canonical form of what is granted, hashed: who is granted what, and what each had
    /// before. An acceptance binds to it. Lines, order and references play no part.
    pub fn digest(&self) -> Digest {
        let added = self.added.iter().map(|added| (&added.subject, None, &added.power));
        let widened = self
            .widened
            .iter()
            .map(|wider| (&wider.after.subject, Some(&wider.before), &wider.after.power));
        let all: Vec<_> = added.chain(widened).collect();
        digest_of(&all)
    }

    fn compare(&mut self, before: &Granted, after: &Granted) {
        for (code, to) in &after.references {
            if let Some(from) = before.references.get(code)
                && from != to
            {
                self.referred.push(Referred {
                    subject: after.subject.clone(),
                    code: code.clone(),
                    from: from.clone(),
                    to: to.clone(),
                    spot: after.spot_of(&Axis::Code(code.clone())).clone(),
                });
            }
        }
        let shifts = before.power.shifts(&after.power);
        if shifts.is_empty() {
            return;
        }
        let only_fell = shifts.iter().all(|shift| shift.way == Way::Fell);
        let list = if only_fell { &mut self.narrowed } else { &mut self.widened };
        list.push(Widened { before: before.power.clone(), after: after.clone(), shifts });
    }

    /// A file that went and a file that came, in one folder, with the very same grants: moved.
    fn find_moves(&mut self, base: &Powers, head: &Powers) {
        let mut gone: BTreeMap<_, Vec<Foreign>> = BTreeMap::new();
        for (path, print) in whole_files(&self.removed, head) {
            gone.entry(print).or_default().push(path);
        }
        let mut from_of: BTreeMap<Foreign, Foreign> = BTreeMap::new();
        for (path, print) in whole_files(&self.added, base) {
            if let Some(from) = gone.get_mut(&print).and_then(Vec::pop) {
                from_of.insert(path, from);
            }
        }
        let gone: BTreeSet<&Foreign> = from_of.values().collect();
        self.removed.retain(|removed| !gone.contains(&removed.subject.path));
        for to in std::mem::take(&mut self.added) {
            match from_of.get(&to.subject.path) {
                Some(path) => {
                    let from = Subject { path: path.clone(), ..to.subject.clone() };
                    self.moved.push(Moved { from, to });
                }
                None => self.added.push(to),
            }
        }
        self.find_new_names();
    }

    /// What went and what came in one file with the same power or less: a job with another id.
    fn find_new_names(&mut self) {
        self.find_equals();
        self.find_lessened();
        self.moved.sort_by(|a, b| a.to.subject.cmp(&b.to.subject));
    }

    fn find_equals(&mut self) {
        let key = |granted: &Granted| {
            let subject = &granted.subject;
            (subject.kind, subject.path.clone(), granted.power.digest())
        };
        let mut gone: BTreeMap<_, Vec<Subject>> = BTreeMap::new();
        for removed in &self.removed {
            gone.entry(key(removed)).or_default().push(removed.subject.clone());
        }
        let mut froms: BTreeSet<Subject> = BTreeSet::new();
        for to in std::mem::take(&mut self.added) {
            match gone.get_mut(&key(&to)).and_then(Vec::pop) {
                Some(from) => {
                    froms.insert(from.clone());
                    self.moved.push(Moved { from, to });
                }
                None => self.added.push(to),
            }
        }
        self.removed.retain(|removed| !froms.contains(&removed.subject));
    }

    /// What came into a workflow with less than something had that went from it. Where many went,
    /// it counts as new.
    fn find_lessened(&mut self) {
        let mut gone: BTreeMap<_, Vec<&Granted>> = BTreeMap::new();
        let in_workflow = |it: &&Granted| it.subject.path.raw().starts_with(".github/workflows/");
        for removed in self.removed.iter().filter(in_workflow) {
            let place = (removed.subject.kind, removed.subject.path.clone());
            gone.entry(place).or_default().push(removed);
        }
        gone.retain(|_, removed| removed.len() <= MOST_GONE);
        let mut froms: BTreeSet<Subject> = BTreeSet::new();
        for to in std::mem::take(&mut self.added) {
            let gone = gone.get_mut(&(to.subject.kind, to.subject.path.clone()));
            let found = gone.and_then(|gone| {
                let at = gone.iter().position(|from| to.power < from.power)?;
                Some(gone.remove(at).subject.clone())
            });
            match found {
                Some(from) => {
                    froms.insert(from.clone());
                    self.moved.push(Moved { from, to });
                }
                None => self.added.push(to),
            }
        }
        self.removed.retain(|removed| !froms.contains(&removed.subject));
    }
}

/// The files among `grants` of which the other tree grants nothing, each with the digest of its
/// folder and of all that it grants.
fn whole_files(grants: &[Granted], other: &Powers) -> Vec<(Foreign, Digest)> {
    let elsewhere: BTreeSet<&Foreign> =
        other.grants().iter().map(|granted| &granted.subject.path).collect();
    let mut files: BTreeMap<&Foreign, Vec<&Granted>> = BTreeMap::new();
    for granted in grants.iter().filter(|granted| !elsewhere.contains(&granted.subject.path)) {
        files.entry(&granted.subject.path).or_default().push(granted);
    }
    files
        .into_iter()
        .map(|(path, grants)| {
            let folder = grants.first().map(|granted| granted.subject.folder());
            let contents: Vec<_> = grants
                .iter()
                .map(|granted| (granted.subject.kind, &granted.subject.name, &granted.power))
                .collect();
            (path.clone(), digest_of(&(folder, contents)))
        })
        .collect()
}

/// What the head leaves unknown and the base did not, whatever the line.
fn new_unknowns(base: &Powers, head: &Powers) -> Vec<Unknown> {
    let known: BTreeSet<_> =
        base.unknowns().iter().map(|unknown| (&unknown.spot.path, &unknown.why)).collect();
    head.unknowns()
        .iter()
        .filter(|unknown| !known.contains(&(&unknown.spot.path, &unknown.why)))
        .cloned()
        .collect()
}

fn digest_of(what: &impl Serialize) -> Digest {
    let text = serde_json::to_vec(what).expect("plain data serialises");
    Digest(hex::encode(&Sha256::digest(text)[..16]))
}
