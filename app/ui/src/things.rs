//! What was not found, in the reader's language.

use crate::words::{text, text_with};
use model::Thing;

/// That something does not exist, or may not be known to exist. What has no name but its own is called that, such as
/// `pods/shop/web-0`.
pub fn not_found_words(what: &str, thing: Option<&Thing>) -> String {
    // It is not that it is hidden: there are pods, or could be.
    if let Some(Thing::ReadyPod(name)) = thing {
        return text_with("problem.no-ready-pod", &[("name", name)]);
    }
    let what = thing.map_or_else(|| what.to_owned(), thing_words);
    text_with("problem.not-found.text", &[("what", &what)])
}

fn thing_words(thing: &Thing) -> String {
    let words = match thing {
        Thing::Cluster(name) => return text_with("thing.cluster", &[("name", name)]),
        Thing::Kind { kind, cluster } => {
            return text_with("thing.kind", &[("kind", kind), ("cluster", cluster)]);
        }
        Thing::FollowedList(kind) => return text_with("thing.followed-list", &[("kind", kind)]),
        Thing::Schema { of, cluster } => {
            return text_with("thing.schema", &[("of", of), ("cluster", cluster)]);
        }
        Thing::Service(service) => return text_with("thing.service", &[("service", service)]),
        Thing::ReadyPod(name) => return text_with("thing.ready-pod", &[("name", name)]),
        Thing::Job(id) => return text_with("thing.job", &[("id", id)]),
        Thing::Workspace(name) => return text_with("thing.workspace", &[("name", name)]),
        Thing::Project { cluster, namespace } => {
            return text_with("thing.project", &[("project", namespace), ("cluster", cluster)]);
        }
        Thing::ProjectCalled(said) => return text_with("thing.project-called", &[("project", said)]),
        Thing::ProjectOf { namespace, workspace } => {
            return text_with("thing.project-of", &[("project", namespace), ("workspace", workspace)]);
        }
        Thing::Account(name) => return text_with("thing.account", &[("name", name)]),
        Thing::Role(id) => return text_with("thing.role", &[("id", id)]),
        Thing::Department(id) => return text_with("thing.department", &[("id", id)]),
        Thing::UnsentMail(name) => return text_with("thing.unsent-mail", &[("name", name)]),
        Thing::Monitoring(cluster) => return text_with("thing.monitoring", &[("cluster", cluster)]),
        Thing::Alertmanager(cluster) => return text_with("thing.alertmanager", &[("cluster", cluster)]),
        Thing::ReadyRule(name) => return text_with("thing.ready-rule", &[("name", name)]),
        Thing::LogStore(cluster) => return text_with("thing.log-store", &[("cluster", cluster)]),
        Thing::LogLine(id) => return text_with("thing.log-line", &[("id", &format!("{id:?}"))]),
        Thing::Deleted => text("thing.deleted"),
        Thing::Recording => text("thing.recording"),
        Thing::Invitation => text("thing.invitation"),
        Thing::MailServer => text("thing.mail-server"),
        Thing::Receiver => text("thing.receiver"),
        Thing::Alert => text("thing.alert"),
        Thing::Silence => text("thing.silence"),
        Thing::Rule => text("thing.rule"),
        Thing::ListAlert => text("thing.list-alert"),
        Thing::Dashboard => text("thing.dashboard"),
        Thing::EmbedLink => text("thing.embed-link"),
        Thing::EventStore => text("thing.event-store"),
        Thing::SavedSearch => text("thing.saved-search"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::{Owner, provide_context};
    use model::{Language, Preferences};

    #[test]
    fn what_was_not_found_is_called_as_programs_are_told() {
        let (harbour, shop, id) = (|| "harbour".to_owned(), || "shop".to_owned(), || "7".to_owned());
        let things = [
            Thing::Cluster(harbour()),
            Thing::Kind { kind: "kilns".into(), cluster: harbour() },
            Thing::FollowedList("kilns".into()),
            Thing::Schema { of: "kilns".into(), cluster: harbour() },
            Thing::Service("shop/web:80".into()),
            Thing::ReadyPod("web".into()),
            Thing::Job(id()),
            Thing::Deleted,
            Thing::Recording,
            Thing::Workspace("garden".into()),
            Thing::Project { cluster: harbour(), namespace: shop() },
            Thing::ProjectCalled("harbour/shop".into()),
            Thing::ProjectOf { namespace: shop(), workspace: "garden".into() },
            Thing::Account("ada".into()),
            Thing::Role(id()),
            Thing::Department(id()),
            Thing::Invitation,
            Thing::UnsentMail("ada".into()),
            Thing::MailServer,
            Thing::Receiver,
            Thing::Monitoring(harbour()),
            Thing::Alertmanager(harbour()),
            Thing::Alert,
            Thing::Silence,
            Thing::Rule,
            Thing::ReadyRule("NodeDown".into()),
            Thing::ListAlert,
            Thing::Dashboard,
            Thing::EmbedLink,
            Thing::LogStore(harbour()),
            Thing::EventStore,
            Thing::LogLine("a\n".into()),
            Thing::SavedSearch,
        ];

        for thing in things {
            assert_eq!(thing_words(&thing), thing.to_string());
        }
    }

    #[test]
    fn what_has_a_name_of_its_own_is_called_by_it_in_every_language() {
        let words = |what: &str, thing: Option<Thing>| {
            Owner::new().with(|| {
                provide_context(Preferences { language: Language::Chinese, ..Preferences::default() });
                not_found_words(what, thing.as_ref())
            })
        };

        assert_eq!(words("pods/shop/web-0", None), "pods/shop/web-0 不存在，或您无权查看。");
        let unready = words("a pod of web that is ready", Some(Thing::ReadyPod("web".into())));
        assert_eq!(unready, "web 没有就绪的容器组，因此无法访问。");
        let cluster = Thing::Cluster("lantern".into());
        assert_eq!(words("cluster lantern", Some(cluster)), "集群 lantern 不存在，或您无权查看。");
    }
}
