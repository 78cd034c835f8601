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
    /// How many parts of the path are fixed: of two routes that fit, the more exact one is meant.
    pub(crate) fn fixed_parts(&self) -> usize {
        self.path.split('/').filter(|part| !part.starts_with('{')).count()
    }

    /// The values of the path's variables, when the route fits.
    pub(crate) fn fits(&self, method: &str, path: &str) -> Option<BTreeMap<&'static str, String>> {
        if self.method != method {
            return None;
        }
        let parts: Vec<&'static str> = self.path.trim_start_matches('/').split('/').collect();
        let given: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let mut values = BTreeMap::new();
        let mut at = 0;
        for (index, part) in parts.iter().enumerate() {
            let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
                if given.get(at) != Some(part) {
                    return None;
                }
                at += 1;
                continue;
            };
            let end = match may_contain_slashes(name, parts.get(index.wrapping_sub(1))) {
                true => given.len().checked_sub(parts.len() - index - 1)?,
                false => at + 1,
            };
            let value = given.get(at..end)?.join("/");
            // Only the root folder has an empty name.
            if value.is_empty() && name != "path" {
                return None;
            }
            values.insert(name, decoded(&value));
            at = end;
        }
        (at == given.len()).then_some(values)
    }
}

/// Files, branches and refs have slashes in their names.
fn may_contain_slashes(name: &str, before: Option<&&str>) -> bool {
    let is_ref =
        name == "ref" && before.is_some_and(|part| ["ref", "matching-refs"].contains(part));
    is_ref || ["path", "branch", "basehead"].contains(&name)
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
