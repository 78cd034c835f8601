//! Who is pinged by a text: real people and teams named with `@` outside of code and HTML comments.

use crate::world::{Kind, World};

/// Somebody was pinged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ping {
    /// A login, or `organization/team`.
    pub who: String,
    /// Where: `acme/api#1`.
    pub place: String,
    /// Who wrote it.
    pub by: String,
    /// Whether an App wrote it.
    pub by_app: bool,
}

impl World {
    /// Writes down who a new text pings.
    pub(crate) fn note_pings(&mut self, repo: u64, number: u64, by: u64, text: &str) {
        let Some(repo) = self.repos.get(&repo) else {
            return;
        };
        let place = format!("{}#{number}", self.full_name(repo));
        let Some(author) = self.users.get(&by) else {
            return;
        };
        let (by, by_app) = (author.login.clone(), author.kind == Kind::Bot);
        let pings: Vec<Ping> = mentioned(text)
            .into_iter()
            .filter_map(|name| self.reachable(&name))
            .map(|who| Ping { who, place: place.clone(), by: by.clone(), by_app })
            .collect();
        self.pings.extend(pings);
    }

    fn reachable(&self, name: &str) -> Option<String> {
        match name.split_once('/') {
            Some((org, team)) => {
                let org = self.org(org)?;
                org.team(team).map(|team| format!("{}/{}", org.login, team.slug))
            }
            None => self.user(name).map(|user| user.login.clone()),
        }
    }
}

/// The names after an `@`, in order.
pub(crate) fn mentioned(text: &str) -> Vec<String> {
    let prose = without_code(text);
    let chars: Vec<char> = prose.chars().collect();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut names = Vec::new();
    for (at, _) in chars.iter().enumerate().filter(|(_, c)| **c == '@') {
        let glued = at > 0 && (chars[at - 1].is_alphanumeric() || "_`/".contains(chars[at - 1]));
        let name: String = chars[at + 1..].iter().take_while(|c| is_name(**c)).collect();
        if glued || name.is_empty() || name.starts_with('-') {
            continue;
        }
        let after = at + 1 + name.chars().count();
        let team: String = match chars.get(after) {
            Some('/') => {
                chars[after + 1..].iter().take_while(|c| is_name(**c) || **c == '_').collect()
            }
            _ => String::new(),
        };
        names.push(if team.is_empty() { name } else { format!("{name}/{team}") });
    }
    names
}

/// The text without fenced code, code spans and HTML comments; what is left out becomes a space.
fn without_code(text: &str) -> String {
    let mut prose = String::new();
    let mut fence: Option<String> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let mark: String = trimmed.chars().take_while(|c| *c == '`' || *c == '~').collect();
        match &fence {
            Some(open) => {
                if mark.starts_with(open.as_str()) && trimmed.trim_end() == mark {
                    fence = None;
                }
            }
            None if mark.len() >= 3 && !trimmed[mark.len()..].contains('`') => fence = Some(mark),
            None => {
                prose.push_str(line);
                prose.push('\n');
            }
        }
    }
    without_spans(&without_comments(&prose))
}

fn without_comments(text: &str) -> String {
    let mut rest = text;
    let mut out = String::new();
    while let Some((before, after)) = rest.split_once("<!--") {
        out.push_str(before);
        out.push(' ');
        match after.split_once("-->") {
            Some((_, after)) => rest = after,
            None => return out,
        }
    }
    out + rest
}

/// A code span runs from a run of backticks to the next run of the same length.
fn without_spans(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let run_at = |at: usize| chars[at..].iter().take_while(|c| **c == '`').count();
    let mut out = String::new();
    let mut at = 0;
    while at < chars.len() {
        let run = run_at(at);
        if run == 0 {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        let mut end = at + run;
        let mut closed = None;
        while end < chars.len() {
            match run_at(end) {
                0 => end += 1,
                length if length == run => {
                    closed = Some(end + run);
                    break;
                }
                length => end += length,
            }
        }
        match closed {
            Some(after) => {
                out.push(' ');
                at = after;
            }
            None => {
                out.extend(&chars[at..at + run]);
                at += run;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::mentioned;

    #[track_caller]
    fn check(text: &str, names: &[&str]) {
        assert_eq!(mentioned(text), names, "in {text:?}");
    }

    #[test]
    fn people_and_teams_are_mentioned_in_prose() {
        check("Hello @octocat, ask @acme/platform.", &["octocat", "acme/platform"]);
        check("(@monalisa)", &["monalisa"]);
    }

    #[test]
    fn code_and_comments_mention_nobody() {
        check("`@octocat` and ``a ` @octocat``", &[]);
        check("```\n@octocat\n```\n@hubot", &["hubot"]);
        check("~~~ text\n@octocat\n~~~", &[]);
        check("<!-- @octocat -->", &[]);
    }

    #[test]
    fn an_open_backtick_protects_nobody() {
        check("` @octocat", &["octocat"]);
        check("`` ` @octocat", &["octocat"]);
    }

    #[test]
    fn addresses_are_not_mentions() {
        check("mail octocat@acme.invalid", &[]);
    }
}
