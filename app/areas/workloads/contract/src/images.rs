//! Images in registries, and their tags.

use leptos::prelude::*;
use model::{ClusterName, ConsoleError, Namespace, ObjectName, Timestamp};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// What a registry is called that says nothing of itself in the names of its images.
pub const DOCKER_HUB: &str = "docker.io";

/// In which registry images are looked for, and as whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageSource {
    /// The cluster.
    pub cluster: ClusterName,
    /// The namespace that the image is for.
    pub namespace: Namespace,
    /// The secret of that namespace which holds the login; without one the registry is asked as nobody.
    pub secret: Option<ObjectName>,
    /// The registry. Empty is the one that the secret is for, and without a secret Docker Hub.
    pub registry: String,
}

/// Images that a registry has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundImages {
    /// The images, the likeliest first.
    pub images: Vec<FoundImage>,
    /// There are more.
    pub has_more: bool,
}

/// An image of a registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundImage {
    /// Its name as a manifest writes it, without a tag.
    pub name: String,
    /// What its registry says of it; may be empty.
    pub about: String,
    /// Its registry vouches for it.
    pub is_official: bool,
}

/// Tags of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageTags {
    /// The tags, the newest first, as far as the registry says when they were made; otherwise the highest number first.
    pub tags: Vec<ImageTag>,
    /// There are more.
    pub has_more: bool,
}

/// A tag, with what its registry says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageTag {
    /// The tag.
    pub name: String,
    /// When it was made, or moved.
    pub pushed: Option<Timestamp>,
    /// How much is fetched for it, in bytes.
    pub size_bytes: Option<u64>,
    /// For which machines it is, such as `linux/arm64`.
    pub platforms: Vec<String>,
    /// On which ports its program listens.
    pub ports: Vec<u16>,
}

/// Images of a registry whose names hold a text. May be asked by whoever may make pods in the namespace.
#[server(endpoint = "workloads/images", input = Json)]
pub async fn find_images(
    /// Where.
    source: ImageSource,
    /// What their names hold.
    words: String,
) -> Result<FoundImages, ConsoleError> {
    model::port::<dyn crate::Registries>()?.find_images(source, words).await
}

/// Tags of an image that hold a text. Of the source only the secret counts: the image says in which registry it is.
#[server(endpoint = "workloads/image-tags", input = Json)]
pub async fn read_image_tags(
    /// As whom.
    source: ImageSource,
    /// The image, as a manifest names it.
    image: String,
    /// What the tags hold; empty is every one.
    words: String,
) -> Result<ImageTags, ConsoleError> {
    model::port::<dyn crate::Registries>()?.image_tags(source, image, words).await
}

/// The parts of an image's name, as runtimes read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageParts<'i> {
    /// The registry, with its port; [`DOCKER_HUB`] where the name says none.
    pub registry: &'i str,
    /// The name in the registry.
    pub repository: &'i str,
    /// The name without tag and digest, as it was written.
    pub name: &'i str,
}

impl<'i> ImageParts<'i> {
    /// Reads a name; `None` for what names no image.
    pub fn read(image: &'i str) -> Option<Self> {
        let image = image.trim();
        let image = image.split_once('@').map_or(image, |(image, _)| image);
        let name = match image.rsplit_once(':') {
            // What stands behind the last colon may be a port.
            Some((name, tag)) if !tag.contains('/') => name,
            _ => image,
        };
        let (registry, repository) = match name.split_once('/') {
            Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => (first, rest),
            _ => (DOCKER_HUB, name),
        };
        is_repository(repository).then_some(Self { registry, repository, name })
    }
}

/// Whether a text is a name that a registry can have, so that an address may be made of it.
fn is_repository(text: &str) -> bool {
    let is_good = |part: &str| {
        let ends_well = |letter: Option<char>| {
            letter.is_some_and(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
        };
        let is_known =
            |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "._-".contains(letter);
        ends_well(part.chars().next()) && ends_well(part.chars().last()) && part.chars().all(is_known)
    };
    text.len() <= 255 && text.split('/').all(is_good)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(image: &str) -> Option<(&str, &str, &str)> {
        ImageParts::read(image).map(|parts| (parts.registry, parts.repository, parts.name))
    }

    #[test]
    fn an_image_is_in_the_registry_that_it_names_and_otherwise_in_docker_hub() {
        assert_eq!(parts("nginx"), Some((DOCKER_HUB, "nginx", "nginx")));
        assert_eq!(parts(" bitnami/redis:7.4 "), Some((DOCKER_HUB, "bitnami/redis", "bitnami/redis")));
        assert_eq!(
            parts("registry.example:5000/team/till:3"),
            Some(("registry.example:5000", "team/till", "registry.example:5000/team/till"))
        );
        assert_eq!(parts("registry.example:5000/till").map(|parts| parts.1), Some("till"));
        assert_eq!(parts("localhost/till@sha256:abc"), Some(("localhost", "till", "localhost/till")));
    }

    #[test]
    fn what_is_no_name_leads_nowhere() {
        for text in
            ["", ":1", "a//b", "../../etc", "a/..", "Nginx", "a b", "a?x=1", "a#b", "a/%2e", "-a", "a."]
        {
            assert_eq!(parts(text), None, "{text}");
        }
    }
}
