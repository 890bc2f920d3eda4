//! Titles and sentences in the reader's language.

use crate::{ColumnSpec, Kind, Menu};
use model::Language;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

type Texts = BTreeMap<String, String>;

static ENGLISH: LazyLock<Texts> = LazyLock::new(|| read(include_str!("../texts/en.json")));
static CHINESE: LazyLock<Texts> = LazyLock::new(|| read(include_str!("../texts/zh.json")));

fn read(json: &str) -> Texts {
    serde_json::from_str(json).expect("the crate's own texts are JSON: a test reads them")
}

/// The text of a key in a language, if the key exists.
pub fn text(language: Language, key: &str) -> Option<&'static str> {
    texts(language).get(key).map(String::as_str)
}

/// All keys of a language.
pub fn text_keys(language: Language) -> impl Iterator<Item = &'static str> {
    texts(language).keys().map(String::as_str)
}

/// The text of a key with values in the places of their names; in English when the language lacks it, and the key itself when
/// there is no such text (a test finds both). A value named `count` chooses between the forms `….one` and `….other`.
pub(crate) fn text_with(language: Language, key: &str, values: &[(&str, String)]) -> String {
    let is_one = values.iter().any(|(name, value)| *name == "count" && value == "1");
    let written = |language| {
        let one = || is_one.then(|| text(language, &format!("{key}.one"))).flatten();
        let other = || text(language, &format!("{key}.other"));
        text(language, key).or_else(one).or_else(other)
    };
    fill(written(language).or_else(|| written(Language::English)).unwrap_or(key), values)
}

/// A template with values in the places of their names. What a value says is not looked through again.
fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let named = after.split_once('}').and_then(|(name, behind)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, behind))
        });
        match named {
            Some((value, behind)) => {
                filled.push_str(value);
                rest = behind;
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

fn texts(language: Language) -> &'static Texts {
    match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    }
}

fn title(language: Language, key: &str) -> Cow<'static, str> {
    text(language, key).map_or_else(|| Cow::Owned(key.to_owned()), Cow::Borrowed)
}

impl Kind {
    /// One object of this kind in the reader's language, such as "Deployment".
    pub fn title(&self, language: Language) -> Cow<'_, str> {
        text(language, &format!("kind.{}.one", self.slug)).map_or(Cow::Borrowed(&*self.kind), Cow::Borrowed)
    }

    /// Objects of this kind in the reader's language, such as "Deployments".
    pub fn plural_title(&self, language: Language) -> Cow<'_, str> {
        text(language, &format!("kind.{}.many", self.slug))
            .map_or_else(|| self.own_plural().into(), Cow::Borrowed)
    }

    /// The plural with the capitals of the kind: `HTTPRoute` and `httproutes` make `HTTPRoutes`.
    fn own_plural(&self) -> String {
        let alike = |(a, b): &(char, char)| a.eq_ignore_ascii_case(b);
        let common = self.kind.chars().zip(self.plural.chars()).take_while(alike).count();
        self.kind.chars().take(common).chain(self.plural.chars().skip(common)).collect()
    }
}

impl ColumnSpec {
    /// The heading in the reader's language.
    pub fn title(&self, language: Language) -> Cow<'_, str> {
        match &self.given_title {
            Some(given) => Cow::Borrowed(given),
            None => title(language, &format!("column.{}", self.id)),
        }
    }
}

impl Menu {
    /// The heading in the reader's language.
    pub fn title(self, language: Language) -> Cow<'static, str> {
        title(language, &format!("menu.{}", self.word()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Discovered;

    #[test]
    fn a_discovered_kind_is_called_as_its_cluster_calls_it() {
        for (kind, plural, title) in
            [("GRPCRoute", "grpcroutes", "GRPCRoutes"), ("BackupPolicy", "backuppolicies", "BackupPolicies")]
        {
            let found = Discovered { kind: kind.into(), plural: plural.into(), ..Discovered::default() };
            let discovered = Kind::discovered(found);

            assert_eq!(discovered.title(Language::Chinese), kind);
            assert_eq!(discovered.plural_title(Language::Chinese), title);
        }
    }
}
