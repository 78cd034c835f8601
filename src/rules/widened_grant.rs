//! An identity may do more than before.

use crate::domain::{Access, Expiry, Grant, IdentityKind, Severity};
use crate::register::{Change, Entry, Need, NotLoaded, Record};
use crate::rules::{Facts, Hit, Rule};

pub(super) const RULE: Rule = Rule {
    id: "widened-grant",
    title: "A grant was widened",
    severity: Severity::High,
    tags: &["NHI5:2025", "T1098 (ATT&CK v16)"],
    docs: include_str!("widened_grant.md"),
    check,
};

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let Some(record) = facts.machine(entry)? else { return Ok(Vec::new()) };
    match &entry.change {
        Change::Widened { from, to, .. } => {
            let name = facts.name(record)?;
            let message = format!("{}.", sentence(&crate::words::upper(&name), from, to));
            let digest = Grant::digest([to.as_ref()]).0;
            Ok(vec![Hit { discriminator: digest, ..Hit::on(record, message) }])
        }
        Change::Added { grant, .. } => readded(facts, record, grant),
        _ => Ok(Vec::new()),
    }
}

/// A deploy key cannot be edited: to let it write, it is deleted and the same key added again.
fn readded(facts: &Facts<'_>, record: &Record, grant: &Grant) -> Result<Vec<Hit>, NotLoaded> {
    let Some(print) = &record.identity.fingerprint else { return Ok(Vec::new()) };
    if record.identity.key.kind() != IdentityKind::DeployKey || grant.access <= Some(Access::Read) {
        return Ok(Vec::new());
    }
    let before = facts.slice.set(&Need::SameKey(print.clone()))?;
    let had_less = before.iter().any(|other| {
        let most = other.grants.iter().filter_map(|grant| grant.access).max();
        other.identity.key != record.identity.key && most.is_some() && most < grant.access
    });
    if !had_less {
        return Ok(Vec::new());
    }
    let name = crate::words::upper(&facts.name(record)?);
    let message = format!("{name} was there before and could only read. Now it can write.");
    Ok(vec![Hit { discriminator: "again".to_owned(), ..Hit::on(record, message) }])
}

/// What rose, in words.
fn sentence(name: &str, from: &Grant, to: &Grant) -> String {
    let mut parts = Vec::new();
    if to.role > from.role {
        parts.push("is now an organisation owner".to_owned());
    }
    match (from.access, to.access) {
        (Some(before), Some(now)) if now > before => {
            parts.push(format!("now has {now} access, before it had {before}"));
        }
        (Some(before), None) => {
            parts.push(format!("now has access that GitHub does not name, before it had {before}"));
        }
        _ => {}
    }
    let raised: Vec<String> = to
        .permissions
        .iter()
        .filter(|(name, now)| from.permissions.get(*name).is_none_or(|before| before < *now))
        .map(|(name, now)| format!("`{}: {now}`", crate::words::permission(name)))
        .collect();
    if !raised.is_empty() {
        parts.push(format!("now holds {}", crate::words::list(&raised)));
    }
    if to.reach != from.reach {
        parts.push("now reaches more repositories".to_owned());
    }
    if to.expiry == Expiry::Never && from.expiry != Expiry::Never {
        parts.push("no longer expires".to_owned());
    } else if to.expiry != from.expiry {
        parts.push("now lasts longer".to_owned());
    }
    format!("{name} {}", crate::words::list(&parts))
}
