//! What the selectors of a query let a label be, where they say so with a regular expression.

use super::{Query, each, selector};
use crate::error::PrometheusError;
use promql_parser::label::MatchOp;
use std::collections::BTreeSet;

impl Query {
    /// The regular expressions that a label must match, each once.
    pub fn expressions(&self, label: &str) -> Result<BTreeSet<String>, PrometheusError> {
        let mut found = BTreeSet::new();
        each(&mut self.0.clone(), &mut |expression| {
            let matchers = selector(expression).into_iter().flat_map(|selector| &selector.matchers.matchers);
            let own =
                matchers.filter(|matcher| matcher.name == label && matches!(matcher.op, MatchOp::Re(_)));
            found.extend(own.map(|matcher| matcher.value.clone()));
            Ok(())
        })?;
        Ok(found)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn the_expressions_of_a_label_are_those_of_all_selectors() {
        let query =
            r#"sum(rate(a{pod=~"web|db",node="n"}[5m])) / max(b{pod=~"web|db"} unless c{pod!~"x",pod=~"y"})"#;

        let query = Query::parse(query).unwrap();

        assert_eq!(query.expressions("pod").unwrap(), ["web|db", "y"].map(str::to_owned).into());
        assert!(query.expressions("node").unwrap().is_empty());
    }
}
