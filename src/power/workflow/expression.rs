//! Expressions: `${{ … }}` in a text, and what each of them reads.

use github_actions_expressions::context::Context;
use github_actions_expressions::literal::Literal;
use github_actions_expressions::{Expr, SpannedExpr};

use crate::power::model::Secret;

/// What one expression reads that matters here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reads {
    /// A secret, or all of them.
    Secret(Secret),
    /// The job's own token.
    Token,
    /// Any other context, in lower case with dots: `github.event.issue.title`.
    Context(String),
}

/// The expressions of a text, without their braces.
pub(super) fn in_text(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${{") {
        let inner = &rest[start + 3..];
        let Some(end) = end_of(inner) else { break };
        found.push(inner[..end].trim());
        rest = &inner[end + 2..];
    }
    found
}

/// What the expressions of a text read. One that does not parse and names secrets reads them all.
pub(super) fn reads(text: &str) -> Vec<Reads> {
    in_text(text).into_iter().flat_map(reads_of).collect()
}

/// What one expression reads.
pub(super) fn reads_of(expression: &str) -> Vec<Reads> {
    match Expr::parse(expression) {
        Ok(parsed) => parsed.contexts().into_iter().filter_map(|(it, _)| read(it)).collect(),
        Err(_) => unparsed(expression),
    }
}

/// What of a text can become part of its value: not what it is only compared with.
pub(super) fn flows(text: &str) -> Vec<Reads> {
    let flow = |expression| match Expr::parse(expression) {
        Ok(parsed) => {
            parsed.dataflow_contexts().into_iter().filter_map(|(it, _)| read(it)).collect()
        }
        Err(_) => unparsed(expression),
    };
    in_text(text).into_iter().flat_map(flow).collect()
}

/// The name of a context of two parts: `env.NAME`, `inputs['NAME']`, `secrets.NAME`.
pub(super) fn tail<'e>(context: &'e Context<'_>, head: &str) -> Option<&'e str> {
    let is_head = matches!(&context.parts.first()?.inner, Expr::Identifier(it) if it.as_str().eq_ignore_ascii_case(head));
    if is_head { context.single_tail() } else { None }
}

/// Puts the values of `inputs.NAME` and `env.NAME` in the place of the expressions that read them,
/// so that what they hold is seen where it ends.
pub(super) fn fill(text: &str, head: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    if !text.contains("${{") {
        return text.to_owned();
    }
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${{") {
        let inner = &rest[start + 3..];
        let Some(end) = end_of(inner) else { break };
        filled.push_str(&rest[..start]);
        let expression = inner[..end].trim();
        let whole = &rest[start..start + 3 + end + 2];
        filled.push_str(&filled_one(expression, whole, head, value));
        rest = &inner[end + 2..];
    }
    filled.push_str(rest);
    filled
}

fn filled_one(
    expression: &str,
    whole: &str,
    head: &str,
    value: &dyn Fn(&str) -> Option<String>,
) -> String {
    let Ok(parsed) = Expr::parse(expression) else { return whole.to_owned() };
    if let Expr::Context(context) = &parsed.inner {
        return tail(context, head).and_then(value).unwrap_or_else(|| whole.to_owned());
    }
    // A computed value: what it may hold is set beside it.
    let mut filled = whole.to_owned();
    for (context, _) in parsed.dataflow_contexts() {
        if let Some(value) = tail(context, head).and_then(value) {
            filled.push(' ');
            filled.push_str(&value);
        }
    }
    filled
}

fn read(context: &Context<'_>) -> Option<Reads> {
    let name = |part: &SpannedExpr<'_>| match &part.inner {
        Expr::Identifier(name) => Some(name.as_str().to_owned()),
        Expr::Index(index) => match &index.inner {
            Expr::Literal(Literal::String(name)) => Some(name.to_string()),
            _ => None,
        },
        _ => None,
    };
    let head = name(context.parts.first()?)?.to_ascii_lowercase();
    if head == "secrets" {
        return Some(match context.parts.get(1).map(name) {
            Some(Some(secret)) if secret.eq_ignore_ascii_case("github_token") => Reads::Token,
            Some(Some(secret)) => Reads::Secret(Secret::named(&secret)),
            Some(None) | None => Reads::Secret(Secret::All),
        });
    }
    let pattern = context.as_pattern()?;
    Some(if pattern == "github.token" { Reads::Token } else { Reads::Context(pattern) })
}

fn unparsed(expression: &str) -> Vec<Reads> {
    if expression.to_ascii_lowercase().contains("secrets") {
        vec![Reads::Secret(Secret::All)]
    } else {
        Vec::new()
    }
}

/// Where the closing braces of an expression are: not inside a text.
fn end_of(inner: &str) -> Option<usize> {
    let mut quoted = false;
    let bytes = inner.as_bytes();
    for at in 0..bytes.len() {
        match bytes[at] {
            b'\'' => quoted = !quoted,
            b'}' if !quoted && bytes.get(at + 1) == Some(&b'}') => return Some(at),
            _ => {}
        }
    }
    None
}
