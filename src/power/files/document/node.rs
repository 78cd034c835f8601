//! A value, and where it stands.

use crate::power::files::document::DEEPEST;
use crate::power::lines::Lines;

/// A place in a text. Lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::power) struct At {
    /// The line.
    pub(in crate::power) line: usize,
    /// The column.
    pub(in crate::power) column: usize,
    /// The last line.
    pub(in crate::power) end_line: usize,
}

/// A value, and where it stands.
#[derive(Clone, Debug)]
pub(in crate::power) struct Node {
    /// What it is.
    pub(in crate::power) value: Value,
    /// Where it stands.
    pub(in crate::power) at: At,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(in crate::power) enum Value {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// A text.
    Text(String),
    /// Something that is worked out later: an expression of Terraform, without its spaces.
    Expression(String),
    /// Values in a row.
    List(Vec<Node>),
    /// Values by key, in the order of the file. A key may stand twice.
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(in crate::power) struct Entry {
    /// The key.
    pub(in crate::power) key: String,
    /// Where the key stands, to the end of the value.
    pub(in crate::power) at: At,
    /// The value.
    pub(in crate::power) node: Node,
}

/// Longer paths of keys are not told apart any further.
const LONGEST_PATH: usize = 400;

impl Node {
    /// The keys and values, if it has any.
    pub(in crate::power) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The values in a row, if it is a list.
    pub(in crate::power) fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The value of a key. Of two alike the last counts, as where these files are read.
    pub(in crate::power) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The key and its value.
    pub(in crate::power) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rev().find(|entry| entry.key == key)
    }

    /// The text, if it is one.
    pub(in crate::power) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A single value as a text: a number as written, `true`, `false`. An expression is not one.
    pub(in crate::power) fn scalar(&self) -> Option<String> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => Some(text.clone()),
            Value::Bool(truth) => Some(truth.to_string()),
            Value::Null | Value::Expression(_) | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// Whether it says yes.
    pub(in crate::power) fn is_true(&self) -> bool {
        match &self.value {
            Value::Bool(truth) => *truth,
            Value::Text(text) => {
                matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "on")
            }
            _ => false,
        }
    }

    /// Whether it says no.
    pub(in crate::power) fn is_false(&self) -> bool {
        match &self.value {
            Value::Bool(truth) => !*truth,
            Value::Text(text) => {
                matches!(text.to_ascii_lowercase().as_str(), "false" | "no" | "off")
            }
            _ => false,
        }
    }

    /// Whether there is nothing in it.
    pub(in crate::power) fn is_empty(&self) -> bool {
        match &self.value {
            Value::Null => true,
            Value::Text(text) => text.trim().is_empty(),
            Value::List(items) => items.is_empty(),
            Value::Map(entries) => entries.is_empty(),
            Value::Bool(_) | Value::Number(_) | Value::Expression(_) => false,
        }
    }

    /// The texts in it: itself, or those in a row. Commas part a text, as agents read their lists.
    pub(in crate::power) fn words(&self) -> Vec<(String, At)> {
        match &self.value {
            Value::List(items) => {
                items.iter().filter_map(|item| Some((item.scalar()?, item.at))).collect()
            }
            _ => self.scalar().map_or_else(Vec::new, |text| {
                let parts = split_outside_brackets(&text);
                parts.into_iter().map(|part| (part, self.at)).collect()
            }),
        }
    }

    /// How many values there are in it, itself among them, with a long text as several.
    pub(in crate::power) fn size(&self) -> usize {
        1 + match &self.value {
            Value::List(items) => items.iter().map(Self::size).sum(),
            Value::Map(entries) => entries.iter().map(|entry| entry.node.size()).sum(),
            Value::Text(text) | Value::Number(text) | Value::Expression(text) => text.len() / 64,
            Value::Null | Value::Bool(_) => 0,
        }
    }

    /// Every single value below, each with its keys from here.
    pub(in crate::power) fn leaves(&self) -> Vec<(String, &Node)> {
        let mut found = Vec::new();
        self.gather(String::new(), 0, &mut found);
        found
    }

    fn gather<'a>(&'a self, path: String, depth: usize, found: &mut Vec<(String, &'a Node)>) {
        if depth > DEEPEST {
            return;
        }
        match &self.value {
            Value::Map(entries) => {
                for Entry { key, node, .. } in entries {
                    let below = match path.len() {
                        0 => key.clone(),
                        1..LONGEST_PATH => format!("{path}.{key}"),
                        _ => path.clone(),
                    };
                    node.gather(below, depth + 1, found);
                }
            }
            Value::List(items) => {
                for item in items {
                    item.gather(path.clone(), depth + 1, found);
                }
            }
            _ => found.push((path, self)),
        }
    }

