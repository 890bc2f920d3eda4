//! Webhooks that fail, answer wrongly or are not there, and definitions that name none.

use super::{DEFINITIONS, SAYS_WHAT_IS_STORED, Tiles, convert, convert_with};
use crate::support::{Cluster, Value, Webhook, json, names, unique};

#[tokio::test]
async fn a_webhook_that_answers_wrongly_is_told_with_what_is_wrong() {
    let cluster = Cluster::open().await;
    let tiles = Tiles::defined(&cluster).await;
    let (first, second) = (tiles.of(&cluster, "v1", "/a"), tiles.of(&cluster, "v2", "/a"));
    let made = tiles.tile("v1", "a", &json!({"size": "1x2"}));
    let made = cluster.post(&tiles.of(&cluster, "v1", ""), &made).await.is(201);
    let (title, reason) = tiles.unreadable(&cluster, &made).await;
    let refused = async |why: &str| {
        let why = why.replace("GROUP", &tiles.group);
        let why = why.replace("NAMESPACE", &cluster.namespace);
        let why = why.replace("OWN", made["metadata"]["uid"].as_str().unwrap());
        cluster.get(&second).await.fails(500, reason, &format!("{title} {why}"));
    };

    tiles.webhook.says(|_| (500, "it is broken\n".to_owned()));
    refused("failed: an error on the server (\"it is broken\") has prevented the request from succeeding")
        .await;
    tiles.webhook.says(|_| (404, "where?".to_owned()));
    refused("failed: the server could not find the requested resource").await;
    let answer = |change: fn(&mut Value)| {
        tiles.webhook.answers(move |review| {
            let mut answer = convert(review);
            change(&mut answer);
            answer
        });
    };
    answer(|answer| answer["response"]["result"] = json!({"status": "Failure", "message": "too small"}));
    refused("failed: too small").await;
    answer(|answer| answer["response"]["result"] = json!({"status": "Failed"}));
    refused("failed: response.result.status was 'Failed', not 'Success'").await;
    answer(|answer| answer["response"] = Value::Null);
    refused("failed: no response provided").await;
    answer(|answer| answer["apiVersion"] = "apiextensions.k8s.io/v1beta1".into());
    refused("failed: converting (v1beta1.ConversionReview) to (v1.ConversionReview): unknown conversion")
        .await;
    answer(|answer| answer["response"]["convertedObjects"] = json!([]));
    refused("returned 0 objects, expected 1").await;
    answer(|answer| answer["response"]["uid"] = "somebody".into());
    let other = cluster.get(&second).await;
    let said = other.body["message"].as_str().unwrap();
    let start = format!("{title} failed: expected response.uid=\"");
    assert!(said.starts_with(&start) && said.ends_with("\", got \"somebody\""), "{said}");

    let change = |change: fn(&mut Value)| tiles.webhook.answers(move |review| convert_with(review, change));
    change(|tile| tile["apiVersion"] = "example.com/v2".into());
    refused(
        "returned invalid object at index 0: invalid groupVersion (expected GROUP/v2, received example.com/v2)",
    )
    .await;
    change(|tile| tile["kind"] = "Brick".into());
    refused("returned invalid object at index 0: invalid kind (expected Tile, received Brick)").await;
    change(|tile| tile["metadata"]["name"] = "b".into());
    refused("returned invalid object: must have the same name: a != b").await;
    change(|tile| tile["metadata"]["namespace"] = "b".into());
    refused("returned invalid object: must have the same namespace: NAMESPACE != b").await;
    change(|tile| tile["metadata"]["uid"] = "b".into());
    refused("returned invalid object: must have the same UID: OWN != b").await;
    change(|tile| tile["metadata"]["labels"] = json!(["b"]));
    refused("returned invalid metadata: invalid metadata.labels of type []interface {} in converted object")
        .await;
    change(|tile| tile["metadata"]["annotations"] = json!({"b": 1}));
    refused("returned invalid metadata: metadata.annotations[b] must be a string, but is int64 in converted object")
        .await;
    change(|tile| tile["metadata"]["labels"] = json!({"b": "-"}));
    let said = cluster.get(&second).await;
    let start =
        format!("{title} returned invalid metadata: metadata.labels: Invalid value: \"-\": a valid label");
    assert!(said.body["message"].as_str().unwrap().starts_with(&start), "{}", said.text);

    // In the version that is stored nobody has to be asked.
    assert_eq!(cluster.get(&first).await.is(200)["spec"], json!({"size": "1x2"}));
    tiles.gone(cluster).await;
}

