//! Stories through the whole product: a signed webhook in, settle, look at GitHub.

mod changes;
mod faults;
mod hostile;
mod lifecycle;
mod order;
mod owning;
mod rules;
mod silence;
