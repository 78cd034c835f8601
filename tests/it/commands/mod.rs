//! Commands, read and judged.

mod acme;
mod eligibility;
mod ends;
mod parse;
mod stories;
