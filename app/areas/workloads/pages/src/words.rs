//! The area's texts.

ui::texts!();

/// How to fill a field; nothing for those that need no words.
pub fn hint(member: &str) -> Option<String> {
    let found = text_of("hint", member);
    (found != format!("hint.{member}")).then_some(found)
}
