//! Which headers go through, and which are between neighbours only.

use axum::http::header::{
    CONNECTION, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION,
    SET_COOKIE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};

/// Headers of one connection (RFC 9110, 7.6.1).
const OF_A_CONNECTION: [HeaderName; 7] =
    [CONNECTION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];
const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
/// How proxies say where a request comes from, besides everything that begins with `x-forwarded-`.
const CLAIMED: [&str; 5] = ["forwarded", "true-client-ip", "x-client-ip", "x-cluster-client-ip", "x-real-ip"];

/// Tells a browser what to forget.
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
/// What a browser forgets of one address alone. Cookies are not among it: those of every name below the same registrable domain
/// go with them, so that a pod would sign people out of a console that is there too.
const OF_ONE_ADDRESS: [&str; 3] = ["\"cache\"", "\"storage\"", "\"executionContexts\""];

/// Whether it says where a request comes from: here it is the console that says it.
fn is_claimed(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.starts_with("x-forwarded-") || CLAIMED.contains(&name)
}

fn without_those_of_the_connection(headers: &HeaderMap) -> HeaderMap {
    let named: Vec<String> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let is_kept = |name: &HeaderName| {
        !OF_A_CONNECTION.contains(name)
            && *name != KEEP_ALIVE
            && !named.iter().any(|own| own == name.as_str())
    };
    let kept = headers.iter().filter(|(name, _)| is_kept(name));
    let mut all = HeaderMap::new();
    for (name, value) in kept {
        all.append(name.clone(), value.clone());
    }
    all
}

/// The address of a port, as browsers know it.
#[derive(Clone, Copy, Debug)]
pub struct Address<'a> {
    /// Host and port.
    pub authority: &'a str,
    /// `http` or `https`.
    pub scheme: &'static str,
    /// What the cookie is called that holds the pass.
    pub cookie: &'a str,
}

/// What a request is sent on with: without the pass, which is nobody's business there.
pub fn to_the_pod(headers: &HeaderMap, address: Address<'_>, is_upgrade: bool) -> HeaderMap {
    let mut sent = without_those_of_the_connection(headers);
    let claimed: Vec<HeaderName> = sent.keys().filter(|name| is_claimed(name)).cloned().collect();
    claimed.iter().for_each(|name| drop(sent.remove(name)));
    let cookies: Vec<String> = sent
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .map(|pair| pair.trim().to_owned())
        .filter(|pair| pair.split('=').next() != Some(address.cookie) && !pair.is_empty())
        .collect();
    sent.remove(COOKIE);
    if let Ok(value) = HeaderValue::from_str(&cookies.join("; "))
        && !cookies.is_empty()
    {
        sent.insert(COOKIE, value);
    }
    if let Ok(host) = HeaderValue::from_str(address.authority) {
        sent.insert(HOST, host.clone());
        sent.insert("x-forwarded-host", host);
    }
    sent.insert("x-forwarded-proto", HeaderValue::from_static(address.scheme));
    if is_upgrade {
        sent.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        append(&mut sent, &UPGRADE, headers.get_all(UPGRADE).iter().cloned());
    }
    sent
}

/// What an answer is passed on with. Cookies stay with this address: one for the whole domain would reach other ports, and
/// perhaps the console. So does what the browser is told to forget.
pub fn from_the_pod(headers: &HeaderMap, cookie: &str, is_upgrade: bool) -> HeaderMap {
    let mut kept = without_those_of_the_connection(headers);
    let cookies: Vec<HeaderValue> =
        kept.get_all(SET_COOKIE).iter().filter_map(|line| own(cookie, line)).collect();
    kept.remove(SET_COOKIE);
    append(&mut kept, &SET_COOKIE, cookies);
    let cleared = cleared(&kept);
    kept.remove(CLEAR_SITE_DATA);
    append(&mut kept, &CLEAR_SITE_DATA, cleared);
    if is_upgrade {
        kept.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        append(&mut kept, &UPGRADE, headers.get_all(UPGRADE).iter().cloned());
    }
    kept
}

fn append(headers: &mut HeaderMap, name: &HeaderName, values: impl IntoIterator<Item = HeaderValue>) {
    for value in values {
        headers.append(name, value);
    }
}

/// What of its own address a pod tells the browser to forget.
fn cleared(headers: &HeaderMap) -> Option<HeaderValue> {
    let lines = headers.get_all(CLEAR_SITE_DATA).iter().filter_map(|line| line.to_str().ok());
    let asked: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let is_asked = |part: &&str| asked.contains(part) || asked.contains(&"\"*\"");
    let parts: Vec<&str> = OF_ONE_ADDRESS.into_iter().filter(is_asked).collect();
    if parts.is_empty() { None } else { HeaderValue::from_str(&parts.join(", ")).ok() }
}

