//! Who looks after which alert, on both databases.

use crate::acknowledgements::Acknowledgement;
use crate::{Database, now_seconds};
use model::ClusterName;

fn by(name: &str, fingerprint: &str, made_at: i64) -> Acknowledgement {
    Acknowledgement { fingerprint: fingerprint.into(), made_by: name.into(), note: "On it".into(), made_at }
}

/// Everything that both databases must do alike.
pub async fn behaves(database: &Database) {
    let (harbour, meadow) = (ClusterName::parse("harbour").unwrap(), ClusterName::parse("meadow").unwrap());
    let now = now_seconds();
    database.acknowledge(&harbour, &by("ada", "a", now)).await.unwrap();
    database.acknowledge(&harbour, &by("ben", "a", now + 1)).await.unwrap();
    database.acknowledge(&meadow, &by("ada", "a", now - 40 * 86_400)).await.unwrap();

    assert_eq!(database.acknowledgements(&harbour).await.unwrap(), [by("ben", "a", now + 1)]);
    assert_eq!(database.acknowledgements(&meadow).await.unwrap().len(), 1);
    database.acknowledge(&harbour, &by("ada", "b", now)).await.unwrap();
    assert_eq!(database.acknowledgements(&meadow).await.unwrap().len(), 1, "it may still go on");
    database.acknowledge(&meadow, &by("ada", "ended", now - 40 * 86_400)).await.unwrap();
    database.acknowledge(&meadow, &by("ada", "new", now)).await.unwrap();
    database.forget_acknowledgements(&meadow, &["a".to_owned()].into()).await.unwrap();
    let mut kept: Vec<String> =
        database.acknowledgements(&meadow).await.unwrap().into_iter().map(|one| one.fingerprint).collect();
    kept.sort();
    assert_eq!(kept, ["a", "new"], "only what has ended is forgotten, and not at once");
    assert_eq!(database.acknowledgements(&harbour).await.unwrap().len(), 2);

    assert!(database.withdraw_acknowledgement(&harbour, "a").await.unwrap());
    assert!(!database.withdraw_acknowledgement(&harbour, "a").await.unwrap());
    assert_eq!(database.acknowledgements(&harbour).await.unwrap().len(), 1);
}
