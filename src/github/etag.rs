//! ETags: which answers have not changed, without keeping the answers.
//!
//! Only a caller that can use "unchanged" sends one. An implementation decides when a row becomes
//! durable: it must not be before what was read is saved, or an answer could be lost.

use std::collections::BTreeMap;
use std::sync::Mutex;

/// Rows without bodies, by reader and URL: an ETag depends on what the token may see.
pub trait Etags: Send + Sync {
    /// The ETag that is kept for a reader and a URL.
    fn get(&self, reader: &str, url: &str) -> Option<String>;

    /// Keeps one.
    fn put(&self, reader: &str, url: &str, etag: &str);
}

/// ETags that last as long as the process.
#[derive(Default)]
pub struct InMemory {
    rows: Mutex<BTreeMap<(String, String), String>>,
}

impl Etags for InMemory {
    fn get(&self, reader: &str, url: &str) -> Option<String> {
        let rows = self.rows.lock().expect("no holder of this lock panics");
        rows.get(&(reader.to_owned(), url.to_owned())).cloned()
    }

    fn put(&self, reader: &str, url: &str, etag: &str) {
        let mut rows = self.rows.lock().expect("no holder of this lock panics");
        rows.insert((reader.to_owned(), url.to_owned()), etag.to_owned());
    }
}
