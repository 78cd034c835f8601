//! From bytes of a text to its lines and columns.

/// Turns byte offsets into places. Built once for a text, asked in any order; no answer takes longer
/// because a line is long.
pub(in crate::power) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// How many characters begin before every [`STEP`]th byte.
    before: Vec<usize>,
}

/// Bytes between two counts of characters.
const STEP: usize = 256;

impl<'a> Lines<'a> {
    /// Of this text.
    pub(in crate::power) fn of(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
        let mut before = vec![0];
        for step in text.as_bytes().chunks(STEP) {
            before.push(before[before.len() - 1] + begun(step));
        }
        Self { text, starts: starts.collect(), before }
    }

    /// The line of a byte and the column in it, both from 1, the column in characters.
    pub(in crate::power) fn place(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        (line, self.characters(offset) - self.characters(self.starts[line - 1]) + 1)
    }

    /// How many characters begin before a byte.
    fn characters(&self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        let step = offset / STEP;
        self.before[step] + begun(&self.text.as_bytes()[step * STEP..offset])
    }
}

/// How many characters begin among bytes.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0xc0) != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_on_lines_of_any_length() {
        let text = format!("é = 1\n{}x\n", "é".repeat(1_000));
        let lines = Lines::of(&text);
        assert_eq!(lines.place(0), (1, 1));
        assert_eq!(lines.place("é =".len()), (1, 4));
        assert_eq!(lines.place(text.find('x').unwrap()), (2, 1_001));
        assert_eq!(lines.place(text.len() + 9), (3, 1));
        assert_eq!(Lines::of("").place(0), (1, 1));
    }
}
