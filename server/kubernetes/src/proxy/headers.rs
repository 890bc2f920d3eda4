//! Headers of requests and answers. Both are built from nothing: what is not named here does not pass, and least of all
//! who somebody says that they are.

use super::said::Said;
use http::header::{
    ACCEPT, CONNECTION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, SEC_WEBSOCKET_ACCEPT,
    SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE, WARNING,
};

/// In what form API servers answer.
const ANSWERED: &[&str] = &[
    "application/cbor",
    "application/cbor-seq",
    "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
    "application/com.github.proto-openapi.spec.v3.v1.0+protobuf",
    "application/com.github.proto-openapi.spec.v3@v1.0+protobuf",
    "application/json",
    "application/vnd.kubernetes.protobuf",
    "application/yaml",
    "text/plain",
];
/// What stands beside the form: `;as=Table;g=meta.k8s.io;v=v1`, `;q=0.9`.
const BESIDE: &[&str] = &["as", "g", "profile", "q", "stream", "v"];
/// In what form objects and patches are sent.
const SENT: &[&str] = &[
    "application/apply-patch+cbor",
    "application/apply-patch+yaml",
    "application/cbor",
    "application/json",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/vnd.kubernetes.protobuf",
    "application/yaml",
];
/// What may be spoken on a WebSocket. A token may stand in the same header: it stays behind.
const ON_A_WEB_SOCKET: &[&str] = &["v5.channel.k8s.io", "v4.channel.k8s.io", "SPDY/3.1+portforward.k8s.io"];
/// What may be spoken on SPDY.
const ON_SPDY: &[&str] = &[
    "v5.channel.k8s.io",
    "v4.channel.k8s.io",
    "v3.channel.k8s.io",
    "v2.channel.k8s.io",
    "channel.k8s.io",
    "portforward.k8s.io",
];
const SPDY: &str = "SPDY/3.1";
const STREAM_PROTOCOL: HeaderName = HeaderName::from_static("x-stream-protocol-version");

/// Nobody says whom else they are: the console speaks to clusters as whoever presents the token.
pub(super) fn check_identity(headers: &HeaderMap) -> Result<(), Said> {
    let says_who = |name: &&HeaderName| {
        let name = name.as_str().replace('_', "-");
        name.starts_with("impersonate-") || name.starts_with("x-remote-")
    };
    match headers.keys().find(says_who) {
        None => Ok(()),
        Some(name) => Err(Said::bad(format!(
            "the console speaks to clusters as the owner of the token, so {name} cannot be sent; leave --as out"
        ))),
    }
}

/// In which form the answer is wished for.
pub(super) fn accept(headers: &HeaderMap) -> HeaderValue {
    let lines = headers.get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
    let wishes = lines.flat_map(|line| line.split(',')).filter_map(wish).collect::<Vec<_>>();
    let wished = HeaderValue::from_str(&wishes.join(","));
    match wished {
        Ok(wished) if !wishes.is_empty() => wished,
        _ => HeaderValue::from_static("application/json"),
    }
}

fn wish(text: &str) -> Option<String> {
    let mut parts = text.split(';').map(str::trim);
    let form = parts.next()?;
    if form != "*/*" && !ANSWERED.contains(&form) {
        return None;
    }
    let is_plain =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-/".contains(&byte));
    parts.try_fold(form.to_owned(), |wish, part| {
        let (name, value) = part.split_once('=')?;
        (BESIDE.contains(&name) && is_plain(value)).then(|| format!("{wish};{name}={value}"))
    })
}

/// In which form the body is.
pub(super) fn content_type(headers: &HeaderMap) -> Result<HeaderValue, Said> {
    let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim();
    let known = SENT.iter().find(|known| known.eq_ignore_ascii_case(essence));
    known.map(|known| HeaderValue::from_static(known)).ok_or_else(Said::unknown_form)
}

