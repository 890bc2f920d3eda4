//! What must hold for a field.

mod gateway;

pub(crate) use gateway::milliseconds;

use serde_json::Value;

/// What must hold for a field's value, when there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Anything.
    Any,
    /// A name of letters, digits and dashes, at most 63 (RFC 1123).
    Label,
    /// The same, beginning with a letter (RFC 1035): services.
    ServiceName,
    /// Several of those with dots, at most 253.
    Subdomain,
    /// A name of a port: at most 15.
    PortName,
    /// A port: 1 to 65535.
    Port,
    /// A number of a port, or a port's name.
    PortOrName,
    /// A whole number within these bounds.
    Whole(i64, i64),
    /// The same, where a schema says the bounds and each is told by itself.
    Between(i64, i64),
    /// A text of so many characters.
    Length(u64, u64),
    /// A mode of files, up to 0777 in octal.
    Mode,
    /// A quantity such as `500m` or `2Gi`; of keys and values, each value.
    Quantity,
    /// A number, or a percentage.
    NumberOrPercent,
    /// An image: no spaces.
    Image,
    /// A name of an environment variable.
    Variable,
    /// An absolute path, of a file or of a request: `/v1/orders:close` is one.
    Path,
    /// An absolute path at which a volume is mounted, which has no colon.
    MountPath,
    /// An absolute path at which a volume is a device: with no way up.
    DevicePath,
    /// A path inside a volume: relative, and with no way up.
    Inside,
    /// A time table of five parts.
    Schedule,
    /// A host name, possibly `*.` and a host name.
    Host,
    /// A range of addresses such as `10.0.0.0/8` (RFC 4632, RFC 4291).
    Cidr,
    /// A key of a config map or a secret.
    Key,
    /// Anything; of a list of things, several may have one name.
    Repeats,
    /// Labels: keys with an optional prefix, values of at most 63.
    Labels,
    /// One of these numbers.
    Among(&'static [i64]),
    /// A name of a header, or of a parameter of a query.
    HeaderName,
    /// A path, or its beginning, that a route compares requests with.
    RoutePath,
    /// A service of gRPC, such as `shop.Orders`.
    GrpcService,
    /// A method of gRPC.
    GrpcMethod,
    /// A time such as `1m30s` or `500ms`.
    Span,
    /// Any texts; of a list this one has no others beside it.
    Alone(&'static str),
    /// The key of a label, or another name with an optional prefix.
    Qualified,
    /// The value of a label.
    LabelValue,
    /// A parameter of the kernel, such as `net.core.somaxconn`.
    KernelParameter,
    /// Indexes of a job in their order, such as `0,2-4`.
    Indexes,
    /// A controller: a domain and a path in it, such as `kueue.x-k8s.io/multikueue`, at most 63.
    Controller,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, such as `0/spec/replicas`: the object's place among the draft's, and the path in it.
    pub place: String,
    /// The key of the text that says what is wrong.
    pub text: &'static str,
    /// What the text names, if it names anything.
    pub value: String,
}

impl Rule {
    /// The key of the text that says what is wrong with a value; `None` for a good one.
    pub fn wrong(self, value: &Value) -> Option<&'static str> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Array(items) => {
                return match self {
                    Self::Alone(word) => {
                        (items.len() > 1 && items.iter().any(|item| item == word)).then_some(ALONE)
                    }
                    _ => items.iter().find_map(|item| self.wrong(item)),
                };
            }
            Value::Object(pairs) => {
                return match self {
                    Self::Labels => (!pairs.iter().all(is_label)).then_some("fault.labels"),
                    Self::Quantity | Self::Between(..) => pairs.values().find_map(|value| self.wrong(value)),
                    _ => None,
                };
            }
            _ => return None,
        };
        let (is_good, key) = match self {
            Self::Any | Self::Repeats | Self::Labels | Self::Alone(_) => (true, ""),
            Self::Label => (is_dns(&text, 63), "fault.label"),
            Self::ServiceName => (
                is_dns(&text, 63) && text.starts_with(|first: char| first.is_ascii_lowercase()),
                "fault.service-name",
            ),
            Self::Subdomain => {
                (text.len() <= 253 && text.split('.').all(|part| is_dns(part, 253)), "fault.subdomain")
            }
            Self::PortName => (is_port_name(&text), "fault.port-name"),
            Self::Port => (is_within(&text, 1, 65_535), "fault.port"),
            Self::PortOrName => (is_within(&text, 1, 65_535) || is_port_name(&text), "fault.port"),
            Self::Whole(least, most) => (is_within(&text, least, most), "fault.whole"),
            Self::Between(least, most) => match text.parse::<i64>() {
                Err(_) => (false, "fault.integer"),
                Ok(number) if number < least => (false, LEAST),
                Ok(number) => (number <= most, MOST),
            },
            Self::Length(least, most) => match text.chars().count() as u64 {
                length if length < least => (false, SHORT),
                length => (length <= most, LONG),
            },
            Self::Mode => (is_within(&text, 0, 0o777), "fault.mode"),
            Self::Quantity => (model::quantity::thousandths(&text).is_some(), "fault.quantity"),
            Self::NumberOrPercent => {
                (is_within(text.strip_suffix('%').unwrap_or(&text), 0, 1_000_000), "fault.percent")
            }
            Self::Image => (!text.contains(char::is_whitespace) && !text.ends_with(':'), "fault.image"),
            Self::Variable => (
                is_of(&text, "-._") && !text.starts_with(|first: char| first.is_ascii_digit()),
                "fault.variable",
            ),
            Self::Path => (text.starts_with('/'), "fault.path"),
            Self::MountPath => (text.starts_with('/') && !text.contains(':'), "fault.mount-path"),
            Self::DevicePath => (text.starts_with('/') && !leads_up(&text), "fault.device-path"),
            Self::Inside => (!text.starts_with('/') && !leads_up(&text), "fault.inside"),
            Self::Schedule => (is_schedule(&text), "fault.schedule"),
            Self::Host => {
                let host = text.strip_prefix("*.").unwrap_or(&text);
                (text.len() <= 253 && host.split('.').all(|part| is_dns(part, 63)), "fault.host")
            }
            Self::Cidr => (is_cidr(&text), "fault.cidr"),
            Self::Key => {
                (is_of(&text, "-._") && text.len() <= 253 && text != "." && text != "..", "fault.key")
            }
            Self::Among(numbers) => (text.parse().is_ok_and(|number: i64| numbers.contains(&number)), AMONG),
            Self::HeaderName => (gateway::is_header_name(&text), "fault.header-name"),
            Self::RoutePath => (gateway::is_route_path(&text), "fault.route-path"),
            Self::GrpcService => (gateway::is_grpc_service(&text), "fault.grpc-service"),
            Self::GrpcMethod => (gateway::is_grpc_method(&text), "fault.grpc-method"),
            Self::Span => (milliseconds(&text).is_some(), "fault.span"),
            Self::Qualified => (is_qualified(&text), "fault.qualified"),
            Self::LabelValue => (is_label_value(&text), "fault.label-value"),
            Self::KernelParameter => (is_kernel_parameter(&text), "fault.kernel-parameter"),
            Self::Indexes => (indexes(&text).is_some(), "fault.indexes"),
            Self::Controller => (is_controller(&text), "fault.controller"),
        };
        (!is_good).then_some(key)
    }

    /// The bound or the word that the text of a fault names, if it names one.
    pub(crate) fn bound(self, text: &str) -> Option<String> {
        match (self, text) {
            (Self::Between(least, _), LEAST) => Some(least.to_string()),
            (Self::Between(_, most), MOST) => Some(most.to_string()),
            (Self::Length(least, _), SHORT) => Some(least.to_string()),
            (Self::Length(_, most), LONG) => Some(most.to_string()),
            (Self::Among(numbers), AMONG) => {
                let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
                Some(numbers.join(", "))
            }
            (Self::Alone(word), ALONE) => Some(word.to_owned()),
            _ => None,
        }
    }
}

