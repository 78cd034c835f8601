//! Stories through the whole product: a signed webhook in, settle, look at GitHub.

mod alarms;
mod answers;
mod changes;
mod exposed;
mod faults;
mod flood;
mod hostile;
mod inventory;
mod lifecycle;
mod missed;
mod order;
mod owning;
mod pulls;
mod rules;
mod runners;
mod sight;
mod silence;
