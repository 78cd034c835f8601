//! The store's promises, on both databases.

mod contract;
mod door;
mod lanes;
mod outbox;
mod pages;
mod plans;
mod shape;
mod steps;
mod turns;
mod vendors;
mod world;
