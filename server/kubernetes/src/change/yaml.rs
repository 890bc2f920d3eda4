//! Strict reading of YAML: one or more documents, each an object that names itself. Whatever another reader might
//! understand otherwise, or that grows while it is read, is refused with the line where it stands.

use model::FieldProblem;
use model::fault::YamlFault;
use serde_json::Value;
use serde_saphyr::{Error, Spanned};

/// The longest text that is read. The API server itself takes 3 MiB.
const LONGEST_TEXT: usize = 3 << 20;
const MOST_DOCUMENTS: usize = 200;
const DEEPEST: usize = 64;
const MOST_NODES: usize = 250_000;
/// Aliases may repeat so many nodes in all: enough for any real text, far too few for a bomb.
const MOST_REPEATED_NODES: usize = 50_000;

/// One document of a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Written {
    /// The line it begins on, counted from 1.
    pub line: u32,
    /// The object.
    pub object: Value,
}

/// Reads every document of a text; empty ones are left out. Answers all problems of the first kind it meets.
pub(crate) fn read(text: &str) -> Result<Vec<Written>, Vec<FieldProblem>> {
    if text.len() > LONGEST_TEXT {
        return Err(vec![at(None, YamlFault::Long(LONGEST_TEXT >> 20))]);
    }
    let documents: Vec<Spanned<Value>> =
        serde_saphyr::from_multiple_with_options(text, options()).map_err(|error| vec![problem(&error)])?;
    if documents.is_empty() {
        return Err(vec![at(None, YamlFault::Empty)]);
    }
    let documents: Vec<Written> = documents
        .into_iter()
        .map(|found| Written { line: line(found.referenced), object: found.value })
        .collect();
    let problems: Vec<FieldProblem> = documents.iter().flat_map(missing).collect();
    if problems.is_empty() { Ok(documents) } else { Err(problems) }
}

/// Reads every document of a text that is still being written: it may lack what an object needs.
pub(crate) fn read_plain(text: &str) -> Result<Vec<Value>, Vec<FieldProblem>> {
    if text.len() > LONGEST_TEXT {
        return Err(vec![at(None, YamlFault::Long(LONGEST_TEXT >> 20))]);
    }
    serde_saphyr::from_multiple_with_options(text, options()).map_err(|error| vec![problem(&error)])
}

fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: DEEPEST,
            max_documents: MOST_DOCUMENTS,
            max_nodes: MOST_NODES,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MOST_REPEATED_NODES },
        // The API server and kubectl read `defaultMode: 0644` as octal.
        legacy_octal_numbers: true,
        with_snippet: false,
    }
}

fn line(location: serde_saphyr::Location) -> u32 {
    u32::try_from(location.line()).unwrap_or(u32::MAX).max(1)
}

/// What a document lacks to be an object with a name.
fn missing(document: &Written) -> Vec<FieldProblem> {
    let Value::Object(_) = document.object else {
        return vec![at(Some(document.line), YamlFault::NoObject)];
    };
    let is_text = |path: &str| {
        document.object.pointer(path).is_some_and(|value| value.as_str() != Some("") && value.is_string())
    };
    [("/apiVersion", "apiVersion"), ("/kind", "kind"), ("/metadata/name", "metadata.name")]
        .into_iter()
        .filter(|(path, _)| !is_text(path))
        .map(|(_, field)| FieldProblem {
            line: Some(document.line),
            ..FieldProblem::of(field, YamlFault::NoText)
        })
        .collect()
}

fn problem(error: &Error) -> FieldProblem {
    let mut cause = error.without_snippet();
    while let Error::AliasError { error, .. } = cause {
        cause = error.without_snippet();
    }
    let fault = match cause {
        Error::DuplicateMappingKey { key: Some(key), .. } => YamlFault::SameKey(key.clone()),
        Error::DuplicateMappingKey { key: None, .. } => YamlFault::Same,
        Error::Budget { .. } => {
            YamlFault::Far { documents: MOST_DOCUMENTS, levels: DEEPEST, values: MOST_NODES }
        }
        Error::AliasReplayLimitExceeded { .. } | Error::AliasExpansionLimitExceeded { .. } => {
            YamlFault::Aliases
        }
        other => {
            let message = other.to_string();
            // The line is told apart from the sentence.
            let message = message.split(" at line ").next().unwrap_or(&message);
            return FieldProblem { line: error.location().map(line), ..FieldProblem::new("", message) };
        }
    };
    at(error.location().map(line), fault)
}

