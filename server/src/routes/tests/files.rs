//! Files of containers: what is asked for before anything runs in one.

use super::*;

const FILE: &str = "/clusters/harbour/pods/shop/web-0/file?path=/srv";
const FOLDER: &str = "/clusters/harbour/pods/shop/web-0/folder?path=/srv";

fn with_cookie(mut request: Request<Body>, cookie: &str) -> Request<Body> {
    request.headers_mut().insert(COOKIE, cookie.parse().unwrap());
    request
}

/// Bytes from one of our own pages.
fn bytes(path: &str, kind: &'static str) -> Request<Body> {
    let mut request = post(path, "pears");
    request.headers_mut().insert(CONTENT_TYPE, kind.parse().unwrap());
    request
}

#[tokio::test]
async fn files_are_for_whoever_is_signed_in() {
    let world = World::new().await;
    let upload = format!("{FILE}&name=a&size=5");

    for request in [get(FILE), get(FOLDER), bytes(&upload, "application/octet-stream")] {
        assert_eq!(world.send(request).await.status(), StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_link_on_another_site_runs_nothing_in_a_container() {
    let world = World::new().await;
    let cookie = world.signed_in().await;

    for address in [FILE, FOLDER] {
        for (site, status) in [
            ("cross-site", StatusCode::FORBIDDEN),
            ("same-site", StatusCode::FORBIDDEN),
            // There is no such cluster here: it was let through.
            ("same-origin", StatusCode::NOT_FOUND),
            ("none", StatusCode::NOT_FOUND),
        ] {
            let mut request = with_cookie(get(address), &cookie);
            request.headers_mut().insert(SITE, site.parse().unwrap());
            assert_eq!(world.send(request).await.status(), status, "{address} from {site}");
        }
    }
}

#[tokio::test]
async fn what_is_no_place_or_no_file_is_refused_at_its_field() {
    let world = World::new().await;
    let cookie = world.signed_in().await;
    let octets = "application/octet-stream";
    let address = |rest: &str| format!("{FILE}{rest}");

    for (request, status) in [
        (get("/clusters/harbour/pods/shop/web-0/file?path=../etc"), StatusCode::UNPROCESSABLE_ENTITY),
        (get("/clusters/harbour/deployments/shop/web/file?path=/etc"), StatusCode::NOT_FOUND),
        (bytes(&address("&name=a&size=5"), "text/plain"), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (bytes(&address("&name=..%2Fa&size=5"), octets), StatusCode::UNPROCESSABLE_ENTITY),
        (bytes(&address("&name=a&size=6"), octets), StatusCode::UNPROCESSABLE_ENTITY),
        (bytes(&address("&size=5"), octets), StatusCode::UNPROCESSABLE_ENTITY),
        (bytes(&address("&name=a&size=5"), octets), StatusCode::NOT_FOUND),
    ] {
        let asked = format!("{} {}", request.method(), request.uri());
        let answer = world.send(with_cookie(request, &cookie)).await;
        assert_eq!(answer.status(), status, "{asked}");
    }
    let foreign = {
        let mut request = with_cookie(bytes(&address("&name=a&size=5"), octets), &cookie);
        request.headers_mut().insert(SITE, "cross-site".parse().unwrap());
        request
    };
    assert_eq!(world.send(foreign).await.status(), StatusCode::FORBIDDEN);
}
