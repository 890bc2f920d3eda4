//! What was deleted, and for how long it is kept.

use crate::deleted_objects::DeletedObject;
use crate::{Database, now_seconds};
use model::ClusterName;
use uuid::Uuid;

fn object(deletion: Uuid, place: i64, name: &str, seconds: i64) -> DeletedObject {
    DeletedObject {
        id: Uuid::new_v4(),
        deletion,
        place,
        left_out: 3,
        cluster: ClusterName::parse("recycled").unwrap(),
        group: "apps".into(),
        plural: "deployments".into(),
        kind: "Deployment".into(),
        slug: "deployments".into(),
        namespace: Some("shop".into()),
        name: name.into(),
        deleted_by: "Ada".into(),
        deleted_at: now_seconds() - 10 + seconds.min(5),
        kept_until: now_seconds() + seconds,
    }
}

/// What both databases must do alike.
pub(super) async fn behaves(database: &Database) {
    let (cluster, other) = (ClusterName::parse("recycled").unwrap(), super::harbour());
    let (one, two) = (Uuid::new_v4(), Uuid::new_v4());
    let chosen = object(one, 0, "web", 60);
    let along = object(one, 1, "web-settings", 60);
    let kept = [(chosen.clone(), "sealed web".to_owned()), (along.clone(), "sealed settings".to_owned())];
    database.keep_deleted(&kept).await.unwrap();
    database.keep_deleted(&[(object(two, 0, "late", 3), "late".into())]).await.unwrap();

    let names = async || {
        let kept = database.deleted_objects(&cluster).await.unwrap();
        kept.into_iter().map(|object| object.name).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["web", "late"], "the newest comes first, and what was in it not at all");
    assert!(database.deleted_objects(&other).await.unwrap().is_empty());
    assert_eq!(database.deleted_along(&cluster).await.unwrap(), [(one, 1)]);
    assert_eq!(database.deleted_together(one).await.unwrap(), kept);

    // What is over is neither shown nor kept.
    let three = Uuid::new_v4();
    database.keep_deleted(&[(object(three, 0, "over", -1), "over".into())]).await.unwrap();
    assert_eq!(names().await, ["web", "late"]);
    assert!(database.deleted_together(three).await.unwrap().is_empty());

    database.forget_deleted(chosen.id).await.unwrap();
    assert_eq!(names().await, ["late"]);
    assert_eq!(database.deleted_together(one).await.unwrap(), kept[1..]);
    database.forget_deletion(one).await.unwrap();
    assert!(database.deleted_together(one).await.unwrap().is_empty());
    assert_eq!(names().await, ["late"], "another deletion was forgotten too");

    // Nobody has to delete something for it to go: it may be a secret.
    let mut change = database.change().await.unwrap();
    sqlx::query("UPDATE deleted_objects SET kept_until = 0").execute(&mut *change).await.unwrap();
    change.commit().await.unwrap();
    database.remove_expired().await.unwrap();
    let question = "SELECT COUNT(*) FROM deleted_objects";
    let (left,): (i64,) = sqlx::query_as(question).fetch_one(database.readers()).await.unwrap();
    assert_eq!(left, 0);
}
