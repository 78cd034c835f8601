//! Stories through the whole product: a signed webhook in, settle, look at GitHub.

mod owning;
