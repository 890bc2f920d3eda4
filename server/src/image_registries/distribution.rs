//! What every registry has: the interface of the OCI distribution specification.

use super::Trouble;
use super::images::{MOST_IMAGES, MOST_TAGS};
use super::registry::{Found, Registry, is_busy};
use http::StatusCode;
use http::header::{HeaderMap, LINK};
use serde_json::Value;
use std::cmp::Ordering;
use workloads_contract::{FoundImage, FoundImages, ImageTag, ImageTags};

/// So many names are on a page that is asked for, and so many pages are.
const ON_A_PAGE: usize = 1_000;
const MOST_PAGES: usize = 10;

/// Images whose names hold a text, of a registry that says what it has.
pub(super) async fn find(registry: &Registry, name: &str, words: &str) -> Result<FoundImages, Trouble> {
    let no_list = || Trouble::NoList(registry.address().to_owned());
    let read = all(registry, format!("/v2/_catalog?n={ON_A_PAGE}"), "repositories").await;
    let (mut names, is_cut) = match read {
        Ok(found) => found.ok_or_else(no_list)?,
        // One that has no time now is asked again later.
        Err(Trouble::NoRegistry { address, status })
            if is_busy(status) && status != StatusCode::NOT_IMPLEMENTED =>
        {
            return Err(Trouble::NoRegistry { address, status });
        }
        // Many show their images to whoever names them, and the list of all to nobody.
        Err(Trouble::Refused(_) | Trouble::NoLogin(_) | Trouble::NoRegistry { .. }) => return Err(no_list()),
        Err(other) => return Err(other),
    };
    names.retain(|repository| repository.contains(words));
    let has_more = is_cut || names.len() > MOST_IMAGES;
    names.truncate(MOST_IMAGES);
    let image = |repository: String| FoundImage {
        name: format!("{name}/{repository}"),
        about: String::new(),
        is_official: false,
    };
    Ok(FoundImages { images: names.into_iter().map(image).collect(), has_more })
}

/// Tags of an image that hold a text; nothing where there is no such image.
pub(super) async fn tags(
    registry: &Registry,
    repository: &str,
    words: &str,
) -> Result<Option<ImageTags>, Trouble> {
    let first = format!("/v2/{repository}/tags/list?n={ON_A_PAGE}");
    let Some((mut names, is_cut)) = all(registry, first, "tags").await? else { return Ok(None) };
    names.retain(|name| name.contains(words));
    names.sort_by(|a, b| newest_first(a, b));
    let has_more = is_cut || names.len() > MOST_TAGS;
    names.truncate(MOST_TAGS);
    let tag = |name: String| ImageTag { name, ..ImageTag::default() };
    Ok(Some(ImageTags { tags: names.into_iter().map(tag).collect(), has_more }))
}

/// All names of a list, page by page, and whether there were more pages than are read.
async fn all(registry: &Registry, first: String, key: &str) -> Result<Option<(Vec<String>, bool)>, Trouble> {
    let mut names = Vec::new();
    let mut next = Some(first);
    for _ in 0..MOST_PAGES {
        let Some(path) = next.take() else { break };
        let Some(Found { headers, value }) = registry.read(&path).await? else { return Ok(None) };
        let list = value[key].as_array().into_iter().flatten();
        names.extend(list.filter_map(Value::as_str).map(str::to_owned));
        next = next_page(&headers, &path, registry.address());
    }
    Ok(Some((names, next.is_some())))
}

/// The path of the next page of a list. What leads elsewhere is not followed.
fn next_page(headers: &HeaderMap, path: &str, address: &str) -> Option<String> {
    let said = headers.get(LINK)?.to_str().ok()?;
    let (target, about) = said.trim().strip_prefix('<')?.split_once('>')?;
    let target = target.strip_prefix(address).unwrap_or(target);
    let list = path.split('?').next().unwrap_or_default();
    let is_same_list = target.split('?').next() == Some(list);
    (about.contains("next") && is_same_list && target != path).then(|| target.to_owned())
}

/// `latest` first, then the highest number: what registries that tell no times are looked through for.
fn newest_first(a: &str, b: &str) -> Ordering {
    let is_latest = |tag: &str| tag == "latest";
    is_latest(b).cmp(&is_latest(a)).then_with(|| numbers(b).cmp(&numbers(a))).then_with(|| a.cmp(b))
}

/// The numbers in a tag, such as those of `v1.27.3-alpine`; what comes behind a word does not count.
fn numbers(tag: &str) -> Vec<u64> {
    let tag = tag.strip_prefix('v').unwrap_or(tag);
    let parts = tag.split(['.', '-', '_', '+']);
    parts.map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn the_highest_number_comes_first_and_latest_before_it() {
        let mut tags = vec!["1.9", "edge", "v1.27.3", "1.27", "latest", "1.27.10-alpine", "1.27.10"];
        tags.sort_by(|a, b| newest_first(a, b));

        assert_eq!(tags, ["latest", "1.27.10", "1.27.10-alpine", "v1.27.3", "1.27", "1.9", "edge"]);
    }

    #[test]
    fn a_list_goes_on_only_in_itself() {
        let next = |link: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(LINK, link.parse().unwrap());
            next_page(&headers, "/v2/a/tags/list?n=2", "https://registry.example")
        };

        let expected = Some("/v2/a/tags/list?last=b&n=2".to_owned());
        assert_eq!(next("</v2/a/tags/list?last=b&n=2>; rel=\"next\""), expected);
        assert_eq!(next("<https://registry.example/v2/a/tags/list?last=b&n=2>; rel=\"next\""), expected);
        for elsewhere in [
            "<https://evil.example/v2/a/tags/list?n=2>; rel=\"next\"",
            "</v2/b/tags/list?n=2>; rel=\"next\"",
            "</v2/a/tags/list?n=2>; rel=\"next\"",
            "</v2/a/tags/list?last=b>; rel=\"prev\"",
            "nonsense",
        ] {
            assert_eq!(next(elsewhere), None, "{elsewhere}");
        }
    }
}
