//! Links to dashboards: who makes and ends them, and what whoever has one gets to see, over a playground's cluster.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod stage;

use dashboards::ForCaller;
use model::ConsoleError;
use monitoring_contract::{
    ArrangePanelFields, Arrangement, Dashboards, EmbedFields, EmbedLine, EmbedPanel, Embedded, Embedding,
    Measured, NotEmbedded, PanelFields, PanelHeight, PanelKind, RevokeEmbedFields, ShownContent, ShownPanel,
};
use stage::{Stage, harbour, new, panel};
use std::time::Duration;

async fn dashboard(who: &ForCaller, name: &str, namespace: &str) -> String {
    let id = who.save_dashboard(new(name, namespace)).await.unwrap();
    for (version, title) in (1..).zip(["Pods", "Others"]) {
        let query = "count by (namespace) (kube_pod_info{namespace=~\"$namespace\"})";
        let panel = panel(&id, version, query);
        who.save_panel(PanelFields { title: title.into(), kind: PanelKind::Table, ..panel }).await.unwrap();
    }
    id
}

fn wiki(id: &str) -> EmbedFields {
    EmbedFields {
        cluster: harbour(),
        id: id.into(),
        name: "wiki".into(),
        origins: "https://wiki.example".into(),
        panel: String::new(),
        seconds: "3600".into(),
        chosen: String::new(),
        days: "30".into(),
    }
}

async fn arrange(who: &ForCaller, id: &str, version: i64, index: usize, act: Arrangement) {
    let (cluster, id, height) = (harbour(), id.into(), PanelHeight::Usual);
    let fields = ArrangePanelFields { cluster, id, version, index, to: 0, width: 6, height, act };
    who.arrange_panel(fields).await.unwrap();
}

async fn links(who: &ForCaller, id: &str) -> Vec<EmbedLine> {
    who.embeds(harbour(), id.into()).await.unwrap().embeds
}

/// Makes a link and answers its address without what stands before the token.
async fn link(who: &ForCaller, fields: EmbedFields) -> String {
    let id = fields.id.clone();
    let before: Vec<String> = links(who, &id).await.into_iter().map(|line| line.id).collect();
    who.add_embed(fields).await.unwrap();
    let line = links(who, &id).await.into_iter().find(|line| !before.contains(&line.id)).unwrap();
    line.address.unwrap().strip_prefix("https://console.example/embed/").unwrap().to_owned()
}

impl Stage {
    async fn follow(&self, token: &str) -> Embedded {
        let followed = self.kept.follow(token, "test".into(), None).await.unwrap();
        followed.map_or(Err(NotEmbedded::Unknown), |followed| followed.shown)
    }
}

/// The titles of panels, and the namespaces that are told in them; nothing as long as something is not measured yet.
fn read(shown: Embedded) -> Option<Vec<(String, Vec<String>)>> {
    let Measured::Answered(view) = shown.unwrap().open.view else { panic!("nothing measures it") };
    let rows = |panel: ShownPanel| match panel.content {
        ShownContent::Table(table) => {
            Some((panel.title, table.rows.into_iter().flat_map(|row| row.labels).collect()))
        }
        ShownContent::NoData => None,
        other => panic!("{other:?}"),
    };
    view.panels.into_iter().map(rows).collect()
}

