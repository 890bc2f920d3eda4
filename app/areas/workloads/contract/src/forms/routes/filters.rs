//! What routes do with what goes through them. Which of it a filter does is its type; what a type of its own needs is shown
//! with it, and a type that nobody knows here stays as it is.

use crate::field::{Control, Field};
use crate::rule::Rule;

const HEADER: &[Field] = &[
    Field::new("name", "name", Control::Line).rule(Rule::HeaderName).required(),
    Field::new("value", "value", Control::Line).required(),
];

const IN_REQUESTS: &str = "type=RequestHeaderModifier";
const IN_ANSWERS: &str = "type=ResponseHeaderModifier";
const REDIRECT: &str = "type=RequestRedirect";
const REWRITE: &str = "type=URLRewrite";
const MIRROR: &str = "type=RequestMirror";
const CORS: &str = "type=CORS";
const EXTENSION: &str = "type=ExtensionRef";

const fn headers(path: &'static str, id: &'static str, when: &'static str) -> Field {
    let items = Control::Items { begin: r#"{"name": "", "value": ""}"#, title: "name", fields: HEADER };
    Field::new(path, id, items).when(when)
}

const fn names(path: &'static str, id: &'static str, when: &'static str) -> Field {
    Field::new(path, id, Control::Lines).rule(Rule::HeaderName).when(when)
}

const fn line(path: &'static str, id: &'static str, when: &'static str) -> Field {
    Field::new(path, id, Control::Line).when(when)
}

/// What becomes of a path.
const fn path_change(path: &'static str, when: &'static str) -> Field {
    Field::new(path, "path-change", Control::Choice(&["", "ReplaceFullPath", "ReplacePrefixMatch"]))
        .when(when)
}

const fn new_path(path: &'static str, id: &'static str, when: &'static str) -> Field {
    line(path, id, when).rule(Rule::Path).required()
}

const fn kind(types: &'static [&'static str]) -> Field {
    Field::new("type", "filter-type", Control::Choice(types))
}

/// Those that both kinds of routes have.
const SHARED: [Field; 13] = [
    headers("requestHeaderModifier/set", "headers-set", IN_REQUESTS),
    headers("requestHeaderModifier/add", "headers-added", IN_REQUESTS),
    names("requestHeaderModifier/remove", "headers-removed", IN_REQUESTS),
    headers("responseHeaderModifier/set", "headers-set", IN_ANSWERS),
    headers("responseHeaderModifier/add", "headers-added", IN_ANSWERS),
    names("responseHeaderModifier/remove", "headers-removed", IN_ANSWERS),
    Field::new("requestMirror/backendRef/name", "service", Control::Names("services"))
        .required()
        .when(MIRROR),
    Field::new("requestMirror/backendRef/port", "port", Control::Number).rule(Rule::Port).when(MIRROR),
    Field::new("requestMirror/backendRef/namespace", "backend-namespace", Control::Names("namespaces"))
        .rule(Rule::Label)
        .when(MIRROR),
    Field::new("requestMirror/percent", "mirror-percent", Control::Number)
        .rule(Rule::Between(0, 100))
        .when(MIRROR),
    line("extensionRef/group", "source-group", EXTENSION).rule(Rule::Subdomain).required(),
    line("extensionRef/kind", "source-kind", EXTENSION).required(),
    line("extensionRef/name", "source-name", EXTENSION).required(),
];

const REQUEST_FILTER: &[Field] = &[
    kind(&[
        "RequestHeaderModifier",
        "ResponseHeaderModifier",
        "RequestRedirect",
        "URLRewrite",
        "RequestMirror",
        "CORS",
        "ExtensionRef",
    ]),
    SHARED[0],
    SHARED[1],
    SHARED[2],
    SHARED[3],
    SHARED[4],
    SHARED[5],
    Field::new("requestRedirect/scheme", "scheme", Control::Choice(&["", "http", "https"])).when(REDIRECT),
    line("requestRedirect/hostname", "other-host", REDIRECT).rule(Rule::Subdomain),
    path_change("requestRedirect/path/type", REDIRECT),
    new_path("requestRedirect/path/replaceFullPath", "new-path", "requestRedirect/path/type=ReplaceFullPath"),
    new_path(
        "requestRedirect/path/replacePrefixMatch",
        "new-prefix",
        "requestRedirect/path/type=ReplacePrefixMatch",
    ),
    Field::new("requestRedirect/port", "port", Control::Number).rule(Rule::Port).when(REDIRECT),
    Field::new("requestRedirect/statusCode", "redirect-status", Control::Number)
        .rule(Rule::Among(&[301, 302, 303, 307, 308]))
        .when(REDIRECT),
    line("urlRewrite/hostname", "other-host", REWRITE).rule(Rule::Subdomain),
    path_change("urlRewrite/path/type", REWRITE),
    new_path("urlRewrite/path/replaceFullPath", "new-path", "urlRewrite/path/type=ReplaceFullPath"),
    new_path("urlRewrite/path/replacePrefixMatch", "new-prefix", "urlRewrite/path/type=ReplacePrefixMatch"),
    SHARED[6],
    SHARED[7],
    SHARED[8],
    SHARED[9],
    Field::new("cors/allowOrigins", "cors-origins", Control::Lines).when(CORS),
    Field::new(
        "cors/allowMethods",
        "cors-methods",
        Control::Ticks(&[
            "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*",
        ]),
    )
    .when(CORS),
    names("cors/allowHeaders", "cors-headers", CORS),
    names("cors/exposeHeaders", "cors-exposed", CORS),
    Field::new("cors/allowCredentials", "cors-credentials", Control::Truth).when(CORS),
    Field::new("cors/maxAge", "cors-age", Control::Number).rule(Rule::Between(1, 2_147_483_647)).when(CORS),
    SHARED[10],
    SHARED[11],
    SHARED[12],
];

const CALL_FILTER: &[Field] = &[
    kind(&["RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "ExtensionRef"]),
    SHARED[0],
    SHARED[1],
    SHARED[2],
    SHARED[3],
    SHARED[4],
    SHARED[5],
    SHARED[6],
    SHARED[7],
    SHARED[8],
    SHARED[9],
    SHARED[10],
    SHARED[11],
    SHARED[12],
];

const fn filters(fields: &'static [Field]) -> Field {
    const BEGIN: &str =
        r#"{"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "", "value": ""}]}}"#;
    Field::new("filters", "filters", Control::Items { begin: BEGIN, title: "type", fields })
        // Some may be there twice; which may not is a matter of the whole rule.
        .rule(Rule::Repeats)
}

/// What an HTTP route does with requests and their answers.
pub(super) const OF_REQUESTS: Field = filters(REQUEST_FILTER);

/// What a route of gRPC does with calls and theirs.
pub(super) const OF_CALLS: Field = filters(CALL_FILTER);
