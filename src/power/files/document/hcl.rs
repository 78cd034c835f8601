//! HCL, the language of Terraform: blocks with labels, and expressions that are kept as written.

mod work;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey, ObjectValue, TraversalOperator};
use hcl_edit::structure::{Body, Structure};

use crate::power::files::document::hcl::work::work;
use crate::power::files::document::node::{At, Entry, Node, Value};
use crate::power::files::document::{DEEPEST, MOST_NODES, Refusal, key, too_deep, too_many};
use crate::power::lines::Lines;
use crate::power::model::Tree;

/// A block at the top of a file.
pub(in crate::power) struct Block {
    /// What it is: `resource`, `data`, `variable`.
    pub(in crate::power) kind: String,
    /// Its labels: for a resource its type and name.
    pub(in crate::power) labels: Vec<String>,
    /// What it says. Blocks inside are keys, which may stand more than once.
    pub(in crate::power) body: Node,
    /// Where it stands.
    pub(in crate::power) at: At,
}

/// The blocks of a text.
pub(in crate::power) fn parse_hcl(text: &str) -> Result<Vec<Block>, Refusal> {
    if text.len() > Tree::MOST_BYTES {
        let why = format!("has {} bytes, more than are read", text.len());
        return Err(Refusal { line: 1, why });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if work(text) > MOST_WORK + MOST_WORK_FOR_A_BYTE * text.len() {
        let why =
            "nests operators deeper, or has an object with more keys, than is read".to_owned();
        return Err(Refusal { line: 1, why });
    }
    let body = hcl_edit::parser::parse_body(text).map_err(|error| Refusal {
        line: error.location().line().max(1),
        why: "is no valid HCL".to_owned(),
    })?;
    let mut reader = Reader { lines: Lines::of(text), left: MOST_NODES };
    let mut blocks = Vec::new();
    for structure in body.iter() {
        let Structure::Block(block) = structure else { continue };
        let at = reader.at(block.span());
        let node = Node { value: reader.body(&block.body, 1)?, at };
        let labels = block.labels.iter().map(|label| label.as_str().to_owned()).collect();
        blocks.push(Block { kind: block.ident.as_str().to_owned(), labels, body: node, at });
    }
    Ok(blocks)
}

/// What the parser may have to do for a text, and how much more for each of its bytes: several times
/// what anybody's files take.
const MOST_WORK: usize = 3_000_000;
const MOST_WORK_FOR_A_BYTE: usize = 4;

struct Reader<'a> {
    lines: Lines<'a>,
    left: usize,
}