impl Stage {
    /// What a link tells, once the last half a minute was measured: values are of multiples of that.
    async fn told(&self, token: &str) -> Vec<(String, Vec<String>)> {
        for _ in 0..120 {
            if let Some(told) = read(self.follow(token).await) {
                return told;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        panic!("nothing was measured within a minute");
    }
}

#[tokio::test]
async fn a_link_shows_what_its_maker_may_see_as_long_as_they_may() {
    let stage = Stage::new().await.measured().await;
    let ada = stage.caller("ada", "administrator", None).await;
    let ben = stage.caller("ben", "regular", Some(("shop", "project-admin"))).await;
    let narrow = dashboard(&ben, "Narrow", "shop").await;
    let wide = dashboard(&ada, "Wide", "").await;

    let of_shop = link(&ben, wiki(&narrow)).await;
    let of_all = link(&ada, wiki(&wide)).await;
    let of_blog = link(&ada, EmbedFields { chosen: "namespace = payments".into(), ..wiki(&wide) }).await;

    let shop = stage.told(&of_shop).await;
    assert_eq!(shop, [("Pods".into(), vec!["shop".into()]), ("Others".into(), vec!["shop".into()])]);
    assert!(stage.told(&of_all).await[0].1.len() > 3);
    assert_eq!(stage.told(&of_blog).await[0].1, ["payments"]);
    assert!(links(&ben, &narrow).await[0].last_used.is_some());
    assert_eq!(ada.read_plan(harbour(), wide).await.unwrap().embeds, 2, "that end with the dashboard");

    // What is refused to a link is not written down: it would be with every look of every reader.
    let before = stage.console.trail(100).await.len();
    stage.console.leave("ben", "shop").await;
    assert!(matches!(stage.follow(&of_shop).await, Err(NotEmbedded::Withdrawn)));
    stage.console.join("ben", "shop", "project-editor").await;
    assert!(
        matches!(stage.follow(&of_shop).await, Err(NotEmbedded::Withdrawn)),
        "who may not share any more shares still"
    );
    stage.console.join("ben", "shop", "project-admin").await;
    assert_eq!(stage.told(&of_shop).await, shop);
    stage.console.disable("ben").await;
    assert!(matches!(stage.follow(&of_shop).await, Err(NotEmbedded::Withdrawn)));
    assert_eq!(stage.console.trail(100).await.len(), before);
}

#[tokio::test]
async fn a_link_shows_a_panel_wherever_it_goes_until_it_is_gone() {
    let stage = Stage::new().await.measured().await;
    let ada = stage.caller("ada", "administrator", None).await;
    let id = dashboard(&ada, "Shop", "shop").await;
    let list = ada.embeds(harbour(), id.clone()).await.unwrap();
    let (panel, title) = list.panels[1].clone();
    let token = link(&ada, EmbedFields { panel: panel.to_string(), ..wiki(&id) }).await;
    assert_eq!(links(&ada, &id).await[0].panel, Some(EmbedPanel::Titled(title)));

    let one = stage.follow(&token).await;
    assert!(one.unwrap().is_one_panel);
    assert_eq!(stage.told(&token).await, [("Others".into(), vec!["shop".into()])]);
    arrange(&ada, &id, 3, 1, Arrangement::Up).await;
    assert_eq!(stage.told(&token).await[0].0, "Others");
    arrange(&ada, &id, 4, 0, Arrangement::Remove).await;
    assert!(matches!(stage.follow(&token).await, Err(NotEmbedded::NoPanel)));
    assert_eq!(links(&ada, &id).await[0].panel, Some(EmbedPanel::Gone));
}

#[tokio::test]
async fn links_are_made_and_ended_by_who_may_share_and_shown_to_their_makers_alone() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    let ben = stage.caller("ben", "regular", Some(("shop", "project-admin"))).await;
    let cyd = stage.caller("cyd", "regular", Some(("shop", "project-editor"))).await;
    let id = dashboard(&cyd, "Shop", "shop").await;

    assert!(matches!(cyd.add_embed(wiki(&id)).await, Err(ConsoleError::Forbidden { .. })));
    assert_eq!(stage.console.trail(1).await, [("cyd".into(), "share dashboard".into(), false)]);
    assert!(matches!(cyd.embeds(harbour(), id.clone()).await, Err(ConsoleError::Forbidden { .. })));
    let token = link(&ben, wiki(&id)).await;
    assert_eq!(stage.console.trail(1).await, [("ben".into(), "share dashboard".into(), true)]);
    let line = links(&ada, &id).await.remove(0);
    assert_eq!((line.address, line.made_by.as_str()), (None, "ben"), "who has it sees what ben sees");

    for wrong in [
        EmbedFields { panel: "7".into(), ..wiki(&id) },
        EmbedFields { chosen: "pod = x".into(), ..wiki(&id) },
        EmbedFields { origins: "*".into(), ..wiki(&id) },
    ] {
        assert!(matches!(ben.add_embed(wrong).await, Err(ConsoleError::Invalid { .. })));
    }
    assert_eq!(links(&ben, &id).await.len(), 1);

    let end = RevokeEmbedFields { cluster: harbour(), id: id.clone(), embed: line.id };
    assert!(matches!(cyd.revoke_embed(end.clone()).await, Err(ConsoleError::Forbidden { .. })));
    stage.follow(&token).await.unwrap();
    ada.revoke_embed(end.clone()).await.unwrap();
    assert_eq!(stage.console.trail(1).await, [("ada".into(), "end link to dashboard".into(), true)]);
    assert!(matches!(stage.follow(&token).await, Err(NotEmbedded::Unknown)));
    assert!(matches!(ada.revoke_embed(end).await, Err(ConsoleError::NotFound { .. })));
}
