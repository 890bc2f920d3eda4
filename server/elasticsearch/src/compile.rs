//! From what is meant to conditions.

use crate::dsl::{Bool, Query, Range, one};
use crate::error::ElasticsearchError;
use crate::layout::Known;
use crate::level;
use model::ObjectName;
use model::fault::TermFault;
use records_contract::{Field, LineLevel, Of, Term, Value};
use std::collections::BTreeMap;

/// What is meant, as a condition. Fields that these records do not have are told, not passed over.
pub fn compile(query: &records_contract::Query, known: &Known) -> Result<Query, ElasticsearchError> {
    let (mut filter, mut must_not) = (Vec::new(), Vec::new());
    let mut alternatives: BTreeMap<Field, Vec<Query>> = BTreeMap::new();
    for term in &query.terms {
        let condition = condition(term, known)?;
        match term {
            Term::Word { is_not: true, .. }
            | Term::Phrase { is_not: true, .. }
            | Term::Field { is_not: true, .. } => {
                must_not.push(condition);
            }
            Term::Field { field, .. } => alternatives.entry(*field).or_default().push(condition),
            Term::Word { .. } | Term::Phrase { .. } => filter.push(condition),
        }
    }
    filter.extend(alternatives.into_values().map(Query::any));
    Ok(Query::Bool(Bool { filter, must_not, ..Bool::default() }))
}

/// What is to be marked in texts, if anything is.
pub fn marked(query: &records_contract::Query, known: &Known) -> Option<Query> {
    let conditions: Vec<Query> = query.words().filter_map(|term| condition(term, known).ok()).collect();
    (!conditions.is_empty()).then(|| Query::any(conditions))
}

fn condition(term: &Term, known: &Known) -> Result<Query, ElasticsearchError> {
    let in_any = |query: fn(BTreeMap<String, String>) -> Query, text: &str| {
        Query::any(known.texts.iter().map(|field| query(one(field, text.to_owned()))).collect())
    };
    match term {
        Term::Word { text, .. } => Ok(in_any(Query::MatchPhrasePrefix, text)),
        Term::Phrase { text, .. } => Ok(in_any(Query::MatchPhrase, text)),
        Term::Field { field, value, .. } => of_field(*field, value, known),
    }
}

fn of_field(field: Field, value: &Value, known: &Known) -> Result<Query, ElasticsearchError> {
    let names = |field: Field| {
        let names: Vec<&str> = known.exact(field).collect();
        if names.is_empty() {
            let (layout, field) = (known.name(), field.word().to_owned());
            return Err(ElasticsearchError::Query(TermFault::NotKept { layout, field }));
        }
        Ok(names)
    };
    let each =
        |names: Vec<&str>, query: &dyn Fn(&str) -> Query| Query::any(names.into_iter().map(query).collect());
    Ok(match (field, value) {
        (_, Value::Level(level)) => level::is(&known.texts, *level),
        (Field::Workload, Value::Exact(name)) => {
            let pattern = pods_of(name)?;
            each(names(Field::Pod)?, &|field| Query::Regexp(one(field, pattern.clone())))
        }
        // Pods are called after what made them.
        (Field::Workload, Value::Prefix(name)) => {
            each(names(Field::Pod)?, &|field| Query::Prefix(one(field, name.clone())))
        }
        (field, Value::Exact(value)) => each(names(field)?, &|field| Query::term(field, value)),
        (field, Value::Prefix(value)) => {
            each(names(field)?, &|field| Query::Prefix(one(field, value.clone())))
        }
        (field, Value::Hundred(digit)) => {
            let from = i64::from(*digit) * 100;
            each(names(field)?, &|field| hundred(field, from, Some(from + 100)))
        }
    })
}

fn hundred(field: &str, from: i64, to: Option<i64>) -> Query {
    Query::Range(one(field, Range { gte: Some(from), lt: to, ..Range::default() }))
}

