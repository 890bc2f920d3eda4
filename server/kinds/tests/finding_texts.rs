//! What explanations and reasons say is written in every language, with the values that they give.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use model::Language;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Names<'t> = BTreeSet<&'t str>;

/// What the console says of objects, and not of kinds and columns: explanations, and why an object is as it is.
const SAID: [&str; 2] = ["finding.", "reason."];

fn is_said(key: &str) -> bool {
    SAID.iter().any(|beginning| key.starts_with(beginning))
}

/// The crate's sources.
fn sources() -> String {
    let mut code = String::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut code);
    code
}

/// Collects the crate's sources, without comments and without the tests at the end of each file.
fn collect(folder: &Path, code: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, code);
            continue;
        }
        let file = std::fs::read_to_string(&path).unwrap();
        let lines = file.split("#[cfg(test)]").next().unwrap().lines();
        for line in lines.filter(|line| !line.trim_start().starts_with("//")) {
            code.push_str(line);
            code.push('\n');
        }
    }
}

/// The keys that sources say with the names of the values they give. What stands in a table is said elsewhere, with a
/// count or with nothing: its names are not known.
fn said(code: &str) -> BTreeMap<&str, Option<Names<'_>>> {
    let mut keys = BTreeMap::new();
    for (at, _) in SAID.iter().flat_map(|beginning| code.match_indices(*beginning)) {
        let Some(at) = code[..at].strip_suffix('"').map(str::len) else { continue };
        let (key, behind) = code[at + 1..].split_once('"').unwrap();
        let is_said = code[..at].trim_end().ends_with("say(");
        let names =
            is_said.then(|| names(behind.trim_start_matches([',', ' ', '\n']).strip_prefix(')').unwrap()));
        let known = keys.insert(key, names.clone());
        assert!(known.is_none_or(|known| known == names), "{key} is said with other values elsewhere");
    }
    keys
}

/// The names in `.with("name", …).with(…)`.
fn names(mut code: &str) -> Names<'_> {
    let mut names = Names::new();
    while let Some(inside) = code.trim_start().strip_prefix(".with(") {
        names.insert(inside.split('"').nth(1).unwrap());
        code = behind_bracket(inside);
    }
    names
}

/// What follows the bracket that is open at the beginning.
fn behind_bracket(inside: &str) -> &str {
    let (mut depth, mut is_quoted) = (1, false);
    for (at, letter) in inside.char_indices() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &inside[at + 1..];
        }
    }
    panic!("a bracket stays open: {inside}")
}

fn places(template: &str) -> Names<'_> {
    template.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0).collect()
}

fn without_form(key: &str) -> &str {
    key.strip_suffix(".one").or_else(|| key.strip_suffix(".other")).unwrap_or(key)
}

fn is_written(language: Language, key: &str) -> bool {
    kinds::text(language, key).is_some_and(|text| !text.trim().is_empty())
}

#[test]
fn whatever_is_said_is_written_in_every_language_and_nothing_else_is() {
    let code = sources();
    let said = said(&code);

    assert!(said.len() > 200, "explanations are not found in the sources any more");
    for language in Language::ALL {
        for key in said.keys() {
            let counts = is_written(language, &format!("{key}.other"));
            assert!(counts != is_written(language, key), "{language:?} lacks {key}, or has it twice");
            // English needs both forms; a language that has one writes the other alone.
            let counts_in_english = is_written(Language::English, &format!("{key}.one"));
            assert_eq!(counts, counts_in_english, "{key} counts in one language only");
        }
        let written = kinds::text_keys(language).filter(|key| is_said(key));
        let unused: Vec<_> = written.filter(|key| !said.contains_key(without_form(key))).collect();
        assert!(unused.is_empty(), "{language:?} has explanations that nobody gives: {unused:?}");
    }
}

#[test]
fn texts_have_places_for_the_values_that_are_given() {
    let code = sources();
    let said = said(&code);

    for language in Language::ALL {
        for key in kinds::text_keys(language).filter(|key| is_said(key)) {
            let template = kinds::text(language, key).unwrap();
            let given = said.get(without_form(key)).cloned().flatten();
            let expected = given.unwrap_or_else(|| {
                if without_form(key) == key { Names::new() } else { Names::from(["count"]) }
            });
            assert_eq!(places(template), expected, "{key} in {language:?}");
        }
    }
}

#[test]
fn no_language_is_left_in_english() {
    let others = Language::ALL.into_iter().filter(|language| *language != Language::English);
    for language in others {
        for key in kinds::text_keys(Language::English).filter(|key| is_said(key)) {
            let english = kinds::text(Language::English, key);
            assert_ne!(kinds::text(language, key), english, "{key} is English in {language:?}");
        }
    }
}

#[test]
fn no_reason_is_written_in_a_language() {
    let code: String = sources().split_whitespace().collect();

    for words in [".because(\"", ".because(format!("] {
        let written = code.split_once(words).map(|(_, behind)| behind.chars().take(40).collect::<String>());
        assert_eq!(written, None, "it has no key of the texts");
    }
}

#[test]
fn values_are_found_in_chains() {
    let code = r#"
        Finding::new(level, say("finding.a"), say("finding.b").with("x", f("(")).with("y", z.get(1)), more);
        say("finding.c")
            .with("inner", say("finding.d").with("count", 1))
            .with("outer", 2);
        const TABLE: [&str; 1] = ["finding.e"];
        status.because(say("reason.f").with("count", 2)).because(node.text_at("/reason.g"));
    "#;

    let found = said(code);

    let names = |key: &str| found[key].clone().map(Vec::from_iter);
    assert_eq!(names("finding.a"), Some(vec![]));
    assert_eq!(names("finding.b"), Some(vec!["x", "y"]));
    assert_eq!(names("finding.c"), Some(vec!["inner", "outer"]));
    assert_eq!(names("finding.d"), Some(vec!["count"]));
    assert_eq!(names("finding.e"), None);
    assert_eq!(names("reason.f"), Some(vec!["count"]));
    assert_eq!(found.len(), 6);
}
