//! Commands, read and judged.
