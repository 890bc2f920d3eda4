//! Variables: values that a reader chooses. They are put into the parsed query, where they stand as the value of a matcher,
//! and nowhere else: no text is ever made of a query and a value.

use super::{Query, each, refused, selector};
use crate::error::PrometheusError;
use monitoring_contract::{QueryFault, is_variable_name};
use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::Expr;
use promql_parser::parser::token::{T_EQL_REGEX, T_NEQ_REGEX};
use std::collections::BTreeMap;

/// What stands for any value: what a series has that has the label at all.
const ANY: &str = ".+";

/// What is chosen for each variable that there is; none for every value.
pub type Chosen = BTreeMap<String, Option<String>>;

/// A variable where it cannot stand.
struct Misuse {
    name: String,
    message: String,
}

impl Misuse {
    fn of(name: &str) -> Self {
        let message = format!("${name} can only be the whole value of a label, as in {{pod=\"${name}\"}}");
        Self { name: name.to_owned(), message }
    }

    fn unknown(name: &str) -> Self {
        Self { name: name.to_owned(), message: format!("the dashboard has no variable called ${name}") }
    }
}

/// Reads a query in which these variables may stand. The fault says where it is, when that is known.
pub fn read(text: &str, chosen: &Chosen) -> Result<Query, QueryFault> {
    if let Some((at, name)) = stray(text) {
        return Err(QueryFault { message: Misuse::of(&name).message, at: u32::try_from(at).ok() });
    }
    let query = Query::parse(text).map_err(|error| QueryFault { message: error.to_string(), at: None })?;
    query.put(chosen).map_err(|Misuse { name, message }| {
        let before = text.find(&format!("${name}")).and_then(|at| text.get(..at));
        let at = before.and_then(|before| u32::try_from(before.chars().count()).ok());
        QueryFault { message, at }
    })
}

impl Query {
    /// Puts in what is chosen.
    pub fn choose(self, chosen: &Chosen) -> Result<Self, PrometheusError> {
        self.put(chosen).map_err(|misuse| refused(misuse.message))
    }

    fn put(mut self, chosen: &Chosen) -> Result<Self, Misuse> {
        let mut misuse = None;
        let walked = each(&mut self.0, &mut |expression| {
            put_into(expression, chosen).map_err(|found| {
                let message = found.message.clone();
                misuse.get_or_insert(found);
                refused(message)
            })
        });
        match (misuse, walked) {
            (Some(misuse), _) => Err(misuse),
            (None, Err(error)) => Err(Misuse { name: String::new(), message: error.to_string() }),
            (None, Ok(())) => Ok(self),
        }
    }
}

fn put_into(expression: &mut Expr, chosen: &Chosen) -> Result<(), Misuse> {
    if let Expr::StringLiteral(text) = expression {
        // Others, such as `$1`, are those of `label_replace`.
        let mut used = names(&text.val).filter(|name| chosen.contains_key(*name));
        return used.next().map_or(Ok(()), |name| Err(Misuse::of(name)));
    }
    let Some(selector) = selector(expression) else { return Ok(()) };
    let matchers = &mut selector.matchers;
    let all = matchers.matchers.iter_mut().chain(matchers.or_matchers.iter_mut().flatten());
    for matcher in all {
        put_into_matcher(matcher, chosen)?;
    }
    // As they are written out.
    matchers.matchers.sort_by_cached_key(ToString::to_string);
    Ok(())
}

fn put_into_matcher(matcher: &mut Matcher, chosen: &Chosen) -> Result<(), Misuse> {
    let Some(name) = names(&matcher.value).next().map(str::to_owned) else { return Ok(()) };
    if matcher.value != format!("${name}") {
        return Err(Misuse::of(&name));
    }
    let Some(value) = chosen.get(&name) else { return Err(Misuse::unknown(&name)) };
    let is_negative = matches!(matcher.op, MatchOp::NotEqual | MatchOp::NotRe(_));
    let op = match (value, is_negative) {
        (Some(_), false) => MatchOp::Equal,
        (Some(_), true) => MatchOp::NotEqual,
        (None, _) => {
            let token = if is_negative { T_NEQ_REGEX } else { T_EQL_REGEX };
            let any = Matcher::new_matcher(token, matcher.name.clone(), ANY.to_owned());
            any.map_err(|message| Misuse { name, message })?.op
        }
    };
    *matcher = Matcher::new(op, &matcher.name, value.as_deref().unwrap_or(ANY));
    Ok(())
}

