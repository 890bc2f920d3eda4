//! Logs of containers, as the caller may read them: of one, or of all pods of an object in the order of their times.

mod containers;
mod follow;
mod lines;
mod merge;
mod page;
mod request;
mod sources;
mod whole;

pub(crate) use containers::{container_of_pod, containers};
pub(crate) use follow::{LogNews, LogStream};

use access::{Need, Place, Resource, Verb};
use model::ResourceRef;

/// Read or follow the logs of a pod, or of an object's pods.
#[derive(Clone, Debug)]
pub(crate) struct ReadLog(
    /// The pod, or the object.
    pub ResourceRef,
);

impl access::Action for ReadLog {
    const NAME: &'static str = "read log";

    fn need(&self) -> Need {
        let log = Resource::new("", "pods").part("log");
        match (self.0.kind.as_str(), &self.0.namespace) {
            ("pods", _) => Need::on(Verb::Get, log, &self.0),
            (_, Some(namespace)) => {
                Need::to_all(Verb::Get, log, self.0.cluster.clone(), Place::Namespace(namespace.clone()))
            }
            (_, None) => Need::to_all(Verb::Get, log, self.0.cluster.clone(), Place::Cluster),
        }
    }
}
