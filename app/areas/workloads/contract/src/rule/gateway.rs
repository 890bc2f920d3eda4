//! What the Gateway API asks of texts.

/// How many groups of digits and a unit a time has at most, and how many digits each.
const MOST_GROUPS: usize = 4;
const MOST_DIGITS: usize = 5;

/// A time such as `1m30s` or `500ms` in milliseconds; `None` for what is none.
pub(crate) fn milliseconds(text: &str) -> Option<u64> {
    let (mut rest, mut sum, mut groups) = (text, 0_u64, 0);
    while !rest.is_empty() {
        let end = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let (digits, behind) = rest.split_at(end);
        if digits.len() > MOST_DIGITS {
            return None;
        }
        let units = [("ms", 1_u64), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];
        let (after, unit) =
            units.into_iter().find_map(|(word, unit)| Some((behind.strip_prefix(word)?, unit)))?;
        sum += digits.parse::<u64>().ok()? * unit;
        (rest, groups) = (after, groups + 1);
    }
    (1..=MOST_GROUPS).contains(&groups).then_some(sum)
}

/// A name of a header or of a parameter of a query (RFC 9110, section 5.6.2).
pub(super) fn is_header_name(text: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    (1..=256).contains(&text.len()) && text.bytes().all(is_token)
}

/// A path, or the beginning of one, that requests are compared with.
pub(super) fn is_route_path(text: &str) -> bool {
    let has_none_of = ["//", "/./", "/../", "%2f", "%2F"].iter().all(|part| !text.contains(part));
    let is_ended = !text.ends_with("/..") && !text.ends_with("/.");
    text.starts_with('/') && text.len() <= 1024 && has_none_of && is_ended && has_path_letters(text)
}

/// Only what a path may hold (RFC 3986, section 3.3).
fn has_path_letters(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let is_hexadecimal = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_hexdigit());
        let is_good = match byte {
            b'%' => is_hexadecimal(bytes.next()) && is_hexadecimal(bytes.next()),
            byte => byte.is_ascii_alphanumeric() || b"-/._~!$&'()*+,;=:@".contains(&byte),
        };
        if !is_good {
            return false;
        }
    }
    true
}

/// A service of gRPC, possibly with its package.
pub(super) fn is_grpc_service(text: &str) -> bool {
    text.len() <= 1024 && text.strip_prefix('.').unwrap_or(text).split('.').all(is_grpc_word)
}

/// A method of gRPC.
pub(super) fn is_grpc_method(text: &str) -> bool {
    text.len() <= 1024 && is_grpc_word(text)
}

fn is_grpc_word(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !text.is_empty() && !text.starts_with(|first: char| first.is_ascii_digit()) && text.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_time_is_read_as_the_gateway_api_writes_it() {
        assert_eq!(milliseconds("10s"), Some(10_000));
        assert_eq!(milliseconds("1h30m5s250ms"), Some(5_405_250));
        assert_eq!(milliseconds("0s"), Some(0));
        for wrong in ["", "10", "s", "1.5s", "100000s", "1h1m1s1ms1s", "1 s", "-1s", "1d"] {
            assert_eq!(milliseconds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_path_that_requests_are_compared_with_has_no_way_around_it() {
        for good in ["/", "/orders", "/orders/", "/a%20b", "/v1/orders:close", "/.well-known", "/a..b"] {
            assert!(is_route_path(good), "{good}");
        }
        for wrong in
            ["", "orders", "/a//b", "/a/./b", "/a/../b", "/a/..", "/a/.", "/a%2fb", "/a#b", "/a b", "/a%2"]
        {
            assert!(!is_route_path(wrong), "{wrong}");
        }
    }

    #[test]
    fn names_of_grpc_and_of_headers_are_those_of_their_specifications() {
        assert!(is_grpc_service("shop.orders.v1.Orders") && is_grpc_service(".Orders"));
        assert!(
            !is_grpc_service("shop..Orders") && !is_grpc_service("shop/Orders") && !is_grpc_service("1a")
        );
        assert!(is_grpc_method("Place_Order2") && !is_grpc_method("a.b") && !is_grpc_method(""));
        assert!(is_header_name("X-Canary") && !is_header_name("X Canary") && !is_header_name("a:"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_judged(text in ".{0,12}", digits in 0_u32..100_000, unit in "h|m|s|ms") {
            let _ = (milliseconds(&text), is_route_path(&text), is_grpc_service(&text), is_header_name(&text));
            let written = format!("{digits}{unit}");
            prop_assert!(milliseconds(&written).is_some());
        }
    }
}
