//! Beholden.
