//! Beholden: every bot, token and AI agent of a GitHub organisation answers to a human.
//!
//! The modules in reading order: the nouns, what decides, what touches the outside, the doors.

pub mod domain;

pub mod catalogue;
pub mod power;
pub mod words;

pub mod commands;
pub mod events;
pub mod policy;
pub mod register;
pub mod rules;

pub mod plan;

pub mod decide;

pub mod alert;
pub mod answers;
pub mod github;
pub mod store;

pub mod pipeline;

pub mod web;

pub mod cli;
pub mod config;
