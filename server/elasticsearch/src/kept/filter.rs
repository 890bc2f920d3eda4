//! From what is meant to what the console's tables are asked.

use crate::dsl::Until;
use crate::fence::Fence;
use crate::search::Span;
use database::kept_events::{EventColumn, EventCondition, EventFilter, EventTest};
use model::fault::TermFault;
use model::{ClusterName, ConsoleError};
use records_contract::{Field, Query, Term, Value};
use std::collections::BTreeMap;

/// What is meant, within a stretch of time and a fence. Values of a field are alternatives, all else holds at once.
pub fn filter(
    cluster: &ClusterName,
    query: &Query,
    span: Span,
    fence: &Fence,
) -> Result<EventFilter, ConsoleError> {
    let mut all = Vec::new();
    let mut alternatives: BTreeMap<Field, Vec<EventTest>> = BTreeMap::new();
    let one = |test, is_not| EventCondition { any: vec![test], is_not };
    for term in &query.terms {
        match term {
            Term::Word { text, is_not } => {
                all.push(one(EventTest::Words { text: text.clone(), may_go_on: true }, *is_not));
            }
            Term::Phrase { text, is_not } => {
                all.push(one(EventTest::Words { text: text.clone(), may_go_on: false }, *is_not));
            }
            Term::Field { field, value, is_not: true } => all.push(one(test(*field, value)?, true)),
            Term::Field { field, value, is_not: false } => {
                alternatives.entry(*field).or_default().push(test(*field, value)?);
            }
        }
    }
    all.extend(alternatives.into_values().map(|any| EventCondition { any, is_not: false }));
    Ok(EventFilter {
        cluster: cluster.clone(),
        from_milliseconds: span.from_ms,
        until_milliseconds: match span.until {
            Until::Including(at) => at.saturating_add(1),
            Until::Before(at) => at,
        },
        all,
        within: fence.within().cloned(),
    })
}

fn test(field: Field, value: &Value) -> Result<EventTest, ConsoleError> {
    let unknown = || ConsoleError::refused("query", TermFault::NotOfEvents(field.word().to_owned()));
    let column = column(field).ok_or_else(unknown)?;
    // No text that is kept holds that letter, and PostgreSQL takes none that does.
    let told = |text: &str| text.replace('\0', "\u{fffd}");
    match value {
        Value::Exact(text) => Ok(EventTest::Is(column, told(text))),
        Value::Prefix(text) => Ok(EventTest::Begins(column, told(text))),
        Value::Hundred(_) | Value::Level(_) => Err(unknown()),
    }
}

/// Where a field of events is kept.
pub fn column(field: Field) -> Option<EventColumn> {
    Some(match field {
        Field::Namespace => EventColumn::Namespace,
        Field::Kind => EventColumn::Kind,
        Field::Name => EventColumn::Name,
        Field::Reason => EventColumn::Reason,
        Field::Type => EventColumn::Sort,
        Field::Source => EventColumn::Source,
        _ => return None,
    })
}
