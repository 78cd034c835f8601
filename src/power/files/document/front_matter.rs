//! The YAML that stands between `---` lines at the top of a text.

/// Front matter, and what follows it.
pub(in crate::power) struct FrontMatter<'a> {
    /// What stands between the lines.
    pub(in crate::power) yaml: &'a str,
    /// How many lines come before it.
    pub(in crate::power) lines_before: usize,
    /// What follows it.
    pub(in crate::power) body: &'a str,
}

/// Takes a text apart. `None` if it does not begin with a `---` line, or that line has no partner.
pub(in crate::power) fn front_matter(text: &str) -> Option<FrontMatter<'_>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut at = 0;
    let mut lines_before = 0;
    let mut lines = text.split_inclusive('\n');
    for line in lines.by_ref() {
        at += line.len();
        lines_before += 1;
        match line.trim_end() {
            "" => {}
            "---" => break,
            _ => return None,
        }
    }
    let start = at;
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            let body = &text[at + line.len()..];
            return Some(FrontMatter { yaml: &text[start..at], lines_before, body });
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_needs_both_its_lines() {
        let found = front_matter("---\r\na: 1\n---\nbody\n").unwrap();
        assert_eq!((found.yaml, found.lines_before, found.body), ("a: 1\n", 1, "body\n"));
        assert!(front_matter("---\na: 1\n").is_none());
        assert!(front_matter("# title\n---\na: 1\n---\n").is_none());
        assert!(front_matter("").is_none());
        assert_eq!(front_matter("---\n---").unwrap().yaml, "");
    }
}