/// Faults that name a bound, or a word.
const LEAST: &str = "fault.least";
const MOST: &str = "fault.most";
const SHORT: &str = "fault.short";
const LONG: &str = "fault.long";
const AMONG: &str = "fault.among";
const ALONE: &str = "fault.alone";

fn is_dns(text: &str, longest: usize) -> bool {
    let is_edge =
        |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let bytes = text.as_bytes();
    text.len() <= longest
        && is_edge(bytes.first().copied())
        && is_edge(bytes.last().copied())
        && bytes.iter().all(|byte| is_edge(Some(*byte)) || *byte == b'-')
}

fn is_port_name(text: &str) -> bool {
    is_dns(text, 15) && text.bytes().any(|byte| byte.is_ascii_lowercase())
}

fn is_within(text: &str, least: i64, most: i64) -> bool {
    text.parse::<i64>().is_ok_and(|number| (least..=most).contains(&number))
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let most = match address.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(_)) => 32,
        Ok(std::net::IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    is_within(bits, 0, most) && !bits.starts_with('+')
}

fn is_of(text: &str, others: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || others.contains(letter))
}

fn leads_up(path: &str) -> bool {
    path.split('/').any(|part| part == "..")
}

fn is_kernel_parameter(text: &str) -> bool {
    let is_edge = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let is_part = |part: &str| {
        part.starts_with(is_edge)
            && part.ends_with(is_edge)
            && part.chars().all(|letter| is_edge(letter) || "-_".contains(letter))
    };
    text.len() <= 253 && text.split(['.', '/']).all(is_part)
}

