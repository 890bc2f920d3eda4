//! Departments that are put into each other.

use crate::{Database, DatabaseError};

/// Everything that both databases must do alike.
pub async fn behaves(database: &Database) {
    let one = database.add_department(None, None, "One").await.unwrap();
    let other = database.add_department(None, None, "Other").await.unwrap();

    let (first, second) = tokio::join!(
        database.change_department(one, Some(other), "One"),
        database.change_department(other, Some(one), "Other"),
    );

    // In a circle neither would be shown anywhere, and both would count.
    let is_refused = |moved: &Result<(), DatabaseError>| matches!(moved, Err(DatabaseError::InUse));
    assert!(
        first.is_ok() && is_refused(&second) || second.is_ok() && is_refused(&first),
        "{first:?} {second:?}"
    );
    for (id, title) in [(one, "One"), (other, "Other")] {
        database.change_department(id, None, title).await.unwrap();
    }
    for id in [one, other] {
        database.remove_department(id).await.unwrap();
    }
}
