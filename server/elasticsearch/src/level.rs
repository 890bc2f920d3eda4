//! How bad a line says it is, by its words. Programs write `level=error`, `"level":"error"` or ` ERROR `; a log store takes
//! all of them apart into the same words, so what a line says about its level comes before what words it has.

use crate::dsl::{Bool, Query, one};
use records_contract::LineLevel;

/// What programs call a level, in what becomes of it when texts are taken apart into words.
fn words(level: LineLevel) -> &'static [&'static str] {
    match level {
        LineLevel::Error => {
            &["error", "err", "fatal", "panic", "critical", "crit", "severe", "emerg", "alert"]
        }
        LineLevel::Warning => &["warn", "warning"],
        LineLevel::Info => &["info", "information", "notice"],
        LineLevel::Debug => &["debug", "trace", "verbose"],
    }
}

/// What programs call the field in which they write it.
const FIELDS: [&str; 2] = ["level", "severity"];

/// A line that says it is of a level.
fn says(texts: &[String], level: LineLevel) -> Vec<Query> {
    let phrases =
        FIELDS.iter().flat_map(|field| words(level).iter().map(move |word| format!("{field} {word}")));
    let phrases: Vec<String> = phrases.collect();
    let of_text = |text: &String| {
        phrases.iter().map(|phrase| Query::MatchPhrase(one(text, phrase.clone()))).collect::<Vec<_>>()
    };
    texts.iter().flat_map(of_text).collect()
}

/// A line with the words of a level.
fn has(texts: &[String], level: LineLevel) -> Vec<Query> {
    texts.iter().map(|text| Query::Match(one(text, words(level).join(" ")))).collect()
}

/// A line of a level: it says so; or it says nothing, and has words of this level and none of a worse one.
pub fn is(texts: &[String], level: LineLevel) -> Query {
    let worse = LineLevel::ALL.into_iter().filter(|other| *other > level);
    let said = LineLevel::ALL.into_iter().flat_map(|other| says(texts, other));
    let must_not = said.chain(worse.flat_map(|other| has(texts, other))).collect();
    let by_words =
        Query::Bool(Bool { filter: vec![Query::any(has(texts, level))], must_not, ..Bool::default() });
    Query::any(says(texts, level).into_iter().chain([by_words]).collect())
}