#[tokio::test]
async fn nothing_is_read_written_or_deleted_where_a_webhook_fails() {
    let cluster = Cluster::open().await;
    let tiles = Tiles::defined(&cluster).await;
    let (first, second) = (tiles.of(&cluster, "v1", ""), tiles.of(&cluster, "v2", ""));
    tiles.webhook.says(|_| (500, "broken".to_owned()));
    let made = tiles.tile("v1", "a", &json!({"size": "1x2"}));
    let made = cluster.post(&first, &made).await.is(201);
    let why = "failed: an error on the server (\"broken\") has prevented the request from succeeding";
    let (reading, reason) = tiles.unreadable(&cluster, &made).await;
    let reading = format!("{reading} {why}");
    let says_what_is_stored = cluster.has_words_of(SAYS_WHAT_IS_STORED).await;

    let tile = tiles.tile("v2", "b", &json!({"width": 1, "height": 2}));
    let written = cluster.post(&second, &tile).await;
    let changed = cluster.merge(&format!("{second}/a"), &json!({"spec": {"width": 2}})).await;
    let deleted = cluster.delete(&format!("{second}/a"), &Value::Null).await;

    written.fails(500, "", &format!("{} {why}", tiles.title("v2")));
    let revision = made["metadata"]["resourceVersion"].as_str().unwrap();
    let (decoding, listing, of_lists) = if says_what_is_stored {
        let listing = reading.replace("Internal error occurred: ", "").replace("Key: ", "Key: /registry");
        let what = format!("failed to read one or more tiles.{} from the storage", tiles.group);
        (
            format!("object not decodable revision={revision}: "),
            format!("{what}: {listing}"),
            "StorageReadError",
        )
    } else {
        (String::new(), reading.clone(), "")
    };
    changed.fails(500, "", &format!("{decoding}{} {why}", tiles.title("v1")));
    deleted.fails(500, reason, &reading);
    // Who keeps what is read finds out a little later.
    let list = cluster
        .eventually_or("an unreadable list", async || {
            let list = cluster.get(&second).await;
            let why = list.body["reason"].as_str().unwrap_or_default();
            if list.code == 500 && why == of_lists { Ok(list) } else { Err(list.text) }
        })
        .await;
    list.fails(500, of_lists, &listing);
    assert_eq!(names(&cluster.get(&first).await.is(200)), ["a"]);

    tiles.webhook.answers(convert);
    cluster.eventually("a list again", async || (cluster.get(&second).await.code == 200).then_some(())).await;
    tiles.gone(cluster).await;
}

