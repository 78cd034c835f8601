//! A checkout on disk: its files as they lie there, or as a commit holds them. Read through the
//! program `git`, and plainly where there is no repository. Nothing in it is run.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::domain::RepoName;
use crate::power::{Text, Tree};

/// A folder, with its history if it has one.
pub(super) struct Checkout {
    top: PathBuf,
    has_history: bool,
}

/// Which files.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side<'a> {
    /// Those of a commit.
    Commit(&'a str),
    /// Those that lie there, without what git ignores.
    Folder,
}

/// The paths of one side, each with the number of its contents if it is a commit's.
pub(super) struct Listing {
    files: BTreeMap<String, Option<String>>,
}

impl Checkout {
    /// The repository that a folder is in, from its top; or the folder itself.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        if !path.is_dir() {
            bail!("{} is not a folder", path.display());
        }
        let asked = git(path, &["rev-parse", "--show-toplevel"]);
        Ok(match asked {
            Ok(top) => {
                let top = String::from_utf8(top).context("a path that is not UTF-8")?;
                Self { top: PathBuf::from(top.trim_end_matches('\n')), has_history: true }
            }
            Err(_) if is_bare(path) => Self { top: path.to_owned(), has_history: true },
            Err(_) => Self { top: path.to_owned(), has_history: false },
        })
    }

    /// Whether commits can be named.
    pub(super) fn has_history(&self) -> bool {
        self.has_history
    }

    /// The repository's name by the address that it was cloned from.
    pub(super) fn repo(&self) -> Option<RepoName> {
        let address = git(&self.top, &["remote", "get-url", "origin"]).ok()?;
        let address = String::from_utf8(address).ok()?;
        let address = address.trim().trim_end_matches('/').trim_end_matches(".git");
        let mut parts = address.rsplit(['/', ':']);
        let (name, owner) = (parts.next()?, parts.next()?);
        format!("{owner}/{name}").parse().ok()
    }

    /// The paths of one side.
    pub(super) fn list(&self, side: Side<'_>) -> anyhow::Result<Listing> {
        let mut files = BTreeMap::new();
        match side {
            Side::Commit(rev) => {
                if rev.starts_with('-') {
                    bail!("{rev} is not the name of a commit");
                }
                let commit = format!("{rev}^{{commit}}");
                let listed = git(&self.top, &["ls-tree", "-r", "-z", "--full-tree", &commit])
                    .with_context(|| format!("there is no commit {rev}"))?;
                for line in listed.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
                    let line = String::from_utf8_lossy(line);
                    let Some((about, path)) = line.split_once('\t') else { continue };
                    let mut about = about.split(' ');
                    let (mode, kind, id) = (about.next(), about.next(), about.next());
                    // Links are not followed, and other repositories are not read.
                    if kind == Some("blob") && mode != Some("120000") {
                        files.insert(path.to_owned(), id.map(str::to_owned));
                    }
                }
            }
            Side::Folder if self.has_history => {
                let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
                let listed = git(&self.top, &arguments)?;
                for path in listed.split(|byte| *byte == 0).filter(|path| !path.is_empty()) {
                    let path = String::from_utf8_lossy(path).into_owned();
                    if is_file(&self.top.join(&path)) {
                        files.insert(path, None);
                    }
                }
            }
            Side::Folder => walk(&self.top, "", &mut files)?,
        }
        Ok(Listing { files })
    }

    /// Reads files of a listing into a tree. One that cannot be read says so in it.
    pub(super) fn read(
        &self,
        listing: &Listing,
        paths: &[&str],
        tree: &mut Tree,
    ) -> anyhow::Result<()> {
        let mut blobs = Vec::new();
        for path in paths {
            match listing.files.get(*path) {
                Some(Some(id)) => blobs.push((*path, id.as_str())),
                Some(None) => put_file(&self.top.join(path), path, tree),
                None => {}
            }
        }
        if blobs.is_empty() { Ok(()) } else { self.read_blobs(&blobs, tree) }
    }

    fn read_blobs(&self, blobs: &[(&str, &str)], tree: &mut Tree) -> anyhow::Result<()> {
        let mut child = command(&self.top)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("git cannot be started")?;
        let (mut asks, answers) = match (child.stdin.take(), child.stdout.take()) {
            (Some(asks), Some(answers)) => (asks, answers),
            _ => bail!("git has no streams"),
        };
        let ids: Vec<String> = blobs.iter().map(|(_, id)| format!("{id}\n")).collect();
        // Asked from beside, so that neither waits for the other with a full pipe.
        let asking = std::thread::spawn(move || asks.write_all(ids.concat().as_bytes()));
        let mut answers = BufReader::new(answers);
        for (path, _) in blobs {
            let mut head = String::new();
            answers.read_line(&mut head)?;
            let last = head.trim_end().rsplit(' ').next();
            if last == Some("missing") {
                // A clone may leave contents out; the other files can be read all the same.
                let why = "git does not have its contents here".to_owned();
                tree.put(path, Text::Unread { why });
                continue;
            }
            let size: u64 = last
                .and_then(|size| size.parse().ok())
                .with_context(|| format!("git said nothing of the contents of {path}"))?;
            if size > Tree::MOST_BYTES as u64 {
                std::io::copy(&mut (&mut answers).take(size), &mut std::io::sink())?;
                tree.put(path, Text::TooLarge { bytes: size });
            } else {
                let mut bytes = Vec::new();
                (&mut answers).take(size).read_to_end(&mut bytes)?;
                tree.put_bytes(path, &bytes);
            }
            answers.read_line(&mut String::new())?;
        }
        // It ended when its input did; what it answered has been read.
        let _ = asking.join();
        child.wait()?;
        Ok(())
    }
}

impl Listing {
    /// Every path, in order.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The path, if it is listed.
    pub(super) fn find(&self, path: &str) -> Option<&str> {
        self.files.get_key_value(path).map(|(path, _)| path.as_str())
    }
}

fn put_file(file: &Path, path: &str, tree: &mut Tree) {
    let read = fs::metadata(file).and_then(|about| match about.len() {
        bytes if bytes > Tree::MOST_BYTES as u64 => Ok(Err(bytes)),
        _ => fs::read(file).map(Ok),
    });
    match read {
        Ok(Ok(bytes)) => tree.put_bytes(path, &bytes),
        Ok(Err(bytes)) => tree.put(path, Text::TooLarge { bytes }),
        Err(error) => tree.put(path, Text::Unread { why: error.to_string() }),
    }
}

fn walk(
    folder: &Path,
    inside: &str,
    files: &mut BTreeMap<String, Option<String>>,
) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = if inside.is_empty() { name.clone() } else { format!("{inside}/{name}") };
        let kind = entry.file_type()?;
        if kind.is_dir() && name != ".git" && name != "node_modules" {
            walk(&entry.path(), &path, files)?;
        } else if kind.is_file() {
            files.insert(path, None);
        }
    }
    Ok(())
}

/// A file, and no link to one.
fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_file())
}

fn is_bare(path: &Path) -> bool {
    git(path, &["rev-parse", "--is-bare-repository"]).is_ok_and(|said| said == b"true\n")
}

/// `git` in a folder, without anything that the repository's own settings could start.
fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .args(["-c", "core.fsmonitor=false", "-c", "core.quotePath=false"])
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0");
    command
}

fn git(folder: &Path, arguments: &[&str]) -> anyhow::Result<Vec<u8>> {
    let output = command(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .context("git cannot be started")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{}", said.trim().trim_start_matches("fatal: "));
    }
    Ok(output.stdout)
}
