//! Kinds whose versions differ, and the webhook that knows how.

mod failures;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::{Cluster, Value, Webhook, json, names, pick, unique};

/// The release from which on refusals say that what is stored cannot be read, and where that is; before, they are only what
/// the webhook's fault is.
const SAYS_WHAT_IS_STORED: u32 = 37;

const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/// Tiles, which only this case has: `size: 3x4` in the version that is stored, `width: 3, height: 4` in the other.
struct Tiles {
    group: String,
    webhook: Webhook,
}

impl Tiles {
    async fn defined(cluster: &Cluster) -> Self {
        let tiles =
            Self { group: format!("{}.example.com", unique()), webhook: Webhook::start(convert).await };
        let definition = tiles.definition(&tiles.webhook.url, &tiles.webhook.certificate);
        cluster.post(DEFINITIONS, &definition).await.is(201);
        cluster
            .eventually("both versions", async || {
                let first = cluster.get(&tiles.all("v1")).await.code;
                (first == 200 && cluster.get(&tiles.all("v2")).await.code == 200).then_some(())
            })
            .await;
        tiles
    }

    fn definition(&self, url: &str, certificate: &str) -> Value {
        let version = |name: &str, fields: Value| {
            json!({
                "name": name, "served": true, "storage": name == "v1", "subresources": {"status": {}},
                "additionalPrinterColumns": [{
                    "name": "Size", "type": "string",
                    "jsonPath": if name == "v1" { ".spec.size" } else { ".spec.width" },
                }],
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                    "spec": {"type": "object", "properties": fields},
                    "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
                }}},
            })
        };
        json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": format!("tiles.{}", self.group)},
            "spec": {
                "group": self.group, "scope": "Namespaced",
                "names": {"kind": "Tile", "plural": "tiles", "singular": "tile"},
                "versions": [
                    version("v1", json!({"size": {"type": "string"}})),
                    version("v2", json!({
                        "width": {"type": "integer", "maximum": 100}, "height": {"type": "integer"},
                        "colour": {"type": "string", "default": "white"},
                    })),
                ],
                "conversion": {"strategy": "Webhook", "webhook": {
                    "clientConfig": {"url": url, "caBundle": STANDARD.encode(certificate)},
                    "conversionReviewVersions": ["v1"],
                }},
            },
        })
    }

    fn path(&self) -> String {
        format!("{DEFINITIONS}/tiles.{}", self.group)
    }

    fn all(&self, version: &str) -> String {
        format!("/apis/{}/{version}/tiles", self.group)
    }

    fn of(&self, cluster: &Cluster, version: &str, rest: &str) -> String {
        cluster.group(&format!("{}/{version}", self.group), &format!("tiles{rest}"))
    }

    fn tile(&self, version: &str, name: &str, spec: &Value) -> Value {
        json!({
            "apiVersion": format!("{}/{version}", self.group), "kind": "Tile", "metadata": {"name": name},
            "spec": spec,
        })
    }

    /// How messages name it.
    fn title(&self, version: &str) -> String {
        format!("conversion webhook for {}/{version}, Kind=Tile", self.group)
    }

    /// How refusals begin to read one that the webhook does not convert, and their reason.
    async fn unreadable(&self, cluster: &Cluster, tile: &Value) -> (String, &'static str) {
        if !cluster.has_words_of(SAYS_WHAT_IS_STORED).await {
            return (self.title("v1"), "");
        }
        let metadata = &tile["metadata"];
        let text = |field: &str| metadata[field].as_str().unwrap();
        let begins = format!(
            "Internal error occurred: StorageError: corrupt object, Code: 7, Key: /{}/tiles/{}/{}, ResourceVersion: 0, \
             AdditionalErrorMsg: object not decodable revision={}: {}",
            self.group,
            cluster.namespace,
            text("name"),
            text("resourceVersion"),
            self.title("v1")
        );
        (begins, "InternalError")
    }

    async fn gone(self, cluster: Cluster) {
        self.webhook.answers(convert);
        cluster.delete(&self.path(), &Value::Null).await.is(200);
        cluster.until_gone(&self.path()).await;
        cluster.close().await;
    }
}

/// What a well-behaved webhook answers. In the second version square tiles say so in a label.
fn convert(review: &Value) -> Value {
    convert_with(review, |_| {})
}