#[tokio::test]
async fn a_webhook_that_is_not_there_or_not_trusted_is_named() {
    let cluster = Cluster::open().await;
    let tiles = Tiles::defined(&cluster).await;
    let (path, second) = (tiles.path(), tiles.of(&cluster, "v2", "/a"));
    let made = tiles.tile("v1", "a", &json!({"size": "1x2"}));
    let made = cluster.post(&tiles.of(&cluster, "v1", ""), &made).await.is(201);
    let (title, _) = tiles.unreadable(&cluster, &made).await;
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let stranger = Webhook::start(convert).await;
    let client = |client: &Value| json!({"spec": {"conversion": {"webhook": {"clientConfig": client}}}});
    // Who serves the kind learns of another webhook by a watch.
    let says = async |start: &str| {
        cluster
            .eventually(start, async || {
                let said = cluster.get(&second).await;
                let message = said.body["message"].as_str().unwrap_or_default();
                (said.code == 500 && message.starts_with(start)).then_some(())
            })
            .await;
    };

    cluster.merge(&path, &client(&json!({"url": format!("https://{closed}/convert")}))).await.is(200);
    says(&format!(
        "{title} failed: Post \"https://{closed}/convert?timeout=30s\": dial tcp {closed}: connect: connection refused"
    ))
    .await;
    cluster.merge(&path, &client(&json!({"url": stranger.url}))).await.is(200);
    says(&format!(
        "{title} failed: Post \"{}?timeout=30s\": tls: failed to verify certificate: x509: certificate signed by \
         unknown authority",
        stranger.url
    ))
    .await;
    let service = json!({"url": null, "service": {"namespace": cluster.namespace, "name": "tiler", "path": "/convert"}});
    cluster.merge(&path, &client(&service)).await.is(200);
    says(&format!(
        "{title} failed: Post \"https://tiler.{}.svc:443/convert?timeout=30s\": service \"tiler\" not found",
        cluster.namespace
    ))
    .await;

    let mended = json!({"url": tiles.webhook.url, "service": null});
    cluster.merge(&path, &client(&mended)).await.is(200);
    cluster
        .eventually("a webhook that answers", async || (cluster.get(&second).await.code == 200).then_some(()))
        .await;
    tiles.gone(cluster).await;
}

#[tokio::test]
async fn a_definition_says_who_converts_and_where() {
    let cluster = Cluster::open().await;
    let tiles = Tiles { group: format!("{}.example.com", unique()), webhook: Webhook::start(convert).await };
    let title =
        format!("CustomResourceDefinition.apiextensions.k8s.io \"tiles.{}\" is invalid: ", tiles.group);
    let refused = async |conversion: Value, why: &str| {
        let mut definition = tiles.definition("https://127.0.0.1:1/", "");
        definition["spec"]["conversion"] = conversion;
        cluster.post(DEFINITIONS, &definition).await.fails(422, "Invalid", &format!("{title}{why}"));
    };
    let webhook = |client: Value, reviews: Value| {
        let webhook = json!({"clientConfig": client, "conversionReviewVersions": reviews});
        json!({"strategy": "Webhook", "webhook": webhook})
    };
    let (url, reviews) = (json!({"url": "https://127.0.0.1:1/"}), json!(["v1"]));

    refused(
        json!({"strategy": "Guess"}),
        "spec.conversion.strategy: Unsupported value: \"Guess\": supported values: \"None\", \"Webhook\"",
    )
    .await;
    refused(
        json!({"strategy": "Webhook"}),
        "[spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook, \
         spec.conversion.conversionReviewVersions: Required value]",
    )
    .await;
    refused(
        webhook(json!({}), reviews.clone()),
        "spec.conversion.webhookClientConfig: Required value: exactly one of url or service is required",
    )
    .await;
    refused(
        webhook(json!({"url": "http://127.0.0.1:1/"}), reviews.clone()),
        "spec.conversion.webhookClientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; \
         desired format: https://host[/path]",
    )
    .await;
    refused(
        webhook(json!({"url": "https://a@127.0.0.1:1/?b=c"}), reviews.clone()),
        "[spec.conversion.webhookClientConfig.url: Invalid value: \"a\": user information is not permitted in the URL, \
         spec.conversion.webhookClientConfig.url: Invalid value: \"b=c\": query parameters are not permitted in the URL]",
    )
    .await;
    refused(
        webhook(url.clone(), json!(["v9"])),
        "spec.conversion.conversionReviewVersions: Invalid value: [\"v9\"]: must include at least one of v1, v1beta1",
    )
    .await;
    let mut without = webhook(url, reviews);
    without["strategy"] = "None".into();
    refused(
        without,
        "[spec.conversion.webhookClientConfig: Forbidden: should not be set when strategy is not set to Webhook, \
         spec.conversion.conversionReviewVersions: Forbidden: should not be set when strategy is not set to Webhook]",
    )
    .await;
    cluster.close().await;
}
