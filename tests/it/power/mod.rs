//! What files grant: the orders, the subtraction, and every shape of a workflow.

mod agents;
mod bounds;
mod drivers;
mod extremes;
mod files;
mod followed;
mod held;
mod incidents;
mod laws;
mod properties;
mod scripts;
mod shapes;
mod shown;
mod subtraction;
mod untrusted;
