//! Kinds that somebody defines.

use crate::support::{Cluster, Value, json, names, pick, unique};

/// A group that only this case uses, and the definition of its trees.
pub(crate) struct Trees {
    group: String,
}

impl Trees {
    pub(crate) async fn defined(cluster: &Cluster) -> Self {
        Self::defined_with(cluster, |_| {}).await
    }

    async fn defined_with(cluster: &Cluster, change: impl FnOnce(&mut Value)) -> Self {
        let trees = Self { group: format!("{}.example.com", unique()) };
        let mut definition = trees.definition();
        change(&mut definition);
        cluster.post(DEFINITIONS, &definition).await.is(201);
        cluster
            .eventually("an established kind", async || {
                let made = cluster.get(&trees.path()).await.is(200);
                let is_served = cluster.get(&trees.all("v1")).await.code == 200;
                (condition(&made, "Established") == "True" && is_served).then_some(())
            })
            .await;
        trees
    }

    fn definition(&self) -> Value {
        json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": format!("trees.{}", self.group)},
            "spec": {
                "group": self.group, "scope": "Namespaced",
                "names": {"kind": "Tree", "plural": "trees", "singular": "tree", "shortNames": ["tr"], "categories": ["all"]},
                "versions": [{
                    "name": "v1", "served": true, "storage": true,
                    "subresources": {
                        "status": {},
                        "scale": {
                            "specReplicasPath": ".spec.branches", "statusReplicasPath": ".status.branches",
                            "labelSelectorPath": ".status.selector",
                        },
                    },
                    "additionalPrinterColumns": [
                        {"name": "Height", "type": "integer", "jsonPath": ".spec.height"},
                        {"name": "Kind", "type": "string", "jsonPath": ".spec.kind", "priority": 1},
                        {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
                    ],
                    "schema": {"openAPIV3Schema": {
                        "type": "object",
                        "required": ["spec"],
                        "properties": {
                            "spec": {
                                "type": "object",
                                "required": ["height"],
                                "properties": {
                                    "height": {"type": "integer", "minimum": 1, "maximum": 120},
                                    "branches": {"type": "integer"},
                                    "kind": {"type": "string", "enum": ["oak", "fir"], "default": "oak"},
                                    "fruit": {"type": "array", "maxItems": 2, "items": {"type": "string"}},
                                    "note": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 5},
                                    "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
                                    "either": {"x-kubernetes-int-or-string": true},
                                },
                            },
                            "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
                        },
                    }},
                }],
            },
        })
    }

    fn path(&self) -> String {
        format!("{DEFINITIONS}/trees.{}", self.group)
    }

    pub(crate) fn all(&self, version: &str) -> String {
        format!("/apis/{}/{version}/trees", self.group)
    }

    fn trees(&self, cluster: &Cluster, rest: &str) -> String {
        cluster.group(&format!("{}/v1", self.group), &format!("trees{rest}"))
    }

    fn tree(&self, name: &str, spec: &Value) -> Value {
        json!({
            "apiVersion": format!("{}/v1", self.group), "kind": "Tree", "metadata": {"name": name}, "spec": spec
        })
    }

    async fn felled(self, cluster: Cluster) {
        cluster.delete(&self.path(), &Value::Null).await.is(200);
        cluster.until_gone(&self.path()).await;
        cluster.close().await;
    }
}

const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

fn condition<'a>(object: &'a Value, kind: &str) -> &'a str {
    let conditions = object["status"]["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let found = conditions.iter().find(|one| one["type"] == kind);
    found.map_or("", |one| one["status"].as_str().unwrap())
}