/// The same with a change to each object.
fn convert_with(review: &Value, change: impl Fn(&mut Value)) -> Value {
    let request = &review["request"];
    let wanted = request["desiredAPIVersion"].as_str().unwrap();
    let objects = request["objects"].as_array().unwrap().iter().cloned().map(|mut object| {
        object["apiVersion"] = wanted.into();
        if wanted.ends_with("/v2") {
            to_second(&mut object);
        } else {
            to_first(&mut object);
        }
        change(&mut object);
        object
    });
    json!({
        "apiVersion": review["apiVersion"], "kind": "ConversionReview",
        "response": {
            "uid": request["uid"], "result": {"status": "Success"},
            "convertedObjects": objects.collect::<Vec<_>>(),
        },
    })
}

fn to_second(tile: &mut Value) {
    let size = tile["spec"]["size"].as_str().unwrap_or("0x0").to_owned();
    let (width, height) = size.split_once('x').unwrap();
    let number = |text: &str| text.parse::<u64>().unwrap();
    if width == height {
        tile["metadata"]["labels"]["shape"] = "square".into();
    }
    tile["spec"] = json!({"width": number(width), "height": number(height)});
}

fn to_first(tile: &mut Value) {
    if let Some(labels) = tile["metadata"]["labels"].as_object_mut() {
        labels.remove("shape");
    }
    let size = format!("{}x{}", tile["spec"]["width"], tile["spec"]["height"]);
    tile["spec"] = json!({"size": size});
}

#[tokio::test]
async fn each_version_is_read_and_written_in_its_own_way() {
    let cluster = Cluster::open().await;
    let tiles = Tiles::defined(&cluster).await;
    let (first, second) = (tiles.of(&cluster, "v1", ""), tiles.of(&cluster, "v2", ""));

    let written = cluster.post(&first, &tiles.tile("v1", "a", &json!({"size": "3x4"}))).await.is(201);
    let read = cluster.get(&format!("{second}/a")).await.is(200);
    let made = cluster.post(&second, &tiles.tile("v2", "b", &json!({"width": 5, "height": 5}))).await.is(201);
    let stored = cluster.get(&format!("{first}/b")).await.is(200);
    let definition = cluster.get(&tiles.path()).await.is(200);

    assert_eq!(read["apiVersion"], format!("{}/v2", tiles.group));
    // What a version prefers is filled in before it is stored, not when it is read.
    assert_eq!(read["spec"], json!({"width": 3, "height": 4}));
    let same = ["/metadata/uid", "/metadata/resourceVersion", "/metadata/creationTimestamp"];
    assert_eq!(pick(&read, &same), pick(&written, &same));
    // What the stored version does not know is lost.
    assert_eq!(made["spec"], json!({"width": 5, "height": 5}));
    assert_eq!(made["metadata"]["labels"], json!({"shape": "square"}));
    assert_eq!(stored["spec"], json!({"size": "5x5"}));
    assert_eq!(stored["metadata"].get("labels").filter(|labels| **labels != json!({})), None);
    assert_eq!(definition["status"]["storedVersions"], json!(["v1"]));
    tiles.gone(cluster).await;
}

#[tokio::test]
async fn changes_are_made_in_the_version_they_are_sent_in() {
    let cluster = Cluster::open().await;
    let tiles = Tiles::defined(&cluster).await;
    let (first, second) = (tiles.of(&cluster, "v1", "/a"), tiles.of(&cluster, "v2", "/a"));
    let made = tiles.tile("v1", "a", &json!({"size": "1x2"}));
    cluster.post(&tiles.of(&cluster, "v1", "?fieldManager=one"), &made).await.is(201);

    let merged =
        cluster.merge(&format!("{second}?fieldManager=two"), &json!({"spec": {"width": 7}})).await.is(200);
    let patch = json!([{"op": "replace", "path": "/spec/height", "value": 9}]);
    let patched = cluster.json_patch(&second, &patch).await.is(200);
    let mut wish = cluster.get(&second).await.is(200);
    wish["spec"]["width"] = 8.into();
    let replaced = cluster.put(&second, &wish).await.is(200);
    let late = cluster.put(&second, &wish).await;
    let same = cluster.merge(&first, &json!({"spec": {"size": "8x9"}})).await.is(200);
    let status = cluster.merge(&format!("{second}/status"), &json!({"status": {"laid": true}})).await.is(200);
    let large = cluster.merge(&second, &json!({"spec": {"width": 101}})).await;
    let dry = cluster.merge(&format!("{second}?dryRun=All"), &json!({"spec": {"width": 9}})).await.is(200);
    let stored = cluster.get(&first).await.is(200);

    assert_eq!(merged["spec"], json!({"width": 7, "height": 2}));
    assert_eq!(
        pick(&patched, &["/spec/width", "/spec/height", "/metadata/generation"]),
        [7, 9, 3].map(Value::from)
    );
    assert_eq!(pick(&replaced, &["/spec/width", "/metadata/generation"]), [8, 4].map(Value::from));
    late.fails(
        409,
        "Conflict",
        &format!(
            "Operation cannot be fulfilled on tiles.{} \"a\": the object has been modified; please apply your changes \
             to the latest version and try again",
            tiles.group
        ),
    );
    assert_eq!(same["metadata"]["resourceVersion"], replaced["metadata"]["resourceVersion"]);
    assert_eq!(pick(&status, &["/status/laid", "/metadata/generation"]), [json!(true), json!(4)]);
    large.fails(
        422,
        "Invalid",
        &format!(
            "Tile.{} \"a\" is invalid: spec.width: Invalid value: 101: spec.width in body should be less than or equal \
             to 100",
            tiles.group
        ),
    );
    assert_eq!(dry["spec"]["width"], 9);
    assert_eq!(pick(&stored, &["/spec/size", "/status/laid"]), [json!("8x9"), json!(true)]);
    tiles.gone(cluster).await;
}

