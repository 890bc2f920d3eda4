//! Scripts, styles, fonts and images: from a directory, or from inside the program.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file that maps plain names to names with a digest, as `cargo xtask site --release` writes it.
const MANIFEST: &str = "manifest.json";
/// The file that lists the modules of each part of the browser half, by their plain names.
const PARTS: &str = "parts.json";

/// Encodings, best first, with what they add to a file's name.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

#[cfg(orrery_embed_site)]
#[derive(rust_embed::RustEmbed)]
#[folder = "../target/site"]
struct Embedded;

/// The site's files.
#[derive(Clone, Debug)]
pub struct Site(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    place: Place,
    /// Plain names to names that hold a digest of the content, which may be kept for ever.
    hashed: BTreeMap<String, String>,
    assets: Arc<app::Assets>,
}

#[derive(Debug)]
enum Place {
    Directory(PathBuf),
    #[cfg(orrery_embed_site)]
    Program,
}

impl Site {
    /// The given directory; else what is in the program; else the directory `site` beside it.
    pub fn open(directory: Option<&Path>) -> io::Result<Self> {
        let place = match directory {
            Some(directory) => Place::Directory(directory.to_owned()),
            None => Self::built_in()?,
        };
        let hashed = read_map(&place, MANIFEST)?;
        let assets = Arc::new(assets(&hashed, read_map(&place, PARTS)?));
        Ok(Self(Arc::new(Inner { place, hashed, assets })))
    }

    #[cfg(orrery_embed_site)]
    #[expect(clippy::unnecessary_wraps, reason = "the other build can fail")]
    fn built_in() -> io::Result<Place> {
        Ok(Place::Program)
    }

    #[cfg(not(orrery_embed_site))]
    fn built_in() -> io::Result<Place> {
        let program = std::env::current_exe()?;
        Ok(Place::Directory(program.with_file_name("site")))
    }

    /// The directory, if the site is in one.
    pub fn directory(&self) -> Option<&Path> {
        match &self.0.place {
            Place::Directory(directory) => Some(directory),
            #[cfg(orrery_embed_site)]
            Place::Program => None,
        }
    }

    /// The addresses of the files that pages need.
    pub fn assets(&self) -> Arc<app::Assets> {
        Arc::clone(&self.0.assets)
    }

    fn answer(&self, asked: &str, request: &HeaderMap) -> Response {
        // A plain name finds its file too, but may not be kept: the next release has another.
        let name = self.0.hashed.get(asked).map_or(asked, String::as_str);
        let is_immutable = self.0.hashed.iter().any(|(plain, hashed)| hashed == asked && plain != hashed);
        let accepted = request.get(ACCEPT_ENCODING).and_then(|text| text.to_str().ok()).unwrap_or_default();
        let encoded = ENCODINGS.iter().filter(|(encoding, _)| accepts(accepted, encoding)).find_map(
            |(encoding, ending)| Some((*encoding, read(&self.0.place, &format!("{name}{ending}")).ok()?)),
        );
        let (encoding, bytes) = match encoded {
            Some((encoding, bytes)) => (Some(encoding), bytes),
            None => match read(&self.0.place, name) {
                Ok(bytes) => (None, bytes),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return StatusCode::NOT_FOUND.into_response();
                }
                Err(error) => {
                    tracing::error!(%error, name, "A file of the site cannot be read");
                    return StatusCode::INTERNAL_SERVER_ERROR.into_response();
                }
            },
        };

        let tag = format!("\"{:.32}\"", format!("{:x}", Sha256::digest(&bytes)));
        let is_known = request.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
        let mut response = if is_known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Body::from(bytes).into_response()
        };
        let headers = response.headers_mut();
        let caching = if is_immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
        headers.insert(ETAG, HeaderValue::from_str(&tag).expect("hexadecimal digits are a header"));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(encoding) = encoding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }
}

fn assets(hashed: &BTreeMap<String, String>, parts: BTreeMap<String, Vec<String>>) -> app::Assets {
    let address = |plain: &str| format!("/{}", hashed.get(plain).map_or(plain, String::as_str));
    let addresses = |files: Vec<String>| files.iter().map(|file| address(file)).collect();
    app::Assets {
        script: address("pkg/orrery.js"),
        wasm: address("pkg/orrery.wasm"),
        style: address("pkg/orrery.css"),
        parts: parts.into_iter().map(|(part, files)| (part, addresses(files))).collect(),
    }
}

/// Answers requests for files of the site; everything else goes on to the routes, which need sessions and more.
pub async fn serve_assets(State(site): State<Site>, request: Request, next: Next) -> Response {
    let name = asset_name(request.uri().path()).map(str::to_owned);
    match name {
        None => next.run(request).await,
        Some(_) if !matches!(*request.method(), Method::GET | Method::HEAD) => {
            StatusCode::METHOD_NOT_ALLOWED.into_response()
        }
        Some(name) => {
            let headers = request.headers().clone();
            let answer = tokio::task::spawn_blocking(move || site.answer(&name, &headers)).await;
            answer.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
        }
    }
}

