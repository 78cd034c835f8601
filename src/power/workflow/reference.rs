//! What a `uses:` points at: a path of this repository, or code of others at some reference.

use github_actions_models::common::{DockerUses, Uses};

use crate::domain::{Foreign, RepoName};
use crate::power::model::remote::root_of;
use crate::power::model::{Ground, Pin, Remote, Text};
use crate::power::workflow::Site;

/// Why a file is not read that another repository of the same owner holds.
pub(super) const ELSEWHERE: &str =
    "it is in another repository of the same owner or at another reference";

/// The key of a workflow that the file at `from` calls: a path of this repository, or a file of
/// another one of the same owner. `None`: it is somebody else's.
pub(super) fn called(uses: &Uses, ground: &Ground, from: &str) -> Option<String> {
    match uses {
        // Of the same repository and commit as the file that calls.
        Uses::Local(_) => Some(format!("{}{}", root_of(from), local(uses, ground)?)),
        _ => local(uses, ground).or_else(|| remote(uses, ground)),
    }
}

/// The key of what another repository of the same owner holds, or this one at another reference.
pub(super) fn remote(uses: &Uses, ground: &Ground) -> Option<String> {
    let Uses::Repository(repository) = uses else { return None };
    let repo: RepoName = repository.slug().parse().ok()?;
    let own = ground.repo.as_ref().is_some_and(|own| own.owner() == repo.owner());
    let path = clean(repository.subpath().unwrap_or_default());
    own.then(|| Remote { repo, reference: Foreign::new(repository.git_ref()), path }.key())
}

/// The path in this repository, for references to itself. `None`: it is somebody else's.
pub(super) fn local(uses: &Uses, ground: &Ground) -> Option<String> {
    match uses {
        Uses::Local(local) => Some(clean(local.raw().trim_start_matches(['.', '$']))),
        Uses::Repository(repository) => {
            let own = ground.repo.as_ref()?.as_str().eq_ignore_ascii_case(repository.slug());
            let branch = ground.default_branch.as_ref().map(Foreign::raw);
            // At another reference it is another version, which is not among the files.
            (own && branch == Some(repository.git_ref()))
                .then(|| clean(repository.subpath().unwrap_or_default()))
        }
        Uses::Docker(_) => None,
    }
}

/// Name, reference and pin of code that is not of this repository.
pub(super) fn named(uses: &Uses) -> (String, Foreign, Pin) {
    match uses {
        Uses::Repository(repository) => {
            let mut name = repository.slug().to_owned();
            if let Some(path) = repository.subpath() {
                name = format!("{name}/{}", path.trim_matches('/'));
            }
            let reference = repository.git_ref();
            (name, Foreign::new(reference), pin_of(reference))
        }
        Uses::Docker(image) => self::image(image),
        Uses::Local(local) => (local.raw().to_owned(), Foreign::default(), Pin::Exact),
    }
}

/// Name, reference and pin of a container image.
pub(super) fn image(image: &DockerUses) -> (String, Foreign, Pin) {
    let registry = image.registry().unwrap_or("docker.io");
    let name = match image.image().split_once('/') {
        None if image.registry().is_none() => format!("{registry}/library/{}", image.image()),
        _ => format!("{registry}/{}", image.image()),
    };
    match (image.hash(), image.tag()) {
        (Some(hash), _) => (name, Foreign::new(hash), Pin::Exact),
        (None, Some("latest") | None) => (name, Foreign::new("latest"), Pin::Floating),
        (None, Some(tag)) => (name, Foreign::new(tag), Pin::Tag),
    }
}

/// How firmly a git reference holds: a commit, what looks like a version, anything else.
pub(super) fn pin_of(reference: &str) -> Pin {
    let hex = reference.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hex && (reference.len() == 40 || reference.len() == 64) {
        return Pin::Exact;
    }
    let version = reference.strip_prefix('v').unwrap_or(reference);
    let name = reference.rsplit('/').next().unwrap_or(reference);
    let versioned = [version, name.trim_start_matches('v')]
        .iter()
        .any(|text| text.starts_with(|c: char| c.is_ascii_digit()));
    if versioned { Pin::Tag } else { Pin::Floating }
}

/// Why a file of this repository cannot be followed, as the end of a sentence that begins with
/// what is not known.
pub(super) fn why_missing(site: &Site<'_>, path: &str, what: &str) -> String {
    match site.tree.get(path) {
        Some(Text::Unread { why }) if Remote::is_key(path) => format!("{what}, because {why}"),
        Some(contents) => {
            let why = contents.why_not().unwrap_or_else(|| "cannot be read".to_owned());
            format!("{what}, because its file {why}")
        }
        None if Remote::is_key(path) => format!("{what}, because {ELSEWHERE}"),
        None => format!("{what}, because its file is not among those that were given"),
    }
}

fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}
