//! What rules say of changes to workflows: base, head, rule, line, sentence.

mod grants;
mod incidents;
mod quiet;
mod shapes;
mod shown;
mod trusts;
mod variants;