#[tokio::test]
async fn fields_are_owned_in_the_version_they_were_written_in() {
    let cluster = Cluster::open().await;
    let tiles = Tiles::defined(&cluster).await;
    let (first, second) = (tiles.of(&cluster, "v1", "/a"), tiles.of(&cluster, "v2", "/a"));
    let owners = |tile: &Value| -> Vec<Value> {
        let entries = tile["metadata"]["managedFields"].as_array().unwrap();
        let group = format!("{}/", tiles.group);
        let short = |entry: &Value| {
            let version = entry["apiVersion"].as_str().unwrap().replace(&group, "");
            json!([entry["manager"], version, entry["fieldsV1"]["f:spec"]])
        };
        entries.iter().map(short).collect()
    };
    let mut tile = tiles.tile("v1", "a", &json!({"size": "1x2"}));
    tile["metadata"]["annotations"] = json!({"kept": "yes"});
    let created = cluster.post(&tiles.of(&cluster, "v1", "?fieldManager=one"), &tile).await.is(201);

    let wish = json!({"spec": {"width": 7}});
    let merged = cluster.merge(&format!("{second}?fieldManager=two"), &wish).await.is(200);
    let applied =
        cluster.apply(&first, "three", &tiles.tile("v1", "a", &json!({"size": "7x2"}))).await.is(200);

    assert_eq!(owners(&created), [json!(["one", "v1", {".": {}, "f:size": {}}])]);
    let mut found = owners(&merged);
    found.sort_by_key(ToString::to_string);
    assert_eq!(found, [json!(["one", "v1", {}]), json!(["two", "v2", {"f:colour": {}, "f:width": {}}])]);
    assert!(owners(&applied).contains(&json!(["three", "v1", {"f:size": {}}])), "{applied}");
    assert_eq!(owners(&applied).len(), 3);
    tiles.gone(cluster).await;
}

#[tokio::test]
async fn lists_and_tables_are_in_the_version_they_are_asked_in() {
    let cluster = Cluster::open().await;
    let tiles = Tiles::defined(&cluster).await;
    let (first, second) = (tiles.of(&cluster, "v1", ""), tiles.of(&cluster, "v2", ""));
    for (name, size) in [("a", "1x2"), ("b", "3x3"), ("c", "4x5")] {
        cluster.post(&first, &tiles.tile("v1", name, &json!({"size": size}))).await.is(201);
    }

    let all = cluster.get(&second).await.is(200);
    let page = cluster.get(&format!("{second}?limit=2")).await.is(200);
    let token = page["metadata"]["continue"].as_str().unwrap();
    let rest = cluster.get(&format!("{second}?limit=2&continue={token}")).await.is(200);
    let square = cluster.get(&format!("{second}?labelSelector=shape%3Dsquare")).await.is(200);
    let none = cluster.get(&format!("{first}?labelSelector=shape%3Dsquare")).await.is(200);
    let table =
        cluster.with("accept", "application/json;as=Table;v=v1;g=meta.k8s.io").get(&second).await.is(200);

    let widths: Vec<_> =
        all["items"].as_array().unwrap().iter().map(|one| one["spec"]["width"].clone()).collect();
    assert_eq!((names(&all), widths), (vec!["a", "b", "c"], vec![json!(1), json!(3), json!(4)]));
    assert_eq!(
        (&all["kind"], &all["apiVersion"]),
        (&json!("TileList"), &json!(format!("{}/v2", tiles.group)))
    );
    assert_eq!((names(&page), names(&rest)), (vec!["a", "b"], vec!["c"]));
    assert_eq!(rest["items"][0]["spec"]["height"], 5);
    assert_eq!((names(&square), names(&none)), (vec!["b"], vec![]));
    assert_eq!(table["rows"][2]["cells"], json!(["c", "4"]));
    tiles.gone(cluster).await;
}

