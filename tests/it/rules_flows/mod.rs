//! What rules say of changes to workflows: base, head, rule, line, sentence.

mod grants;
mod incidents;
mod quiet;
mod shown;
mod trusts;
