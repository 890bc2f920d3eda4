//! What can be wrong with an area's texts.

use super::{Catalogue, Texts, is_chinese};
use model::Language;
use std::path::Path;

/// Names, and words that people of the field use in every language, examples of searches among them: all that may be left as it
/// is written in English.
const KEPT: [&str; 44] = [
    "App ID",
    "CAS",
    "CPU",
    "CSV",
    "Discord",
    "Docker Hub",
    "Elasticsearch",
    "Fluentd",
    "GPU (DCGM)",
    "GitHub",
    "GitLab",
    "HTTP",
    "IOPS",
    "JVM",
    "Jenkins",
    "Kafka",
    "Loki",
    "Microsoft Teams",
    "MySQL",
    "NFS",
    "Node exporter",
    "OpenID Connect",
    "OpenSearch",
    "PagerDuty",
    "PostgreSQL",
    "RabbitMQ",
    "Redis",
    "STARTTLS",
    "Secret",
    "Shell",
    "StartTLS",
    "TCP",
    "TLS",
    "Telegram",
    "Webhook",
    "YAML",
    "etcd",
    "gRPC",
    "kubeconfig",
    "kubectl",
    "reason:BackOff namespace:shop",
    "timeout namespace:shop level:error -healthz",
    "user:ada verb:delete code:4xx",
    "{from} – {to} UTC",
];

/// Everything that is wrong with an area's texts, for the area's test: keys that its sources ask for and nobody wrote,
/// texts that nobody asks for, and languages that differ in keys or in placeholders. Reads all `.rs` files below
/// `source`, so it belongs in tests only.
pub fn check(source: &Path, catalogue: &Catalogue) -> Vec<String> {
    let mut problems = Vec::new();
    for (language, json) in catalogue.sources {
        if let Err(error) = serde_json::from_str::<Texts>(json) {
            problems.push(format!("{} is not a flat JSON object: {error}", language.tag()));
        }
    }
    let languages = catalogue.languages();
    let mut asked = Asked::default();
    if let Err(error) = asked.read(source) {
        problems.push(format!("{} cannot be read: {error}", source.display()));
    }
    for (language, texts) in languages {
        asked.missing_in(texts, language.tag(), &mut problems);
    }
    let Some(english) = languages.get(&Language::English) else { return problems };
    for key in english.keys().filter(|key| !asked.uses(key)) {
        problems.push(format!("{key} is written but never asked for"));
    }
    for (language, texts) in languages.iter().filter(|(language, _)| **language != Language::English) {
        compare(english, texts, language.tag(), &mut problems);
        left_in_english(english, texts, language.tag(), &mut problems);
    }
    if let Some(texts) = languages.get(&Language::Chinese) {
        narrow_marks(texts, &mut problems);
    }
    problems
}

/// Texts that are the English ones, though something is said in them.
fn left_in_english(english: &Texts, other: &Texts, language: &str, problems: &mut Vec<String>) {
    for (key, text) in other.iter().filter(|(key, text)| english.get(*key) == Some(*text)) {
        let said = text.split('{').map(|part| part.split_once('}').map_or(part, |(_, behind)| behind));
        let says_something = said.flat_map(str::chars).any(char::is_alphabetic);
        if says_something && !KEPT.contains(&text.as_str()) {
            problems.push(format!("{key} is left in English in {language}"));
        }
    }
}

/// Marks of half the width behind a Chinese word: between Chinese words they are as wide as these.
fn narrow_marks(texts: &Texts, problems: &mut Vec<String>) {
    let is_narrow = |(letter, mark): (char, char)| is_chinese(letter) && ",;:!?(".contains(mark);
    for (key, text) in texts {
        if text.chars().zip(text.chars().skip(1)).any(is_narrow) {
            problems.push(format!("{key} has a narrow mark behind a Chinese word"));
        }
    }
}

/// Keys that sources ask for.
#[derive(Default)]
struct Asked {
    keys: Vec<String>,
    groups: Vec<String>,
}