#[tokio::test]
async fn watches_are_in_the_version_they_are_asked_in() {
    let cluster = Cluster::open().await;
    let tiles = Tiles::defined(&cluster).await;
    let (first, second) = (tiles.of(&cluster, "v1", ""), tiles.of(&cluster, "v2", ""));
    cluster.post(&first, &tiles.tile("v1", "a", &json!({"size": "1x2"}))).await.is(201);
    let from = cluster.get(&second).await.is(200);
    let from = from["metadata"]["resourceVersion"].as_str().unwrap();
    let mut stored = cluster.watch(&format!("{first}?watch=true&resourceVersion={from}")).await;
    let mut other = cluster.watch(&format!("{second}?watch=true&resourceVersion={from}")).await;
    let mut square = cluster
        .watch(&format!("{second}?watch=true&resourceVersion={from}&labelSelector=shape%3Dsquare"))
        .await;
    let mut whole = cluster.watch(&format!("{second}?watch=true")).await;

    cluster.merge(&format!("{first}/a"), &json!({"spec": {"size": "2x2"}})).await.is(200);
    cluster.merge(&format!("{second}/a"), &json!({"spec": {"width": 3}})).await.is(200);
    cluster.delete(&format!("{first}/a"), &Value::Null).await.is(200);

    let seen = async |events: &mut crate::support::Events| {
        let mut seen = Vec::new();
        while seen.last().is_none_or(|(word, _): &(String, Value)| word != "DELETED") {
            let event = events.next().await.unwrap();
            seen.push((event["type"].as_str().unwrap().to_owned(), event["object"]["spec"].clone()));
        }
        seen.into_iter()
            .map(|(word, spec)| format!("{word} {}{}", spec["size"], spec["width"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        seen(&mut stored).await,
        ["MODIFIED \"2x2\"null", "MODIFIED \"3x2\"null", "DELETED \"3x2\"null"]
    );
    assert_eq!(seen(&mut other).await, ["MODIFIED null2", "MODIFIED null3", "DELETED null3"]);
    assert_eq!(seen(&mut square).await, ["ADDED null2", "DELETED null2"]);
    assert_eq!(seen(&mut whole).await, ["ADDED null1", "MODIFIED null2", "MODIFIED null3", "DELETED null3"]);
    tiles.gone(cluster).await;
}

#[tokio::test]
async fn what_a_version_does_not_know_is_pruned_from_what_a_webhook_makes() {
    let cluster = Cluster::open().await;
    let tiles = Tiles::defined(&cluster).await;
    let (first, second) = (tiles.of(&cluster, "v1", ""), tiles.of(&cluster, "v2", ""));
    tiles.webhook.answers(|review| convert_with(review, |tile| tile["spec"]["unknown"] = true.into()));

    let made = cluster.post(&second, &tiles.tile("v2", "a", &json!({"width": 1, "height": 2}))).await.is(201);
    let stored = cluster.get(&format!("{first}/a")).await.is(200);

    assert_eq!(
        (&made["spec"], &stored["spec"]),
        (&json!({"width": 1, "height": 2}), &json!({"size": "1x2"}))
    );
    tiles.gone(cluster).await;
}

#[tokio::test]
async fn of_the_metadata_a_webhook_writes_labels_and_annotations() {
    let cluster = Cluster::open().await;
    let tiles = Tiles::defined(&cluster).await;
    let made = tiles.tile("v1", "a", &json!({"size": "1x2"}));
    let made = cluster.post(&tiles.of(&cluster, "v1", ""), &made).await.is(201);
    tiles.webhook.answers(|review| {
        convert_with(review, |tile| {
            let metadata = &mut tile["metadata"];
            metadata["labels"] = json!({"a": "b"});
            metadata["annotations"] = json!({"c": "d"});
            metadata["finalizers"] = json!(["example.com/never"]);
            metadata["creationTimestamp"] = "2001-01-01T00:00:00Z".into();
            metadata["generation"] = 9.into();
        })
    });

    let read = cluster.get(&tiles.of(&cluster, "v2", "/a")).await.is(200);

    assert_eq!(
        pick(
            &read,
            &["/metadata/labels", "/metadata/annotations", "/metadata/finalizers", "/metadata/generation"]
        ),
        [json!({"a": "b"}), json!({"c": "d"}), Value::Null, json!(1)]
    );
    assert_eq!(read["metadata"]["creationTimestamp"], made["metadata"]["creationTimestamp"]);
    tiles.gone(cluster).await;
}
