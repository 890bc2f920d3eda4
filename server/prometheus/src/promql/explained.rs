//! A query, part by part, for whoever reads it.

use super::Query;
use monitoring_contract::{Explained, ExplainedAs};
use promql_parser::parser::{Expr, LabelModifier};

impl Query {
    /// What it asks, part by part.
    pub fn explained(&self) -> Explained {
        of(&self.0, 1)
    }
}

fn of(expression: &Expr, depth: usize) -> Explained {
    let part = |how, word: &str, text: String, parts: &[&Expr]| Explained {
        how,
        word: word.to_owned(),
        text,
        parts: parts.iter().map(|part| of(part, depth + 1)).collect(),
    };
    if let Expr::Paren(inner) = expression {
        return of(&inner.expr, depth);
    }
    if depth > Explained::DEEPEST {
        return part(ExplainedAs::More, "", expression.to_string(), &[]);
    }
    match expression {
        Expr::VectorSelector(selector) => part(ExplainedAs::Series, "", selector.to_string(), &[]),
        Expr::MatrixSelector(matrix) => part(ExplainedAs::Range, "", matrix.to_string(), &[]),
        Expr::Subquery(inner) => {
            let (whole, before) = (inner.to_string(), inner.expr.to_string());
            let text = whole.strip_prefix(&before).unwrap_or(&whole).to_owned();
            part(ExplainedAs::Subquery, "", text, &[&inner.expr])
        }
        Expr::Aggregate(aggregate) => {
            let word = aggregate.op.to_string();
            let text = format!("{word}{}", grouped(aggregate.modifier.as_ref(), ["by", "without"]));
            let parts: Vec<&Expr> =
                aggregate.param.iter().chain([&aggregate.expr]).map(AsRef::as_ref).collect();
            part(ExplainedAs::Aggregation, &word, text, &parts)
        }
        Expr::Call(call) => {
            let parts: Vec<&Expr> = call.args.args.iter().map(AsRef::as_ref).collect();
            part(ExplainedAs::Function, call.func.name, call.func.name.to_owned(), &parts)
        }
        Expr::Binary(binary) => {
            let sign = binary.op.to_string();
            let how = match sign.as_str() {
                "==" | "!=" | ">" | "<" | ">=" | "<=" => ExplainedAs::Comparison,
                "and" | "or" | "unless" => ExplainedAs::Set,
                _ => ExplainedAs::Arithmetic,
            };
            let matching = binary.modifier.as_ref().and_then(|modifier| modifier.matching.as_ref());
            let text = format!("{sign}{}", grouped(matching, ["on", "ignoring"]));
            part(how, "", text, &[&binary.lhs, &binary.rhs])
        }
        Expr::Unary(unary) => part(ExplainedAs::Negative, "", "-".to_owned(), &[&unary.expr]),
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) => {
            part(ExplainedAs::Constant, "", expression.to_string(), &[])
        }
        Expr::Paren(_) | Expr::Extension(_) => part(ExplainedAs::More, "", expression.to_string(), &[]),
    }
}

/// By which labels, in the words for those that count and those that do not.
fn grouped(labels: Option<&LabelModifier>, [these, others]: [&str; 2]) -> String {
    match labels {
        None => String::new(),
        Some(LabelModifier::Include(labels)) => format!(" {these} ({})", labels.labels.join(", ")),
        Some(LabelModifier::Exclude(labels)) => format!(" {others} ({})", labels.labels.join(", ")),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    /// A line for each part, further in for parts of it.
    fn lines(text: &str) -> Vec<String> {
        fn add(part: &Explained, depth: usize, lines: &mut Vec<String>) {
            lines.push(format!("{}{} {}", " ".repeat(depth), part.how.word(), part.text));
            part.parts.iter().for_each(|part| add(part, depth + 1, lines));
        }
        let mut lines = Vec::new();
        add(&Query::parse(text).unwrap().explained(), 0, &mut lines);
        lines
    }

    #[test]
    fn a_query_is_taken_apart_from_the_outside_in() {
        assert_eq!(
            lines(r#"topk(3, sum by (pod) (rate(x_total{job="a"}[5m]))) > 0.5"#),
            [
                "comparison >",
                " aggregation topk",
                "  constant 3",
                "  aggregation sum by (pod)",
                "   function rate",
                "    range x_total{job=\"a\"}[5m]",
                " constant 0.5",
            ]
        );
        assert_eq!(
            lines("(a / on (pod) b) unless max_over_time(c[1h:1m])"),
            [
                "set unless",
                " arithmetic / on (pod)",
                "  series a",
                "  series b",
                " function max_over_time",
                "  subquery [1h:1m]",
                "   series c",
            ]
        );
    }

    #[test]
    fn what_is_very_deep_is_not_taken_apart_to_its_end() {
        let deep = ["a"; 200].join(" + ");

        let lines = lines(&deep);

        assert!(
            lines.len() < 40 && lines.iter().any(|line| line.trim().starts_with("more a + a")),
            "{lines:?}"
        );
    }
}
