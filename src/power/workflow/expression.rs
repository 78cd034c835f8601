//! Expressions: `${{ … }}` in a text, and what each of them reads.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use github_actions_expressions::call::Function;
use github_actions_expressions::context::Context;
use github_actions_expressions::literal::Literal;
use github_actions_expressions::{Evaluation, Expr, SpannedExpr};
use regex::Regex;

use crate::power::model::Secret;
use crate::power::workflow::budget::Budget;

/// The longest expression that is taken apart: GitHub refuses longer ones.
///
/// Source: `ExpressionConstants` of the runner.
const LONGEST: usize = 21_000;

/// The most letters of operators in an expression that is taken apart. A row of operators becomes a
/// tree as deep as the row is long, and whoever walks it needs that much stack.
const MOST_OPERATORS: usize = 400;

/// The longest call of `format` whose value is worked out: it can put one text in many times.
const LONGEST_FORMAT: usize = 1_000;

/// A context with what follows it, wherever it stands.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    let name = r"[A-Za-z_][\w-]*(?:\s*\.\s*(?:[\w-]+|\*)|\s*\[\s*'[^']*'\s*\])*";
    Regex::new(name).expect("the expression is tested")
});

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

/// An expression, taken apart. `None` if it is none, or more than is taken apart.
pub(super) fn parse(expression: &str) -> Option<SpannedExpr<'_>> {
    let operators = expression.bytes().filter(|byte| b"&|=!<>".contains(byte)).count();
    if expression.len() > LONGEST || operators > MOST_OPERATORS {
        return None;
    }
    Expr::parse(expression).ok()
}

/// The value of an expression that has the same one always, if it is written plainly: a text, or a
/// call with nothing but texts.
pub(super) fn constant(expression: &SpannedExpr<'_>) -> Option<Evaluation> {
    let is_text = |it: &SpannedExpr<'_>| matches!(it.inner, Expr::Literal(_));
    let plain = match &expression.inner {
        Expr::Call(call) => {
            let short = expression.origin.raw.len() <= LONGEST_FORMAT;
            call.args.iter().all(is_text) && (short || call.func != Function::Format)
        }
        _ => is_text(expression),
    };
    if plain { expression.consteval() } else { None }
}

/// What the expressions of a text read. One that does not parse reads all that it names, and all
/// secrets if it names any.
pub(super) fn reads(text: &str) -> Vec<Reads> {
    in_text(text).into_iter().flat_map(reads_of).collect()
}

/// What one expression reads.
pub(super) fn reads_of(expression: &str) -> Vec<Reads> {
    match parse(expression) {
        Some(parsed) => parsed.contexts().into_iter().filter_map(|(it, _)| read(it)).collect(),
        None => unparsed(expression),
    }
}

/// What of a text can become part of its value: not what it is only compared with.
pub(super) fn flows(text: &str) -> Vec<Reads> {
    let flow = |expression| match parse(expression) {
        Some(parsed) => {
            parsed.dataflow_contexts().into_iter().filter_map(|(it, _)| read(it)).collect()
        }
        None => unparsed(expression),
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
///
/// What would make the text longer than the budget allows stays as it is written.
pub(super) fn fill<'v>(
    text: &str,
    head: &str,
    budget: &Budget,
    value: &dyn Fn(&str) -> Option<&'v str>,
) -> String {
    let value = |name: &str| value(name).filter(|value| budget.take(value.len()));
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
        filled.push_str(&filled_one(expression, whole, head, &value));
        rest = &inner[end + 2..];
    }
    filled.push_str(rest);
    filled
}

fn filled_one<'v>(
    expression: &str,
    whole: &str,
    head: &str,
    value: &dyn Fn(&str) -> Option<&'v str>,
) -> String {
    let parsed = parse(expression);
    if let Some(SpannedExpr { inner: Expr::Context(context), .. }) = &parsed {
        return tail(context, head).and_then(value).unwrap_or(whole).to_owned();
    }
    // A computed value: what it may hold is set beside it.
    let mut filled = whole.to_owned();
    let mut beside = |name: &str| {
        if let Some(value) = value(name) {
            filled.push(' ');
            filled.push_str(value);
        }
    };
    match &parsed {
        Some(parsed) => {
            let flows = parsed.dataflow_contexts().into_iter();
            flows.filter_map(|(context, _)| tail(context, head)).for_each(&mut beside);
        }
        None => {
            let named: BTreeSet<String> = named_in(expression).collect();
            let of_head = |it: &'_ String| -> Option<String> {
                let (of, name) = it.split_once('.')?;
                of.eq_ignore_ascii_case(head).then(|| name.to_owned())
            };
            named.iter().filter_map(of_head).for_each(|name| beside(&name));
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

/// What an expression names that is not taken apart.
fn unparsed(expression: &str) -> Vec<Reads> {
    let named = named_in(expression).map(|it| it.to_ascii_lowercase());
    let named = named.map(|context| match context.as_str() {
        "github.token" => Reads::Token,
        secrets if secrets.split('.').next() == Some("secrets") => Reads::Secret(Secret::All),
        _ => Reads::Context(context),
    });
    let mut reads: Vec<Reads> = named.collect();
    reads.sort();
    reads.dedup();
    reads
}

/// Each context that an expression names, with dots.
fn named_in(expression: &str) -> impl Iterator<Item = String> {
    NAMED.find_iter(expression).map(|found| {
        let parts = found.as_str().split(['.', '[', ']', '\'']).map(str::trim);
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        parts.join(".")
    })
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