/// How the names of a workload's pods are made by their controllers. So pods of the past are found too, of whose owner
/// nobody knows any more. Names that are too long are cut before their ends are added.
fn pods_of(workload: &str) -> Result<String, ElasticsearchError> {
    let name = ObjectName::parse(workload)
        .map_err(|_| ElasticsearchError::Query(TermFault::NoWorkload(workload.to_owned())))?;
    let mut escaped = String::new();
    for letter in name.as_str().chars() {
        if !letter.is_ascii_alphanumeric() && letter != '-' {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    // Generated letters are those of which no words are made: what is called `web-agent` has no part in `web`.
    let made = "[b-df-hj-np-tv-xz24-9]";
    Ok(format!("{escaped}(-{made}{{6,10}}-{made}{{5}}|-[0-9]+|(-[0-9]{{8,10}})?(-[0-9]+)?-{made}{{5}})?"))
}

/// What figures tell apart: what is bad, and what somebody should look at.
pub fn shades(known: &Known) -> BTreeMap<String, Query> {
    let is_bad_and_not =
        |failed: Query, warned: Query| [("failed".to_owned(), failed), ("warned".to_owned(), warned)].into();
    match known.layout.of {
        Of::Logs => is_bad_and_not(
            level::is(&known.texts, LineLevel::Error),
            level::is(&known.texts, LineLevel::Warning),
        ),
        Of::Events => {
            let warnings = known.exact(Field::Type).map(|field| Query::term(field, "Warning")).collect();
            is_bad_and_not(Query::nothing(), Query::any(warnings))
        }
        Of::Audit => {
            let code = |from, to| {
                Query::any(known.exact(Field::Code).map(|field| hundred(field, from, to)).collect())
            };
            is_bad_and_not(code(500, None), code(400, Some(500)))
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn json(text: &str) -> String {
        let query = records_contract::Query::parse(Of::Logs, text).unwrap();
        serde_json::to_string(&compile(&query, &Known::of_fluent_bit()).unwrap()).unwrap()
    }

    #[test]
    fn values_of_a_field_are_alternatives_and_all_else_holds_at_once() {
        assert_eq!(
            json(r#"reset "by peer" -retry pod:a pod:b*"#),
            r#"{"bool":{"filter":[{"bool":{"should":[{"match_phrase_prefix":{"log":"reset"}}],"minimum_should_match":1}},{"bool":{"should":[{"match_phrase":{"log":"by peer"}}],"minimum_should_match":1}},{"bool":{"should":[{"bool":{"should":[{"term":{"kubernetes.pod_name.keyword":"a"}}],"minimum_should_match":1}},{"bool":{"should":[{"prefix":{"kubernetes.pod_name.keyword":"b"}}],"minimum_should_match":1}}],"minimum_should_match":1}}],"must_not":[{"bool":{"should":[{"match_phrase_prefix":{"log":"retry"}}],"minimum_should_match":1}}]}}"#
        );
    }

    #[test]
    fn a_workload_is_its_pods_and_its_name_is_no_pattern() {
        assert!(json("workload:web.v1").contains(r#"{"regexp":{"kubernetes.pod_name.keyword":"web\\.v1("#));
        let query = records_contract::Query::parse(Of::Logs, "workload:a|b").unwrap();
        let compiled = compile(&query, &Known::of_fluent_bit());
        let is_harmless = compiled.map(|query| serde_json::to_string(&query).unwrap().contains(r"a\\|b("));
        assert!(is_harmless.unwrap_or(true));
    }

    #[test]
    fn pods_of_a_workload_end_in_letters_of_which_no_words_are_made() {
        let made = "[b-df-hj-np-tv-xz24-9]";
        let pods =
            format!("web(-{made}{{6,10}}-{made}{{5}}|-[0-9]+|(-[0-9]{{8,10}})?(-[0-9]+)?-{made}{{5}})?");

        let asked = json("workload:web");

        assert!(asked.contains(&pods), "{asked}");
    }

    #[test]
    fn a_field_that_the_records_do_not_have_is_told() {
        let query = records_contract::Query::parse(Of::Audit, "user:ada").unwrap();

        let error = compile(&query, &Known::of_fluent_bit()).unwrap_err();

        assert!(error.to_string().contains("\"user\""), "{error}");
    }
}