fn at(line: Option<u32>, fault: YamlFault) -> FieldProblem {
    FieldProblem { line, ..FieldProblem::of("", fault) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n";

    fn refused(text: &str) -> (Option<u32>, String) {
        let problem = read(text).unwrap_err().remove(0);
        (problem.line, format!("{} {}", problem.field, problem.message).trim().to_owned())
    }

    #[test]
    fn several_documents_are_read_with_their_lines() {
        let documents = read(&format!("# first\n---\n{POD}---\n---\n{POD}")).unwrap();

        assert_eq!(documents.iter().map(|document| document.line).collect::<Vec<_>>(), [3, 9]);
        assert_eq!(documents[1].object["metadata"]["name"], "web");
    }

    #[test]
    fn what_others_might_read_otherwise_is_refused_with_its_line() {
        for (text, line, expected) in [
            (format!("{POD}  name: other\n"), 5, "the key name stands here a second time"),
            ("a: [1\n".to_owned(), 1, "unclosed bracket"),
            ("a:\n\tb: 1".to_owned(), 2, "tabs"),
            ("a: *nobody".to_owned(), 1, "unknown anchor"),
            ("- 1\n- 2\n".to_owned(), 1, "not an object"),
            ("hello".to_owned(), 1, "not an object"),
            (format!("{POD}---\nkind: Pod\n"), 6, "apiVersion"),
            ("apiVersion: v1\nkind: Pod\nmetadata:\n  generateName: x-\n".to_owned(), 1, "metadata.name"),
        ] {
            let (at, message) = refused(&text);
            assert_eq!(at, Some(line), "{text:?}: {message}");
            assert!(message.contains(expected), "{text:?}: {message}");
        }
    }

    #[test]
    fn nothing_that_grows_is_read() {
        let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..9 {
            let items = vec![format!("*a{}", level - 1); 10].join(",");
            bomb += &format!("a{level}: &a{level} [{items}]\n");
        }
        assert!(refused(&bomb).1.contains("aliases"));
        assert!(refused(&format!("a: {}{}", "[".repeat(100), "]".repeat(100))).1.contains("64 levels"));
        assert!(refused(&"---\na: 1\n".repeat(300)).1.contains("200 documents"));
        assert!(refused(&" ".repeat(LONGEST_TEXT + 1)).1.contains("3 MiB"));
        assert_eq!(refused("# nothing\n").1, "holds no object");
    }

    #[test]
    fn numbers_and_flags_are_read_as_the_api_server_reads_them() {
        let object =
            &read(&format!("{POD}spec: {{mode: 0644, quick: yes, text: \"0644\"}}")).unwrap()[0].object;

        assert_eq!(object["spec"], serde_json::json!({"mode": 420, "quick": true, "text": "0644"}));
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "\\PC{0,20}".prop_map(Value::from),
            "([ a-z:#'\"\\-|>{}\\[\\]&*!%@`,?\n\t]{0,30})".prop_map(Value::from),
            prop_oneof!["yes", "no", "null", "~", "0644", "1e3", "0x1f", "2026-01-01", "y", ".inf", "<<"]
                .prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 48, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a-zA-Z0-9./ _:~-]{1,12}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(spec in any_value()) {
            let object = serde_json::json!({"apiVersion": "v1", "kind": "Thing", "metadata": {"name": "x"}, "spec": spec});
            let bytes = serde_json::to_vec(&object).unwrap();
            let text = crate::change::text::to_yaml(&kinds::Object::parse(&bytes).unwrap());
            let again = read(&text).map_err(|problems| TestCaseError::fail(format!("{problems:?}\n{text}")))?;
            prop_assert_eq!(&again[0].object, &object, "{}", text);
        }
    }
}
