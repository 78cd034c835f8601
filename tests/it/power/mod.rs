//! What files grant: the orders, the subtraction, and every shape of a workflow.

mod agents;
mod bounds;
mod incidents;
mod laws;
mod shapes;
mod shown;
mod subtraction;
mod untrusted;
