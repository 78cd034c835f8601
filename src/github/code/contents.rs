//! Trees and files of commits. What a name of git's stands for never changes, so both are kept in
//! memory, as much as fits.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::ETAG;
use serde::Deserialize;

use crate::domain::Sha;
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::code::Code;
use crate::github::wire::segment;

/// The files of a commit: each path with the name of its contents. Links and other repositories
/// are left out: they are not followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// Path to the name of its contents, and how many bytes they have.
    pub files: BTreeMap<String, (String, u64)>,
    /// GitHub did not list all of them.
    pub truncated: bool,
}

/// What stands at the tip of a default branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tip {
    /// What stood there when GitHub gave the entity tag that it was shown.
    Unchanged,
    /// These files.
    Files {
        /// They.
        files: Files,
        /// The entity tag of the list, to be shown the next time.
        tag: Option<String>,
    },
}

/// What was read before. Clones share it.
#[derive(Clone, Default)]
pub(in crate::github) struct Kept {
    inner: Arc<Mutex<Shelf>>,
}

#[derive(Default)]
struct Shelf {
    trees: BTreeMap<String, Arc<Files>>,
    blobs: BTreeMap<String, Arc<[u8]>>,
    /// Names in the order in which they came, with their weight.
    order: VecDeque<(Kind, String, usize)>,
    weight: usize,
}

#[derive(Clone, Copy)]
enum Kind {
    Tree,
    Blob,
}

/// The most bytes that are kept.
const MOST: usize = 48 * 1024 * 1024;

/// About what one path of a tree weighs besides its letters.
const ENTRY: usize = 120;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tree {
    tree: Vec<Entry>,
    truncated: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    path: String,
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    sha: String,
    size: u64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Blob {
    content: String,
    encoding: String,
}

impl Code<'_> {
    /// The files of a commit.
    pub async fn files(&self, commit: &Sha) -> Result<Arc<Files>, Failure> {
        let kept = &self.github.shared().kept;
        if let Some(files) = kept.tree(commit.as_str()) {
            return Ok(files);
        }
        let path = self.path(&format!("/git/trees/{commit}?recursive=1"));
        let answer = self.github.send(Call::get(&self.contents(), path)).await?;
        let files = Arc::new(Files::from(answer.json::<Tree>()?));
        kept.put_tree(commit.as_str(), &files);
        Ok(files)
    }

    /// The files at the tip of the default branch; none in an empty repository.
    ///
    /// Source: "Get a tree", which takes a SHA or a ref; `HEAD` is git's name for that tip.
    pub async fn tip(&self, tag: Option<&str>) -> Result<Tip, Failure> {
        let path = self.path("/git/trees/HEAD?recursive=1");
        let call = Call::get(&self.contents(), path).unless(tag.map(str::to_owned));
        let answer = self.github.send(call).await?;
        if answer.is_unchanged() {
            return Ok(Tip::Unchanged);
        }
        // "Git Repository is empty."
        if answer.status == StatusCode::CONFLICT {
            return Ok(Tip::Files { files: Files::default(), tag: None });
        }
        let answer = answer.success()?;
        let tag = answer.header(ETAG.as_str()).map(str::to_owned);
        Ok(Tip::Files { files: Files::from(answer.json::<Tree>()?), tag })
    }

    /// The contents of a file, by their name.
    pub async fn blob(&self, name: &str) -> Result<Arc<[u8]>, Failure> {
        let kept = &self.github.shared().kept;
        if let Some(bytes) = kept.blob(name) {
            return Ok(bytes);
        }
        let path = self.path(&format!("/git/blobs/{}", segment(name)));
        let answer = self.github.send(Call::get(&self.contents(), path)).await?;
        let blob: Blob = answer.json()?;
        let unreadable = || Failure::blind(format!("Contents {name} cannot be decoded."));
        let bytes = match blob.encoding.as_str() {
            "base64" => {
                let packed: String = blob.content.split_whitespace().collect();
                STANDARD.decode(packed).map_err(|_| unreadable())?
            }
            "utf-8" => blob.content.into_bytes(),
            _ => return Err(unreadable()),
        };
        let bytes: Arc<[u8]> = bytes.into();
        kept.put_blob(name, &bytes);
        Ok(bytes)
    }
}

impl From<Tree> for Files {
    fn from(tree: Tree) -> Self {
        let mut files = Self { truncated: tree.truncated, ..Self::default() };
        for entry in tree.tree {
            // 120000 is a link, 160000 another repository.
            if entry.kind == "blob" && entry.mode != "120000" {
                files.files.insert(entry.path, (entry.sha, entry.size));
            }
        }
        files
    }
}

impl Kept {
    fn tree(&self, name: &str) -> Option<Arc<Files>> {
        self.inner.lock().ok()?.trees.get(name).cloned()
    }

    fn blob(&self, name: &str) -> Option<Arc<[u8]>> {
        self.inner.lock().ok()?.blobs.get(name).cloned()
    }

    fn put_tree(&self, name: &str, files: &Arc<Files>) {
        let weight = files.files.keys().map(|path| path.len() + ENTRY).sum();
        if let Ok(mut shelf) = self.inner.lock() {
            shelf.trees.insert(name.to_owned(), Arc::clone(files));
            shelf.put(Kind::Tree, name, weight);
        }
    }

    fn put_blob(&self, name: &str, bytes: &Arc<[u8]>) {
        if let Ok(mut shelf) = self.inner.lock() {
            shelf.blobs.insert(name.to_owned(), Arc::clone(bytes));
            shelf.put(Kind::Blob, name, bytes.len() + ENTRY);
        }
    }
}

impl Shelf {
    /// Notes what came, and lets go of the oldest until all fits.
    fn put(&mut self, kind: Kind, name: &str, weight: usize) {
        self.order.push_back((kind, name.to_owned(), weight));
        self.weight += weight;
        while self.weight > MOST {
            let Some((kind, name, weight)) = self.order.pop_front() else { break };
            self.weight -= weight;
            match kind {
                Kind::Tree => drop(self.trees.remove(&name)),
                Kind::Blob => drop(self.blobs.remove(&name)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_let_go_oldest_first() {
        let kept = Kept::default();
        let bytes: Arc<[u8]> = vec![0; MOST / 2].into();
        for name in ["a", "b", "c"] {
            kept.put_blob(name, &bytes);
        }
        assert_eq!(kept.blob("a"), None);
        assert_eq!(kept.blob("b"), None, "its own weight counts too");
        assert!(kept.blob("c").is_some());
    }
}