fn is_schedule(text: &str) -> bool {
    let is_part =
        |part: &str| part.chars().all(|letter| letter.is_ascii_alphanumeric() || "*/,-?L#".contains(letter));
    text.starts_with('@') || (text.split_whitespace().count() == 5 && text.split_whitespace().all(is_part))
}

/// How many indexes a text such as `0,2-4` names, and the last of them; nothing when it is none, or has no order.
pub(crate) fn indexes(text: &str) -> Option<(i64, i64)> {
    let number = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i32>().ok().filter(|_| is_number).map(i64::from)
    };
    let (mut count, mut last) = (0, -1);
    for part in text.split(',') {
        let (first, end) = match part.split_once('-') {
            Some((first, end)) => {
                let (first, end) = (number(first)?, number(end)?);
                (first < end).then_some((first, end))?
            }
            None => (number(part)?, number(part)?),
        };
        if first <= last {
            return None;
        }
        count += end - first + 1;
        last = end;
    }
    Some((count, last))
}

fn is_controller(text: &str) -> bool {
    let is_in_path = |letter: char| letter.is_ascii_alphanumeric() || "/-._~%!$&'()*+,;=:".contains(letter);
    text.len() <= 63
        && text.split_once('/').is_some_and(|(domain, path)| {
            domain.split('.').all(|part| is_dns(part, 63)) && !path.is_empty() && path.chars().all(is_in_path)
        })
}

fn is_label((key, value): (&String, &Value)) -> bool {
    is_qualified(key) && is_label_value(value.as_str().unwrap_or_default())
}

fn is_qualified(text: &str) -> bool {
    let (prefix, name) = text.split_once('/').map_or((None, text), |(prefix, name)| (Some(prefix), name));
    let is_domain = |prefix: &str| prefix.len() <= 253 && prefix.split('.').all(|part| is_dns(part, 253));
    prefix.is_none_or(is_domain) && is_label_name(name)
}

fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_label_name(text)
}

