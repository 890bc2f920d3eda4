//! Why an extension of the API does not answer.

use super::{Finding, Related, quoted};
use crate::Object;
use model::Level;

pub(crate) fn api_service(service: &Object<'_>, _: &Related<'_>) -> Vec<Finding> {
    let condition =
        service.condition("Available").filter(|condition| condition.text_at("/status") == "False");
    let Some(condition) = condition else { return Vec::new() };
    let behind =
        format!("{}/{}", service.text_at("/spec/service/namespace"), service.text_at("/spec/service/name"));
    let (title, next_step) = match condition.text_at("/reason") {
        "ServiceNotFound" => (
            "The service behind this API does not exist",
            "Install the extension again, or delete this API service.",
        ),
        "MissingEndpoints" | "EndpointsNotFound" => {
            ("No pod answers for this API", "Look at the pods behind the service.")
        }
        "FailedDiscoveryCheck" => (
            "The extension behind this API does not answer",
            "Look at its pods and at the network between the API server and them; check its certificate.",
        ),
        _ => ("This API is not available", "Look at the service behind it."),
    };
    let detail = format!(
        "Requests go to service {behind}. The API server says: {}. While this lasts, namespaces cannot be deleted completely.",
        quoted(condition.text_at("/message"))
    );
    vec![Finding::new(Level::Failed, title, detail, next_step)]
}
