//! The frame of an answer: what was said, and who says it.

/// The most characters of an answer. GitHub takes 65,536; our markers need some of them.
const LONGEST: usize = 60_000;

/// An answer as it may be posted. The caller wraps it in markers.
pub fn reply(text: &str) -> String {
    let mut text = text.trim();
    let mut cut = "";
    if let Some((at, _)) = text.char_indices().nth(LONGEST) {
        // Whole lines only: half a line could leave a code span open.
        text = text[..at].rsplit_once('\n').map_or("", |(whole, _)| whole);
        cut = "\n\nThe rest does not fit in one comment.";
    }
    format!("{text}{cut}\n\n<sub>Beholden. `/help` lists what can be said here.</sub>")
}
