//! A schema as clusters serve it: of a certificate, with something of everything.

use super::KindSchema;
use serde_json::json;

pub(super) fn certificate() -> KindSchema {
    let spec = json!({
        "type": "object",
        "required": ["secretName", "issuerRef", "dnsNames", "issuance"],
        "properties": {
            "secretName": {"type": "string", "minLength": 1, "maxLength": 63, "pattern": "^[a-z0-9-]+$",
                "description": "Where it is kept. A secret of type kubernetes.io/tls of this name is made."},
            "issuerRef": {"type": "object", "required": ["name"], "properties": {
                "name": {"type": "string"},
                "kind": {"type": "string", "enum": ["Issuer", "ClusterIssuer"], "default": "Issuer"},
            }},
            "issuance": {"type": "string", "default": "automatic"},
            "dnsNames": {"type": "array", "items": {"type": "string", "maxLength": 253}},
            "ports": {"type": "array", "items": {"type": "integer", "minimum": 1}},
            "usages": {"type": "array", "items": {"type": "string", "enum": ["server auth", "client auth"]}},
            "isCA": {"type": "boolean"},
            "renewBeforeDays": {"type": "integer", "minimum": 1, "maximum": 90, "default": 30},
            "jitter": {"type": "number"},
            "renewBefore": {"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": true},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            "limits": {"type": "object", "additionalProperties": {"x-kubernetes-int-or-string": true}},
            "weights": {"type": "object", "additionalProperties": {"type": "integer", "maximum": 9}},
            "profile": {"type": "string",
                "x-kubernetes-validations": [{"rule": "self == oldSelf", "message": "cannot be changed"}]},
            "privateKey": {"type": "object", "required": ["algorithm"], "properties": {
                "algorithm": {"type": "string"}, "encoding": {"type": "string"},
                "size": {"type": "integer", "format": "int32"}, "rotation": {"type": "string"},
            }},
            "outputs": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["kind"],
                "items": {"type": "object", "required": ["kind"], "properties": {
                    "kind": {"type": "string"}, "file": {"type": "string"}, "mode": {"type": "integer"},
                    "options": {"type": "object", "properties": {"armour": {"type": "boolean"}}},
                }}},
            "solver": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
            "shared": {"$ref": "#/$defs/Shared"},
            "also": {"allOf": [{"$ref": "#/$defs/Shared"}], "default": {}, "description": "The same again."},
        },
    });
    KindSchema {
        api_version: "certs.example/v1".into(),
        kind: "Certificate".into(),
        namespaced: true,
        schema: json!({
            "type": "object",
            "properties": {
                "apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"},
                "spec": spec, "status": {"type": "object", "properties": {"ready": {"type": "boolean"}}},
                "extra": {"type": "array", "items": {"type": "string"}},
            },
            "$defs": {"Shared": {"type": "object", "description": "Of both.", "properties": {
                "self": {"$ref": "#/$defs/Shared"}, "word": {"type": "string"},
            }}},
        }),
    }
}
