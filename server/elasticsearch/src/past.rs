//! What happened to an object and to what it made, out of everything that is kept of the cluster's events.

use crate::rows::plural;
use crate::service::ForCaller;
use model::{ConsoleError, ResourceRef, Window};
use records_contract::{EventRecord, Field, Of, PastEvents, Query, Rows, SearchRequest, Term, Value};

/// What is made for an object by its controllers is called after it.
const MADE: [&str; 3] = ["Job", "Pod", "ReplicaSet"];
/// Letters that controllers put no numbers and hashes of: so names that they make are no words.
const VOWELS: [char; 5] = ['a', 'e', 'i', 'o', 'u'];

impl ForCaller {
    /// What happened to an object; nothing where nobody keeps it, or the caller may not see it. That is not written down:
    /// whoever opens the page of an object has not asked for this.
    pub(crate) async fn events_of(&self, object: &ResourceRef) -> Result<Option<PastEvents>, ConsoleError> {
        let request = SearchRequest {
            cluster: object.cluster.clone(),
            of: Of::Events,
            query: looked_for(object).to_text(),
            window: Window::Last(PastEvents::LOOKED_BACK_SECONDS),
            before: None,
        };
        if self.refusal(&request).is_some() {
            return Ok(None);
        }
        let Some((Rows::Events(events), is_cut)) = self.newest(request).await? else { return Ok(None) };
        let events = events.into_iter().filter(|event| is_of(event, object)).collect();
        Ok(Some(PastEvents { events, is_cut }))
    }
}

/// A search that finds all of it, and perhaps something more.
fn looked_for(object: &ResourceRef) -> Query {
    let name = object.name.as_str();
    if object.kind.as_str() == "namespaces" {
        return Query::default().with(Field::Namespace, name);
    }
    let query = match &object.namespace {
        Some(namespace) => Query::default().with(Field::Namespace, namespace.as_str()),
        None => Query::default(),
    };
    let mut query = query.with(Field::Name, name);
    if is_maker(object) {
        let value = Value::Prefix(format!("{name}-"));
        query.terms.push(Term::Field { field: Field::Name, value, is_not: false });
    }
    query
}

fn is_maker(object: &ResourceRef) -> bool {
    matches!(
        object.kind.as_str(),
        "cronjobs"
            | "daemonsets"
            | "deployments"
            | "jobs"
            | "replicasets"
            | "replicationcontrollers"
            | "statefulsets"
    )
}

fn is_of(event: &EventRecord, object: &ResourceRef) -> bool {
    let (kind, name) = (object.kind.as_str(), object.name.as_str());
    if kind == "namespaces" {
        return event.namespace == name;
    }
    // Two kinds may have an object of one name; what is not known to be of another kind is of this one.
    let is_itself = event.name == name && plural(&event.kind).is_none_or(|plural| plural == kind);
    let is_made =
        || is_maker(object) && MADE.contains(&event.kind.as_str()) && is_called_after(&event.name, name);
    is_itself || is_made()
}

/// Whether a name is one that controllers make for what an object of another name makes: with numbers and hashes behind it.
fn is_called_after(made: &str, maker: &str) -> bool {
    let Some(rest) = made.strip_prefix(maker).and_then(|rest| rest.strip_prefix('-')) else { return false };
    let is_part = |part: &str| {
        let is_letter = |letter: char| {
            letter.is_ascii_digit() || letter.is_ascii_lowercase() && !VOWELS.contains(&letter)
        };
        (1..=10).contains(&part.len()) && part.chars().all(is_letter)
    };
    let parts: Vec<&str> = rest.split('-').collect();
    parts.len() <= 3 && parts.into_iter().all(is_part)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::{ClusterName, KindSlug, Namespace, ObjectName};

    fn object(kind: &str, name: &str) -> ResourceRef {
        let namespace = (kind != "namespaces").then(|| Namespace::parse("shop").unwrap());
        ResourceRef {
            cluster: ClusterName::parse("harbour").unwrap(),
            kind: KindSlug::parse(kind).unwrap(),
            namespace,
            name: ObjectName::parse(name).unwrap(),
        }
    }

    fn event(kind: &str, name: &str) -> EventRecord {
        EventRecord {
            id: String::new(),
            at_ms: 0,
            namespace: "shop".into(),
            kind: kind.into(),
            name: name.into(),
            reason: String::new(),
            is_warning: false,
            message: Vec::new(),
            count: 1,
            source: String::new(),
            resource: None,
        }
    }

    #[test]
    fn a_search_is_for_the_object_and_what_is_called_after_it() {
        let typed = |kind: &str, name: &str| looked_for(&object(kind, name)).to_text();

        assert_eq!(typed("deployments", "web"), "namespace:shop name:web name:web-*");
        assert_eq!(typed("services", "web"), "namespace:shop name:web");
        assert_eq!(typed("namespaces", "shop"), "namespace:shop");
    }

    #[test]
    fn what_others_of_a_like_name_make_is_not_its_own() {
        let web = object("deployments", "web");
        let is_of = |kind: &str, name: &str| is_of(&event(kind, name), &web);

        assert!(is_of("Deployment", "web") && is_of("ReplicaSet", "web-7d9c5b6f4"));
        assert!(is_of("Pod", "web-7d9c5b6f4-x2k9q") && is_of("Pod", "web-0"));
        assert!(!is_of("Service", "web") && !is_of("Deployment", "web-7d9c5b6f4"));
        assert!(!is_of("Pod", "web-api-7d9c5b6f4-x2k9q") && !is_of("Pod", "webshop-0"));
    }

    #[test]
    fn a_project_is_told_of_all_that_is_in_it_and_a_pod_of_itself_alone() {
        assert!(is_of(&event("Pod", "anything"), &object("namespaces", "shop")));
        assert!(!is_of(&event("Pod", "anything"), &object("namespaces", "bank")));
        assert!(is_of(&event("Pod", "web-0"), &object("pods", "web-0")));
        assert!(!is_of(&event("Pod", "web-0-1"), &object("pods", "web-0")));
    }
}
