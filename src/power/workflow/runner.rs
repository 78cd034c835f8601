//! Where a job runs, as far as that is no machine that GitHub throws away.
//!
//! Source: "Choosing the runner for a job", "GitHub-hosted runners".

use std::sync::LazyLock;

use github_actions_models::common::expr::LoE;
use github_actions_models::workflow::job::RunsOn;
use regex::Regex;
use yaml_serde::Value;

use crate::domain::Foreign;
use crate::power::model::Runner;
use crate::power::workflow::expression::{self, Reads};
use crate::power::workflow::file::{text_of, typed};

/// The labels of GitHub's own machines, larger ones of the usual names among them.
static HOSTED: LazyLock<Regex> = LazyLock::new(|| {
    let names = r"^(?:ubuntu|windows|macos)-(?:latest|slim|[0-9][0-9.]*|vs[0-9]+)(?:-(?:arm|arm64|large|xlarge|intel|slim|vs[0-9]+|preview|[0-9]+-cores?))*$";
    Regex::new(names).expect("the expression is tested")
});

/// The most labels of one machine that are read.
const MOST_LABELS: usize = 100;

/// Every machine that `runs-on` can mean and that stays. The error is the end of a sentence.
pub(super) fn runners(runs_on: &Value, strategy: Option<&Value>) -> Result<Vec<Runner>, String> {
    let targets: Vec<Vec<String>> = match typed::<LoE<RunsOn>>(runs_on)? {
        LoE::Expr(expression) => values(expression.as_curly(), strategy),
        LoE::Literal(RunsOn::Target(labels)) => match &labels[..] {
            [one] => values(one, strategy),
            _ => vec![labels],
        },
        LoE::Literal(RunsOn::Group { group: Some(group), .. }) => {
            return Ok(vec![Runner::Group { group: Foreign::new(&group) }]);
        }
        LoE::Literal(RunsOn::Group { group: None, labels }) => vec![labels],
    };
    Ok(targets.into_iter().filter_map(|labels| runner(&labels, strategy)).collect())
}

fn runner(labels: &[String], strategy: Option<&Value>) -> Option<Runner> {
    if labels.len() > MOST_LABELS {
        return Some(Runner::Unknown { expression: Foreign::new("more labels than are read") });
    }
    let resolved: Vec<String> = labels
        .iter()
        .flat_map(|label| match &values(label, strategy)[..] {
            [one] => one.clone(),
            _ => vec![label.clone()],
        })
        .map(|label| label.trim().to_ascii_lowercase())
        .collect();
    if let Some(expression) = resolved.iter().find(|label| label.contains("${{")) {
        return Some(Runner::Unknown { expression: Foreign::new(expression) });
    }
    if resolved.iter().all(|label| HOSTED.is_match(label)) {
        return None;
    }
    let mut labels: Vec<Foreign> = resolved.iter().map(|label| Foreign::new(label)).collect();
    labels.sort();
    labels.dedup();
    Some(Runner::Labels { labels })
}

/// What a label can be: itself, or each literal that its expression can give.
fn values(label: &str, strategy: Option<&Value>) -> Vec<Vec<String>> {
    let expressions = expression::in_text(label);
    let [one] = expressions[..] else { return vec![vec![label.to_owned()]] };
    if label.trim() != format!("${{{{ {one} }}}}") && !is_all(label) {
        return vec![vec![label.to_owned()]];
    }
    let found = literals(one, strategy).unwrap_or_default();
    if found.is_empty() { vec![vec![label.to_owned()]] } else { found }
}

fn is_all(label: &str) -> bool {
    let label = label.trim();
    label.starts_with("${{") && label.ends_with("}}")
}

/// Every value of an expression, if all of them can be read off the file.
fn literals(text: &str, strategy: Option<&Value>) -> Option<Vec<Vec<String>>> {
    use github_actions_expressions::Evaluation;
    let parsed = expression::parse(text)?;
    let mut found = Vec::new();
    for leaf in parsed.leaf_expressions() {
        match expression::constant(leaf) {
            Some(Evaluation::String(text)) if text.is_empty() => {}
            Some(Evaluation::String(text)) => found.push(vec![text]),
            Some(Evaluation::Array(list)) => {
                let text = |it| if let Evaluation::String(text) = it { Some(text) } else { None };
                found.push(list.into_iter().map(text).collect::<Option<_>>()?);
            }
            Some(_) => return None,
            None => found.extend(from_matrix(leaf.origin.raw, strategy)?),
        }
    }
    Some(found)
}

/// The values of `matrix.key`, `matrix.key.part` or `matrix.key[0]`, from the lists and `include`.
fn from_matrix(context: &str, strategy: Option<&Value>) -> Option<Vec<Vec<String>>> {
    let (context, nth) = match context.trim().strip_suffix(']').and_then(|it| it.rsplit_once('[')) {
        Some((context, nth)) => (context, Some(nth.trim().parse::<usize>().ok()?)),
        None => (context, None),
    };
    let reads = expression::reads_of(context);
    let [Reads::Context(name)] = &reads[..] else { return None };
    let mut parts = name.strip_prefix("matrix.")?.split('.');
    let key = parts.next()?;
    let rest: Vec<&str> = parts.collect();
    let matrix = strategy?.get("matrix")?.as_mapping()?;
    let named = |map: &yaml_serde::Mapping, key: &str| {
        map.iter()
            .find(|(name, _)| name.as_str().is_some_and(|it| it.eq_ignore_ascii_case(key)))
            .map(|(_, value)| value.clone())
    };
    let mut values: Vec<Value> = Vec::new();
    if let Some(list) = named(matrix, key) {
        values.extend(list.as_sequence()?.iter().cloned());
    }
    if let Some(include) = named(matrix, "include") {
        let entries = include.as_sequence()?.clone();
        values.extend(entries.iter().filter_map(|it| named(it.as_mapping()?, key)));
    }
    let labels = |value: Value| {
        let inner = rest.iter().try_fold(value, |it, part| named(it.as_mapping()?, part))?;
        let inner = match nth {
            Some(nth) => inner.as_sequence()?.get(nth)?.clone(),
            None => inner,
        };
        let labels = match &inner {
            Value::Sequence(list) => list.iter().map(text_of).collect::<Option<Vec<_>>>()?,
            one => vec![text_of(one)?],
        };
        (!labels.iter().any(|label| label.contains("${{"))).then_some(labels)
    };
    values.into_iter().map(labels).collect()
}
