//! How the story looks: lines that fit, issues in a frame, colours only where somebody sees them.

use std::io::IsTerminal;

/// The widest line of an issue.
const WIDTH: usize = 92;

/// Where the story is told.
pub(crate) struct Terminal {
    colours: bool,
}

impl Terminal {
    /// Standard output. `NO_COLOR` keeps it plain, as <https://no-color.org> asks.
    pub(crate) fn new() -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { colours: wanted && std::io::stdout().is_terminal() }
    }

    /// A new step of the story.
    pub(crate) fn step(&self, number: usize, what: &str) {
        println!("\n{}", self.painted("1;36", &format!("{number}. {what}")));
    }

    /// A sentence.
    pub(crate) fn say(&self, sentence: &str) {
        println!("   {sentence}");
    }

    /// An issue as GitHub shows it, in a frame.
    pub(crate) fn issue(&self, rendered: &str) {
        let bar = self.painted("2", "│");
        println!();
        for (number, line) in rendered.trim_end().lines().enumerate() {
            // GitHub draws these as small print.
            let line = line.replace("<sub>", "").replace("</sub>", "");
            for part in wrapped(&line) {
                let part = if number == 0 { self.painted("1", &part) } else { part };
                println!("   {bar} {part}");
            }
        }
        println!();
    }

    fn painted(&self, colour: &str, text: &str) -> String {
        if self.colours { format!("\u{1b}[{colour}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// The line in parts that fit, broken at spaces. A word that is too long stays whole; what follows
/// an item of a list is set under its text.
fn wrapped(line: &str) -> Vec<String> {
    let hang = if line.starts_with("- ") { "  " } else { "" };
    let mut parts = vec![String::new()];
    for word in line.split(' ') {
        let last = parts.last_mut().expect("there is always one part");
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > WIDTH {
            parts.push(format!("{hang}{word}"));
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    parts
}
