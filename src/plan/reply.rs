//! x
pub fn reply(text: &str) -> String {
    text.to_owned()
}
