//! When, from where and how often something was stored and used, and how much of that is visible.

use crate::domain::{Dates, Foreign, Habits, IdentityKind};
use crate::words::moment;

/// A line for each date, honest about what nobody says.
pub fn dates(kind: IdentityKind, dates: &Dates) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(dates.stored.map(|at| format!("Its value was stored last on {}.", moment(at))));
    lines.push(match (dates.used, kind.states_use(), dates.since) {
        (Some(at), true, _) => format!("GitHub states its last use on {}.", moment(at)),
        (Some(at), false, _) => format!(
            "It was seen acting last on {}. Only what webhooks, the audit log and API Insights tell \
             is seen.",
            moment(at)
        ),
        (None, true, Some(_)) => "GitHub states that it was never used.".to_owned(),
        (None, true, None) => "GitHub was not asked yet when it was used last.".to_owned(),
        (None, false, _) => {
            "When it is used is not visible: GitHub does not state it for this kind, and nothing it \
             did was seen."
                .to_owned()
        }
    });
    lines
}

/// A line about the places from which something is used, and one about how often it is. Of what
/// never acts itself there is nothing to say.
pub fn habits(kind: IdentityKind, habits: &Habits) -> Vec<String> {
    use IdentityKind::{
        AiAgent, AppInstallation, ClassicPat, FineGrainedPat, MachineUser, OauthApp,
    };
    let acts = [AiAgent, AppInstallation, ClassicPat, FineGrainedPat, MachineUser, OauthApp];
    let mut lines = Vec::new();
    let of = |places: &std::collections::BTreeMap<String, crate::domain::Timestamp>| {
        let places = places.iter().map(|(place, at)| format!("{place} ({})", moment(*at)));
        places.collect::<Vec<_>>().join(", ")
    };
    match (habits.networks.is_empty(), habits.countries.is_empty()) {
        (false, _) => lines.push(format!("It was used from {}.", of(&habits.networks))),
        (true, false) => lines.push(format!("It was used from {}.", of(&habits.countries))),
        (true, true) if acts.contains(&kind) => lines.push(
            "From where it is used is not known: no record of the audit log gave an address."
                .to_owned(),
        ),
        (true, true) => {}
    }
    let most = habits.busiest.iter().map(|(_, uses)| *uses).max();
    lines.extend(most.map(|most| {
        let minutes = Habits::STRETCH.as_mins();
        format!(
            "It did at most {most} things within {minutes} minutes, as far as the audit log and \
             runs of workflows tell."
        )
    }));
    if !habits.sessions.is_empty() {
        let sessions = habits.sessions.iter().rev().map(|session| {
            let plain =
                |name: &Foreign| name.raw().chars().filter(|c| !c.is_control()).collect::<String>();
            let name = session.name.as_ref().map(|name| format!(", session {}", plain(name)));
            let name = name.unwrap_or_default();
            format!("{} ({}{name})", session.by.login, moment(session.at))
        });
        let sessions: Vec<String> = sessions.collect();
        lines.push(format!("Sessions of it were started by {}.", sessions.join("; ")));
    }
    lines
}