/// The name of the file that a path asks for: anything in the site's two folders, and files with an ending at its top.
fn asset_name(path: &str) -> Option<&str> {
    let name = path.strip_prefix('/')?;
    let is_asset = name.starts_with("pkg/")
        || name.starts_with("vendor/")
        || (!name.contains('/') && name.contains('.'));
    is_asset.then_some(name)
}

/// A file with a JSON object; an empty one where there is no such file.
fn read_map<T: DeserializeOwned>(place: &Place, name: &str) -> io::Result<BTreeMap<String, T>> {
    match read(place, name) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error),
    }
}

fn read(place: &Place, name: &str) -> io::Result<Bytes> {
    let is_plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
    };
    if !name.split('/').all(is_plain) {
        return Err(io::ErrorKind::NotFound.into());
    }
    match place {
        Place::Directory(directory) => std::fs::read(directory.join(name)).map(Bytes::from),
        #[cfg(orrery_embed_site)]
        Place::Program => match <Embedded as rust_embed::RustEmbed>::get(name).map(|file| file.data) {
            Some(std::borrow::Cow::Borrowed(bytes)) => Ok(Bytes::from_static(bytes)),
            Some(std::borrow::Cow::Owned(bytes)) => Ok(bytes.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        },
    }
}

/// Whether an `Accept-Encoding` takes the encoding: it is named, and not with `q=0`.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let is_refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        is_named && !is_refused
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    fn site() -> (tempfile::TempDir, Site) {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("site");
        std::fs::create_dir_all(root.join("pkg")).unwrap();
        std::fs::write(root.join("pkg/orrery.0a1b.js"), "plain").unwrap();
        std::fs::write(root.join("pkg/orrery.0a1b.js.br"), "brotli").unwrap();
        std::fs::write(root.join("favicon.svg"), "<svg/>").unwrap();
        std::fs::write(root.join(MANIFEST), r#"{"pkg/orrery.js":"pkg/orrery.0a1b.js"}"#).unwrap();
        std::fs::write(directory.path().join("secret.txt"), "secret").unwrap();
        let site = Site::open(Some(&root)).unwrap();
        (directory, site)
    }

    fn with(name: http::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[tokio::test]
    async fn a_compressed_file_is_sent_to_who_takes_it() {
        let (_directory, site) = site();

        let brotli = site.answer("pkg/orrery.0a1b.js", &with(ACCEPT_ENCODING, "gzip, deflate, br"));
        let plain = site.answer("pkg/orrery.0a1b.js", &with(ACCEPT_ENCODING, "gzip, br;q=0"));

        assert_eq!(brotli.headers()[CONTENT_ENCODING], "br");
        assert_eq!(brotli.headers()[CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert_eq!(brotli.into_body().collect().await.unwrap().to_bytes(), "brotli");
        assert!(!plain.headers().contains_key(CONTENT_ENCODING));
    }

    #[test]
    fn only_names_with_a_digest_are_kept_for_ever() {
        let (_directory, site) = site();

        let hashed = site.answer("pkg/orrery.0a1b.js", &HeaderMap::new());
        let plain = site.answer("favicon.svg", &HeaderMap::new());

        assert!(hashed.headers()[CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        let by_plain_name = site.answer("pkg/orrery.js", &HeaderMap::new());
        assert_eq!(by_plain_name.status(), StatusCode::OK);
        assert_eq!(by_plain_name.headers()[CACHE_CONTROL], "no-cache");
        assert_eq!(plain.headers()[CACHE_CONTROL], "no-cache");
        let again = site.answer("favicon.svg", &with(IF_NONE_MATCH, plain.headers()[ETAG].to_str().unwrap()));
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn nothing_outside_of_the_site_can_be_read() {
        let (_directory, site) = site();

        for name in [
            "../secret.txt",
            "pkg/../../secret.txt",
            "pkg/%2e%2e/x.js",
            "/etc/passwd",
            "pkg//x",
            ".env",
            "pkg/",
        ] {
            assert_eq!(site.answer(name, &HeaderMap::new()).status(), StatusCode::NOT_FOUND, "{name}");
        }
    }

    #[test]
    fn pages_are_not_taken_for_files() {
        assert_eq!(asset_name("/"), None);
        assert_eq!(asset_name("/clusters/harbour/httproutes.gateway.networking.k8s.io"), None);
        assert_eq!(asset_name("/favicon.svg"), Some("favicon.svg"));
        assert_eq!(asset_name("/vendor/editor.js"), Some("vendor/editor.js"));
    }
}
