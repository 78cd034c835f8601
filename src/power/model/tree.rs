//! The files of one commit, as far as they were given.

use std::collections::BTreeMap;

/// One file's contents, or why there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// The contents.
    Text(String),
    /// More bytes than are read.
    TooLarge {
        /// How many.
        bytes: u64,
    },
    /// No text.
    NotText,
    /// It is there and could not be read.
    Unread {
        /// Why, as the end of a sentence.
        why: String,
    },
}

/// Files by path from the top of the repository, with `/` between folders.
///
/// It need not hold every file: what is missing and needed becomes an unknown that names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    files: BTreeMap<String, Text>,
}

impl Tree {
    /// The most bytes of one file that are read.
    pub const MOST_BYTES: usize = 1_000_000;

    /// An empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a file in, with what is too large or no text seen as that.
    pub fn put(&mut self, path: &str, contents: Text) {
        let contents = match contents {
            Text::Text(text) if text.len() > Self::MOST_BYTES => {
                Text::TooLarge { bytes: text.len() as u64 }
            }
            Text::Text(text) if text.contains('\0') => Text::NotText,
            contents => contents,
        };
        self.files.insert(path.trim_start_matches("./").to_owned(), contents);
    }

    /// Puts a file in as it was read.
    pub fn put_bytes(&mut self, path: &str, bytes: &[u8]) {
        self.put(path, Text::of(bytes));
    }

    /// A file.
    pub fn get(&self, path: &str) -> Option<&Text> {
        self.files.get(path)
    }

    /// The files, in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Text)> {
        self.files.iter().map(|(path, contents)| (path.as_str(), contents))
    }

    /// The files below a folder, in the order of their paths.
    pub fn under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a Text)> {
        self.files
            .range(folder.to_owned()..)
            .take_while(move |(path, _)| path.starts_with(folder))
            .map(|(path, contents)| (path.as_str(), contents))
    }
}

impl Text {
    /// Contents as they were read.
    pub fn of(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            _ if bytes.len() > Tree::MOST_BYTES => Self::TooLarge { bytes: bytes.len() as u64 },
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::NotText,
        }
    }

    /// The contents, if they could be read.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::TooLarge { .. } | Self::NotText | Self::Unread { .. } => None,
        }
    }

    /// Why there are no contents, as the end of a sentence.
    pub fn why_not(&self) -> Option<String> {
        match self {
            Self::Text(_) => None,
            Self::TooLarge { bytes } => Some(format!("has {bytes} bytes, more than are read")),
            Self::NotText => Some("is not text".to_owned()),
            Self::Unread { why } => Some(format!("could not be read: {why}")),
        }
    }
}

impl<P: AsRef<str>, C: Into<String>> FromIterator<(P, C)> for Tree {
    fn from_iter<I: IntoIterator<Item = (P, C)>>(files: I) -> Self {
        let mut tree = Self::new();
        for (path, text) in files {
            tree.put(path.as_ref(), Text::Text(text.into()));
        }
        tree
    }
}
