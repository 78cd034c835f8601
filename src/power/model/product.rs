//! What makes a type a component of power: a partial order in which any two have an upper bound.

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A partial order (reflexive, antisymmetric, transitive: `partial_cmp` and `==` agree) whose
/// elements can be put together.
pub(crate) trait Order: PartialOrd + Eq + Clone {
    /// Both at once: something that neither exceeds.
    fn join(self, other: Self) -> Self;
}

/// Puts one more entry into a component with keys; what is there already is joined.
pub(super) fn put<K: Ord, V: Order>(map: &mut BTreeMap<K, V>, key: K, level: V) {
    match map.remove(&key) {
        Some(there) => map.insert(key, there.join(level)),
        None => map.insert(key, level),
    };
}

/// Walks two components with keys together and tells each key whose level differs. What is not
/// there is below everything.
pub(super) fn differ<'a, K: Ord, V: Order>(
    base: &'a BTreeMap<K, V>,
    head: &'a BTreeMap<K, V>,
    mut tell: impl FnMut(&'a K, Option<Ordering>),
) {
    for (key, before) in base {
        match head.get(key) {
            None => tell(key, Some(Ordering::Less)),
            Some(after) if after == before => {}
            Some(after) => tell(key, after.partial_cmp(before)),
        }
    }
    for key in head.keys().filter(|key| !base.contains_key(key)) {
        tell(key, Some(Ordering::Greater));
    }
}
