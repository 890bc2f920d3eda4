//! What people did, as the audit trail names it, in the reader's language.

use crate::words::text_of;

/// What somebody did, by the name that the audit trail keeps for it, such as `roll back` or `sign_in`. What only another version
/// of the console does is told by that name.
pub fn deed_words(action: &str) -> String {
    let spoken = action.replace('_', " ");
    let member = spoken.replace(' ', "-");
    let words = text_of("deed", &member);
    if words == format!("deed.{member}") { spoken } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::{Owner, provide_context};
    use model::{Language, Preferences};

    #[test]
    fn a_deed_is_told_in_the_readers_language_and_what_nobody_knows_by_its_name() {
        let in_chinese = |action: &str| {
            Owner::new().with(|| {
                provide_context(Preferences { language: Language::Chinese, ..Preferences::default() });
                deed_words(action)
            })
        };

        assert_eq!((deed_words("sign_in").as_str(), in_chinese("sign_in").as_str()), ("sign in", "登录"));
        assert_eq!(
            (deed_words("roll back").as_str(), in_chinese("roll back").as_str()),
            ("roll back", "回滚")
        );
        assert_eq!(in_chinese("fly_away"), "fly away");
    }
}
