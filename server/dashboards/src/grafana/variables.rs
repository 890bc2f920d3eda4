//! Variables of Grafana, and how they are written in queries.

use super::{list, text};
use monitoring_contract::{MOST_VARIABLES, NAMESPACE_VARIABLE, Variable, is_variable_name};
use serde_json::Value;
use std::collections::BTreeSet;

/// What Grafana puts in for "as finely as the chart allows", for which five minutes stand here.
const INTERVALS: [&str; 3] = ["__rate_interval", "__interval", "interval"];

/// The variables of a dashboard.
#[derive(Default)]
pub struct Variables {
    /// Those that can be chosen here.
    pub known: Vec<Variable>,
    /// Those that stand for a length of time.
    intervals: BTreeSet<String>,
}

impl Variables {
    /// Reads those of a dashboard.
    pub fn read(board: &Value, left_out: &mut Vec<String>) -> Self {
        let mut variables = Self::default();
        variables.intervals.extend(INTERVALS.map(str::to_owned));
        let all = list(board, "/templating/list");
        let of_kind = |kind: &'static str| all.iter().filter(move |one| text(one, "/type") == kind);
        variables.intervals.extend(of_kind("interval").map(|one| text(one, "/name").to_owned()));
        // Where series come from is said by the cluster, so a choice of that says nothing.
        for one in all.iter().filter(|one| !["interval", "datasource"].contains(&text(one, "/type"))) {
            let name = text(one, "/name");
            match variables.read_one(one) {
                Ok(None) => {}
                Ok(Some(variable)) if variables.known.len() < MOST_VARIABLES => {
                    variables.known.push(variable);
                }
                Ok(Some(_)) => {
                    left_out.push(format!("variable {name:?}: there can be {MOST_VARIABLES} at most"));
                }
                Err(words) => left_out.push(format!("variable {name:?}: {words}")),
            }
            if !text(one, "/regex").is_empty() {
                left_out.push(format!("the filter of variable {name:?}"));
            }
        }
        variables
    }

    /// A variable; none where there is the same already.
    fn read_one(&self, one: &Value) -> Result<Option<Variable>, String> {
        let (name, kind) = (text(one, "/name"), text(one, "/type"));
        if kind == "custom" {
            return self.said(name, text(one, "/query"));
        }
        if kind != "query" {
            return Err(format!("its type is {kind}"));
        }
        let query = [text(one, "/query/query"), text(one, "/query"), text(one, "/definition")];
        let query = self.plain(query.into_iter().find(|query| !query.is_empty()).unwrap_or_default());
        let Some((selector, label)) = Variable::parse_label_values(&query) else {
            return Err(format!("it is no label_values(…) but {query:?}"));
        };
        if name == NAMESPACE_VARIABLE {
            let is_same = label == NAMESPACE_VARIABLE || label == "exported_namespace";
            return if is_same { Ok(None) } else { Err("$namespace is something else here".into()) };
        }
        if !is_variable_name(name) || self.known.iter().any(|known| known.name == name) {
            return Err("it has no name of its own".into());
        }
        let variable = Variable { name: name.to_owned(), selector, label, values: Vec::new() };
        let with_those_before = [self.known.as_slice(), std::slice::from_ref(&variable)].concat();
        match prometheus::variables_fault(&with_those_before) {
            Some(words) => Err(words),
            None => Ok(Some(variable)),
        }
    }

    /// One whose values are said: `test,live`, or with what each is called before it: `Test : test`.
    fn said(&self, name: &str, query: &str) -> Result<Option<Variable>, String> {
        if name == NAMESPACE_VARIABLE {
            return Err("$namespace is something else here".into());
        }
        let value = |one: &str| one.rsplit_once(" : ").map_or(one, |(_, value)| value).trim().to_owned();
        let variable = Variable::of(name.to_owned(), query.split(',').map(value).collect());
        let is_known = self.known.iter().any(|known| known.name == name);
        // A line holds a variable here, so what cannot stand in one can be none.
        let is_read = Variable::parse(&variable.to_string()).as_ref() == Some(&variable);
        if is_read && !is_known { Ok(Some(variable)) } else { Err(format!("its values are {query:?}")) }
    }

    /// A query as it is written here: each variable as `$name`, lengths of time as five minutes.
    pub fn plain(&self, query: &str) -> String {
        let mut plain = String::with_capacity(query.len());
        let mut rest = query;
        while let Some(at) = rest.find(['$', '[']) {
            let (before, from) = rest.split_at(at);
            plain.push_str(before);
            match mentioned(from) {
                Some((name, length)) if self.intervals.contains(name) => {
                    plain.push_str("5m");
                    rest = from.get(length..).unwrap_or_default();
                }
                Some((name, length)) => {
                    plain.push('$');
                    plain.push_str(name);
                    rest = from.get(length..).unwrap_or_default();
                }
                None => {
                    plain.push_str(&from[..1]);
                    rest = &from[1..];
                }
            }
        }
        plain.push_str(rest);
        plain
    }
}

/// The name of the variable that a text begins with, `$pod`, `${pod}`, `${pod:regex}` or `[[pod]]`, and how long that is.
fn mentioned(text: &str) -> Option<(&str, usize)> {
    let braced = |inside: &'static str, open: usize, close: &str| {
        let rest = text.strip_prefix(inside)?;
        let (name, _) = rest.split_once(close)?;
        let length = open + name.len() + close.len();
        let name = name.split(':').next().unwrap_or_default();
        is_variable_name(name).then_some((name, length))
    };
    let bare = || {
        let rest = text.strip_prefix('$')?;
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        let name = rest.get(..end.unwrap_or(rest.len()))?;
        is_variable_name(name).then_some((name, 1 + name.len()))
    };
    braced("${", 2, "}").or_else(|| braced("[[", 2, "]]")).or_else(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_variable_becomes_one() {
        let mut variables = Variables::default();
        variables.intervals.extend(INTERVALS.map(str::to_owned));

        for (written, plain) in [
            (r#"up{pod=~"${pod:regex}"}"#, r#"up{pod=~"$pod"}"#),
            (r#"up{pod=~"[[pod]]",a=~"[[:alpha:]]+$"}"#, r#"up{pod=~"$pod",a=~"[[:alpha:]]+$"}"#),
            ("rate(up[$__rate_interval])", "rate(up[5m])"),
            ("rate(up[${__interval}]) + rate(up[[[interval]]])", "rate(up[5m]) + rate(up[5m])"),
            ("up[$interval_x]", "up[$interval_x]"),
            ("up[$__range]", "up[$__range]"),
            ("ü$", "ü$"),
        ] {
            assert_eq!(variables.plain(written), plain);
        }
    }
}
