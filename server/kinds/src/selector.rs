//! Label selectors.

use crate::{Object, SelectorForm};

/// A label selector, ready to be held against labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    requirements: Vec<Requirement>,
    /// Whether it picks everything when it requires nothing.
    empty_picks_all: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    rule: Rule,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    In(Vec<String>),
    NotIn(Vec<String>),
    Exists,
    DoesNotExist,
}

impl Selector {
    /// Reads the selector that an object holds. One with an operator that does not exist is none.
    pub fn read(selector: &Object<'_>, form: SelectorForm) -> Option<Self> {
        let equal = |(key, value): &(_, Object<'_>)| Requirement {
            key: AsRef::<str>::as_ref(key).to_owned(),
            rule: Rule::In(vec![value.text().unwrap_or_default().to_owned()]),
        };
        let requirements = match form {
            SelectorForm::Labels => selector.entries().iter().map(equal).collect(),
            SelectorForm::Expressions => {
                let mut requirements: Vec<_> =
                    selector.entries_at("/matchLabels").iter().map(equal).collect();
                for expression in selector.items_at("/matchExpressions") {
                    requirements.push(Requirement::read(expression)?);
                }
                requirements
            }
        };
        Some(Self { requirements, empty_picks_all: form == SelectorForm::Expressions })
    }

    /// Whether an object with these `metadata.labels` is picked.
    pub fn picks(&self, object: &Object<'_>) -> bool {
        self.picks_labels(|key| object.at("/metadata/labels").and_then(|labels| labels.get(key))?.text())
    }

    /// Whether an object is picked whose labels a function looks up.
    pub fn picks_labels<'l>(&self, label: impl Fn(&str) -> Option<&'l str>) -> bool {
        if self.requirements.is_empty() {
            return self.empty_picks_all;
        }
        self.requirements.iter().all(|requirement| requirement.holds(label(&requirement.key)))
    }

    /// The selector as `kubectl -l` takes it.
    pub fn to_query(&self) -> String {
        self.requirements.iter().map(Requirement::to_query).collect::<Vec<_>>().join(",")
    }
}

impl Requirement {
    fn read(expression: &Object<'_>) -> Option<Self> {
        let values =
            || expression.items_at("/values").iter().filter_map(Object::text).map(str::to_owned).collect();
        let rule = match expression.text_at("/operator") {
            "In" => Rule::In(values()),
            "NotIn" => Rule::NotIn(values()),
            "Exists" => Rule::Exists,
            "DoesNotExist" => Rule::DoesNotExist,
            _ => return None,
        };
        Some(Self { key: expression.text_at("/key").to_owned(), rule })
    }

    fn holds(&self, label: Option<&str>) -> bool {
        let listed = |values: &[String]| label.is_some_and(|label| values.iter().any(|value| value == label));
        match &self.rule {
            Rule::In(values) => listed(values),
            Rule::NotIn(values) => !listed(values),
            Rule::Exists => label.is_some(),
            Rule::DoesNotExist => label.is_none(),
        }
    }

    fn to_query(&self) -> String {
        match &self.rule {
            Rule::In(values) if values.len() == 1 => format!("{}={}", self.key, values[0]),
            Rule::In(values) => format!("{} in ({})", self.key, values.join(",")),
            Rule::NotIn(values) => format!("{} notin ({})", self.key, values.join(",")),
            Rule::Exists => self.key.clone(),
            Rule::DoesNotExist => format!("!{}", self.key),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn picks(selector: &str, form: SelectorForm, labels: &str) -> bool {
        let object = format!(r#"{{"metadata":{{"labels":{labels}}}}}"#);
        let selector = Selector::read(&Object::parse(selector.as_bytes()).unwrap(), form).unwrap();
        selector.picks(&Object::parse(object.as_bytes()).unwrap())
    }

    #[test]
    fn labels_must_all_be_equal() {
        let web = r#"{"app":"web","tier":"front"}"#;

        assert!(picks(r#"{"app":"web"}"#, SelectorForm::Labels, web));
        assert!(!picks(r#"{"app":"web","tier":"back"}"#, SelectorForm::Labels, web));
        assert!(!picks("{}", SelectorForm::Labels, web), "a service without selector has no pods");
        assert!(picks("{}", SelectorForm::Expressions, web), "an empty policy selector means all pods");
    }

    #[test]
    fn expressions_follow_their_operators() {
        let all = r#"{"matchLabels":{"app":"web"},"matchExpressions":[
            {"key":"tier","operator":"In","values":["front","edge"]},
            {"key":"tier","operator":"NotIn","values":["back"]},
            {"key":"app","operator":"Exists"},
            {"key":"old","operator":"DoesNotExist"}]}"#;

        assert!(picks(all, SelectorForm::Expressions, r#"{"app":"web","tier":"edge"}"#));
        assert!(!picks(all, SelectorForm::Expressions, r#"{"app":"web","tier":"edge","old":""}"#));
        assert!(!picks(all, SelectorForm::Expressions, r#"{"app":"web"}"#));
    }

    #[test]
    fn a_selector_can_be_asked_for_on_the_command_line() {
        let selector = br#"{"matchLabels":{"app":"web"},"matchExpressions":[{"key":"a","operator":"NotIn","values":["x","y"]},{"key":"b","operator":"Exists"},{"key":"c","operator":"DoesNotExist"}]}"#;
        let selector = Selector::read(&Object::parse(selector).unwrap(), SelectorForm::Expressions).unwrap();

        assert_eq!(selector.to_query(), "app=web,a notin (x,y),b,!c");
    }
}