    /// What stands at a path: keys with dots between, `*` for every key, `[]` after a key for every
    /// item of its list. A key that has dots itself is found too, as in an editor's settings.
    /// Each with the keys that led there and the whole entry's place.
    pub(in crate::power) fn find(&self, path: &str) -> Vec<(String, &Node, At)> {
        let mut found = Vec::new();
        self.follow(path, &mut String::new(), self.at, &mut found);
        found
    }

    fn follow<'a>(
        &'a self,
        path: &str,
        led: &mut String,
        at: At,
        found: &mut Vec<(String, &'a Node, At)>,
    ) {
        if path.is_empty() {
            found.push((led.clone(), self, at));
            return;
        }
        if let Some(rest) = path.strip_prefix("[]") {
            for item in self.items() {
                item.follow(rest.trim_start_matches('.'), led, item.at, found);
            }
            return;
        }
        let length = led.len();
        for Entry { key, at, node } in self.entries() {
            let rest = match path.strip_prefix(key.as_str()) {
                _ if key.is_empty() => continue,
                Some(rest) if rest.is_empty() || rest.starts_with(['.', '[']) => rest,
                _ => match path.strip_prefix('*') {
                    Some(rest) if rest.is_empty() || rest.starts_with('.') => rest,
                    _ => continue,
                },
            };
            if !led.is_empty() {
                led.push('.');
            }
            led.push_str(key);
            node.follow(rest.trim_start_matches('.'), led, *at, found);
            led.truncate(length);
        }
    }
}

impl At {
    /// Of a range of bytes.
    pub(in crate::power) fn of(lines: &Lines<'_>, range: std::ops::Range<usize>) -> Self {
        let (line, column) = lines.place(range.start);
        let (end_line, _) = lines.place(range.end.max(range.start + 1) - 1);
        Self { line, column, end_line: end_line.max(line) }
    }

    /// From here to the end of another place.
    pub(in crate::power) fn to(self, end: Self) -> Self {
        Self { end_line: self.end_line.max(end.end_line), ..self }
    }
}

/// Parts a text at commas that are not inside brackets or quotes.
fn split_outside_brackets(text: &str) -> Vec<String> {
    let (mut parts, mut depth, mut quote) = (vec![String::new()], 0_usize, None);
    for c in text.chars() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('(' | '[' | '{', None) => depth += 1,
            (')' | ']' | '}', None) => depth = depth.saturating_sub(1),
            (',', None) if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// A regular expression as a pattern with `*`: never narrower than the expression.
pub(in crate::power) fn pattern_of(expression: &str) -> String {
    let body = expression.strip_prefix('^').unwrap_or(expression);
    let body = body.strip_suffix('$').unwrap_or(body);
    let mut pattern = String::new();
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        let one = match c {
            '\\' => match chars.next() {
                Some(escaped) if !escaped.is_ascii_alphanumeric() => escaped.to_string(),
                _ => "*".to_owned(),
            },
            '|' => return "*".to_owned(),
            '.' => "*".to_owned(),
            '[' | '(' => {
                let close = if c == '[' { ']' } else { ')' };
                let mut depth = 1;
                for inner in chars.by_ref() {
                    depth += usize::from(inner == c);
                    depth -= usize::from(inner == close);
                    if depth == 0 {
                        break;
                    }
                }
                "*".to_owned()
            }
            '*' | '+' | '?' | '{' | '}' | ')' | ']' | '^' | '$' => "*".to_owned(),
            c => c.to_string(),
        };
        match chars.peek() {
            Some('*' | '+' | '?' | '{') => {
                if chars.next() == Some('{') {
                    for inner in chars.by_ref() {
                        if inner == '}' {
                            break;
                        }
                    }
                }
                pattern.push('*');
            }
            _ => pattern.push_str(&one),
        }
    }
    while pattern.contains("**") {
        pattern = pattern.replace("**", "*");
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_regular_expression_becomes_a_pattern_that_is_never_narrower() {
        for (expression, pattern) in [
            ("repo:acme/api:ref:refs/heads/main", "repo:acme/api:ref:refs/heads/main"),
            ("^repo:acme/.*:ref:refs/heads/main$", "repo:acme/*:ref:refs/heads/main"),
            (r"repo:acme/a\.b:pull_request", "repo:acme/a.b:pull_request"),
            ("a|b", "*"),
            ("repo:acme/(api|web):.+", "repo:acme/*:*"),
            ("repo:acme/api[0-9]{2}:x", "repo:acme/api*:x"),
            (r"\d+", "*"),
            ("colou?r", "colo*r"),
        ] {
            assert_eq!(pattern_of(expression), pattern, "{expression}");
        }
    }

    #[test]
    fn commas_part_a_list_of_tools_but_not_what_is_in_brackets() {
        let parts = split_outside_brackets("Bash(git log, git show), Read , \"a,b\"");
        assert_eq!(parts, ["Bash(git log, git show)", "Read", "\"a,b\""]);
    }
}
