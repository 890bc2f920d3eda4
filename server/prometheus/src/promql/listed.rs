//! Queries that list the values of a label.

use super::Query;
use crate::error::PrometheusError;
use promql_parser::parser::{Expr, LabelModifier};

impl Query {
    /// The values that a label has on what this query finds, as series of nothing but that label.
    pub fn values_of(self, label: &str) -> Result<Self, PrometheusError> {
        // An aggregation as the parser makes it, with the label and what it is on put into the tree.
        let mut listed = Self::parse("group by (pod) (up)")?;
        if let Expr::Aggregate(top) = &mut listed.0 {
            if let Some(LabelModifier::Include(labels)) = &mut top.modifier {
                labels.labels = vec![label.to_owned()];
            }
            *top.expr = self.0;
        }
        Ok(listed)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn the_values_of_a_label_are_a_group_for_each() {
        let listed =
            |label| Query::parse(r#"up{job="a"}"#).unwrap().values_of(label).unwrap().to_text().unwrap();

        assert_eq!(listed("pod"), r#"group by (pod) (up{job="a"})"#);
        assert_eq!(listed("__name__"), r#"group by (__name__) (up{job="a"})"#);
    }
}
