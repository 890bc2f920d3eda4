//! The fence: queries are parsed, what may be seen is forced on each of their selectors, and they are written out again.

use crate::error::PrometheusError;
use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::token::T_EQL_REGEX;
use promql_parser::parser::{self, Expr, VectorSelector};
use std::collections::BTreeSet;
use std::time::Duration;

mod compared;
mod explained;
mod expressions;
mod listed;
mod reach;
pub mod variables;

pub(crate) use reach::BEFORE_RANGES;
pub use reach::Reach;

/// The longest query that is read, in bytes.
const LONGEST_QUERY: usize = 16 << 10;
/// The deepest: each level costs the parser stack.
const DEEPEST: usize = 64;
/// The most operators: `1 + 1 + 1` is a level deeper than `1 + 1`, and whoever walks over a query goes down all of them.
const MOST_OPERATORS: usize = 500;
/// What operators are written with, and operators that are words.
const OPERATOR_SIGNS: &[u8] = b"+-*/%^<>=!";
const OPERATOR_WORDS: [&str; 4] = ["and", "or", "unless", "atan2"];
/// The range that stands in cards for "as finely as the chart allows".
const AS_FINE_AS_POSSIBLE: Duration = Duration::from_secs(300);
const NAME: &str = "__name__";

/// What a label must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forced {
    /// The label.
    pub label: String,
    /// Its value.
    pub wanted: Wanted,
}

/// Values that a label may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// This one.
    Is(String),
    /// One of these. Of none: nothing at all.
    AnyOf(Vec<String>),
    /// What this regular expression matches as a whole.
    Matches(String),
}

impl Forced {
    /// A label that must have this value.
    pub fn is(label: &str, value: impl Into<String>) -> Self {
        Self { label: label.into(), wanted: Wanted::Is(value.into()) }
    }

    fn matcher(&self) -> Result<Matcher, PrometheusError> {
        match self.wanted.values() {
            Some([one]) => Ok(Matcher::new(MatchOp::Equal, &self.label, one)),
            _ => {
                let expression = self.wanted.expression();
                Matcher::new_matcher(T_EQL_REGEX, self.label.clone(), expression).map_err(refused)
            }
        }
    }
}

impl Wanted {
    /// What this one or another one allows.
    pub fn or(&self, other: &Self) -> Self {
        match (self.values(), other.values()) {
            (Some(own), Some(others)) => Self::AnyOf([own, others].concat()),
            _ => Self::Matches(format!("{}|{}", self.expression(), other.expression())),
        }
    }

    /// The values, where they are known one by one.
    fn values(&self) -> Option<&[String]> {
        match self {
            Self::Is(value) => Some(std::slice::from_ref(value)),
            Self::AnyOf(values) => Some(values),
            Self::Matches(_) => None,
        }
    }

    /// A regular expression that matches just these values.
    fn expression(&self) -> String {
        match (self, self.values().unwrap_or_default()) {
            (Self::Matches(expression), _) => expression.clone(),
            // No object can be called so.
            (_, []) => "-".to_owned(),
            (_, values) => values.iter().map(|value| escape(value)).collect::<Vec<_>>().join("|"),
        }
    }
}

