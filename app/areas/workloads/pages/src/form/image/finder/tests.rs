use super::*;
use crate::form::editing::Beginning;
use model::ClusterName;
use workloads_contract::forms;

async fn html(show: fn(Finder) -> AnyView) -> String {
    rendering::render("/", move || {
        let cluster = ClusterName::parse("harbour").expect("a good name");
        let form = forms::find("deployments").expect("there is one");
        let editing = Editing::of(Beginning::new(form, cluster, form.slug, "shop", Vec::new()));
        show(Finder::of(editing, "0/image".into(), Callback::new(|_| ())))
    })
    .await
}

#[tokio::test]
async fn what_was_found_can_be_chosen_and_that_there_is_more_is_told() {
    let html = html(|finder| {
        let nginx = FoundImage { name: "nginx".into(), about: "A server.".into(), is_official: true };
        finder.found.set(Some(Ok(FoundImages { images: vec![nginx], has_more: true })));
        finder.images()
    })
    .await;

    for words in ["<code>nginx<", "official", "A server.", "There are more"] {
        assert!(html.contains(words), "{words}: {html}");
    }
}

#[tokio::test]
async fn a_tag_says_what_its_registry_says_of_it() {
    let html = html(|finder| {
        let tag = ImageTag {
            name: "1.27".into(),
            pushed: None,
            size_bytes: Some(72 << 20),
            platforms: vec!["linux/amd64".into(), "linux/arm64".into()],
            ports: vec![80],
        };
        finder.tags.set(Some(Ok(ImageTags { tags: vec![tag], has_more: false })));
        finder.tags_of("nginx".into())
    })
    .await;

    for words in ["Tags of nginx", "<code>1.27<", "72 MiB · linux/amd64, linux/arm64 · listens on 80"] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(!html.contains("There are more"), "{html}");
}

#[tokio::test]
async fn a_registry_that_does_not_answer_says_why() {
    let html = html(|finder| {
        let why = "https://registry.example answers only with a login";
        finder.found.set(Some(Err(ConsoleError::invalid("", why))));
        finder.images()
    })
    .await;

    assert!(html.contains("answers only with a login"), "{html}");
}

#[tokio::test]
async fn it_asks_where_and_says_what_is_missing() {
    let html = html(Finder::question).await;

    for words in ["Docker Hub", "Another registry", "Type a part of the name first"] {
        assert!(html.contains(words), "{words}: {html}");
    }
}
