//! The query of a request: parsed, held to a list, and written anew.

use super::said::Said;
use std::collections::BTreeSet;

/// What may be asked for, besides what [`MANY`] names. Each may stand once: two programs that read the first and the last
/// of two would not read the same.
const ONCE: &[&str] = &[
    "allowWatchBookmarks",
    "container",
    "continue",
    "dryRun",
    "fieldManager",
    "fieldSelector",
    "fieldValidation",
    "follow",
    "force",
    "gracePeriodSeconds",
    "hash",
    "ignoreStoreReadErrorWithClusterBreakingPotential",
    "includeObject",
    "labelSelector",
    "limit",
    "limitBytes",
    "orphanDependents",
    "pretty",
    "previous",
    "propagationPolicy",
    "resourceVersion",
    "resourceVersionMatch",
    "sendInitialEvents",
    "sinceSeconds",
    "sinceTime",
    "stderr",
    "stdin",
    "stdout",
    "stream",
    "tailLines",
    "timeout",
    "timeoutSeconds",
    "timestamps",
    "tty",
    "watch",
];
/// What may stand several times: the words of a command, and ports.
const MANY: &[&str] = &["command", "ports"];

/// A query that holds only what is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the text after the question mark.
    pub fn read(text: &str) -> Result<Self, Said> {
        let pairs = form_urlencoded::parse(text.as_bytes());
        let query = Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect());
        let mut seen = BTreeSet::new();
        for (name, _) in &query.0 {
            if MANY.contains(&name.as_str()) {
                continue;
            }
            if !ONCE.contains(&name.as_str()) {
                return Err(Said::bad(format!("the console passes no parameter {name:?} on to clusters")));
            }
            if !seen.insert(name) {
                return Err(Said::bad(format!("the parameter {name} stands there twice")));
            }
        }
        Ok(query)
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Whether a flag is set. Only the words that everybody reads the same are taken.
    pub fn flag(&self, name: &str) -> Result<bool, Said> {
        match self.get(name) {
            None | Some("false" | "0") => Ok(false),
            Some("true" | "1") => Ok(true),
            Some(_) => Err(Said::bad(format!("{name} is either true or false"))),
        }
    }

    /// The same path with this query.
    pub fn after(&self, mut path: String) -> String {
        if !self.0.is_empty() {
            path.push('?');
            path.push_str(&form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish());
        }
        path
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_written_anew_and_means_the_same() {
        let query = Query::read("labelSelector=app%3Dweb%26x&command=sh&command=-c&watch=1").unwrap();

        assert_eq!(query.get("labelSelector"), Some("app=web&x"));
        assert_eq!(query.flag("watch"), Ok(true));
        let written = query.after("/api/v1/pods".into());
        assert_eq!(written, "/api/v1/pods?labelSelector=app%3Dweb%26x&command=sh&command=-c&watch=1");
        assert_eq!(Query::default().after("/version".into()), "/version");
    }

    #[test]
    fn what_two_programs_could_read_differently_is_refused() {
        for text in
            ["watch=false&watch=true", "watch=yes", "watch=", "watch=TRUE", "watch=%20true", "follow=t"]
        {
            let refused = Query::read(text)
                .and_then(|query| Ok((query.flag("watch")?, query.flag("follow")?)))
                .is_err();
            assert!(refused, "{text} was taken");
        }
        for text in ["insecureSkipTLSVerifyBackend=true", "path=/exec", "Watch=true", "x"] {
            assert!(Query::read(text).is_err(), "{text} was taken");
        }
    }
}
