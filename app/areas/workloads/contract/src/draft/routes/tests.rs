use crate::field::{Control, Field};
use crate::{Draft, Form, at, forms};
use proptest::prelude::*;
use serde_json::{Value, json};

fn http() -> (&'static Form, Draft) {
    route("httproutes.gateway.networking.k8s.io")
}

/// A route that lacks nothing.
fn route(slug: &str) -> (&'static Form, Draft) {
    let form = forms::find(slug).expect("there is one");
    let mut draft = Draft::begin(form, "web", "shop");
    draft.set(form, 0, "spec/parentRefs/0/name", Some(json!("front")));
    draft.set(form, 0, "spec/rules/0/backendRefs/0/name", Some(json!("web")));
    if slug.starts_with("tls") {
        draft.set(form, 0, "spec/hostnames", Some(json!(["shop.example.com"])));
    }
    (form, draft)
}

/// What is wrong, by place and text.
fn found(form: &Form, draft: &Draft) -> Vec<(String, &'static str)> {
    let told = |fault: crate::Fault| (fault.place.trim_start_matches("0/spec/").to_owned(), fault.text);
    draft.faults(form).into_iter().map(told).collect()
}

/// What is wrong with a rule of an HTTP route.
fn found_in_rule(rule: Value) -> Vec<(String, &'static str)> {
    let (form, mut draft) = http();
    draft.set(form, 0, "spec/rules/0", Some(rule));
    let inside = |(place, text): (String, &'static str)| (place.replace("rules/0/", ""), text);
    found(form, &draft).into_iter().map(inside).collect()
}

fn one(place: &str, text: &'static str) -> Vec<(String, &'static str)> {
    vec![(place.to_owned(), text)]
}

#[test]
fn every_route_begins_with_what_lacks_nothing_but_names() {
    for slug in ["httproutes", "grpcroutes", "tlsroutes", "tcproutes"] {
        let (form, draft) = route(&format!("{slug}.gateway.networking.k8s.io"));

        assert_eq!(found(form, &draft), [], "{slug}");
    }
}

#[test]
fn a_filter_of_another_type_says_nothing_of_the_first() {
    let (form, mut draft) = http();
    let filter = json!({"type": "ExternalAuth", "externalAuth": {"protocol": "GRPC"}});
    draft.set(form, 0, "spec/rules/0/filters", Some(json!([filter])));
    assert_eq!(draft.at(0, "spec/rules/0/filters/0"), Some(&filter), "a type that is not known here stays");

    draft.set(form, 0, "spec/rules/0/filters/0/type", Some(json!("RequestMirror")));
    draft.set(form, 0, "spec/rules/0/filters/0/requestMirror/backendRef/name", Some(json!("twin")));
    draft.set(form, 0, "spec/rules/0/filters/0/requestMirror/fraction", Some(json!({"numerator": 1})));
    let mirror = json!({"backendRef": {"name": "twin"}, "fraction": {"numerator": 1}});
    assert_eq!(
        draft.at(0, "spec/rules/0/filters/0"),
        Some(&json!({"type": "RequestMirror", "requestMirror": mirror}))
    );

    draft.set(form, 0, "spec/rules/0/filters/0/type", Some(json!("URLRewrite")));
    assert_eq!(draft.at(0, "spec/rules/0/filters/0"), Some(&json!({"type": "URLRewrite"})));
}

#[test]
fn a_path_is_replaced_in_one_way() {
    let (form, mut draft) = http();
    let path = json!({"type": "ReplaceFullPath", "replaceFullPath": "/shop"});
    let filter = json!({"type": "URLRewrite", "urlRewrite": {"hostname": "shop.example.com", "path": path}});
    draft.set(form, 0, "spec/rules/0/filters", Some(json!([filter])));

    draft.set(form, 0, "spec/rules/0/filters/0/urlRewrite/path/type", Some(json!("ReplacePrefixMatch")));

    let path = json!({"type": "ReplacePrefixMatch"});
    assert_eq!(draft.at(0, "spec/rules/0/filters/0/urlRewrite/path"), Some(&path));
    let place = "rules/0/filters/0/urlRewrite/path/replacePrefixMatch";
    assert_eq!(found(form, &draft), one(place, "fault.required"));
    draft.set(form, 0, "spec/rules/0/filters/0/urlRewrite/path/type", None);
    let rewrite = json!({"hostname": "shop.example.com"});
    assert_eq!(draft.at(0, "spec/rules/0/filters/0/urlRewrite"), Some(&rewrite));
}

#[test]
fn what_the_api_refuses_between_filters_is_told_at_them() {
    let backends = json!([{"name": "web", "port": 80}]);
    let redirect = json!({"type": "RequestRedirect", "requestRedirect": {"scheme": "https"}});
    let rewrite = json!({"type": "URLRewrite", "urlRewrite": {"hostname": "a.example"}});
    let mirror = json!({"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "a", "port": 80}}});

    assert_eq!(found_in_rule(json!({"filters": [redirect]})), []);
    assert_eq!(
        found_in_rule(json!({"filters": [redirect], "backendRefs": backends})),
        one("filters/0/type", "fault.redirect-and-backends")
    );
    assert_eq!(
        found_in_rule(json!({"filters": [redirect, rewrite]})),
        one("filters/1/type", "fault.redirect-and-rewrite")
    );
    assert_eq!(
        found_in_rule(json!({"filters": [rewrite, rewrite], "backendRefs": backends})),
        one("filters/1/type", "fault.twice")
    );
    assert_eq!(found_in_rule(json!({"filters": [mirror, mirror], "backendRefs": backends})), []);
}

#[test]
fn a_filter_that_says_nothing_is_told_at_its_first_field() {
    for (kind, place) in [
        ("RequestHeaderModifier", "requestHeaderModifier/set"),
        ("ResponseHeaderModifier", "responseHeaderModifier/set"),
        ("RequestRedirect", "requestRedirect/scheme"),
        ("URLRewrite", "urlRewrite/hostname"),
        ("CORS", "cors/allowOrigins"),
    ] {
        let found = found_in_rule(json!({"filters": [{"type": kind}]}));

        assert_eq!(found, one(&format!("filters/0/{place}"), "fault.nothing-said"));
    }
    let without_port = json!({"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "a"}}});
    assert_eq!(
        found_in_rule(json!({"filters": [without_port]})),
        one("filters/0/requestMirror/backendRef/port", "fault.required")
    );
}

#[test]
fn the_beginning_of_a_path_is_replaced_only_where_one_is_matched() {
    let path = json!({"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"});
    let filter = json!({"type": "URLRewrite", "urlRewrite": {"path": path}});
    let found = |matches: Value| found_in_rule(json!({"filters": [&filter], "matches": matches}));
    let refused = one("filters/0/urlRewrite/path/type", "fault.no-prefix");

    assert_eq!(found_in_rule(json!({"filters": [&filter]})), [], "it is about every path");
    assert_eq!(found(json!([{"path": {"type": "PathPrefix", "value": "/a"}}])), []);
    assert_eq!(found(json!([{"method": "GET"}])), []);
    assert_eq!(found(json!([{"path": {"type": "Exact", "value": "/a"}}])), refused);
    assert_eq!(found(json!([{"path": {"value": "/a"}}, {"path": {"value": "/b"}}])), refused);
}

#[test]
fn times_are_told_apart() {
    let found = |request: &str, each: &str| {
        found_in_rule(json!({"timeouts": {"request": request, "backendRequest": each}}))
    };

    assert_eq!(found("10s", "2500ms"), []);
    assert_eq!(found("0s", "1h"), [], "no limit");
    assert_eq!(found("1s", "1m"), one("timeouts/backendRequest", "fault.longer-than-whole"));
    assert_eq!(found("ten", "1s"), one("timeouts/request", "fault.span"));
}

#[test]
fn what_is_compared_follows_how() {
    let found = |matched: Value| found_in_rule(json!({"matches": [matched]}));

    assert_eq!(found(json!({"path": {"value": "a"}})), one("matches/0/path/value", "fault.route-path"));
    assert_eq!(
        found(json!({"path": {"type": "Exact", "value": ""}})),
        one("matches/0/path/value", "fault.required")
    );
    assert_eq!(found(json!({"path": {"type": "RegularExpression", "value": "^a$"}})), []);
    let parameter = json!({"name": "page", "value": "1"});
    assert_eq!(
        found(json!({"queryParams": [parameter, parameter]})),
        one("matches/0/queryParams/1/name", "fault.twice")
    );
    assert_eq!(
        found(json!({"headers": [{"name": "X Canary", "value": "1"}]})),
        one("matches/0/headers/0/name", "fault.header-name")
    );
}

#[test]
fn a_call_is_matched_by_its_service_or_its_method() {
    let (form, draft) = route("grpcroutes.gateway.networking.k8s.io");
    let with = |call: Value| {
        let mut draft = draft.clone();
        draft.set(form, 0, "spec/rules/0/matches", Some(json!([{ "method": call }])));
        found(form, &draft)
    };
    let place = |field: &str| format!("rules/0/matches/0/method/{field}");

    assert_eq!(with(json!({"service": "shop.Orders"})), []);
    assert_eq!(with(json!({"type": "Exact", "method": "Place"})), []);
    assert_eq!(with(json!({"type": "Exact"})), one(&place("service"), "fault.required"));
    assert_eq!(with(json!({"service": "shop/Orders"})), one(&place("service"), "fault.grpc-service"));
    assert_eq!(with(json!({"method": "a.b"})), one(&place("method"), "fault.grpc-method"));
    assert_eq!(with(json!({"type": "RegularExpression", "method": "Get.*"})), []);
}

#[test]
fn listeners_of_one_gateway_are_named_and_each_is_there_once() {
    let (form, draft) = http();
    let with = |parents: Value| {
        let mut draft = draft.clone();
        draft.set(form, 0, "spec/parentRefs", Some(parents));
        found(form, &draft)
    };

    assert_eq!(with(json!([{"name": "a", "sectionName": "x"}, {"name": "a", "sectionName": "y"}])), []);
    assert_eq!(with(json!([{"name": "a"}, {"name": "a", "namespace": "edge"}])), []);
    assert_eq!(with(json!([{"name": "a"}, {"name": "a"}])), one("parentRefs/1/name", "fault.twice"));
    assert_eq!(
        with(json!([{"name": "a", "sectionName": "x"}, {"name": "a"}])),
        one("parentRefs/1/sectionName", "fault.required")
    );
}

#[test]
fn what_versions_of_a_route_of_connections_ask_differs() {
    let (form, mut draft) = route("tlsroutes.gateway.networking.k8s.io");
    let rule = json!({"backendRefs": [{"name": "web", "port": 443}]});
    draft.set(form, 0, "spec/rules", Some(json!([rule, rule])));
    draft.set(form, 0, "spec/hostnames", None);

    assert_eq!(
        found(form, &draft),
        [("rules".to_owned(), "fault.one-rule"), ("hostnames".to_owned(), "fault.required")]
    );
    draft.set(form, 0, "apiVersion", Some(json!("gateway.networking.k8s.io/v1alpha2")));
    assert_eq!(found(form, &draft), []);

    draft.set(form, 0, "apiVersion", Some(json!("gateway.networking.k8s.io/v1")));
    draft.set(form, 0, "spec/rules", Some(json!([rule])));
    draft.set(form, 0, "spec/hostnames", Some(json!(["192.0.2.1"])));
    assert_eq!(found(form, &draft), one("hostnames", "fault.host"));
}

#[test]
fn a_backend_that_is_no_service_needs_no_port() {
    let backend = json!({"group": "multicluster.x-k8s.io", "kind": "ServiceImport", "name": "web"});

    assert_eq!(found_in_rule(json!({"backendRefs": [backend]})), []);
    assert_eq!(
        found_in_rule(json!({"backendRefs": [{"name": "web"}]})),
        one("backendRefs/0/port", "fault.required")
    );
}

/// The places of fields that are shown and filled in.
fn places(fields: &[Field], around: &Value, base: &str, found: &mut Vec<String>) {
    for field in fields.iter().filter(|field| field.is_shown(around)) {
        let own = crate::place::joined(base, field.path);
        let Some(value) = at(around, field.path) else { continue };
        found.push(own.clone());
        if let Control::Items { fields, .. } = field.control {
            for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                places(fields, item, &format!("{own}/{index}"), found);
            }
        }
    }
}

fn text() -> impl Strategy<Value = Value> {
    "[a-zA-Z/0-9é -]{0,8}".prop_map(Value::from)
}

/// Something that no form knows.
fn unknown() -> impl Strategy<Value = Value> {
    prop_oneof![text(), Just(json!(null)), Just(json!({"a": [1, {}]})), any::<i32>().prop_map(Value::from)]
}

fn headers() -> impl Strategy<Value = Value> {
    let header = (text(), text(), unknown());
    let header = header.prop_map(|(name, value, more)| json!({"name": name, "value": value, "more": more}));
    proptest::collection::vec(header, 0..3).prop_map(Value::from)
}

fn filter() -> impl Strategy<Value = Value> {
    let path = (prop_oneof![Just("ReplaceFullPath"), Just("ReplacePrefixMatch"), Just("Other")], text());
    prop_oneof![
        (headers(), headers(), unknown()).prop_map(|(set, add, more)| json!({
            "type": "RequestHeaderModifier", "requestHeaderModifier": {"set": set, "add": add, "more": more},
        })),
        (text(), path, any::<u16>()).prop_map(|(host, (kind, path), port)| json!({
            "type": "RequestRedirect",
            "requestRedirect": {"hostname": host, "path": {"type": kind, "replaceFullPath": path}, "port": port},
        })),
        unknown().prop_map(|fraction| json!({
            "type": "RequestMirror", "requestMirror": {"backendRef": {"name": "a"}, "fraction": fraction},
        })),
        ("[A-Z][a-z]{1,6}", unknown()).prop_map(|(kind, said)| json!({"type": kind, "own": said, "other": {}})),
    ]
}

fn rule() -> impl Strategy<Value = Value> {
    let matched = (headers(), headers(), unknown()).prop_map(|(headers, parameters, more)| json!({
        "path": {"type": "Exact", "value": "/"}, "headers": headers, "queryParams": parameters, "more": more,
    }));
    let matches = proptest::collection::vec(matched, 0..3);
    let filters = proptest::collection::vec(filter(), 0..4);
    (matches, filters, unknown()).prop_map(|(matches, filters, more)| json!({
        "matches": matches, "filters": filters, "backendRefs": [{"name": "web", "filters": [more]}], "retry": more,
    }))
}

proptest! {
    #[test]
    fn whatever_a_route_holds_is_read_and_written_without_loss(rules in proptest::collection::vec(rule(), 1..3)) {
        for slug in ["httproutes", "grpcroutes", "tlsroutes"] {
            let (form, mut draft) = route(&format!("{slug}.gateway.networking.k8s.io"));
            draft.objects[0]["spec"]["rules"] = json!(rules);
            let before = draft.clone();

            let mut all = Vec::new();
            for section in form.sections {
                let around = draft.at(0, section.base).cloned().unwrap_or_default();
                places(section.fields, &around, section.base, &mut all);
            }
            for place in &all {
                let value = draft.at(0, place).cloned();
                draft.set(form, 0, place, value);
                prop_assert_eq!(&draft, &before, "{}", place);
            }
            for fault in draft.faults(form) {
                prop_assert!(form.step_of(&fault.place).is_some(), "{:?}", fault);
            }
        }
    }
}