/// What asks the cluster to switch to the protocol that was asked for here, if one was.
pub(super) fn upgrade(headers: &HeaderMap) -> Result<Option<HeaderMap>, Said> {
    let Some(wished) = headers.get(UPGRADE) else { return Ok(None) };
    let wished = wished.to_str().unwrap_or_default();
    let mut asked = HeaderMap::new();
    asked.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    if wished.eq_ignore_ascii_case("websocket") {
        let key = headers.get(SEC_WEBSOCKET_KEY).filter(|key| is_key(key.as_bytes()));
        let key = key.ok_or_else(|| Said::bad("a WebSocket needs a key of 16 bytes in base64"))?;
        if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
            return Err(Said::bad("only version 13 of WebSockets is spoken"));
        }
        let spoken = spoken(headers, &SEC_WEBSOCKET_PROTOCOL, ON_A_WEB_SOCKET)?;
        asked.insert(UPGRADE, HeaderValue::from_static("websocket"));
        asked.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        asked.insert(SEC_WEBSOCKET_KEY, key.clone());
        // One header with a list: some API servers read only the first of several.
        let list = HeaderValue::from_str(&spoken.join(", ")).expect("known words are a header");
        asked.insert(SEC_WEBSOCKET_PROTOCOL, list);
    } else if wished.eq_ignore_ascii_case(SPDY) {
        asked.insert(UPGRADE, HeaderValue::from_static(SPDY));
        for protocol in spoken(headers, &STREAM_PROTOCOL, ON_SPDY)? {
            asked.append(STREAM_PROTOCOL, HeaderValue::from_static(protocol));
        }
    } else {
        return Err(Said::bad("the console switches only to WebSocket and SPDY/3.1"));
    }
    Ok(Some(asked))
}

