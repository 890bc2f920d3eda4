//! Harbor, which says more of its images than other registries do.

use super::Trouble;
use super::images::{MOST_IMAGES, MOST_TAGS, encoded};
use super::registry::Registry;
use model::Timestamp;
use serde_json::Value;
use workloads_contract::{FoundImage, FoundImages, ImageTag, ImageTags};

/// Images of a Harbor; nothing where the registry is none.
pub(super) async fn find(
    registry: &Registry,
    name: &str,
    words: &str,
) -> Result<Option<FoundImages>, Trouble> {
    let answer = registry.own(&format!("/api/v2.0/search?q={}", encoded(words))).await?;
    Ok(answer.and_then(|answer| images(&answer, name)))
}

/// Tags of an image in a Harbor; nothing where the registry is none, or has no such image.
pub(super) async fn tags(
    registry: &Registry,
    repository: &str,
    words: &str,
) -> Result<Option<ImageTags>, Trouble> {
    let Some((project, rest)) = repository.split_once('/') else { return Ok(None) };
    // What stands between the parts of a name is encoded twice, because servers in front of it decode once.
    let rest = rest.replace('/', "%252F");
    let wanted = if words.is_empty() { "*".to_owned() } else { format!("~{words}") };
    let path = format!(
        "/api/v2.0/projects/{project}/repositories/{rest}/artifacts\
         ?page_size={MOST_TAGS}&with_tag=true&sort=-push_time&q={}",
        encoded(&format!("tags={wanted}"))
    );
    Ok(registry.own(&path).await?.and_then(|answer| read_tags(&answer, words)))
}

fn images(answer: &Value, registry: &str) -> Option<FoundImages> {
    let all = answer["repository"].as_array()?;
    let images = all.iter().filter_map(|one| {
        let name = one["repository_name"].as_str()?;
        Some(FoundImage { name: format!("{registry}/{name}"), about: String::new(), is_official: false })
    });
    Some(FoundImages { images: images.take(MOST_IMAGES).collect(), has_more: all.len() > MOST_IMAGES })
}

fn read_tags(answer: &Value, words: &str) -> Option<ImageTags> {
    let artifacts = answer.as_array()?;
    let mut tags = Vec::new();
    for artifact in artifacts {
        let about = &artifact["extra_attrs"];
        let platform = about["os"].as_str().zip(about["architecture"].as_str());
        let exposed = about["config"]["ExposedPorts"].as_object().into_iter().flatten();
        let mut ports: Vec<u16> =
            exposed.filter_map(|(port, _)| port.split('/').next()?.parse().ok()).collect();
        ports.sort_unstable();
        ports.dedup();
        // What is found has a tag with these words, and perhaps others.
        for tag in artifact["tags"].as_array().into_iter().flatten() {
            let Some(name) = tag["name"].as_str().filter(|name| name.contains(words)) else { continue };
            let moment = |value: &Value| value.as_str().and_then(Timestamp::parse_rfc3339);
            tags.push(ImageTag {
                name: name.to_owned(),
                pushed: moment(&tag["push_time"]).or_else(|| moment(&artifact["push_time"])),
                size_bytes: artifact["size"].as_u64(),
                platforms: platform
                    .map(|(system, machine)| format!("{system}/{machine}"))
                    .into_iter()
                    .collect(),
                ports: ports.clone(),
            });
        }
    }
    Some(ImageTags { tags, has_more: artifacts.len() >= MOST_TAGS })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn images_are_named_with_their_registry() {
        let answer =
            json!({"project": [], "repository": [{"repository_name": "team/till", "artifact_count": 3}]});

        let found = images(&answer, "harbor.example").unwrap_or_default();
        assert_eq!(found.images[0].name, "harbor.example/team/till");
        assert_eq!(images(&json!({"error": "no"}), "harbor.example"), None, "another program answers there");
    }

    #[test]
    fn a_tag_says_on_which_ports_its_program_listens() {
        let config = json!({"ExposedPorts": {"8443/tcp": {}, "8080/tcp": {}, "8080/udp": {}}});
        let answer = json!([{
            "size": 5, "push_time": "2026-01-01T00:00:00.000Z",
            "tags": [{"name": "3.1", "push_time": "2026-01-02T00:00:00.000Z"}, {"name": "latest"}],
            "extra_attrs": {"os": "linux", "architecture": "amd64", "config": config},
        }, {"size": 6, "tags": null}]);

        let found = read_tags(&answer, "").unwrap_or_default();
        let names: Vec<&str> = found.tags.iter().map(|tag| tag.name.as_str()).collect();
        assert_eq!(names, ["3.1", "latest"]);
        assert_eq!(found.tags[0].pushed, Timestamp::parse_rfc3339("2026-01-02T00:00:00Z"));
        assert_eq!(found.tags[1].pushed, Timestamp::parse_rfc3339("2026-01-01T00:00:00Z"));
        assert_eq!((found.tags[0].ports.as_slice(), found.tags[0].size_bytes), (&[8080, 8443][..], Some(5)));
        assert_eq!(read_tags(&answer, "3").unwrap_or_default().tags.len(), 1);
        assert_eq!(read_tags(&json!({}), ""), None);
    }
}
