//! How the story looks: lines that fit, issues in a frame, colours only where somebody sees them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::IsTerminal;

/// The widest line of an issue.
const WIDTH: usize = 92;

/// Where the story is told.
pub(crate) struct Terminal {
    colours: bool,
    /// Paragraphs of issues that were shown already.
    shown: RefCell<BTreeSet<String>>,
}

impl Terminal {
    /// Standard output. `NO_COLOR` keeps it plain, as <https://no-color.org> asks.
    pub(crate) fn new() -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let colours = wanted && std::io::stdout().is_terminal();
        Self { colours, shown: RefCell::default() }
    }

    /// A new step of the story.
    pub(crate) fn step(&self, number: usize, what: &str) {
        println!("\n{}", self.painted("1;36", &format!("{number}. {what}")));
    }

    /// A sentence.
    pub(crate) fn say(&self, sentence: &str) {
        println!("{}", format!("   {sentence}").trim_end());
    }

    /// An issue as GitHub shows it, in a frame. What its sections repeat from an issue that was
    /// shown before is left out: `…` stands for it.
    pub(crate) fn issue(&self, rendered: &str) {
        println!();
        let (mut in_section, mut left_out) = (false, false);
        for (number, paragraph) in rendered.trim_end().split("\n\n").enumerate() {
            // Sections end at the footer, and comments follow.
            in_section =
                (in_section || paragraph.starts_with("### ")) && !paragraph.starts_with("---");
            let is_new = self.shown.borrow_mut().insert(paragraph.to_owned());
            if in_section && !is_new {
                left_out = true;
                continue;
            }
            if std::mem::take(&mut left_out) {
                self.line("");
                self.line(&self.painted("2", "…"));
            }
            if number > 0 {
                self.line("");
            }
            self.paragraph(paragraph, number == 0);
        }
        println!();
    }

    fn paragraph(&self, paragraph: &str, titled: bool) {
        for (number, line) in paragraph.lines().enumerate() {
            // GitHub draws these as small print.
            let line = line.replace("<sub>", "").replace("</sub>", "");
            for part in wrapped(&line) {
                let is_title = titled && number == 0;
                self.line(&if is_title { self.painted("1", &part) } else { part });
            }
        }
    }

    fn line(&self, text: &str) {
        println!("   {}{}", self.painted("2", "│"), format!(" {text}").trim_end());
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