impl Reader<'_> {
    fn at(&self, span: Option<std::ops::Range<usize>>) -> At {
        At::of(&self.lines, span.unwrap_or(0..1))
    }

    fn body(&mut self, body: &Body, depth: usize) -> Result<Value, Refusal> {
        let mut entries = Vec::new();
        for structure in body.iter() {
            match structure {
                Structure::Attribute(attribute) => {
                    let at = self.at(attribute.span());
                    let node = self.expression(&attribute.value, depth + 1)?;
                    entries.push(Entry { key: key(attribute.key.as_str()), at, node });
                }
                Structure::Block(block) => {
                    let at = self.at(block.span());
                    let mut node = Node { value: self.body(&block.body, depth + 1)?, at };
                    // `dynamic "statement" { content { … } }` is a statement.
                    let mut name = key(block.ident.as_str());
                    if name == "dynamic"
                        && let Some(label) = block.labels.first()
                    {
                        name = key(label.as_str());
                        if let Some(content) = node.get("content") {
                            node = content.clone();
                        }
                    }
                    entries.push(Entry { key: name, at, node });
                }
            }
            self.count(depth, At { line: 1, column: 1, end_line: 1 })?;
        }
        Ok(Value::Map(entries))
    }

    fn expression(&mut self, expression: &Expression, depth: usize) -> Result<Node, Refusal> {
        let at = self.at(expression.span());
        self.count(depth, at)?;
        let value = match expression {
            Expression::Null(_) => Value::Null,
            Expression::Bool(truth) => Value::Bool(*truth.value()),
            Expression::Number(number) => Value::Number(number.value().to_string()),
            Expression::String(text) => Value::Text(text.value().clone()),
            Expression::Array(items) => Value::List(
                items
                    .iter()
                    .map(|item| self.expression(item, depth + 1))
                    .collect::<Result<_, _>>()?,
            ),
            Expression::Object(object) => {
                let mut entries = Vec::new();
                for (name, value) in object.iter() {
                    let name = match name {
                        ObjectKey::Ident(name) => key(name.as_str()),
                        ObjectKey::Expression(Expression::String(text)) => key(text.value()),
                        ObjectKey::Expression(expression) => {
                            key(&format!("${{{}}}", written(expression, 0)))
                        }
                    };
                    let node = self.object_value(value, depth)?;
                    entries.push(Entry { key: name, at: node.at, node });
                }
                Value::Map(entries)
            }
            Expression::Parenthesis(inner) => return self.expression(inner.inner(), depth + 1),
            Expression::FuncCall(call) => {
                let name = call.name.name.as_str();
                let first = call.args.iter().next();
                match (name, first) {
                    // What becomes a text again is what it was made of.
                    (
                        "jsonencode" | "yamlencode" | "tolist" | "toset" | "tomap" | "sensitive",
                        Some(inner),
                    ) => {
                        let node = self.expression(inner, depth + 1)?;
                        return Ok(Node { value: node.value, at });
                    }
                    _ => Value::Expression(written(expression, 0)),
                }
            }
            Expression::StringTemplate(template) => {
                let literal: Option<String> = template
                    .iter()
                    .map(|part| match part {
                        hcl_edit::template::Element::Literal(text) => Some(text.value().clone()),
                        _ => None,
                    })
                    .collect();
                literal.map_or_else(|| Value::Expression(written(expression, 0)), Value::Text)
            }
            Expression::HeredocTemplate(heredoc) => {
                let literal: Option<String> = heredoc
                    .template
                    .iter()
                    .map(|part| match part {
                        hcl_edit::template::Element::Literal(text) => Some(text.value().clone()),
                        _ => None,
                    })
                    .collect();
                literal.map_or_else(|| Value::Expression(written(expression, 0)), Value::Text)
            }
            _ => Value::Expression(written(expression, 0)),
        };
        Ok(Node { value, at })
    }

    fn object_value(&mut self, value: &ObjectValue, depth: usize) -> Result<Node, Refusal> {
        self.expression(value.expr(), depth + 1)
    }

    fn count(&mut self, depth: usize, at: At) -> Result<(), Refusal> {
        let refuse = |why| Refusal { line: at.line, why };
        self.left = self.left.checked_sub(1).ok_or_else(|| refuse(too_many()))?;
        if depth > DEEPEST { Err(refuse(too_deep())) } else { Ok(()) }
    }
}

/// An expression without its spaces and comments.
fn written(expression: &Expression, depth: usize) -> String {
    if depth > DEEPEST {
        return "…".to_owned();
    }
    let list = |items: Vec<String>| items.join(",");
    match expression {
        Expression::Null(_) => "null".to_owned(),
        Expression::Bool(truth) => truth.value().to_string(),
        Expression::Number(number) => number.value().to_string(),
        Expression::String(text) => format!("{:?}", text.value()),
        Expression::Variable(name) => name.as_str().to_owned(),
        Expression::Array(items) => {
            format!("[{}]", list(items.iter().map(|item| written(item, depth + 1)).collect()))
        }
        Expression::Parenthesis(inner) => format!("({})", written(inner.inner(), depth + 1)),
        Expression::Conditional(it) => format!(
            "{}?{}:{}",
            written(&it.cond_expr, depth + 1),
            written(&it.true_expr, depth + 1),
            written(&it.false_expr, depth + 1)
        ),
        Expression::FuncCall(call) => {
            let args = call.args.iter().map(|arg| written(arg, depth + 1)).collect();
            format!("{}({})", call.name.name.as_str(), list(args))
        }
        Expression::Traversal(traversal) => {
            let mut text = written(&traversal.expr, depth + 1);
            for operator in &traversal.operators {
                match operator.value() {
                    TraversalOperator::AttrSplat(_) => text.push_str(".*"),
                    TraversalOperator::FullSplat(_) => text.push_str("[*]"),
                    TraversalOperator::GetAttr(name) => {
                        text.push('.');
                        text.push_str(name.as_str());
                    }
                    TraversalOperator::Index(index) => {
                        text.push_str(&format!("[{}]", written(index, depth + 1)));
                    }
                    TraversalOperator::LegacyIndex(index) => {
                        text.push_str(&format!(".{}", index.value()));
                    }
                }
            }
            text
        }
        other => other.to_string().split_whitespace().collect(),
    }
}