fn is_label_name(text: &str) -> bool {
    let edge = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    text.len() <= 63 && is_of(text, "-._") && edge(text.chars().next()) && edge(text.chars().last())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn good(rule: Rule, text: &str) -> bool {
        rule.wrong(&json!(text)).is_none()
    }

    #[test]
    fn rules_are_those_of_kubernetes() {
        assert!(good(Rule::Label, "web-0") && !good(Rule::Label, "Web") && !good(Rule::Label, "web-"));
        assert!(good(Rule::Label, "0web") && !good(Rule::ServiceName, "0web"));
        assert!(good(Rule::Subdomain, "a.b") && !good(Rule::Subdomain, "a..b"));
        assert!(
            good(Rule::PortName, "http")
                && !good(Rule::PortName, "8080")
                && !good(Rule::PortName, "much-too-long-name")
        );
        assert!(good(Rule::PortOrName, "8080") && !good(Rule::PortOrName, "0"));
        assert!(good(Rule::NumberOrPercent, "25%") && !good(Rule::NumberOrPercent, "a%"));
        assert!(good(Rule::Variable, "A_B.c") && !good(Rule::Variable, "1A") && !good(Rule::Variable, "A B"));
        assert!(
            good(Rule::Schedule, "*/5 * * * 1-5")
                && good(Rule::Schedule, "@daily")
                && !good(Rule::Schedule, "* * *")
        );
        assert!(good(Rule::Host, "*.example.com") && !good(Rule::Host, "exa mple"));
        assert!(good(Rule::Path, "/v1/orders:close") && !good(Rule::Path, "v1"));
        assert!(good(Rule::MountPath, "/data") && !good(Rule::MountPath, "/data:ro"));
        assert!(good(Rule::Inside, "etc/app..conf") && !good(Rule::Inside, "/etc"));
        assert!(!good(Rule::Inside, "../etc") && !good(Rule::Inside, "a/.."));
        assert!(good(Rule::DevicePath, "/dev/xvda") && !good(Rule::DevicePath, "dev/xvda"));
        assert!(!good(Rule::DevicePath, "/dev/../etc"));
        assert!(good(Rule::KernelParameter, "kernel.shm_rmid_forced"));
        assert!(good(Rule::KernelParameter, "net/ipv4/conf/eno2.100/rp_filter"));
        assert!(!good(Rule::KernelParameter, "net..core") && !good(Rule::KernelParameter, "Net.core"));
        assert!(!good(Rule::KernelParameter, "net.core_") && !good(Rule::KernelParameter, "net.*"));
        assert!(good(Rule::Key, "tls.crt") && !good(Rule::Key, "a/b"));
        assert!(good(Rule::Cidr, "10.0.0.0/8") && good(Rule::Cidr, "fd00::/8"));
        assert!(
            !good(Rule::Cidr, "10.0.0.0")
                && !good(Rule::Cidr, "10.0.0.0/33")
                && !good(Rule::Cidr, "10.0.0/8")
        );
        assert_eq!(Rule::Cidr.wrong(&json!(["10.0.0.0/8", "x"])), Some("fault.cidr"));
        assert!(Rule::Alone("a").wrong(&json!(["b", "c"])).is_none());
        assert!(Rule::Alone("a").wrong(&json!(["a"])).is_none());
        assert_eq!(Rule::Alone("a").wrong(&json!(["b", "a"])), Some("fault.alone"));
        assert!(Rule::Quantity.wrong(&json!({"pods": "10", "requests.cpu": "500m"})).is_none());
        assert!(Rule::Quantity.wrong(&json!({"pods": "10", "requests.cpu": "much"})).is_some());
        let labels = |key: &str, value: &str| Rule::Labels.wrong(&json!({ key: value })).is_none();
        assert!(
            labels("app.kubernetes.io/name", "web")
                && labels("a", "")
                && !labels("a b", "c")
                && !labels("a", "b c")
        );
        assert!(labels("example.com/Team_A.b", "Shop") && !labels("Example.com/team", "shop"));
        assert!(!labels(&format!("{}/a", ["a"; 128].join(".")), "b"), "a prefix of 255 characters");
        assert!(good(Rule::Qualified, "example.com/Tier_1") && good(Rule::Qualified, "DisruptionTarget"));
        assert!(!good(Rule::Qualified, "a/b/c") && !good(Rule::Qualified, "-a"));
        assert!(good(Rule::Indexes, "0,2-4,7") && !good(Rule::Indexes, "2-4,3"));
        assert!(!good(Rule::Indexes, "4-2") && !good(Rule::Indexes, "3-3"));
        assert!(!good(Rule::Indexes, "0, 1") && !good(Rule::Indexes, "1,"));
        assert_eq!(indexes("0,2-4"), Some((4, 4)));
        assert!(good(Rule::Controller, "kueue.x-k8s.io/multikueue") && good(Rule::Controller, "a/b/c"));
        assert!(!good(Rule::Controller, "multikueue") && !good(Rule::Controller, "example.com/"));
        assert!(!good(Rule::Controller, "Example.com/a") && !good(Rule::Controller, "example.com/a b"));
        assert!(!good(Rule::Controller, &format!("example.com/{}", "a".repeat(52))), "64 characters");
        assert!(good(Rule::LabelValue, "v1.2") && good(Rule::LabelValue, ""));
        assert!(!good(Rule::LabelValue, "a/b") && !good(Rule::LabelValue, &"a".repeat(64)));
    }
}
