//! Texts in the reader's language, looked up at run time.
//!
//! Every area has one [`Catalogue`] over its `texts/en.json` and `texts/zh.json` and calls it through functions of its own,
//! all made by [`texts!`](crate::texts!), so that a key never meets another area's:
//!
//! ```
//! use model::Language;
//! use ui::texts::Catalogue;
//!
//! static TEXTS: Catalogue =
//!     Catalogue::new(&[(Language::English, r#"{"hello": "Hello, {name}"}"#)]);
//!
//! assert_eq!(TEXTS.text_with("hello", &[("name", &"Ada")]), "Hello, Ada");
//! ```
//!
//! Keys are plain words with dots. A text that counts has the keys `….one` and `….other` and is asked for without the
//! ending, with a value named `count`. Keys that are put together at run time come from [`Catalogue::text_of`].

mod check;

use crate::preferences;
pub use check::check;
use model::Language;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::OnceLock;

/// The functions `text`, `text_of` and `text_with` of a crate over its texts, and the test that every text is written in
/// every language and used. The texts lie in `texts/` beside an area's crates; a crate that keeps them elsewhere says where,
/// seen from its manifest. A new language is a line here.
#[macro_export]
macro_rules! texts {
    () => {
        $crate::texts!("/../texts");
    };
    ($folder:literal) => {
        static TEXTS: $crate::texts::Catalogue = $crate::texts::Catalogue::new(&[
            (
                ::model::Language::English,
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), $folder, "/en.json")),
            ),
            (
                ::model::Language::Chinese,
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), $folder, "/zh.json")),
            ),
        ]);

        #[allow(dead_code, reason = "not every crate has texts of all three sorts")]
        pub fn text(key: &str) -> &str {
            TEXTS.text(key)
        }

        #[allow(dead_code, reason = "not every crate has texts of all three sorts")]
        pub fn text_of(group: &str, member: &str) -> String {
            TEXTS.text_of(group, member)
        }

        #[allow(dead_code, reason = "not every crate has texts of all three sorts")]
        pub fn text_with(key: &str, values: &[(&str, &dyn ::std::fmt::Display)]) -> String {
            TEXTS.text_with(key, values)
        }

        #[cfg(test)]
        mod every_text {
            #[test]
            fn is_written_in_every_language_and_used() {
                let source = ::std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");

                assert_eq!($crate::texts::check(&source, &super::TEXTS), Vec::<String>::new());
            }
        }
    };
}

/// The texts of one area in every language.
pub struct Catalogue {
    sources: &'static [(Language, &'static str)],
    parsed: OnceLock<BTreeMap<Language, Texts>>,
}

type Texts = BTreeMap<String, String>;

impl Catalogue {
    /// A catalogue of flat JSON objects, key to text. They are read when the first text is asked for.
    pub const fn new(sources: &'static [(Language, &'static str)]) -> Self {
        Self { sources, parsed: OnceLock::new() }
    }

    /// The text of a key in the reader's language; in English when that language lacks it, and the key itself when
    /// there is no such text at all (the area's test finds both).
    pub fn text<'key>(&'static self, key: &'key str) -> &'key str {
        self.find(preferences().language, key).unwrap_or(key)
    }

    /// The text of one member of a group, such as `level.failed`, for members known only at run time.
    pub fn text_of(&'static self, group: &str, member: &str) -> String {
        self.text(&format!("{group}.{member}")).to_owned()
    }

    /// The text of a key with `{name}` replaced by the value of that name. A value named `count` also chooses between
    /// the forms `key.one` and `key.other`.
    pub fn text_with(&'static self, key: &str, values: &[(&str, &dyn Display)]) -> String {
        let is_one = values.iter().any(|(name, value)| *name == "count" && value.to_string() == "1");
        let template = |language| {
            let one = || is_one.then(|| self.written(language, &format!("{key}.one"))).flatten();
            let other = || self.written(language, &format!("{key}.other"));
            self.written(language, key).or_else(one).or_else(other)
        };
        let template = template(preferences().language).or_else(|| template(Language::English));
        fill(template.unwrap_or(key), values)
    }

    fn find(&'static self, language: Language, key: &str) -> Option<&'static str> {
        self.written(language, key).or_else(|| self.written(Language::English, key))
    }

    fn written(&'static self, language: Language, key: &str) -> Option<&'static str> {
        self.languages().get(&language)?.get(key).map(String::as_str)
    }

    fn languages(&self) -> &BTreeMap<Language, Texts> {
        self.parsed.get_or_init(|| {
            // A file that is no JSON has no texts; `check` says so in the area's test.
            let parse = |json: &str| serde_json::from_str(json).unwrap_or_default();
            self.sources.iter().map(|(language, json)| (*language, parse(json))).collect()
        })
    }
}

fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}').and_then(|(name, tail)| Some((value_of(name, values)?, tail))) {
            Some((value, tail)) => {
                rest = put(&mut filled, &value, tail);
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// Writes a value and returns what follows it. Templates keep a space from values, most of which are names in Latin letters;
/// between two Chinese words there is none.
fn put<'template>(filled: &mut String, value: &str, tail: &'template str) -> &'template str {
    if value.starts_with(is_chinese)
        && filled.strip_suffix(' ').is_some_and(|words| words.ends_with(is_chinese))
    {
        filled.pop();
    }
    filled.push_str(value);
    let close =
        tail.strip_prefix(' ').filter(|words| value.ends_with(is_chinese) && words.starts_with(is_chinese));
    close.unwrap_or(tail)
}

fn is_chinese(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

fn value_of(name: &str, values: &[(&str, &dyn Display)]) -> Option<String> {
    values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::{Owner, provide_context};
    use model::Preferences;

    static SHOP: Catalogue = Catalogue::new(&[
        (Language::English, r#"{"pods.one":"{count} pod","pods.other":"{count} pods","hi":"Hi {who}, {{"}"#),
        (Language::Chinese, r#"{"pods.other":"{count} 个容器组","hi":"{who}，你好"}"#),
    ]);

    fn in_chinese<T>(body: impl FnOnce() -> T) -> T {
        Owner::new().with(|| {
            provide_context(Preferences { language: Language::Chinese, ..Preferences::default() });
            body()
        })
    }

    #[test]
    fn a_count_chooses_the_form() {
        assert_eq!(SHOP.text_with("pods", &[("count", &1)]), "1 pod");
        assert_eq!(SHOP.text_with("pods", &[("count", &3)]), "3 pods");
        assert_eq!(in_chinese(|| SHOP.text_with("pods", &[("count", &1)])), "1 个容器组");
    }

    #[test]
    fn what_is_no_placeholder_stays() {
        assert_eq!(SHOP.text_with("hi", &[("who", &"{who}")]), "Hi {who}, {{");
    }

    #[test]
    fn no_space_is_between_chinese_words_whichever_of_them_is_a_value() {
        let told = |of: &str, what: &str| fill("没有 {of} 的 {what} 可用", &[("of", &of), ("what", &what)]);

        assert_eq!(told("容器组", "记录"), "没有容器组的记录可用");
        assert_eq!(told("web-0", "Pod"), "没有 web-0 的 Pod 可用");
        assert_eq!(told("容器组 web-0", "12 条"), "没有容器组 web-0 的 12 条可用");
        assert_eq!(fill("by {who} now", &[("who", &"张三")]), "by 张三 now");
    }

    #[test]
    fn an_unknown_key_shows_itself() {
        assert_eq!(SHOP.text("no.such"), "no.such");
    }
}