/// The names behind dollar signs. A dollar sign before anything else is the end in a regular expression.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).filter_map(|rest| {
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        rest.get(..end.unwrap_or(rest.len())).filter(|name| is_variable_name(name))
    })
}

/// The first variable outside of every text: where it stands, in characters, and its name.
fn stray(text: &str) -> Option<(usize, String)> {
    let (mut quote, mut is_escaped, mut is_comment) = (None, false, false);
    for (place, (at, letter)) in text.char_indices().enumerate() {
        match (quote, letter) {
            (_, '\n') if is_comment => is_comment = false,
            _ if is_comment => {}
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some('"' | '\''), '\\') => is_escaped = true,
            (Some(open), letter) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(letter),
            (None, '#') => is_comment = true,
            (None, '$') => {
                let name = names(text.get(at..)?).next().unwrap_or_default();
                return Some((place, name.to_owned()));
            }
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chosen(pairs: &[(&str, Option<&str>)]) -> Chosen {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned))).collect()
    }

    fn sent(text: &str, pairs: &[(&str, Option<&str>)]) -> Result<String, (String, Option<u32>)> {
        let query = read(text, &chosen(pairs)).map_err(|fault| (fault.message, fault.at))?;
        Ok(query.to_text().unwrap())
    }

    #[test]
    fn a_value_becomes_a_matcher() {
        let one = &[("pod", Some("web-0")), ("namespace", None)];

        assert_eq!(sent(r#"up{pod="$pod"}"#, one).unwrap(), r#"up{pod="web-0"}"#);
        assert_eq!(
            sent(r#"rate(a{pod=~"$pod",b="c"}[5m])"#, one).unwrap(),
            r#"rate(a{b="c",pod="web-0"}[5m])"#
        );
        assert_eq!(
            sent(r#"a{pod!~"$pod"} or b{pod!="$pod"}"#, one).unwrap(),
            r#"a{pod!="web-0"} or b{pod!="web-0"}"#
        );
        assert_eq!(sent(r#"up{namespace="$namespace"}"#, one).unwrap(), r#"up{namespace=~".+"}"#);
        assert_eq!(sent(r#"up{namespace!="$namespace"}"#, one).unwrap(), r#"up{namespace!~".+"}"#);
        assert_eq!(sent(r#"up{x=~"a$|b$"}"#, one).unwrap(), r#"up{x=~"a$|b$"}"#, "that is the end of a text");
        assert_eq!(
            sent(r#"label_replace(up, "a", "$1", "b", "(.*)")"#, one).unwrap(),
            r#"label_replace(up, "a", "$1", "b", "(.*)")"#
        );
    }

    proptest! {
        /// Whatever is chosen: the query has the same shape, and the value stands in it as it is.
        #[test]
        fn no_value_breaks_out(value in ".{1,20}") {
            let query = read(r#"sum(up{pod="$pod"})"#, &chosen(&[("pod", Some(&value))])).unwrap();
            if let Ok(text) = query.to_text() {
                let again = Query::parse(&text).unwrap();
                let plain = read(r#"sum(up{pod="$pod"})"#, &chosen(&[("pod", Some(&value))])).unwrap();
                prop_assert_eq!(again, plain);
            }
        }
    }

    #[test]
    fn a_variable_elsewhere_is_told_where_it_stands() {
        let one = &[("pod", Some("web-0"))];
        let place = |text: &str| {
            let (message, at) = sent(text, one).unwrap_err();
            assert!(message.contains("$"), "{message}");
            at
        };

        assert_eq!(place("sum($pod)"), Some(4));
        assert_eq!(place("up{pod=$pod}"), Some(7));
        assert_eq!(place("rate(up[$pod])"), Some(8));
        assert_eq!(place(r#"up{pod=~"ü$pod.*"}"#), Some(10));
        assert_eq!(place(r#"label_replace(up, "a", "$pod", "b", "")"#), Some(24));
        assert_eq!(place(r#"up{a="$other"}"#), Some(6));
        assert_eq!(place("# it's $here\nup + $pod"), Some(18));
    }

    #[test]
    fn what_is_forced_stays_whatever_is_chosen() {
        let query = read(r#"up{namespace="$namespace"}"#, &chosen(&[("namespace", Some("bank"))])).unwrap();
        let fenced = query.force(|_| vec![super::super::Forced::is("namespace", "shop")]).unwrap();

        assert_eq!(fenced.to_text().unwrap(), r#"up{namespace="bank",namespace="shop"}"#);
    }
}
