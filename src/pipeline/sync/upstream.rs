//! The repositories that code of others comes from, and the commits that it is held to: whether they
//! are what their names say.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::domain::{
    Fact, Fate, Foreign, PinSeen, Pinned, Reference, RepoName, Source, SourceSeen,
};
use crate::github::{Answers, Belongs, Code, Failure, Meter};
use crate::pipeline::sync::looked::Looked;
use crate::pipeline::sync::place::Asking;
use crate::pipeline::{Engine, Fault};

/// How long a commit rests that was not found to belong to its repository.
const REST: SignedDuration = SignedDuration::from_hours(24);

impl Engine {
    /// Looks at every repository that workflows take code from. Gives back the default branch of
    /// those that can be read.
    pub(super) async fn look_at_sources(
        &self,
        with: Asking<'_>,
        looked: &mut Looked,
        meter: &Meter,
    ) -> Result<BTreeMap<RepoName, Foreign>, Fault> {
        let now = self.clock().now();
        let all = self.store().sources(with.org.org).await?;
        let github = self.github().metered(meter);
        let mut branches = BTreeMap::new();
        looked.sources.all = self.store().count_sources(with.org.org).await?;
        for (known, used) in all {
            let (was, request) = (known.fate.clone(), format!("GET /repos/{}", known.repo));
            let mut takers = Vec::new();
            let mut source = Source { tried: now, why: None, ..known };
            if used {
                looked.spent |= self.spent(with.installation, with.options.share).is_some();
                if looked.stops() {
                    break;
                }
                looked.sources.read += 1;
                let repo = source.repo.clone();
                let code = github.code(with.installation, &repo);
                let tag = source.tag.take().filter(|_| !with.options.full);
                if let Err(failure) = answers(&code, &mut source, tag).await {
                    source.why = Some(looked.fails(failure));
                }
                if let Some(why) = &source.why {
                    looked.sources.not_read(why);
                }
                let there = !matches!(source.fate, Fate::Gone | Fate::Abandoned);
                if let Some(branch) =
                    source.branch.clone().filter(|_| there && source.why.is_none())
                {
                    branches.insert(source.repo.clone(), branch);
                }
                // Who takes it matters once there is something to tell, or to take back.
                if source.fate != Fate::Same || was != Fate::Same {
                    takers = self.store().takers_from(with.org.org, &source.repo).await?;
                }
            }
            let seen = Box::new(SourceSeen { source, was, used, takers });
            looked.shows(vec![Fact::Source { seen }], request, now);
        }
        Ok(branches)
    }

    /// Looks for every commit that is not known to belong to its repository. That one belongs never
    /// changes; that one does not is looked at once a day.
    pub(super) async fn look_at_pins(
        &self,
        with: Asking<'_>,
        branches: &BTreeMap<RepoName, Foreign>,
        looked: &mut Looked,
        meter: &Meter,
    ) -> Result<(), Fault> {
        let now = self.clock().now();
        let all = self.store().pins(with.org.org).await?;
        let github = self.github().metered(meter);
        let (used, belong) = self.store().count_pins(with.org.org).await?;
        looked.pins.all = used;
        looked.pins.read = belong;
        for (known, used) in all {
            let was = known.belongs;
            let request = format!("GET /repos/{}/compare/…{}", known.repo, known.commit);
            let mut takers = Vec::new();
            let mut pinned = known;
            if used {
                let rests = pinned.tried + REST > now && !with.options.full;
                if rests {
                    looked.pins.read += 1;
                    if let Some(why) = &pinned.why {
                        looked.pins.not_read(why);
                    }
                    continue;
                }
                looked.spent |= self.spent(with.installation, with.options.share).is_some();
                if looked.stops() {
                    continue;
                }
                looked.pins.read += 1;
                let code = github.code(with.installation, &pinned.repo);
                let belongs = match branches.get(&pinned.repo) {
                    Some(branch) => code.belongs(&pinned.commit, branch).await,
                    None => Ok(Belongs::Unclear(format!("{} cannot be read.", pinned.repo))),
                };
                match belongs {
                    Ok(belongs) => pinned = Pinned { tried: now, ..found(pinned, belongs) },
                    // It was not looked for: the next listing does.
                    Err(failure @ Failure::Later { .. }) => {
                        let why = looked.fails(failure);
                        looked.pins.not_read(&why);
                        continue;
                    }
                    Err(failure) => {
                        let why = Some(failure.to_string());
                        pinned = Pinned { tried: now, why, ..pinned };
                    }
                }
                if let Some(why) = &pinned.why {
                    looked.pins.not_read(why);
                }
                if pinned.belongs == Some(false) {
                    let name = Foreign::new(pinned.commit.as_str());
                    let at = Reference { repo: pinned.repo.clone(), name };
                    takers = self.store().takers_of(with.org.org, &at).await?;
                }
            }
            let seen = Box::new(PinSeen { pinned, was, used, takers });
            looked.shows(vec![Fact::Pinned { seen }], request, now);
        }
        Ok(())
    }
}

/// A commit after it was looked for. What is known stays where nobody can tell now.
fn found(pinned: Pinned, belongs: Belongs) -> Pinned {
    match belongs {
        Belongs::Yes => Pinned { belongs: Some(true), why: None, ..pinned },
        Belongs::No => Pinned { belongs: Some(false), why: None, ..pinned },
        Belongs::Unclear(why) => Pinned { why: Some(why), ..pinned },
    }
}

/// Which repository answers under a name, and what became of the one that did. Gone is only what
/// answers 404 twice, with an answer about its owner's account in between.
async fn answers(code: &Code<'_>, source: &mut Source, tag: Option<String>) -> Result<(), Failure> {
    match code.answers(tag.as_deref()).await? {
        Answers::Unchanged => source.tag = tag,
        Answers::As(now, branch, tag) => {
            source.fate = source.first.as_ref().map_or(Fate::Same, |first| first.became(&now));
            source.first.get_or_insert(now);
            (source.branch, source.tag) = (Some(branch), tag);
        }
        Answers::Nobody => {
            let Some(first) = &source.first else {
                source.why = Some(format!("{} does not answer: gone or private.", source.repo));
                return Ok(());
            };
            let owner = code.owner_account().await?;
            if code.answers(None).await? == Answers::Nobody {
                let there = owner == Some(first.owner);
                source.fate = if there { Fate::Gone } else { Fate::Abandoned };
            }
        }
    }
    Ok(())
}
