//! Our part of a body between our markers, and the words of people around it.

use crate::domain::our_part;

/// The body with our part replaced by `ours`, people's words as they are. Without a whole part
/// of ours in it, ours stands first; words that follow a marker whose end was deleted were ours.
pub(super) fn splice(body: &str, ours: &str) -> String {
    let line = marker_line(ours);
    // A copied or older marker may stand in front: exactly ours comes first.
    let from = line.and_then(|line| body.find(line)).unwrap_or(0);
    if let Some(part) = our_part(&body[from..]) {
        let start = from + body[from..].find(part).unwrap_or(0);
        let (before, after) = (&body[..start], &body[start + part.len()..]);
        return format!("{before}{ours}{after}");
    }
    let people = match line.and_then(|line| body.find(line)) {
        Some(start) => body[..start].trim(),
        None => body.trim(),
    };
    if people.is_empty() { ours.to_owned() } else { format!("{ours}\n\n{people}") }
}

/// The line that opens our part: case, object and HMAC.
pub(super) fn marker_line(body: &str) -> Option<&str> {
    body.lines().map(str::trim).find(|line| line.starts_with("<!-- beholden:begin "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str =
        "<!-- beholden:begin case=1 what=issue mac=ab -->\nold\n<!-- beholden:end -->";
    const NEW: &str =
        "<!-- beholden:begin case=1 what=issue mac=ab -->\nnew\n<!-- beholden:end -->";

    #[test]
    fn what_people_wrote_around_our_part_stays() {
        assert_eq!(splice(OLD, NEW), NEW);
        let around = format!("Note from ops.\n\n{OLD}\n\n- [x] asked Mona\n");
        assert_eq!(splice(&around, NEW), around.replace("\nold\n", "\nnew\n"));
        assert_eq!(splice("", NEW), NEW);
        assert_eq!(splice("I took it out.", NEW), format!("{NEW}\n\nI took it out."));
        let cut = OLD.replace("<!-- beholden:end -->", "");
        assert_eq!(splice(&format!("Mine.\n{cut}"), NEW), format!("{NEW}\n\nMine."));
    }

    #[test]
    fn a_planted_part_in_front_is_not_taken_for_ours() {
        let planted = OLD.replace("mac=ab", "mac=00");
        let body = format!("{planted}\n\n{OLD}");
        assert_eq!(splice(&body, NEW), format!("{planted}\n\n{NEW}"));
    }

    #[test]
    fn a_part_signed_with_an_older_key_is_replaced() {
        let older = OLD.replace("mac=ab", "mac=cd");
        assert_eq!(splice(&format!("{older}\nMine."), NEW), format!("{NEW}\nMine."));
    }
}