/// A text as a regular expression that matches just that.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if !character.is_ascii_alphanumeric() && character != '-' && character != '_' && character.is_ascii()
        {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// The text of which this is the regular expression, where [`escape`] has made it.
pub(crate) fn unescape(expression: &str) -> String {
    expression.replace('\\', "")
}

/// A query that has been read.
#[derive(Clone, Debug, PartialEq)]
pub struct Query(Expr);

impl Query {
    /// Reads a query.
    pub fn parse(text: &str) -> Result<Self, PrometheusError> {
        if text.len() > LONGEST_QUERY {
            return Err(refused(format!("the query is longer than {} KiB", LONGEST_QUERY >> 10)));
        }
        bounded(&bare(text))?;
        // The parser panics at numbers that are no durations, as in `up offset inf`.
        let parsed = std::panic::catch_unwind(|| parser::parse(text));
        let parsed = parsed.unwrap_or_else(|_| Err("duration out of range".to_owned()));
        let mut expression = parsed.map_err(refused)?;
        each(&mut expression, &mut |expression| {
            selector(expression).into_iter().for_each(make_plain);
            Ok(())
        })?;
        Ok(Self(expression))
    }

    /// The names of the metrics that it asks for, where it says them.
    pub fn metrics(&self) -> Result<BTreeSet<String>, PrometheusError> {
        let mut names = BTreeSet::new();
        each(&mut self.0.clone(), &mut |expression| {
            names.extend(selector(expression).and_then(|selector| name(selector).map(str::to_owned)));
            Ok(())
        })?;
        Ok(names)
    }

    /// Forces labels on every selector; which ones may depend on the metric's name, where the selector says one.
    pub fn force(mut self, forced: impl Fn(Option<&str>) -> Vec<Forced>) -> Result<Self, PrometheusError> {
        let is_confined = !forced(None).is_empty();
        each(&mut self.0, &mut |expression| {
            if let Expr::Call(call) = expression
                && call.func.name == "info"
                && is_confined
            {
                // It reads series that no selector of the query names.
                return Err(refused("info() cannot be confined to your projects".into()));
            }
            let Some(selector) = selector(expression) else { return Ok(()) };
            let matchers =
                forced(name(selector)).iter().map(Forced::matcher).collect::<Result<Vec<_>, _>>()?;
            matchers.into_iter().for_each(|matcher| demand(selector, &matcher));
            Ok(())
        })?;
        Ok(self)
    }

    /// Takes ranges of five minutes as wide as the points of a chart are apart, when that is more.
    pub fn with_steps_of(mut self, seconds: u32) -> Result<Self, PrometheusError> {
        each(&mut self.0, &mut |expression| {
            if let Expr::MatrixSelector(matrix) = expression
                && matrix.range == AS_FINE_AS_POSSIBLE
            {
                matrix.range = matrix.range.max(Duration::from_secs(seconds.into()));
            }
            Ok(())
        })?;
        Ok(self)
    }

    /// All series that have a label.
    pub fn with_label(label: &str) -> Result<Self, PrometheusError> {
        let mut query = Self::parse("{__name__!=\"\"}")?;
        let has = Matcher::new(MatchOp::NotEqual, label, "");
        if let Some(selector) = selector(&mut query.0) {
            demand(selector, &has);
        }
        Ok(query)
    }

    /// The query, if it is nothing but a selector.
    pub fn only_selector(self) -> Result<Self, PrometheusError> {
        match self.0 {
            Expr::VectorSelector(_) => Ok(self),
            _ => Err(refused("this is no selector: write one like kube_pod_info{phase=\"Running\"}".into())),
        }
    }

    /// The query as a text that means the same to whoever reads it: it is read once more and compared.
    pub fn to_text(&self) -> Result<String, PrometheusError> {
        let text = self.0.to_string();
        match Self::parse(&text) {
            Ok(again) if again == *self => Ok(text),
            _ => Err(refused(
                "the query cannot be written out so that it means the same, so it is not sent".into(),
            )),
        }
    }
}

/// A query without what stands in quotes and in remarks, which end where the parser lets them end.
fn bare(text: &str) -> String {
    let (mut bare, mut quote, mut is_escaped, mut is_remark) = (String::new(), None, false, false);
    for letter in text.chars() {
        match (quote, letter) {
            _ if is_remark => is_remark = !matches!(letter, '\n' | '\r'),
            _ if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(open), letter) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`' | '#') => {
                is_remark = letter == '#';
                quote = (!is_remark).then_some(letter);
                bare.push(' ');
            }
            (None, letter) => bare.push(letter),
        }
    }
    bare
}

/// Refuses what is deeper than there is stack for. A stack that is too short ends the whole program.
fn bounded(bare: &str) -> Result<(), PrometheusError> {
    let (mut depth, mut operators, mut in_braces) = (0_usize, 0_usize, false);
    for byte in bare.bytes() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'{' => in_braces = true,
            b'}' => in_braces = false,
            sign if !in_braces && OPERATOR_SIGNS.contains(&sign) => operators += 1,
            _ => {}
        }
        if depth > DEEPEST {
            return Err(refused(format!("the query has more than {DEEPEST} levels of parentheses")));
        }
    }
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == ':';
    let words = bare.split(|letter: char| !is_part(letter));
    let is_operator = |word: &&str| OPERATOR_WORDS.iter().any(|operator| word.eq_ignore_ascii_case(operator));
    if operators + words.filter(is_operator).count() > MOST_OPERATORS {
        return Err(refused(format!("the query has more than {MOST_OPERATORS} operators")));
    }
    Ok(())
}

fn refused(message: String) -> PrometheusError {
    PrometheusError::Query { message }
}

/// Calls back with every part of an expression. The library's own walk passes over the parameters of aggregations, such
/// as the number in `topk(scalar(x), y)`, which may be selectors too; this one names every form that there is.
fn each(
    expression: &mut Expr,
    found: &mut dyn FnMut(&mut Expr) -> Result<(), PrometheusError>,
) -> Result<(), PrometheusError> {
    found(expression)?;
    match expression {
        Expr::Aggregate(aggregate) => {
            if let Some(parameter) = &mut aggregate.param {
                each(parameter, found)?;
            }
            each(&mut aggregate.expr, found)
        }
        Expr::Unary(unary) => each(&mut unary.expr, found),
        Expr::Binary(binary) => {
            each(&mut binary.lhs, found)?;
            each(&mut binary.rhs, found)
        }
        Expr::Paren(inner) => each(&mut inner.expr, found),
        Expr::Subquery(inner) => each(&mut inner.expr, found),
        Expr::Call(call) => call.args.args.iter_mut().try_for_each(|argument| each(argument, found)),
        Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::VectorSelector(_)
        | Expr::MatrixSelector(_) => Ok(()),
        Expr::Extension(_) => Err(refused("the query holds what no PromQL has".into())),
    }
}

fn selector(expression: &mut Expr) -> Option<&mut VectorSelector> {
    match expression {
        Expr::VectorSelector(selector) => Some(selector),
        Expr::MatrixSelector(matrix) => Some(&mut matrix.vs),
        _ => None,
    }
}

/// The metric that a selector names, whichever way it does.
fn name(selector: &VectorSelector) -> Option<&str> {
    let by_label = || {
        let is_name = |matcher: &&Matcher| matcher.name == NAME && matcher.op == MatchOp::Equal;
        selector.matchers.matchers.iter().find(is_name).map(|matcher| matcher.value.as_str())
    };
    selector.name.as_deref().or_else(by_label)
}

/// Adds a demand to each way through a selector.
fn demand(selector: &mut VectorSelector, matcher: &Matcher) {
    let matchers = &mut selector.matchers;
    let add = |group: &mut Vec<Matcher>| {
        // What is demanded already is not demanded twice: a query that is fenced again stays as it is.
        if !group.contains(matcher) {
            group.push(matcher.clone());
        }
    };
    if matchers.or_matchers.is_empty() {
        add(&mut matchers.matchers);
        // As they are written out.
        matchers.matchers.sort_by_cached_key(ToString::to_string);
    } else {
        matchers.or_matchers.iter_mut().for_each(add);
    }
}

/// Writes a name that only quotes can hold as the label that it is: elsewhere it would be read as something else.
fn make_plain(selector: &mut VectorSelector) {
    selector.matchers.matchers.sort_by_cached_key(ToString::to_string);
    if let Some(name) = selector.name.take_if(|name| !is_plain(name)) {
        demand(selector, &Matcher::new(MatchOp::Equal, NAME, &name));
    }
}

fn is_plain(name: &str) -> bool {
    let is_begin = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || byte == b':';
    name.bytes().next().is_some_and(is_begin)
        && name.bytes().all(|byte| is_begin(byte) || byte.is_ascii_digit())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
