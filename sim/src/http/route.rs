//! A route: where it is, who may take it, what it does. The path is written as in GitHub's
//! description, so the same text finds the schemas.

use super::{Call, Outcome};
use crate::world::World;
use std::collections::BTreeMap;

/// Who may take a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Anybody.
    Nobody,
    /// An App with its JWT.
    App,
    /// An installation token with one of these permissions, in GitHub's notation:
    /// `issues=write; pull_requests=write`. Empty: any installation token.
    Token(&'static str),
}

pub(crate) struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub needs: Needs,
    pub run: fn(&mut World, &Call) -> Outcome,
}

impl Route {
    /// The values of the path's variables, when the route fits.
    pub(crate) fn fits(&self, method: &str, path: &str) -> Option<BTreeMap<&'static str, String>> {
        if self.method != method {
            return None;
        }
        let mut values = BTreeMap::new();
        let mut given = path.trim_start_matches('/').split('/');
        for part in self.path.trim_start_matches('/').split('/') {
            match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                // A file's path may contain slashes, and is empty for the root folder.
                Some("path") => {
                    let rest: Vec<&str> = given.by_ref().collect();
                    values.insert("path", decoded(&rest.join("/")));
                }
                Some(name) => {
                    let value = given.next().filter(|value| !value.is_empty())?;
                    values.insert(name, decoded(value));
                }
                None => {
                    if given.next() != Some(part) {
                        return None;
                    }
                }
            }
        }
        given.next().is_none().then_some(values)
    }
}

/// Percent-decoding, as far as paths and queries need it.
pub(crate) fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok()))
            .flatten();
        match code {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
