//! Rules about what files grant: a change, and what is said of it, word for word.

mod agents;
mod elsewhere;
mod incidents;
mod reach;
mod taken;
mod told;

#[test]
fn the_document_lists_every_rule_with_its_title() {
    let document = include_str!("../../../docs/rules.md");
    for page in beholden::rules::pages() {
        let line = document.lines().find(|line| line.starts_with(&format!("| [`{}`](", page.id)));
        let line = line.unwrap_or_else(|| panic!("docs/rules.md does not list {}", page.id));
        assert!(line.contains(page.title), "{line}");
        assert!(line.ends_with(&format!("| {} |", page.severity.as_str())), "{line}");
    }
}

#[test]
fn every_page_has_its_four_parts_and_every_tag_its_version() {
    for page in beholden::rules::pages() {
        let headings: Vec<_> =
            page.docs.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let parts = ["What it finds", "Why it matters", "What to do", "How to accept it"];
        assert_eq!(headings, parts, "{}", page.id);
        let dated =
            |tag: &&str| tag.starts_with("CICD-SEC-") || tag.contains(":20") || tag.contains('(');
        assert!(
            !page.tags.is_empty() && page.tags.iter().all(dated),
            "{}: {:?}",
            page.id,
            page.tags
        );
    }
}
