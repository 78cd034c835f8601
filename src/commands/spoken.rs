//! Which lines of a comment its author speaks: not quoted, not code, not hidden, not folded away.
//!
//! Where GitHub's rendering is in doubt a line does not count: a command that is not seen can be
//! repeated, one that nobody meant cannot be unsaid. Work is bounded by the length of the text.

/// Elements whose content is quoted, code or folded away.
const SHELTERS: &[&str] =
    &["details", "blockquote", "pre", "code", "script", "style", "template", "textarea", "table"];

/// The lines that count, without what is hidden inside them, in order.
pub(super) fn spoken(body: &str) -> Vec<String> {
    let body = body.replace("\r\n", "\n").replace('\r', "\n");
    let body = without_shelters(&without_comments(&without_fences(&body)));
    let mut lines = Vec::new();
    for block in blocks(&body) {
        let text = block.join("\n");
        let code = code_spans(&text);
        let mut start = 0;
        for line in block {
            // Text after a quote, without an empty line between, still belongs to the quote.
            if quoted(line) {
                break;
            }
            let hidden = code.iter().any(|&(from, to)| from < start && start < to);
            if !hidden && indent(line) < 4 {
                let line = line.trim();
                // A line that begins with something hidden keeps the mark of it in front.
                let kept =
                    if line.starts_with('\0') { line.into() } else { line.replace('\0', "") };
                lines.push(kept);
            }
            start += line.len() + 1;
        }
    }
    lines
}

/// Runs of lines with nothing empty between them.
fn blocks(body: &str) -> Vec<Vec<&str>> {
    body.lines()
        .collect::<Vec<_>>()
        .split(|line| line.trim().is_empty())
        .filter(|block| !block.is_empty())
        .map(<[_]>::to_vec)
        .collect()
}

/// How far a line is indented, a tab counting four.
fn indent(line: &str) -> usize {
    line.chars()
        .take_while(|c| matches!(c, ' ' | '\t'))
        .map(|c| if c == '\t' { 4 } else { 1 })
        .sum()
}

fn quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// The text with every fenced block emptied; a fence that is not closed runs to the end.
fn without_fences(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut open: Option<(char, usize)> = None;
    for line in body.split_inclusive('\n') {
        let text = line.trim();
        let sign = text.chars().next().filter(|c| matches!(c, '`' | '~'));
        let run = sign.map_or(0, |sign| text.chars().take_while(|c| *c == sign).count());
        match (open, sign) {
            (Some((fence, least)), Some(sign))
                if sign == fence && run >= least && indent(line) < 4 =>
            {
                // A closing fence holds nothing else.
                if run == text.len() {
                    open = None;
                }
                out.push('\n');
            }
            (Some(_), _) => out.push('\n'),
            // The words after an opening fence of backticks hold no backtick.
            (None, Some(sign)) if run > 2 && !(sign == '`' && text[run..].contains('`')) => {
                // So far in, it may be a fence of a list or a line of code: nothing closes it.
                open = Some((sign, if indent(line) < 4 { run } else { usize::MAX }));
                out.push('\n');
            }
            (None, _) => out.push_str(line),
        }
    }
    out
}

/// The text without `<!-- … -->`; one that is not closed runs to the end.
fn without_comments(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some((before, inside)) = rest.split_once("<!--") {
        out.push_str(before);
        match inside.split_once("-->") {
            // What follows on the line of the end still belongs to the comment's block.
            Some((_, after)) => {
                out.push('\0');
                rest = after;
            }
            None => return out,
        }
    }
    out.push_str(rest);
    out
}

/// The text with the content of sheltering elements emptied, however deep; one that is not
/// closed runs to the end.
fn without_shelters(body: &str) -> String {
    let lower = body.to_ascii_lowercase();
    let mut out = String::with_capacity(body.len());
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(found) = lower[at..].find('<') {
        let tag = at + found;
        if depth == 0 {
            out.push_str(&body[at..tag]);
        }
        let (name_at, closes) =
            if lower[tag + 1..].starts_with('/') { (tag + 2, true) } else { (tag + 1, false) };
        let name: &str = {
            let end = lower[name_at..]
                .find(|c: char| !c.is_ascii_alphanumeric())
                .map_or(lower.len(), |n| name_at + n);
            &lower[name_at..end]
        };
        let shelter = SHELTERS.contains(&name);
        match (shelter, closes) {
            (true, false) => depth += 1,
            // The rest of the closing line is taken for part of the element.
            (true, true) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    out.push('\0');
                }
            }
            (false, _) if depth == 0 => out.push('<'),
            (false, _) => {}
        }
        at = tag + 1;
        if shelter && closes && depth == 0 {
            at = lower[tag..].find('>').map_or(lower.len(), |end| tag + end + 1);
        }
    }
    if depth == 0 {
        out.push_str(&body[at..]);
    }
    out
}

/// Where code spans begin and end in one block of text.
fn code_spans(text: &str) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let from = at;
        while bytes.get(at) == Some(&b'`') {
            at += 1;
        }
        if at > from {
            runs.push((from, at - from));
        } else {
            at += 1;
        }
    }
    let mut spans = Vec::new();
    let mut open = 0;
    while let Some(&(from, length)) = runs.get(open) {
        match runs[open + 1..].iter().position(|&(_, other)| other == length) {
            Some(found) => {
                let close = open + 1 + found;
                spans.push((from, runs[close].0 + length));
                open = close + 1;
            }
            None => open += 1,
        }
    }
    spans
}
