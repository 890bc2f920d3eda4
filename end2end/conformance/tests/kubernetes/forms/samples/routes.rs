//! Routes of the Gateway API.

use super::{Sample, sample};
use crate::support::{Value, json};

pub fn routes() -> Vec<Sample> {
    let parents = || {
        let parent = json!([{"name": "front", "namespace": "edge", "sectionName": "https", "port": 443}]);
        ("spec/parentRefs", parent)
    };
    let hosts = || ("spec/hostnames", json!(["shop.example.com"]));
    let connections = || ("spec/rules", json!([{ "backendRefs": backends() }]));
    vec![
        sample("httproutes.gateway.networking.k8s.io", [parents(), hosts(), ("spec/rules", http_rules())]),
        sample("grpcroutes.gateway.networking.k8s.io", [parents(), hosts(), ("spec/rules", grpc_rules())]),
        sample("tlsroutes.gateway.networking.k8s.io", [parents(), hosts(), connections()]),
        sample("tcproutes.gateway.networking.k8s.io", [parents(), connections()]),
    ]
}

fn backends() -> Value {
    json!([{"name": "shop", "namespace": "shop", "port": 80, "weight": 90}])
}

fn headers() -> Value {
    json!([{"name": "x-canary", "value": "1", "type": "Exact"}])
}

/// The filters that both kinds of routes have.
fn shared() -> Vec<Value> {
    let changes = json!({
        "set": [{"name": "x-team", "value": "shop"}], "add": [{"name": "via", "value": "edge"}], "remove": ["x-debug"],
    });
    let mirrored = json!({"name": "twin", "namespace": "lab", "port": 80});
    vec![
        json!({"type": "RequestHeaderModifier", "requestHeaderModifier": changes}),
        json!({"type": "ResponseHeaderModifier", "responseHeaderModifier": changes}),
        json!({"type": "RequestMirror", "requestMirror": {"backendRef": mirrored, "percent": 10}}),
        json!({
            "type": "ExtensionRef", "extensionRef": {"group": "edge.example.com", "kind": "Limit", "name": "slow"},
        }),
    ]
}

fn http_rules() -> Value {
    let matches = json!([
        {
            "path": {"type": "PathPrefix", "value": "/"}, "method": "GET", "headers": headers(),
            "queryParams": [{"name": "page", "value": "[0-9]+", "type": "RegularExpression"}],
        },
    ]);
    let by_pattern = json!([{"path": {"type": "RegularExpression", "value": "/v[0-9]+/.*"}}]);
    let prefix = json!({"type": "ReplacePrefixMatch", "replacePrefixMatch": "/shop"});
    let whole = json!({"type": "ReplaceFullPath", "replaceFullPath": "/moved"});
    let redirect = |path: &Value| {
        json!({"type": "RequestRedirect", "requestRedirect": {
            "scheme": "https", "hostname": "shop.example.com", "path": path, "port": 443, "statusCode": 301,
        }})
    };
    let rewrite = |path: &Value| json!({"type": "URLRewrite", "urlRewrite": {"hostname": "shop.example.com", "path": path}});
    let cors = json!({"type": "CORS", "cors": {
        "allowOrigins": ["https://shop.example.com"], "allowMethods": ["GET", "POST"], "allowHeaders": ["x-team"],
        "exposeHeaders": ["x-left"], "allowCredentials": true, "maxAge": 60,
    }});
    let mut filters = shared();
    filters.extend([cors, rewrite(&prefix)]);
    json!([
        {
            "matches": matches, "filters": filters, "backendRefs": backends(),
            "timeouts": {"request": "10s", "backendRequest": "2500ms"},
        },
        {"matches": matches, "filters": [redirect(&prefix)]},
        {"matches": by_pattern, "filters": [redirect(&whole)]},
        {"filters": [rewrite(&whole)], "backendRefs": backends()},
    ])
}

fn grpc_rules() -> Value {
    let call = json!({"type": "Exact", "service": "shop.v1.Orders", "method": "Place"});
    let by_pattern = json!({"type": "RegularExpression", "service": "shop[.].*", "method": "Get.*"});
    json!([{
        "matches": [{"method": call, "headers": headers()}, {"method": by_pattern}],
        "filters": shared(), "backendRefs": backends(),
    }])
}
