//! Rules about what files grant: a change, and what is said of it, word for word.

mod agents;
mod elsewhere;
mod incidents;
mod told;
