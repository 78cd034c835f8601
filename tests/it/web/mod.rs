//! The two doors: what each answers, and what it never tells.

mod api;
mod collector;
mod door;
mod pages;
mod sources;
