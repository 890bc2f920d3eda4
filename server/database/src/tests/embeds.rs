//! Links to dashboards, and what ends them.

use super::harbour;
use crate::Database;
use crate::accounts::NewAccount;
use crate::dashboards::{Changed, NewDashboard};
use crate::embeds::NewEmbed;
use uuid::Uuid;

/// What both databases must do alike.
pub(super) async fn behaves(database: &Database) {
    let account = NewAccount { name: "Embla".into(), ..super::ada() };
    let account = database.add_account(&account).await.unwrap();
    let new = |name: &str| NewDashboard {
        cluster: harbour(),
        project: None,
        name: name.into(),
        document: "{}".into(),
    };
    let dashboard = database.add_dashboard(&new("framed"), "Embla").await.unwrap().unwrap();
    let other = database.add_dashboard(&new("unframed"), "Embla").await.unwrap().unwrap();
    let embed = |dashboard: Uuid, panel: Option<u32>| NewEmbed {
        dashboard,
        account,
        name: "wiki".into(),
        origins: "https://wiki.example".into(),
        panel,
        seconds: 3600,
        chosen: "[]".into(),
        expires_at: 4_000_000_000,
    };

    let whole = database.add_embed(&embed(dashboard, None), 2).await.unwrap().unwrap();
    let panel = database.add_embed(&embed(dashboard, Some(u32::MAX)), 2).await.unwrap().unwrap();
    assert_eq!(database.add_embed(&embed(dashboard, None), 2).await.unwrap(), None, "there was no end to it");
    assert_eq!(database.add_embed(&embed(Uuid::nil(), None), 2).await.unwrap(), None, "of no dashboard");
    let found = database.embed(panel).await.unwrap().unwrap();
    assert_eq!((&found.new, found.cluster.as_str()), (&embed(dashboard, Some(u32::MAX)), "harbour"));
    assert_eq!((found.made_by.as_str(), found.last_used_at), ("Embla", None));
    assert_eq!(database.embeds(dashboard).await.unwrap().len(), 2);
    assert!(database.embeds(other).await.unwrap().is_empty());

    database.touch_embed(&found).await.unwrap();
    assert!(database.embed(panel).await.unwrap().unwrap().last_used_at.is_some());

    assert!(!database.remove_embed(other, panel).await.unwrap(), "it went with another dashboard");
    assert!(database.remove_embed(dashboard, panel).await.unwrap());
    assert_eq!(database.embed(panel).await.unwrap(), None);
    assert_eq!(database.remove_dashboard(dashboard, 1).await.unwrap(), Changed::Done);
    assert_eq!(database.embed(whole).await.unwrap(), None, "a link outlived its dashboard");
    let last = database.add_embed(&embed(other, None), 2).await.unwrap().unwrap();
    database.remove_account(account).await.unwrap();
    assert_eq!(database.embed(last).await.unwrap(), None, "a link outlived its maker");
}
