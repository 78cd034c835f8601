//! Conditions: for which events an `if:` lets a job or step run, and for whom.
//!
//! Sound one way: what it calls impossible never happens, what it calls trusted was checked. A
//! condition that it does not understand limits nobody.

use std::collections::BTreeSet;

use github_actions_expressions::call::Function;
use github_actions_expressions::literal::Literal;
use github_actions_expressions::op::{BinExpr, BinOp};
use github_actions_expressions::{Evaluation, Expr, SpannedExpr};

use crate::power::model::Crowd;
use crate::power::workflow::expression;

/// What holds when a condition is met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Gate {
    /// The widest circle that gets through, where the condition says so.
    pub(super) crowd: Option<Crowd>,
    /// Contexts whose author was checked: `github.event.comment`.
    pub(super) trusted: BTreeSet<&'static str>,
}

/// Whether a condition can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Truth {
    Yes,
    No,
    Maybe,
}

struct Verdict {
    truth: Truth,
    met: Gate,
    unmet: Gate,
}

/// What a condition asks of a run caused by `event`; `None` if it can never hold then.
pub(super) fn gate(condition: &str, event: &str) -> Option<Gate> {
    let text = condition.trim();
    let bare = text.strip_prefix("${{").and_then(|it| it.strip_suffix("}}"));
    let text = match bare {
        Some(inner) if !inner.contains("${{") => inner.trim(),
        // A text around an expression is a text that is not empty: always true.
        _ if text.contains("${{") => return Some(Gate::default()),
        _ => text,
    };
    let Some(parsed) = expression::parse(text) else { return Some(Gate::default()) };
    let verdict = judge(&parsed, event);
    (verdict.truth != Truth::No).then_some(verdict.met)
}

fn judge(expression: &SpannedExpr<'_>, event: &str) -> Verdict {
    match &expression.inner {
        Expr::BinExpr(BinExpr { lhs, op: BinOp::And, rhs }) => {
            judge(lhs, event).and(judge(rhs, event))
        }
        Expr::BinExpr(BinExpr { lhs, op: BinOp::Or, rhs }) => {
            judge(lhs, event).not().and(judge(rhs, event).not()).not()
        }
        Expr::BinExpr(BinExpr { lhs, op: BinOp::Eq, rhs }) => same(lhs, rhs, event),
        Expr::BinExpr(BinExpr { lhs, op: BinOp::Neq, rhs }) => same(lhs, rhs, event).not(),
        Expr::UnExpr { expr, .. } => judge(expr, event).not(),
        Expr::Literal(literal) => Verdict::known(match literal {
            Literal::Boolean(truth) => *truth,
            Literal::Number(number) => *number != 0.0,
            Literal::String(text) => !text.is_empty(),
            Literal::Null => false,
        }),
        Expr::Call(call) => match (call.func, &call.args[..]) {
            (Function::Always, _) => Verdict::known(true),
            (Function::Contains, [list, item]) => listed(list, item, event),
            (Function::StartsWith, [text, start]) => match (name(text), literal(start)) {
                (Some(context), Some(start)) if context == "github.ref" => {
                    reference(&start, event, true)
                }
                _ => Verdict::maybe(),
            },
            _ => Verdict::maybe(),
        },
        Expr::Context(_) => match name(expression).as_deref() {
            Some("github.event.pull_request.head.repo.fork") => {
                Verdict { unmet: Gate::own_branch(event), ..Verdict::maybe() }
            }
            _ => Verdict::maybe(),
        },
        _ => Verdict::maybe(),
    }
}