impl Asked {
    fn read(&mut self, folder: &Path) -> std::io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                self.read(&path)?;
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                self.collect(&std::fs::read_to_string(&path)?);
            }
        }
        Ok(())
    }

    /// Comments and the tests at the end of a file ask for nothing.
    fn collect(&mut self, source: &str) {
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        let code: Vec<&str> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let code = code.join("\n");
        for function in ["text", "text_with", "text_of"] {
            for (at, _) in code.match_indices(function) {
                let is_whole_word = !code[..at].ends_with(|last: char| last.is_alphanumeric() || last == '_');
                let argument = code[at + function.len()..].strip_prefix('(').map(str::trim_start);
                let key = argument.and_then(|argument| argument.strip_prefix('"')?.split_once('"'));
                if let Some((key, _)) = key.filter(|_| is_whole_word) {
                    let list = if function == "text_of" { &mut self.groups } else { &mut self.keys };
                    list.push(key.to_owned());
                }
            }
        }
    }

    fn missing_in(&self, texts: &Texts, language: &str, problems: &mut Vec<String>) {
        for key in self.keys.iter().filter(|key| !has(texts, key)) {
            problems.push(format!("{key} is asked for but not written in {language}"));
        }
        let has_member = |group: &str| texts.keys().any(|key| is_member(key, group));
        for group in self.groups.iter().filter(|group| !has_member(group)) {
            problems.push(format!("no text of the group {group} is written in {language}"));
        }
    }

    fn uses(&self, key: &str) -> bool {
        self.keys.iter().any(|asked| asked == key || asked == singular(key))
            || self.groups.iter().any(|group| is_member(key, group))
    }
}

fn has(texts: &Texts, key: &str) -> bool {
    texts.contains_key(key) || texts.contains_key(&format!("{key}.other"))
}

fn is_member(key: &str, group: &str) -> bool {
    key.strip_prefix(group).is_some_and(|rest| rest.starts_with('.'))
}

fn singular(key: &str) -> &str {
    key.strip_suffix(".one").or_else(|| key.strip_suffix(".other")).unwrap_or(key)
}

/// Chinese has no singular, so `….one` may be missing outside English.
fn compare(english: &Texts, other: &Texts, language: &str, problems: &mut Vec<String>) {
    for (key, text) in english {
        match other.get(key) {
            None if key.ends_with(".one") => {}
            None => problems.push(format!("{key} is not written in {language}")),
            Some(translated) if placeholders(text) != placeholders(translated) => {
                problems.push(format!("{key} has other placeholders in {language}"));
            }
            Some(_) => {}
        }
    }
    for key in other.keys().filter(|key| !english.contains_key(*key)) {
        problems.push(format!("{key} is written in {language} but not in English"));
    }
}

fn placeholders(text: &str) -> Vec<&str> {
    let names = text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_finds_what_is_missing_unused_and_different() {
        static WRONG: Catalogue = Catalogue::new(&[
            (Language::English, r#"{"used":"a {b}","unused":"x","level.failed":"Failed"}"#),
            (Language::Chinese, r#"{"used":"a","level.failed":"失败","extra":"y"}"#),
        ]);
        let mut asked = Asked::default();
        asked.collect(
            r#"text("used"); self.text_with( "missing", &[]); text_of("level", word); context("no")"#,
        );

        assert_eq!(asked.keys, ["used", "missing"]);
        assert_eq!(asked.groups, ["level"]);
        let mut problems = Vec::new();
        let languages = WRONG.languages();
        asked.missing_in(&languages[&Language::English], "en", &mut problems);
        compare(&languages[&Language::English], &languages[&Language::Chinese], "zh", &mut problems);
        assert_eq!(
            problems,
            [
                "missing is asked for but not written in en",
                "unused is not written in zh",
                "used has other placeholders in zh",
                "extra is written in zh but not in English",
            ]
        );
        assert!(!asked.uses("unused") && asked.uses("level.failed"));
    }

    #[test]
    fn what_is_left_in_english_is_a_name_or_has_no_words() {
        let texts =
            [("name", "Docker Hub"), ("marks", "{used} / {most}"), ("words", "{count} left"), ("more", "x")];
        let texts: Texts = texts.into_iter().map(|(key, text)| (key.to_owned(), text.to_owned())).collect();
        let mut other = texts.clone();
        other.insert("more".to_owned(), "另有".to_owned());
        let mut problems = Vec::new();

        left_in_english(&texts, &other, "zh", &mut problems);

        assert_eq!(problems, ["words is left in English in zh"]);
    }

    #[test]
    fn marks_between_chinese_words_are_wide() {
        let texts = [("wrong", "试运行:{title}"), ("wide", "试运行：{title}"), ("latin", "kubectl, helm")];
        let texts = texts.into_iter().map(|(key, text)| (key.to_owned(), text.to_owned())).collect();
        let mut problems = Vec::new();

        narrow_marks(&texts, &mut problems);

        assert_eq!(problems, ["wrong has a narrow mark behind a Chinese word"]);
    }
}
