//! From text to an expression.

use std::sync::Once;

use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::value::ValueType;
use promql_parser::parser::{Expr, Function, VectorSelector, function::register_extra_functions};

use crate::error::Problem;
use crate::labels::NAME;

/// Longer texts are refused. The parser and the evaluation go into the depth of an expression, so its length bounds
/// the stack they need.
const LONGEST: usize = 16 * 1024;

/// Deeper expressions are refused; dashboards have about ten levels.
const DEEPEST: usize = 400;

/// Functions that the parser knows and Prometheus 2.42 does not.
const TOO_NEW: [&str; 24] = [
    "double_exponential_smoothing",
    "end",
    "first_over_time",
    "histogram_avg",
    "histogram_quantiles",
    "histogram_stddev",
    "histogram_stdvar",
    "info",
    "integral",
    "mad_over_time",
    "max_of",
    "min_of",
    "range",
    "sort_by_label",
    "sort_by_label_desc",
    "start",
    "start_timestamp",
    "step",
    "ts_of_first_over_time",
    "ts_of_last_over_time",
    "ts_of_max_over_time",
    "ts_of_min_over_time",
    "xrate",
    "xincrease",
];

/// An expression that has been read and checked.
#[derive(Clone, Debug)]
pub struct Query {
    pub(crate) expression: Expr,
}

impl Query {
    /// Reads an expression.
    ///
    /// # Errors
    /// [`Problem::Parse`] if it is none, or if it is too long or too deep.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        static OLD_FUNCTIONS: Once = Once::new();
        OLD_FUNCTIONS.call_once(|| {
            let arguments = vec![ValueType::Matrix, ValueType::Scalar, ValueType::Scalar];
            let smoothing = Function::new("holt_winters", arguments, 0, ValueType::Vector, false);
            register_extra_functions(vec![smoothing]).expect("the parser has no function of this name");
        });
        if text.len() > LONGEST {
            return Err(Problem::Parse(format!("an expression may have {LONGEST} bytes at most")));
        }
        if text.trim().is_empty() {
            return Err(Problem::Parse("no expression found in input".to_owned()));
        }
        // The parser panics at numbers that are no durations, as in `up offset inf`.
        let parsed = std::panic::catch_unwind(|| promql_parser::parser::parse(text));
        let parsed = parsed.unwrap_or_else(|_| Err("duration out of range".to_owned()));
        let expression = parsed.map_err(Problem::Parse)?;
        check(&expression)?;
        Ok(Self { expression })
    }
}

/// Reads a series selector, as the parameter `match[]` has it.
///
/// # Errors
/// [`Problem::Parse`] if it is anything else.
pub fn selector(text: &str) -> Result<Vec<Matcher>, Problem> {
    match Query::parse(text)?.expression {
        Expr::VectorSelector(selector) if selector.offset.is_none() && selector.at.is_none() => {
            Ok(matchers(&selector))
        }
        _ => Err(Problem::Parse("a series selector was expected".to_owned())),
    }
}

/// All matchers of a selector, with the one for its name.
pub(crate) fn matchers(selector: &VectorSelector) -> Vec<Matcher> {
    let name = selector.name.iter().map(|name| Matcher::new(MatchOp::Equal, NAME, name));
    name.chain(selector.matchers.matchers.iter().cloned()).collect()
}

/// Walks through an expression without recursion, so that any depth can be measured.
fn check(expression: &Expr) -> Result<(), Problem> {
    let mut open = vec![(expression, 1)];
    while let Some((expression, depth)) = open.pop() {
        if depth > DEEPEST {
            return Err(Problem::Parse(format!("an expression may have {DEEPEST} levels at most")));
        }
        let mut below = |expression| open.push((expression, depth + 1));
        match expression {
            Expr::Aggregate(aggregate) => {
                below(&aggregate.expr);
                aggregate.param.iter().for_each(|parameter| below(parameter));
            }
            Expr::Unary(unary) => below(&unary.expr),
            Expr::Binary(binary) => {
                let is_filled = |fill: &promql_parser::parser::VectorMatchFillValues| {
                    fill.lhs.is_some() || fill.rhs.is_some()
                };
                if binary.modifier.as_ref().is_some_and(|modifier| is_filled(&modifier.fill_values)) {
                    return Err(Problem::Parse("unexpected identifier \"fill\"".to_owned()));
                }
                below(&binary.lhs);
                below(&binary.rhs);
            }
            Expr::Paren(paren) => below(&paren.expr),
            Expr::Subquery(subquery) => below(&subquery.expr),
            Expr::Call(call) => {
                if TOO_NEW.contains(&call.func.name) {
                    let unknown = format!("unknown function with name \"{}\"", call.func.name);
                    return Err(Problem::Parse(unknown));
                }
                call.args.args.iter().for_each(|argument| below(argument));
            }
            Expr::VectorSelector(selector) => check_selector(selector)?,
            Expr::MatrixSelector(matrix) => check_selector(&matrix.vs)?,
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => {}
        }
    }
    Ok(())
}

fn check_selector(selector: &VectorSelector) -> Result<(), Problem> {
    // Another language's, which the parser reads too.
    if selector.matchers.or_matchers.is_empty() {
        return Ok(());
    }
    Err(Problem::Parse("unexpected identifier \"or\" in label matching, expected \",\" or \"}\"".to_owned()))
}