/// `a == b`, where one side is a context.
fn same(lhs: &SpannedExpr<'_>, rhs: &SpannedExpr<'_>, event: &str) -> Verdict {
    let (context, other) = match (name(lhs), name(rhs)) {
        (Some(context), Some(other)) => {
            let own = [context.as_str(), other.as_str()]
                .iter()
                .any(|it| *it == "github.repository" || *it == "github.repository_owner");
            let head = [&context, &other]
                .into_iter()
                .find(|it| it.contains(".head.repo.") || it.contains(".head_repository."));
            return match (own, head) {
                (true, Some(head)) if head.contains("workflow_run") => {
                    Verdict::if_met(Gate::trust("github.event.workflow_run", event))
                }
                (true, Some(_)) => Verdict::if_met(Gate::own_branch(event)),
                _ => Verdict::maybe(),
            };
        }
        (Some(context), None) => (context, rhs),
        (None, Some(context)) => (context, lhs),
        (None, None) => return Verdict::maybe(),
    };
    if let Expr::Literal(Literal::Boolean(truth)) = other.inner {
        let fork = context == "github.event.pull_request.head.repo.fork";
        return match (fork, truth) {
            (true, false) => Verdict::if_met(Gate::own_branch(event)),
            (true, true) => Verdict::if_met(Gate::own_branch(event)).not(),
            (false, _) => Verdict::maybe(),
        };
    }
    let Some(text) = literal(other) else { return Verdict::maybe() };
    match context.as_str() {
        "github.event_name" => match event {
            "workflow_call" => Verdict::maybe(),
            _ => Verdict::known(event.eq_ignore_ascii_case(&text)),
        },
        "github.ref" => reference(&text, event, false),
        "github.event.workflow_run.event" => match text.as_str() {
            "pull_request" | "pull_request_target" | "issue_comment" | "issues" => Verdict::maybe(),
            _ => Verdict::if_met(Gate::trust("github.event.workflow_run", event)),
        },
        context if context.contains(".head.repo.") => Verdict::if_met(Gate::own_branch(event)),
        context => Verdict::if_met(person(context, &[text], event)),
    }
}

/// `contains(list, item)`, where the list is written out and the item says who somebody is.
fn listed(list: &SpannedExpr<'_>, item: &SpannedExpr<'_>, event: &str) -> Verdict {
    let (Some(context), Some(list)) = (name(item), expression::constant(list)) else {
        return Verdict::maybe();
    };
    let words: Vec<String> = match list {
        Evaluation::Array(list) => list
            .into_iter()
            .map(|it| if let Evaluation::String(text) = it { text } else { String::new() })
            .collect(),
        Evaluation::String(text) => text
            .split(|c: char| !c.is_ascii_alphanumeric() && !"-_[]".contains(c))
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect(),
        _ => return Verdict::maybe(),
    };
    Verdict::if_met(person(&context, &words, event))
}

/// What is known when the person that a context names is one of these.
fn person(context: &str, words: &[String], event: &str) -> Gate {
    if let Some(of) = context.strip_suffix(".author_association") {
        let widest = words.iter().map(|word| association(word)).max().unwrap_or(Crowd::Anyone);
        return if widest == Crowd::Collaborators {
            Gate::trust(of, event)
        } else {
            let crowd = is_actor(of, event).then_some(widest).filter(|it| *it != Crowd::Anyone);
            Gate { crowd, ..Gate::default() }
        };
    }
    // `github.actor` is whoever caused the last event: a bot's name there proves nothing.
    let has_bot = words.iter().any(|word| word.is_empty() || word.ends_with("[bot]"));
    match context {
        "github.actor" | "github.triggering_actor" | "github.event.sender.login" if !has_bot => {
            Gate { crowd: Some(Crowd::Collaborators), trusted: trusted_of_actor(event) }
        }
        _ => match context.strip_suffix(".user.login") {
            Some(of) if !words.is_empty() => Gate::trust(of, event),
            _ => Gate::default(),
        },
    }
}

/// How far a relation to the repository reaches.
fn association(word: &str) -> Crowd {
    match word.to_ascii_uppercase().as_str() {
        "OWNER" | "MEMBER" | "COLLABORATOR" => Crowd::Collaborators,
        "CONTRIBUTOR" => Crowd::Contributors,
        _ => Crowd::Anyone,
    }
}

