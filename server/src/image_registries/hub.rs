//! Docker Hub, which has an interface of its own for looking around: what every registry has, it does not answer.

use super::Trouble;
use super::images::{MOST_IMAGES, MOST_TAGS, encoded};
use super::registry::Registry;
use model::Timestamp;
use outbound::Outbound;
use serde_json::Value;
use workloads_contract::{FoundImage, FoundImages, ImageTag, ImageTags};

/// Where it is asked.
const INTERFACE: &str = "https://hub.docker.com";

/// The owner of images that have none in their names.
const LIBRARY: &str = "library";

/// The name under which Docker Hub keeps an image.
pub(super) fn full(repository: &str) -> String {
    if repository.contains('/') { repository.to_owned() } else { format!("{LIBRARY}/{repository}") }
}

/// Images that everybody may see.
pub(super) async fn find(way: Outbound, words: &str) -> Result<FoundImages, Trouble> {
    let path = format!("/v2/search/repositories/?page_size={MOST_IMAGES}&query={}", encoded(words));
    let answer = interface(way).own(&path).await?;
    Ok(images(&answer.ok_or_else(|| Trouble::NoList(INTERFACE.to_owned()))?))
}

/// Tags of an image that everybody may see.
pub(super) async fn tags(way: Outbound, repository: &str, words: &str) -> Result<Option<ImageTags>, Trouble> {
    let full = full(repository);
    let (owner, name) = full.split_once('/').unwrap_or((LIBRARY, repository));
    let path = format!(
        "/v2/namespaces/{owner}/repositories/{name}/tags?page_size={MOST_TAGS}&name={}",
        encoded(words)
    );
    Ok(interface(way).own(&path).await?.map(|answer| read_tags(&answer)))
}

fn interface(way: Outbound) -> Registry {
    Registry::at(way, INTERFACE)
}

fn images(answer: &Value) -> FoundImages {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let found = answer["results"].as_array().into_iter().flatten();
    let images = found.filter(|one| one["repo_name"].is_string()).map(|one| FoundImage {
        name: text(&one["repo_name"]).trim_start_matches("library/").to_owned(),
        about: text(&one["short_description"]),
        is_official: one["is_official"] == true,
    });
    FoundImages {
        images: images.collect(),
        has_more: answer["next"].as_str().is_some_and(|next| !next.is_empty()),
    }
}

fn read_tags(answer: &Value) -> ImageTags {
    let found = answer["results"].as_array().into_iter().flatten();
    let tags = found.filter_map(|one| {
        let moment = |key: &str| one[key].as_str().and_then(Timestamp::parse_rfc3339);
        let mut platforms: Vec<String> = Vec::new();
        for image in one["images"].as_array().into_iter().flatten() {
            let part = |key: &str| image[key].as_str().filter(|part| !part.is_empty() && *part != "unknown");
            if let (Some(system), Some(machine)) = (part("os"), part("architecture")) {
                platforms.push(format!("{system}/{machine}"));
            }
        }
        platforms.sort();
        platforms.dedup();
        Some(ImageTag {
            name: one["name"].as_str()?.to_owned(),
            pushed: moment("tag_last_pushed").or_else(|| moment("last_updated")),
            size_bytes: one["full_size"].as_u64(),
            platforms,
            ports: Vec::new(),
        })
    });
    ImageTags { tags: tags.collect(), has_more: answer["next"].as_str().is_some_and(|next| !next.is_empty()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_it_finds_is_named_as_manifests_name_it() {
        let found = images(&json!({"count": 2, "next": "https://hub.docker.com/v2/…", "results": [
            {"repo_name": "nginx", "short_description": "Official build of Nginx.", "is_official": true},
            {"repo_name": "library/redis", "short_description": null, "is_official": false},
            {"unexpected": 1},
        ]}));

        let names: Vec<(&str, &str, bool)> =
            found.images.iter().map(|one| (one.name.as_str(), one.about.as_str(), one.is_official)).collect();
        assert_eq!(names, [("nginx", "Official build of Nginx.", true), ("redis", "", false)]);
        assert!(found.has_more);
        assert_eq!(images(&json!("nonsense")), FoundImages::default());
    }

    #[test]
    fn a_tag_says_when_it_was_pushed_how_large_it_is_and_for_which_machines() {
        let arm = json!({"architecture": "arm64", "os": "linux"});
        let found = read_tags(&json!({"next": null, "results": [{
            "name": "1.27", "full_size": 72_000_000, "last_updated": "2026-01-02T03:04:05.678Z",
            "images": [arm, arm, {"architecture": "amd64", "os": "linux"}, {"architecture": "unknown", "os": "unknown"}],
        }]}));

        let tag = ImageTag {
            name: "1.27".into(),
            pushed: Timestamp::parse_rfc3339("2026-01-02T03:04:05Z"),
            size_bytes: Some(72_000_000),
            platforms: vec!["linux/amd64".into(), "linux/arm64".into()],
            ports: Vec::new(),
        };
        assert_eq!(found, ImageTags { tags: vec![tag], has_more: false });
    }

    #[test]
    fn images_without_an_owner_are_in_the_library() {
        assert_eq!(full("nginx"), "library/nginx");
        assert_eq!(full("bitnami/redis"), "bitnami/redis");
    }
}
