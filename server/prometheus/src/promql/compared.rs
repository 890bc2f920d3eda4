//! Comparisons at the top of a query: what rules warn of.

use super::Query;
use crate::error::PrometheusError;
use monitoring_contract::RuleComparison;
use promql_parser::parser::token::TokenType;
use promql_parser::parser::value::ValueType;
use promql_parser::parser::{Expr, NumberLiteral};

impl Query {
    /// The query where it is beyond a number.
    pub fn beyond(self, comparison: RuleComparison, threshold: f64) -> Result<Self, PrometheusError> {
        // A comparison as the parser makes it, with both sides put into the tree.
        let mut compared = Self::parse(&sample(comparison))?;
        if let Expr::Binary(top) = &mut compared.0 {
            *top.lhs = self.0;
            *top.rhs = Expr::NumberLiteral(NumberLiteral::new(threshold));
        }
        Ok(compared)
    }

    /// On which side of a number the query is, where a comparison with one stands at its top and behind it.
    pub fn comparison(&self) -> Option<RuleComparison> {
        let Expr::Binary(top) = unwrapped(self.0.clone()) else { return None };
        let is_number = matches!(unwrapped(*top.rhs), Expr::NumberLiteral(_));
        let is_it = |comparison: &RuleComparison| operator(*comparison) == Some(top.op);
        RuleComparison::ALL.into_iter().find(is_it).filter(|_| is_number)
    }

    /// What is compared at the top of the query, and with which number, where it is one. Of a query that compares nothing:
    /// itself.
    pub fn uncompared(self) -> (Self, Option<f64>) {
        let top = match unwrapped(self.0.clone()) {
            Expr::Binary(top) if top.op.is_comparison_operator() && !top.return_bool() => top,
            _ => return (self, None),
        };
        match (unwrapped(*top.lhs.clone()), unwrapped(*top.rhs.clone())) {
            (Expr::NumberLiteral(number), _) => (Self(*top.rhs), Some(number.val)),
            (_, Expr::NumberLiteral(number)) => (Self(*top.lhs), Some(number.val)),
            _ => (Self(*top.lhs), None),
        }
    }

    /// Whether it gives a value at a moment: not a text, and no range of values.
    pub fn is_of_a_moment(&self) -> bool {
        matches!(self.0.value_type(), ValueType::Vector | ValueType::Scalar)
    }
}

/// Something that is compared so.
fn sample(comparison: RuleComparison) -> String {
    format!("up {} 0", comparison.sign())
}

/// The operator of a comparison, as the parser calls it.
fn operator(comparison: RuleComparison) -> Option<TokenType> {
    match Query::parse(&sample(comparison)).ok()?.0 {
        Expr::Binary(top) => Some(top.op),
        _ => None,
    }
}

/// An expression without the parentheses around it.
fn unwrapped(expression: Expr) -> Expr {
    match expression {
        Expr::Paren(inner) => unwrapped(*inner.expr),
        other => other,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn uncompared(text: &str) -> (String, Option<f64>) {
        let (query, threshold) = Query::parse(text).unwrap().uncompared();
        (query.to_text().unwrap(), threshold)
    }

    #[test]
    fn a_threshold_is_put_into_the_tree_and_taken_out_again() {
        for (base, threshold) in [("1 - a / b", 0.85), ("sum(rate(a[5m]))", 0.0), ("a", 150.0)] {
            for comparison in RuleComparison::ALL {
                let compared = Query::parse(base).unwrap().beyond(comparison, threshold).unwrap();

                let text = compared.to_text().unwrap();
                assert_eq!(text, format!("{base} {} {threshold}", comparison.sign()));
                assert_eq!(uncompared(&text), (base.to_owned(), Some(threshold)));
                assert_eq!(Query::parse(&text).unwrap().comparison(), Some(comparison));
            }
        }
    }

    #[test]
    fn a_comparison_is_only_one_with_a_number_behind_it() {
        let side = |text: &str| Query::parse(text).unwrap().comparison();

        assert_eq!(side("(a >= 1)"), Some(RuleComparison::AtLeast));
        for other in ["a", "a == 1", "a != 1", "5 < a", "a > b", "a > 1 and b > 2", "a + 1"] {
            assert_eq!(side(other), None, "{other}");
        }
    }

    #[test]
    fn only_a_comparison_at_the_top_is_taken_off() {
        assert_eq!(uncompared("(a > 1)"), ("a".into(), Some(1.0)));
        assert_eq!(uncompared("5 < a"), ("a".into(), Some(5.0)));
        assert_eq!(uncompared("a > b"), ("a".into(), None));
        assert_eq!(uncompared("a > bool 1"), ("a > bool 1".into(), None));
        assert_eq!(uncompared("a > 1 and b > 2"), ("a > 1 and b > 2".into(), None));
        assert_eq!(uncompared("absent(a)"), ("absent(a)".into(), None));
        assert_eq!(uncompared("a < -1"), ("a".into(), Some(-1.0)));
    }

    #[test]
    fn a_range_and_a_text_are_nothing_that_a_rule_can_warn_of() {
        let is_one = |text: &str| Query::parse(text).unwrap().is_of_a_moment();

        assert!(is_one("up == 0") && is_one("1 > bool 0"));
        assert!(!is_one("up[5m]") && !is_one("\"up\""));
    }
}