/// `github.ref == text`, or `startsWith(github.ref, text)`: a pull request's is `refs/pull/…`.
fn reference(text: &str, event: &str, prefix: bool) -> Verdict {
    let pulls = event == "pull_request" || event == "pull_request from a fork";
    let could = if prefix {
        "refs/pull/".starts_with(text) || text.starts_with("refs/pull/")
    } else {
        text.starts_with("refs/pull/")
    };
    if pulls && !could { Verdict::known(false) } else { Verdict::maybe() }
}

/// Whether the author of a thing is who causes the event.
fn is_actor(of: &str, event: &str) -> bool {
    trusted_of_actor(event).contains(of)
}

fn trusted_of_actor(event: &str) -> BTreeSet<&'static str> {
    BTreeSet::from(match event {
        "issues" => ["github.event.issue"],
        "issue_comment" | "pull_request_review_comment" | "discussion_comment" => {
            ["github.event.comment"]
        }
        "pull_request_review" => ["github.event.review"],
        "pull_request_target" => ["github.event.pull_request"],
        "discussion" => ["github.event.discussion"],
        _ => return BTreeSet::new(),
    })
}

fn name(expression: &SpannedExpr<'_>) -> Option<String> {
    match &expression.inner {
        Expr::Context(context) => context.as_pattern(),
        _ => None,
    }
}

fn literal(expression: &SpannedExpr<'_>) -> Option<String> {
    match &expression.inner {
        Expr::Literal(Literal::String(text)) => Some(text.to_string()),
        _ => None,
    }
}

impl Gate {
    /// The author of `of` may push here.
    fn trust(of: &str, event: &str) -> Self {
        const THINGS: &[&str] = &[
            "github.event.issue",
            "github.event.comment",
            "github.event.review",
            "github.event.discussion",
            "github.event.pull_request",
            "github.event.workflow_run",
        ];
        let trusted: BTreeSet<_> = THINGS.iter().copied().filter(|it| *it == of).collect();
        let acts = is_actor(of, event) || (of.ends_with("workflow_run") && event == "workflow_run");
        let mut gate = Self { crowd: acts.then_some(Crowd::Collaborators), trusted };
        if of == "github.event.pull_request" {
            gate.trusted.insert("github.head_ref");
        }
        gate
    }

    /// The pull request comes from a branch of the repository itself.
    fn own_branch(event: &str) -> Self {
        let pulls = ["pull_request_target", "pull_request", "pull_request from a fork"];
        let crowd = pulls.contains(&event).then_some(Crowd::Collaborators);
        Self { crowd, trusted: BTreeSet::from(["github.event.pull_request", "github.head_ref"]) }
    }

    /// Both hold.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.crowd = match (self.crowd, other.crowd) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.trusted.extend(other.trusted);
        self
    }

    /// One of the two holds.
    fn or(self, other: Self) -> Self {
        Self {
            crowd: self.crowd.zip(other.crowd).map(|(a, b)| a.max(b)),
            trusted: self.trusted.intersection(&other.trusted).copied().collect(),
        }
    }
}

impl Verdict {
    fn maybe() -> Self {
        Self { truth: Truth::Maybe, met: Gate::default(), unmet: Gate::default() }
    }

    fn known(truth: bool) -> Self {
        Self { truth: if truth { Truth::Yes } else { Truth::No }, ..Self::maybe() }
    }

    fn if_met(met: Gate) -> Self {
        Self { met, ..Self::maybe() }
    }

    fn not(self) -> Self {
        let truth = match self.truth {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            Truth::Maybe => Truth::Maybe,
        };
        Self { truth, met: self.unmet, unmet: self.met }
    }

    fn and(self, other: Self) -> Self {
        let truth = match (self.truth, other.truth) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Yes, Truth::Yes) => Truth::Yes,
            _ => Truth::Maybe,
        };
        // Unmet means that one of them is; one that always holds is not the one.
        let unmet = match (self.truth, other.truth) {
            (Truth::Yes, _) => other.unmet,
            (_, Truth::Yes) => self.unmet,
            _ => self.unmet.or(other.unmet),
        };
        Self { truth, met: self.met.and(other.met), unmet }
    }
}
