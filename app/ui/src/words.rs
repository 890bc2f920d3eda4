//! The design system's own texts.

crate::texts!("/texts");

/// What a role is called: what people call one that they made, or the words for one that comes with the console.
pub fn role_words(id: &str, title: Option<&str>) -> String {
    title.map_or_else(|| text_of("role", id), str::to_owned)
}

/// What a permission is called.
pub fn permission_words(word: &str) -> String {
    text_of("permission", word)
}