fn spoken(headers: &HeaderMap, name: &HeaderName, known: &[&'static str]) -> Result<Vec<&'static str>, Said> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    let words: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let spoken: Vec<_> = known.iter().copied().filter(|known| words.contains(known)).collect();
    if spoken.is_empty() {
        return Err(Said::bad(format!("{name} names none of {}", known.join(", "))));
    }
    Ok(spoken)
}

fn is_key(key: &[u8]) -> bool {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
    key.len() == 24 && key.ends_with(b"==") && key[..22].iter().all(is_base64)
}

/// What of a cluster's answer the reader is told. Whatever a browser could take for a page is plain text.
pub(super) fn answered(from: &HeaderMap) -> HeaderMap {
    let mut told = HeaderMap::new();
    let form = from.get(CONTENT_TYPE).filter(|value| {
        let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
        ANSWERED.iter().any(|known| known.eq_ignore_ascii_case(essence))
    });
    let form = form.cloned().unwrap_or(HeaderValue::from_static("text/plain; charset=utf-8"));
    told.insert(CONTENT_TYPE, form);
    for warning in from.get_all(WARNING) {
        told.append(WARNING, warning.clone());
    }
    let is_seconds = |value: &&HeaderValue| value.as_bytes().iter().all(u8::is_ascii_digit);
    if let Some(seconds) = from.get(RETRY_AFTER).filter(is_seconds) {
        told.insert(RETRY_AFTER, seconds.clone());
    }
    told
}

/// What of an answer that switches protocols the reader is told, if it switches to the one that was asked for.
pub(super) fn switched(asked: &HeaderMap, from: &HeaderMap) -> Option<HeaderMap> {
    let wished = asked.get(UPGRADE)?.to_str().ok()?;
    let got = from.get(UPGRADE)?.to_str().ok()?;
    if !got.eq_ignore_ascii_case(wished) {
        return None;
    }
    let mut told = HeaderMap::new();
    told.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    told.insert(UPGRADE, asked[UPGRADE].clone());
    for name in [SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_PROTOCOL, STREAM_PROTOCOL] {
        if let Some(value) = from.get(&name) {
            told.insert(name, value.clone());
        }
    }
    Some(told)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let line = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        lines.iter().map(line).collect()
    }

    #[test]
    fn nobody_says_who_else_they_are() {
        for name in [
            "impersonate-user",
            "impersonate-group",
            "impersonate-uid",
            "impersonate-extra-scopes",
            "impersonate_user",
            "x-remote-user",
            "x_remote-group",
        ] {
            assert!(check_identity(&headers(&[(name, "root")])).is_err(), "{name}");
        }
        assert_eq!(
            check_identity(&headers(&[("authorization", "Bearer x"), ("kubectl-command", "get")])),
            Ok(())
        );
    }

    #[test]
    fn only_known_forms_are_wished_for() {
        let wish = |text| accept(&headers(&[("accept", text)]));

        let table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
        assert_eq!(wish(table), table);
        assert_eq!(wish("text/html,application/json;q=0.9"), "application/json;q=0.9");
        assert_eq!(wish("text/html, application/json;x=\"y\""), "application/json");
        assert_eq!(accept(&HeaderMap::new()), "application/json");
    }

    #[test]
    fn a_body_says_what_it_is() {
        let of = |text| content_type(&headers(&[("content-type", text)]));

        assert_eq!(of("application/json; charset=utf-8").unwrap(), "application/json");
        assert_eq!(
            of("application/strategic-merge-patch+json").unwrap(),
            "application/strategic-merge-patch+json"
        );
        for text in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            assert_eq!(of(text).unwrap_err().code, 415, "{text}");
        }
        assert!(content_type(&HeaderMap::new()).is_err());
    }

    const SOCKET: [(&str, &str); 3] = [
        ("upgrade", "websocket"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-version", "13"),
    ];

    #[test]
    fn a_web_socket_is_asked_for_without_what_stands_beside_its_protocol() {
        let secret = "base64url.bearer.authorization.k8s.io.c2VjcmV0, v5.channel.k8s.io, v4.channel.k8s.io";
        let lines = [SOCKET[0], SOCKET[1], SOCKET[2], ("sec-websocket-protocol", secret)];

        let asked = upgrade(&headers(&lines)).unwrap().unwrap();

        assert_eq!(asked["sec-websocket-protocol"], "v5.channel.k8s.io, v4.channel.k8s.io");
        assert!(asked.keys().all(|name| name != "sec-websocket-extensions"));
        let unknown = [SOCKET[0], SOCKET[1], SOCKET[2], ("sec-websocket-protocol", "chat")];
        for wrong in [&unknown[..], &SOCKET, &SOCKET[..1], &[("upgrade", "h2c")], &[("upgrade", "SPDY/3.1")]]
        {
            assert!(upgrade(&headers(wrong)).is_err(), "{wrong:?}");
        }
        assert_eq!(upgrade(&HeaderMap::new()), Ok(None));
    }

    #[test]
    fn spdy_is_asked_for_by_its_protocols() {
        let lines = [("upgrade", "SPDY/3.1"), ("x-stream-protocol-version", "v4.channel.k8s.io, evil")];

        let asked = upgrade(&headers(&lines)).unwrap().unwrap();

        assert_eq!(
            (&asked[UPGRADE], &asked[STREAM_PROTOCOL]),
            (&"SPDY/3.1".parse().unwrap(), &"v4.channel.k8s.io".parse().unwrap())
        );
    }

    #[test]
    fn an_answer_brings_no_cookie_no_page_and_no_way_elsewhere() {
        let from = headers(&[
            ("content-type", "text/html"),
            ("set-cookie", "orrery=x"),
            ("location", "https://evil.example"),
            ("access-control-allow-origin", "*"),
            ("content-security-policy", "default-src *"),
            ("clear-site-data", "*"),
            ("warning", "299 - \"old\""),
            ("retry-after", "5"),
        ]);

        let told = answered(&from);

        assert_eq!(told["content-type"], "text/plain; charset=utf-8");
        let mut names: Vec<&str> = told.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["content-type", "retry-after", "warning"]);
        assert_eq!(
            answered(&headers(&[("content-type", "application/json;stream=watch")]))["content-type"],
            "application/json;stream=watch"
        );
    }

    #[test]
    fn an_answer_that_switches_to_something_else_is_none() {
        let lines = [("upgrade", "SPDY/3.1"), ("x-stream-protocol-version", "v4.channel.k8s.io")];
        let asked = upgrade(&headers(&lines)).unwrap().unwrap();

        assert!(switched(&asked, &headers(&[("upgrade", "spdy/3.1")])).is_some());
        assert!(switched(&asked, &headers(&[("upgrade", "websocket")])).is_none());
        assert!(switched(&asked, &HeaderMap::new()).is_none());
    }
}
