//! An organisation where people speak: who is what, and what GitHub answers when it is asked.

use std::collections::BTreeSet;

use beholden::commands::{Addressed, Command, Known, Reply, Speech, Terms, Wanting, parse, run};
use beholden::domain::{
    Access, Actor, ActorType, Class, CommentId, Entity, Evidence, Fact, IssueNumber, Names, Order,
    OrgRole, Person, RepoId, Spoken, Team, TeamId, UserId,
};
use beholden::register::{Record, add_act};
use beholden::words::JOINER;
use jiff::tz::TimeZone;

use crate::words::world::{HOME, World, actor, login, noon, record};

/// What the words of one person came to.
pub(crate) struct Heard {
    /// The answer.
    pub(crate) reply: Reply,
    /// What had to be read first.
    pub(crate) asked: Vec<(Entity, Names)>,
}

/// The organisation. Octocat maintains everything, monalisa is a member and maintains nothing,
/// boss owns the organisation, stranger is nobody here.
pub(crate) struct Acme {
    pub(crate) world: World,
    pub(crate) people: Vec<Person>,
    pub(crate) permissions: Vec<(UserId, RepoId, Access)>,
    pub(crate) teams: Vec<(Team, Vec<Actor>)>,
    pub(crate) approvers: Vec<&'static str>,
    pub(crate) approver_teams: Vec<&'static str>,
    pub(crate) require: bool,
    pub(crate) self_accept: bool,
    pub(crate) machines: Vec<&'static str>,
    pub(crate) doubtful: Vec<&'static str>,
    comment: i64,
}

impl Acme {
    /// One deploy key that can push to acme/api, added by hubot, who has left since.
    pub(crate) fn with_a_key() -> Self {
        Self::with(vec![record(4711, "ci", 10)])
    }

    pub(crate) fn with(mut records: Vec<Record>) -> Self {
        for grant in records.iter_mut().flat_map(|record| &mut record.grants) {
            grant.by = Some(actor("hubot"));
        }
        let person = |name: &str, role| Person { actor: actor(name), suspended: false, role };
        let world = World::of(records);
        let octocat = actor("octocat").id;
        Self {
            permissions: world.repos.iter().map(|r| (octocat, r.id, Access::Maintain)).collect(),
            world,
            people: vec![
                person("octocat", Some(OrgRole::Member)),
                person("monalisa", Some(OrgRole::Member)),
                person("boss", Some(OrgRole::Owner)),
                person("stranger", None),
            ],
            teams: Vec::new(),
            approvers: Vec::new(),
            approver_teams: Vec::new(),
            require: false,
            self_accept: false,
            machines: Vec::new(),
            doubtful: Vec::new(),
            comment: 100,
        }
    }

    pub(crate) fn team(&mut self, slug: &str, members: &[&str]) {
        let team = Team {
            id: TeamId(30 + i64::try_from(self.teams.len()).unwrap()),
            slug: slug.parse().unwrap(),
            repos: [].into(),
            gone: false,
            as_of: noon(),
        };
        self.teams.push((team, members.iter().map(|name| actor(name)).collect()));
    }

    /// What a comment comes to. Its acts are put into the register.
    pub(crate) fn says(&mut self, who: &str, text: &str) -> Heard {
        let [Ok(command)] = &parse(text, Addressed::Us)[..] else {
            panic!("not one command: {text}")
        };
        self.does(&actor(who), command.clone())
    }

    /// What a command comes to, whoever gives it.
    pub(crate) fn does(&mut self, who: &Actor, command: Command) -> Heard {
        self.comment += 1;
        let order = Order { at: noon(), id: self.comment };
        let comment = Some(CommentId(self.comment));
        let evidence = Evidence::Comment { repo: HOME, issue: IssueNumber(7), comment };
        let speech = Speech {
            command,
            speaker: who.clone(),
            order,
            evidence,
            written: noon(),
            on: Spoken::Conversation,
        };
        let (mut facts, mut absent, mut asked) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..50 {
            let known = Known::from(&facts[..]).absent(&absent);
            match self.judge(&speech, &known) {
                Ok(reply) => {
                    self.record(&reply);
                    return Heard { reply, asked };
                }
                Err(Wanting::Load(missing)) => panic!("{missing}"),
                Err(Wanting::Fetch(wanted)) => {
                    assert!(!wanted.is_empty() && !wanted.iter().any(|it| asked.contains(it)));
                    for want in &wanted {
                        match self.github(want) {
                            Some(fact) => facts.push(fact),
                            None => absent.push(want.clone()),
                        }
                    }
                    asked.extend(wanted);
                }
            }
        }
        panic!("asked without end: {asked:?}")
    }

    fn judge(&self, speech: &Speech, known: &Known) -> Result<Reply, Wanting> {
        let terms = Terms {
            org: login("acme"),
            approvers: self.approvers.iter().map(|name| login(name)).collect(),
            approver_teams: self
                .approver_teams
                .iter()
                .map(|slug| slug.parse().unwrap())
                .collect::<BTreeSet<_>>(),
            require: self.require,
            self_accept: self.self_accept,
            is_machine: &|actor| {
                let name = actor.login.as_str();
                if actor.kind != ActorType::User || self.machines.contains(&name) {
                    Class::Machine
                } else if self.doubtful.contains(&name) {
                    Class::Unclassified
                } else {
                    Class::Human
                }
            },
            zone: TimeZone::UTC,
        };
        run(speech, &self.world.case, &self.world.slice(), known, &terms)
    }

    /// GitHub's answer; `None` for what it does not have.
    fn github(&self, (entity, names): &(Entity, Names)) -> Option<Fact> {
        match entity {
            Entity::Person { .. } => {
                let login = names.login.as_ref().expect("a person is asked for by login");
                let found = self.people.iter().find(|person| person.actor.login == *login);
                found.map(|person| Fact::Person { person: person.clone() })
            }
            Entity::Collaborator { repo, user } => {
                assert!(names.repo.is_some() && names.login.is_some());
                let found = self.permissions.iter().find(|(id, at, _)| id == user && at == repo);
                let access = found.map_or(Access::None, |(_, _, access)| *access);
                Some(Fact::Permission { user: *user, repo: *repo, access })
            }
            Entity::Team { .. } => {
                let slug = names.team.as_ref().expect("a team is asked for by slug");
                let (team, humans) = self.teams.iter().find(|(team, _)| team.slug == *slug)?;
                Some(Fact::TeamHumans { team: team.clone(), humans: humans.clone() })
            }
            other => panic!("{other} is not for commands"),
        }
    }

    fn record(&mut self, reply: &Reply) {
        assert!(!reply.silent || reply.acts.is_empty(), "silence does nothing");
        for (key, act) in &reply.acts {
            let records = &mut self.world.records;
            let record = records.iter_mut().find(|record| record.identity.key == *key).unwrap();
            assert!(add_act(record, act.clone()));
        }
    }

    /// Where the first identity stands: the word, and who owns it.
    pub(crate) fn stands(&self) -> String {
        let ownership = &self.world.records[0].ownership;
        let owners: Vec<_> = ownership.owners().map(|owner| owner.plain()).collect();
        format!("{} {}", ownership.word(), owners.join(" ")).trim().to_owned()
    }
}

impl Heard {
    /// The answer without joiners; empty for silence.
    pub(crate) fn text(&self) -> String {
        assert!(!self.reply.silent || self.reply.text.is_none());
        self.reply.text.clone().unwrap_or_default().replace(JOINER, "")
    }
}