/// A cookie without the domain that it names; none where it would be the pass.
fn own(pass: &str, line: &HeaderValue) -> Option<HeaderValue> {
    let line = line.to_str().ok()?;
    if line.split('=').next()?.trim() == pass {
        return None;
    }
    let is_domain =
        |part: &str| part.split('=').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("domain"));
    let parts: Vec<&str> = line
        .split(';')
        .enumerate()
        .filter(|(index, part)| *index == 0 || !is_domain(part))
        .map(|(_, part)| part)
        .collect();
    HeaderValue::from_str(&parts.join(";")).ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    const ADDRESS: Address<'_> =
        Address { authority: "0a.ports.example", scheme: "https", cookie: "__Host-orrery-port" };

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    fn all<'h>(headers: &'h HeaderMap, name: &str) -> Vec<&'h str> {
        headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
    }

    #[test]
    fn a_pod_never_sees_the_pass_nor_what_somebody_claims_about_the_way() {
        let request = headers(&[
            ("cookie", "a=1; __Host-orrery-port=sealed; b=2"),
            ("cookie", "__Host-orrery-port=other"),
            ("x-forwarded-for", "10.0.0.1"),
            ("x-forwarded-user", "admin"),
            ("forwarded", "for=10.0.0.1"),
            ("x-real-ip", "10.0.0.1"),
            ("x-real-ip", "10.0.0.2"),
            ("x-request-id", "7"),
            ("host", "console.example"),
            ("authorization", "Basic x"),
        ]);

        let sent = to_the_pod(&request, ADDRESS, false);

        assert_eq!(all(&sent, "cookie"), ["a=1; b=2"]);
        assert_eq!(
            (all(&sent, "host"), all(&sent, "x-forwarded-host")),
            (vec!["0a.ports.example"], vec!["0a.ports.example"])
        );
        assert_eq!(all(&sent, "x-forwarded-proto"), ["https"]);
        for claim in ["x-forwarded-for", "x-forwarded-user", "forwarded", "x-real-ip"] {
            assert!(all(&sent, claim).is_empty(), "{claim}");
        }
        assert_eq!(all(&sent, "x-request-id"), ["7"], "which says nothing of the way");
        assert_eq!(all(&sent, "authorization"), ["Basic x"], "what the program there asks for");
        let only = headers(&[("cookie", "__Host-orrery-port=sealed")]);
        assert!(all(&to_the_pod(&only, ADDRESS, false), "cookie").is_empty());
    }

    #[test]
    fn what_is_of_a_connection_stays_there_unless_it_changes_its_protocol() {
        let request = headers(&[
            ("connection", "keep-alive, X-Own, Upgrade"),
            ("upgrade", "websocket"),
            ("x-own", "1"),
            ("transfer-encoding", "chunked"),
            ("sec-websocket-key", "k"),
        ]);

        let plain = to_the_pod(&request, ADDRESS, false);
        let upgraded = to_the_pod(&request, ADDRESS, true);

        for name in ["connection", "upgrade", "x-own", "transfer-encoding"] {
            assert!(all(&plain, name).is_empty(), "{name}");
        }
        assert_eq!(
            (all(&upgraded, "connection"), all(&upgraded, "upgrade")),
            (vec!["upgrade"], vec!["websocket"])
        );
        assert_eq!(all(&upgraded, "sec-websocket-key"), ["k"]);
    }

    #[test]
    fn cookies_of_a_pod_stay_at_its_address() {
        let answer = headers(&[
            ("set-cookie", "sid=1; Path=/; Domain=example; HttpOnly"),
            ("set-cookie", "domain=2; DOMAIN=.ports.example"),
            ("set-cookie", "__Host-orrery-port=forged; Path=/; Secure"),
        ]);

        let kept = from_the_pod(&answer, ADDRESS.cookie, false);

        assert_eq!(all(&kept, "set-cookie"), ["sid=1; Path=/; HttpOnly", "domain=2"]);
    }

    #[test]
    fn a_pod_makes_nobody_forget_what_is_not_of_its_address() {
        let cleared = |lines: &[(&'static str, &'static str)]| {
            let kept = from_the_pod(&headers(lines), ADDRESS.cookie, false);
            all(&kept, "clear-site-data").join("; ")
        };

        assert_eq!(cleared(&[("clear-site-data", "\"cookies\"")]), "");
        assert_eq!(
            cleared(&[("clear-site-data", "\"cookies\", \"storage\""), ("clear-site-data", "\"cache\"")]),
            "\"cache\", \"storage\""
        );
        assert_eq!(
            cleared(&[("clear-site-data", "\"*\"")]),
            "\"cache\", \"storage\", \"executionContexts\"",
            "which is all but cookies"
        );
        assert_eq!(cleared(&[("clear-site-data", "\"cookies\";\"*\"")]), "", "what cannot be read");
    }
}
