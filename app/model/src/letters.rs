//! Letters that nobody sees.

/// Whether a letter shows as nothing, or changes where others stand. In a name it makes two look alike, or one read as another: an
/// account `a`, nothing, `da` is not `ada`.
pub fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            // Soft hyphen, joiners and marks without a shape.
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}'
            // Fillers of scripts that are written in blocks.
            | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}'
            // Spaces without width, and marks and overrides of direction.
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            // Tags.
            | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_seen_and_what_hides_is_not() {
        for name in ["Ada Lovelace", "Žofie", "王小明", "アダ", "عائشة", "O’Neill-Smith", "ада"]
        {
            assert!(!name.contains(is_hidden), "{name:?}");
        }
        for hidden in
            ["a\u{200b}da", "ada\u{202e}", "\u{feff}ada", "a\u{ad}da", "ada\u{e0041}", "a\nb", "\u{2066}ada"]
        {
            assert!(hidden.contains(is_hidden), "{hidden:?}");
        }
    }
}
