//! A key that outlives the App or the token that added it.

use crate::domain::{IdentityKind, Severity};
use crate::register::{Change, Entry, Need, NotLoaded, Record};
use crate::rules::{Facts, Hit, Rule};

pub(super) const RULE: Rule = Rule {
    id: "key-left-behind",
    title: "A key that outlives what added it",
    severity: Severity::High,
    tags: &["NHI1:2025", "CICD-SEC-8"],
    docs: include_str!("key_left_behind.md"),
    check,
};

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let (Change::Gone { .. }, Some(key)) = (&entry.change, &entry.identity) else {
        return Ok(Vec::new());
    };
    let Some(maker) = facts.slice.record(key)? else { return Ok(Vec::new()) };
    let (made, how) = match key.kind() {
        IdentityKind::AppInstallation if key.number().is_some() => {
            (by_app(facts, maker)?, "what added it is uninstalled")
        }
        IdentityKind::FineGrainedPat => {
            (with_token(facts, maker)?, "the token that it was added with is gone")
        }
        _ => return Ok(Vec::new()),
    };
    let name = crate::words::named(&maker.identity, None);
    made.into_iter()
        .filter(|record| record.identity.key.kind() == IdentityKind::DeployKey)
        .map(|record| {
            let key_name = facts.name(record)?;
            let message = format!("It still works, and {how}: {key_name}, added by {name}.");
            Ok(Hit { discriminator: key.to_string(), ..Hit::on(record, message) })
        })
        .collect()
}

/// What the accounts of an App gave access to.
fn by_app<'a>(facts: &Facts<'a>, app: &Record) -> Result<Vec<&'a Record>, NotLoaded> {
    let Some(login) = &app.identity.login else { return Ok(Vec::new()) };
    let same = facts.slice.set(&Need::CalledSo(login.clone()))?;
    let accounts = same.into_iter().filter_map(Record::account);
    let sets = accounts.map(|user| facts.slice.set(&Need::GrantedBy(user)));
    Ok(NotLoaded::all(sets)?.into_iter().flatten().collect())
}

/// What a token was used to give access to, as far as the audit log says.
fn with_token<'a>(facts: &Facts<'a>, token: &Record) -> Result<Vec<&'a Record>, NotLoaded> {
    let marks = token.own_marks().into_iter();
    let sets = marks.map(|mark| facts.slice.set(&Need::GivenWith(mark.number())));
    let mut made: Vec<&Record> = NotLoaded::all(sets)?.into_iter().flatten().collect();
    made.sort_by(|a, b| a.identity.key.cmp(&b.identity.key));
    made.dedup_by(|a, b| a.identity.key == b.identity.key);
    Ok(made)
}
