//! Programs of another language that stand inside a shell script: a here-document, or a quoted text.

use std::sync::LazyLock;

use regex::Regex;

use crate::power::workflow::script::Line;

/// An interpreter that reads its program from the script.
static STARTS: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"(?:^|[\s;&|(`$])(?:python[0-9.]*|node|ruby|perl|php|bun|tsx|deno\s+eval)(?:\s+-\S+)*?\s*(?:\s-[cerp]\s|(?:\s-)?\s*<<|\s[\x22'])";
    Regex::new(text).expect("the expression is tested")
});

/// The word that ends a here-document.
static HERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"<<-?\s*["']?([A-Za-z_]\w*)"#).expect("the expression is tested")
});

/// A program, with the line of the script that it begins on.
pub(super) struct Program {
    pub(super) number: usize,
    pub(super) text: String,
}

/// The programs that a script holds.
pub(super) fn programs(lines: &[Line]) -> Vec<Program> {
    let mut programs = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let Some(start) = STARTS.find(&line.text) else {
            at += 1;
            continue;
        };
        let rest = &line.text[start.start()..];
        let after = &lines[at + 1..];
        let end = match HERE.captures(rest).map(|found| found[1].to_owned()) {
            Some(word) => after.iter().position(|it| it.text.trim() == word),
            None => match rest.find(['"', '\'']) {
                Some(quote) if is_open(&rest[quote..]) => {
                    let mark = &rest[quote..=quote];
                    after.iter().position(|it| it.text.contains(mark)).map(|end| end + 1)
                }
                _ => Some(0),
            },
        };
        let end = end.unwrap_or(after.len());
        let mut text = rest.to_owned();
        let mut number = line.number + rest.matches('\n').count();
        for inner in &after[..end] {
            // So that the numbers of lines stay right, whatever was left out or put together.
            let missing = inner.number.saturating_sub(number);
            text.extend(std::iter::repeat_n('\n', missing));
            text.push_str(&inner.text);
            number += missing + inner.text.matches('\n').count();
        }
        programs.push(Program { number: line.number, text });
        at += 1 + end;
    }
    programs
}

/// Whether a text that begins with a quotation mark does not end it.
fn is_open(text: &str) -> bool {
    text.chars().next().is_some_and(|mark| text.matches(mark).count() % 2 == 1)
}
