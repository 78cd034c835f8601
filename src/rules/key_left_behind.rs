//! A key that outlives the App that added it.

use crate::domain::{IdentityKind, Severity};
use crate::register::{Change, Entry, Need, NotLoaded, Record};
use crate::rules::{Facts, Hit, Rule};

pub(super) const RULE: Rule = Rule {
    id: "key-left-behind",
    title: "A key that outlives the App that added it",
    severity: Severity::High,
    tags: &["NHI1:2025", "CICD-SEC-8"],
    docs: include_str!("key_left_behind.md"),
    check,
};

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let (Change::Gone { .. }, Some(key)) = (&entry.change, &entry.identity) else {
        return Ok(Vec::new());
    };
    if key.kind() != IdentityKind::AppInstallation || key.number().is_none() {
        return Ok(Vec::new());
    }
    let Some(app) = facts.slice.record(key)? else { return Ok(Vec::new()) };
    let Some(login) = &app.identity.login else { return Ok(Vec::new()) };
    let same = facts.slice.set(&Need::CalledSo(login.clone()))?;
    let accounts = same.into_iter().filter_map(Record::account);
    let sets = accounts.map(|user| facts.slice.set(&Need::GrantedBy(user)));
    let made = NotLoaded::all(sets)?.into_iter().flatten();
    let name = crate::words::named(&app.identity, None);
    made.filter(|record| record.identity.key.kind() == IdentityKind::DeployKey)
        .map(|record| {
            let message = format!(
                "It still works, and what added it is uninstalled: {}, added by {name}.",
                facts.name(record)?
            );
            Ok(Hit { discriminator: key.to_string(), ..Hit::on(record, message) })
        })
        .collect()
}