#[tokio::test]
async fn a_defined_kind_is_served_and_ends_with_its_definition() {
    let cluster = Cluster::open().await;
    let trees = Trees::defined(&cluster).await;

    let made = cluster.get(&trees.path()).await.is(200);
    let group = cluster.get(&format!("/apis/{}", trees.group)).await.is(200);
    let resources = cluster.get(&format!("/apis/{}/v1", trees.group)).await.is(200);
    cluster.post(&trees.trees(&cluster, ""), &trees.tree("a", &json!({"height": 3}))).await.is(201);
    let list = cluster.get(&trees.all("v1")).await.is(200);

    assert_eq!(condition(&made, "NamesAccepted"), "True");
    assert_eq!(
        pick(&made, &["/status/acceptedNames/plural", "/status/storedVersions"]),
        [json!("trees"), json!(["v1"])]
    );
    assert_eq!(made["spec"]["conversion"], json!({"strategy": "None"}));
    assert_eq!(made["spec"]["names"]["listKind"], "TreeList");
    assert_eq!(
        group["preferredVersion"],
        json!({"groupVersion": format!("{}/v1", trees.group), "version": "v1"})
    );
    let all: Vec<_> =
        resources["resources"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(all, ["trees", "trees/status", "trees/scale"]);
    let about = &resources["resources"][0];
    assert_eq!(
        pick(about, &["/kind", "/shortNames", "/categories", "/namespaced"]),
        [json!("Tree"), json!(["tr"]), json!(["all"]), json!(true)]
    );
    assert_eq!(
        about["verbs"],
        json!(["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"])
    );
    assert_eq!((&list["kind"], names(&list)), (&"TreeList".into(), vec!["a"]));

    let path = trees.all("v1");
    let watched = cluster.clone();
    trees.felled(cluster).await;
    watched
        .eventually("the end of the kind", async || (watched.get(&path).await.code == 404).then_some(()))
        .await;
}

#[tokio::test]
async fn what_a_schema_does_not_know_is_pruned_and_what_it_prefers_is_filled_in() {
    let cluster = Cluster::open().await;
    let trees = Trees::defined(&cluster).await;
    let path = trees.trees(&cluster, "");
    let spec = json!({"height": 3, "color": "green", "free": {"any": {"thing": 1}}, "either": "50%"});

    let made = cluster.post(&path, &trees.tree("a", &spec)).await;
    let strict = cluster.post(&format!("{path}?fieldValidation=Strict"), &trees.tree("b", &spec)).await;
    let applied = cluster.apply(&trees.trees(&cluster, "/c"), "one", &trees.tree("c", &spec)).await;

    assert_eq!(made.header("warning"), "299 - \"unknown field \\\"spec.color\\\"\"");
    assert_eq!(
        made.is(201)["spec"],
        json!({"height": 3, "free": {"any": {"thing": 1}}, "either": "50%", "kind": "oak"})
    );
    strict.fails(
        400,
        "BadRequest",
        "Tree in version \"v1\" cannot be handled as a Tree: strict decoding error: unknown field \"spec.color\"",
    );
    applied.fails(
        500,
        "",
        &format!(
            "failed to create typed patch object (/c; {}/v1, Kind=Tree): .spec.color: field not declared in schema",
            trees.group
        ),
    );
    trees.felled(cluster).await;
}

#[tokio::test]
async fn values_are_held_against_the_schema() {
    let cluster = Cluster::open().await;
    let trees = Trees::defined(&cluster).await;
    let path = trees.trees(&cluster, "");
    let title = format!("Tree.{} \"a\" is invalid: ", trees.group);

    for (spec, problem) in [
        (json!({}), "spec.height: Required value"),
        (
            json!({"height": 0}),
            "spec.height: Invalid value: 0: spec.height in body should be greater than or equal to 1",
        ),
        (
            json!({"height": 121}),
            "spec.height: Invalid value: 121: spec.height in body should be less than or equal to 120",
        ),
        (
            json!({"height": "tall"}),
            "spec.height: Invalid value: \"string\": spec.height in body must be of type integer: \"string\"",
        ),
        (
            json!({"height": 1, "kind": "elm"}),
            "spec.kind: Unsupported value: \"elm\": supported values: \"oak\", \"fir\"",
        ),
        (
            json!({"height": 1, "fruit": ["a", "b", "c"]}),
            "spec.fruit: Too many: 3: must have at most 2 items",
        ),
        (
            json!({"height": 1, "note": "No"}),
            "spec.note: Invalid value: \"No\": spec.note in body should match '^[a-z]+$'",
        ),
        (json!({"height": 1, "note": "toolong"}), "spec.note: Too long: may not be more than 5 bytes"),
        (
            json!({"height": 1, "either": 1.5}),
            "spec.either: Invalid value: \"number\": spec.either in body must be of type integer,string: \"number\"",
        ),
    ] {
        cluster.post(&path, &trees.tree("a", &spec)).await.fails(
            422,
            "Invalid",
            &format!("{title}{problem}"),
        );
    }
    let mut bare = trees.tree("a", &json!({}));
    bare.as_object_mut().unwrap().remove("spec");
    cluster.post(&path, &bare).await.fails(422, "Invalid", &format!("{title}spec: Required value"));
    trees.felled(cluster).await;
}

#[tokio::test]
async fn status_and_scale_have_doors_of_their_own() {
    let cluster = Cluster::open().await;
    let trees = Trees::defined(&cluster).await;
    let mut tree = trees.tree("a", &json!({"height": 3, "branches": 2}));
    tree["status"] = json!({"branches": 9});

    let made = cluster.post(&trees.trees(&cluster, ""), &tree).await.is(201);
    let status = json!({"spec": {"height": 5}, "status": {"branches": 1, "selector": "a=b"}});
    let status = cluster.merge(&trees.trees(&cluster, "/a/status"), &status).await.is(200);
    let scale = cluster.get(&trees.trees(&cluster, "/a/scale")).await.is(200);
    cluster.merge(&trees.trees(&cluster, "/a/scale"), &json!({"spec": {"replicas": 4}})).await.is(200);
    let scaled = cluster.get(&trees.trees(&cluster, "/a")).await.is(200);

    assert_eq!((made.get("status"), &made["metadata"]["generation"]), (None, &1.into()));
    assert_eq!(
        pick(&status, &["/spec/height", "/status/branches", "/metadata/generation"]),
        [json!(3), json!(1), json!(1)]
    );
    assert_eq!(
        (&scale["spec"], &scale["status"]),
        (&json!({"replicas": 2}), &json!({"replicas": 1, "selector": "a=b"}))
    );
    assert_eq!(pick(&scaled, &["/spec/branches", "/metadata/generation"]), [json!(4), json!(2)]);
    trees.felled(cluster).await;
}

#[tokio::test]
async fn its_columns_are_those_of_the_definition() {
    let cluster = Cluster::open().await;
    let trees = Trees::defined(&cluster).await;
    cluster.post(&trees.trees(&cluster, ""), &trees.tree("a", &json!({"height": 3}))).await.is(201);

    let table = cluster
        .with("accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
        .get(&trees.trees(&cluster, ""))
        .await
        .is(200);

    let columns = table["columnDefinitions"].as_array().unwrap();
    let columns: Vec<_> =
        columns.iter().map(|one| (one["name"].as_str().unwrap(), one["priority"].as_i64())).collect();
    assert_eq!(columns, [("Name", Some(0)), ("Height", Some(0)), ("Kind", Some(1)), ("Age", Some(0))]);
    let cells = table["rows"][0]["cells"].as_array().unwrap();
    assert_eq!(cells[..3], [json!("a"), json!(3), json!("oak")]);
    assert!(cells[3].as_str().unwrap().ends_with('s'));
    trees.felled(cluster).await;
}

#[tokio::test]
async fn its_objects_take_all_patches_but_the_strategic_one() {
    let cluster = Cluster::open().await;
    let trees = Trees::defined(&cluster).await;
    let path = trees.trees(&cluster, "/a");
    cluster.apply(&path, "one", &trees.tree("a", &json!({"height": 3}))).await.is(201);

    let strategic = cluster.strategic(&path, &json!({"spec": {"height": 4}})).await;
    let merged = cluster.merge(&path, &json!({"spec": {"height": 5}})).await.is(200);
    let patched = cluster.json_patch(&path, &json!([{"op": "remove", "path": "/spec/kind"}])).await.is(200);
    let conflict = cluster.apply(&path, "two", &trees.tree("a", &json!({"height": 6}))).await;
    let conditional = cluster.put(&path, &trees.tree("a", &json!({"height": 6}))).await;

    strategic.fails(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: \
         application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
    );
    assert_eq!(merged["spec"]["height"], 5);
    assert_eq!(patched["spec"]["kind"], "oak");
    assert_eq!(conflict.code, 409, "{}", conflict.text);
    conditional.fails(
        422,
        "Invalid",
        &format!(
            "trees.{} \"a\" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update",
            trees.group
        ),
    );
    trees.felled(cluster).await;
}

#[tokio::test]
async fn versions_without_conversion_differ_in_name_only() {
    let cluster = Cluster::open().await;
    let trees = Trees::defined_with(&cluster, |definition| {
        let mut beta = definition["spec"]["versions"][0].clone();
        beta["name"] = "v1beta1".into();
        beta["storage"] = false.into();
        beta["deprecated"] = true.into();
        definition["spec"]["versions"].as_array_mut().unwrap().push(beta);
    })
    .await;
    cluster.post(&trees.trees(&cluster, ""), &trees.tree("a", &json!({"height": 3}))).await.is(201);

    let beta = cluster.get(&trees.all("v1beta1")).await;
    let group = cluster.get(&format!("/apis/{}", trees.group)).await.is(200);

    assert_eq!(
        beta.header("warning"),
        format!("299 - \"{0}/v1beta1 Tree is deprecated; use {0}/v1 Tree\"", trees.group)
    );
    let beta = beta.is(200);
    assert_eq!(beta["items"][0]["apiVersion"], format!("{}/v1beta1", trees.group));
    let versions: Vec<_> =
        group["versions"].as_array().unwrap().iter().map(|one| one["version"].clone()).collect();
    assert_eq!(versions, ["v1", "v1beta1"]);
    trees.felled(cluster).await;
}

#[tokio::test]
async fn a_definition_has_to_make_sense() {
    let cluster = Cluster::open().await;
    let trees = Trees { group: format!("{}.example.com", unique()) };
    let mut misnamed = trees.definition();
    misnamed["metadata"]["name"] = "bushes.example.com".into();
    let mut schemaless = trees.definition();
    schemaless["spec"]["versions"][0].as_object_mut().unwrap().remove("schema");

    let misnamed = cluster.post(DEFINITIONS, &misnamed).await;
    let schemaless = cluster.post(DEFINITIONS, &schemaless).await;

    misnamed.fails(
        422,
        "Invalid",
        "CustomResourceDefinition.apiextensions.k8s.io \"bushes.example.com\" is invalid: metadata.name: Invalid \
         value: \"bushes.example.com\": must be spec.names.plural+\".\"+spec.group",
    );
    // Some versions add that schemas are required.
    let start = format!(
        "CustomResourceDefinition.apiextensions.k8s.io \"trees.{}\" is invalid: \
         spec.versions[0].schema.openAPIV3Schema: Required value",
        trees.group
    );
    assert!(schemaless.body["message"].as_str().unwrap().starts_with(&start), "{}", schemaless.text);
    cluster.close().await;
}
