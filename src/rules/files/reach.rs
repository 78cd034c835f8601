//! What a change does to workflows of other repositories that call what it changes, said where the
//! change is made, to whoever reads there.

use sha2::{Digest as _, Sha256};

use crate::domain::{
    Caller, Digest, FileGrant, FilePower, FileSubject, Foreign, Lines, Reached, Remark, Unclear,
    Visibility, Weighed,
};
use crate::words::{count, list, repo};

/// The most repositories that one sentence names.
const MOST_NAMED: usize = 10;

/// Adds to what a change grants what it grants through workflows that call it. `lines` are those of
/// the file that is called; `read` says who reads the repository of the change: what they may not
/// know of is counted and not named.
pub fn reach(weighed: &mut Weighed, reached: &Reached, lines: &Lines, read: Visibility) {
    if reached.unread > 0 {
        let why = match reached.unread {
            1 => "what 1 more repository grants whose workflows call it, because its files were not looked at".to_owned(),
            n => format!("what {n} more repositories grant whose workflows call it, because their files were not looked at"),
        };
        weighed.unclear.push(Unclear { lines: Some(lines.clone()), why: Foreign::new(&why) });
    }
    let asked: Vec<&Caller> =
        reached.callers.iter().filter(|caller| !caller.weighed.grants.is_empty()).collect();
    let unclear =
        reached.callers.iter().filter(|caller| !caller.weighed.unclear.is_empty()).count();
    if unclear > 0 {
        let what = count(unclear, "repository");
        let why = format!("all of what it grants in {what} whose workflows call it");
        weighed.unclear.push(Unclear { lines: Some(lines.clone()), why: Foreign::new(&why) });
    }
    let Some(remark) = remark(&asked, lines, read) else { return };
    let digest = digest_of(&asked);
    weighed.digest = joined(&weighed.digest, &digest);
    let says = format!("is called by {} that get more through it", {
        count(asked.len(), "other repository")
    });
    let subject = FileSubject::for_callers(&lines.path);
    let power = FilePower {
        digest,
        less_than: None,
        says,
        secrets: Vec::new(),
        ties: None,
        scripts: Vec::new(),
        callers: asked.iter().map(|caller| caller.repo).collect(),
        lines: lines.clone(),
    };
    weighed.grants.push(FileGrant { subject, power, before: None, remarks: vec![remark] });
    weighed.grants.sort_by_key(|grant| std::cmp::Reverse(grant.severity()));
}

/// One sentence: whom it reaches, and the worst that somebody who reads it may know.
fn remark(asked: &[&Caller], lines: &Lines, read: Visibility) -> Option<Remark> {
    let worst = |callers: &[&Caller]| {
        let remarks = callers.iter().flat_map(|caller| {
            let grants = caller.weighed.grants.iter();
            grants.flat_map(|grant| &grant.remarks).map(|remark| (caller.name.clone(), remark))
        });
        let worst = remarks.rev().max_by_key(|(_, remark)| remark.severity);
        worst.map(|(name, remark)| (name, remark.clone()))
    };
    let (named, hidden): (Vec<&Caller>, Vec<&Caller>) =
        asked.iter().copied().partition(|caller| caller.is_known_where(read));
    let (_, of_all) = worst(asked)?;
    let mut who: Vec<String> =
        named.iter().take(MOST_NAMED).map(|caller| repo(&caller.name)).collect();
    if named.len() > MOST_NAMED {
        who.push(format!("{} more", named.len() - MOST_NAMED));
    }
    if !hidden.is_empty() {
        who.push(count(hidden.len(), "private repository"));
    }
    let mut message = format!(
        "It also reaches the workflows that call it, which get more power: of {}.",
        list(&who)
    );
    if let Some((name, remark)) = worst(&named) {
        message.push_str(&format!(" In {}: {}", repo(&name), remark.message));
    }
    if !hidden.is_empty() {
        let whom = if hidden.len() == 1 { "The private one is" } else { "Private ones are" };
        message.push_str(&format!(" {whom} named in the organisation's home repository only."));
    }
    Some(Remark {
        rule: of_all.rule,
        severity: of_all.severity,
        message,
        lines: lines.clone(),
        in_diff: false,
    })
}

/// What all of them are granted, in canonical form.
fn digest_of(asked: &[&Caller]) -> Digest {
    let mut all: Vec<String> =
        asked.iter().map(|caller| format!("{} {}", caller.repo, caller.weighed.digest.0)).collect();
    all.sort();
    Digest(hex::encode(&Sha256::digest(all.join("\n"))[..16]))
}

fn joined(one: &Digest, other: &Digest) -> Digest {
    Digest(hex::encode(&Sha256::digest(format!("{} {}", one.0, other.0))[..16]))
}
